"""Create tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NO_REUSE = {"sqlite_autoincrement": True}


def upgrade() -> None:
    """Create tables."""
    _create_generations()
    _create_images()
    with op.batch_alter_table("generations", table_kwargs=NO_REUSE) as generations:
        generations.create_foreign_key(
            op.f("fk_generations_parent_image_id_images"),
            "images",
            ["parent_image_id"],
            ["id"],
            ondelete="SET NULL",
        )
    _create_members()
    _create_guilds()


def downgrade() -> None:
    """Undo `upgrade`."""
    op.drop_table("guild_channels")
    op.drop_table("guilds")
    op.drop_table("favourites")
    op.drop_table("members")
    with op.batch_alter_table("generations") as generations:
        generations.drop_constraint(
            op.f("fk_generations_parent_image_id_images"), type_="foreignkey"
        )
    op.drop_table("images")
    op.drop_table("generations")


def _create_generations() -> None:
    op.create_table(
        "generations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=True),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("leftover", sa.JSON(), nullable=False),
        sa.Column("traits", sa.JSON(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("backend", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("error", sa.String(64), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("parent_image_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_generations")),
        **NO_REUSE,
    )
    op.create_index(op.f("ix_generations_status_owner_id"), "generations", ["status", "owner_id"])
    op.create_index(op.f("ix_generations_parent_image_id"), "generations", ["parent_image_id"])


def _create_images() -> None:
    op.create_table(
        "images",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("generation_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("traits", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_images")),
        sa.UniqueConstraint(
            "generation_id", "position", name=op.f("uq_images_generation_id_position")
        ),
        sa.ForeignKeyConstraint(
            ["generation_id"],
            ["generations.id"],
            name=op.f("fk_images_generation_id_generations"),
            ondelete="CASCADE",
        ),
        **NO_REUSE,
    )
    op.create_index(op.f("ix_images_owner_id_id"), "images", ["owner_id", "id"])
    op.create_index(op.f("ix_images_sha256"), "images", ["sha256"])


def _create_members() -> None:
    op.create_table(
        "members",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("avatar_image_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.ForeignKeyConstraint(
            ["avatar_image_id"],
            ["images.id"],
            name=op.f("fk_members_avatar_image_id_images"),
            ondelete="SET NULL",
        ),
    )
    op.create_index(op.f("ix_members_avatar_image_id"), "members", ["avatar_image_id"])
    op.create_table(
        "favourites",
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("image_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "image_id", name=op.f("pk_favourites")),
        sa.ForeignKeyConstraint(
            ["image_id"],
            ["images.id"],
            name=op.f("fk_favourites_image_id_images"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_favourites_image_id"), "favourites", ["image_id"])


def _create_guilds() -> None:
    op.create_table(
        "guilds",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("language", sa.String(16), nullable=True),
        sa.Column("backend", sa.String(64), nullable=True),
        sa.Column("open_jobs_limit", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guilds")),
    )
    op.create_table(
        "guild_channels",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "channel_id", name=op.f("pk_guild_channels")),
        sa.ForeignKeyConstraint(
            ["guild_id"],
            ["guilds.id"],
            name=op.f("fk_guild_channels_guild_id_guilds"),
            ondelete="CASCADE",
        ),
    )
