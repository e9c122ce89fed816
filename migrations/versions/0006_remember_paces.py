"""Remember how long pictures take, so that the first who wait after a restart are told when."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is known yet: it is measured by what is drawn next."""
    op.create_table(
        "paces",
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("pixels", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("steps", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("measured_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("model", "pixels", "steps", name=op.f("pk_paces")),
    )


def downgrade() -> None:
    """It is measured again by what is drawn next."""
    op.drop_table("paces")
