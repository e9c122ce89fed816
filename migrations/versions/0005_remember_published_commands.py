"""Remember which commands were published, so that a restart publishes nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is known yet: the next start publishes once more."""
    op.create_table(
        "publications",
        sa.Column("application_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_publications")),
    )


def downgrade() -> None:
    """The next start publishes the commands."""
    op.drop_table("publications")
