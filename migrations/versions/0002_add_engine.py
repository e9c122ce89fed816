"""Keep what a model was given and what it cost, what a drawing starts from, and its delivery."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NO_REUSE = {"sqlite_autoincrement": True}


def upgrade() -> None:
    """What has ended before counts as shown; what is open is still to be."""
    with op.batch_alter_table("generations", table_kwargs=NO_REUSE) as generations:
        generations.add_column(sa.Column("token", sa.Text(), nullable=True))
        generations.add_column(sa.Column("start_sha256", sa.String(64), nullable=True))
        generations.add_column(sa.Column("mask_sha256", sa.String(64), nullable=True))
        generations.add_column(
            sa.Column("delivery", sa.String(16), nullable=False, server_default="shown")
        )
        generations.add_column(sa.Column("usage", sa.JSON(), nullable=True))
        generations.add_column(sa.Column("cost_usd", sa.Double(), nullable=True))
    op.execute("UPDATE generations SET delivery = 'pending' WHERE status IN ('queued', 'running')")
    with op.batch_alter_table("generations", table_kwargs=NO_REUSE) as generations:
        generations.alter_column("delivery", server_default=None)
    op.create_index(op.f("ix_generations_delivery"), "generations", ["delivery"])
    with op.batch_alter_table("images", table_kwargs=NO_REUSE) as images:
        images.add_column(sa.Column("given", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("images", table_kwargs=NO_REUSE) as images:
        images.alter_column("given", server_default=None)


def downgrade() -> None:
    """Undo `upgrade`."""
    with op.batch_alter_table("images", table_kwargs=NO_REUSE) as images:
        images.drop_column("given")
    op.drop_index(op.f("ix_generations_delivery"), "generations")
    with op.batch_alter_table("generations", table_kwargs=NO_REUSE) as generations:
        for name in ("cost_usd", "usage", "delivery", "mask_sha256", "start_sha256", "token"):
            generations.drop_column(name)
