"""Keep what is still to be done in a table of its own, with a lease for whoever does it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NO_REUSE = {"sqlite_autoincrement": True}


def upgrade() -> None:
    """What is open, or has ended and was not shown, becomes a job that nobody works on."""
    op.create_table(
        "jobs",
        sa.Column("generation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(32), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("token", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("generation_id", name=op.f("pk_jobs")),
        sa.ForeignKeyConstraint(
            ["generation_id"],
            ["generations.id"],
            name=op.f("fk_jobs_generation_id_generations"),
            ondelete="CASCADE",
        ),
    )
    op.execute(
        "INSERT INTO jobs (generation_id, status, owner_id, group_id, priority, attempts, token)"
        " SELECT id, CASE WHEN status IN ('queued', 'running') THEN 'open' ELSE 'ended' END,"
        " owner_id, coalesce(guild_id, owner_id), 1, 0, token"
        " FROM generations WHERE delivery = 'pending'"
    )
    op.create_index(op.f("ix_jobs_owner_id"), "jobs", ["owner_id"])
    op.create_index(op.f("ix_jobs_lease_until"), "jobs", ["lease_until"])
    op.execute("UPDATE generations SET status = 'queued' WHERE status = 'running'")
    op.drop_index(op.f("ix_generations_delivery"), "generations")
    op.drop_index(op.f("ix_generations_status_owner_id"), "generations")
    with op.batch_alter_table("generations", table_kwargs=NO_REUSE) as generations:
        generations.drop_column("delivery")
        generations.drop_column("token")


def downgrade() -> None:
    """What has no job counts as shown."""
    with op.batch_alter_table("generations", table_kwargs=NO_REUSE) as generations:
        generations.add_column(sa.Column("token", sa.Text(), nullable=True))
        generations.add_column(
            sa.Column("delivery", sa.String(16), nullable=False, server_default="shown")
        )
    op.execute(
        "UPDATE generations SET delivery = 'pending', token ="
        " (SELECT token FROM jobs WHERE generation_id = generations.id)"
        " WHERE id IN (SELECT generation_id FROM jobs)"
    )
    with op.batch_alter_table("generations", table_kwargs=NO_REUSE) as generations:
        generations.alter_column("delivery", server_default=None)
    op.create_index(op.f("ix_generations_delivery"), "generations", ["delivery"])
    op.create_index(op.f("ix_generations_status_owner_id"), "generations", ["status", "owner_id"])
    op.drop_table("jobs")
