"""Say which generations stand side by side on one message."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NO_REUSE = {"sqlite_autoincrement": True}


def upgrade() -> None:
    """Those of before have a message each."""
    with op.batch_alter_table(
        "generations", table_kwargs=NO_REUSE, recreate="always"
    ) as generations:
        generations.add_column(sa.Column("comparison_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_generations_comparison_id"), "generations", ["comparison_id"])


def downgrade() -> None:
    """What is compared and not shown yet stands on as many messages as there are drawings."""
    op.drop_index(op.f("ix_generations_comparison_id"), "generations")
    with op.batch_alter_table("generations", table_kwargs=NO_REUSE) as generations:
        generations.drop_column("comparison_id")
