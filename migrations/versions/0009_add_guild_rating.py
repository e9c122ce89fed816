"""Let a server say what its age-restricted channels may get."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has said anything yet: what is safe."""
    with op.batch_alter_table("guilds", recreate="always") as guilds:
        guilds.add_column(sa.Column("rating", sa.String(8), nullable=True))


def downgrade() -> None:
    """Forget what was said."""
    with op.batch_alter_table("guilds") as guilds:
        guilds.drop_column("rating")
