"""Number the inputs of a purpose: a drawing may be given several pictures to look at."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_COLUMNS = "generation_id, purpose, sha256, expires_at"


def upgrade() -> None:
    """Until now there was one of each."""
    _move_away()
    _create(sa.Column("position", sa.Integer(), autoincrement=False, nullable=False))
    op.execute(f"INSERT INTO inputs (position, {_COLUMNS}) SELECT 0, {_COLUMNS} FROM inputs_old")
    op.drop_table("inputs_old")


def downgrade() -> None:
    """The first of each purpose stays."""
    _move_away()
    _create()
    op.execute(
        f"INSERT INTO inputs ({_COLUMNS}) SELECT {_COLUMNS} FROM inputs_old WHERE position = 0"
    )
    op.drop_table("inputs_old")


def _move_away() -> None:
    op.drop_index(op.f("ix_inputs_sha256"), "inputs")
    op.drop_index(op.f("ix_inputs_expires_at"), "inputs")
    op.rename_table("inputs", "inputs_old")


def _create(*positions: sa.Column[int]) -> None:
    op.create_table(
        "inputs",
        sa.Column("generation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        *positions,
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint(
            "generation_id",
            "purpose",
            *(column.name for column in positions),
            name=op.f("pk_inputs"),
        ),
        sa.ForeignKeyConstraint(
            ["generation_id"],
            ["generations.id"],
            name=op.f("fk_inputs_generation_id_generations"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_inputs_sha256"), "inputs", ["sha256"])
    op.create_index(op.f("ix_inputs_expires_at"), "inputs", ["expires_at"])
