"""Keep a request whole, with its kind and version, and its inputs with a purpose and an expiry."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NO_REUSE = {"sqlite_autoincrement": True}
TOOLS = "tools"
USUAL = {"count": 1, "seed": 0, "size_px": 512}
KEPT = "+1 day"
"""How long a photo stays that a drawing of before has started from."""


def upgrade() -> None:
    """What a drawing starts from expires in a day, unless it is still to be drawn."""
    _create_inputs()
    with op.batch_alter_table("generations", table_kwargs=NO_REUSE) as generations:
        generations.add_column(sa.Column("request", sa.JSON(), nullable=False, server_default="{}"))
        generations.alter_column("kind", new_column_name="cause")
    op.execute("UPDATE generations SET cause = 'command' WHERE cause = 'create'")
    connection = op.get_bind()
    for row in connection.execute(sa.text("SELECT * FROM generations")).mappings().all():
        request = _request(row)
        connection.execute(
            sa.text("UPDATE generations SET request = :request WHERE id = :id"),
            {"request": json.dumps(request), "id": row["id"]},
        )
        _keep_inputs(connection, row["id"], request)
    with op.batch_alter_table("generations", table_kwargs=NO_REUSE) as generations:
        generations.alter_column("request", server_default=None)
        for name in (
            "leftover",
            "traits",
            "parameters",
            "backend",
            "start_sha256",
            "mask_sha256",
        ):
            generations.drop_column(name)
    with op.batch_alter_table("images", table_kwargs=NO_REUSE) as images:
        images.alter_column("given", new_column_name="metadata")


def downgrade() -> None:
    """Undo `upgrade`. What a drawing started from is named again, whether it is there or not."""
    with op.batch_alter_table("images", table_kwargs=NO_REUSE) as images:
        images.alter_column("metadata", new_column_name="given")
    with op.batch_alter_table("generations", table_kwargs=NO_REUSE) as generations:
        for name in ("leftover", "traits", "parameters"):
            generations.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="{}"))
        generations.add_column(
            sa.Column("backend", sa.String(64), nullable=False, server_default="")
        )
        generations.add_column(sa.Column("start_sha256", sa.String(64), nullable=True))
        generations.add_column(sa.Column("mask_sha256", sa.String(64), nullable=True))
        generations.alter_column("cause", new_column_name="kind")
    op.execute("UPDATE generations SET kind = 'create' WHERE kind = 'command'")
    connection = op.get_bind()
    for row in connection.execute(sa.text("SELECT id, request FROM generations")).mappings().all():
        columns = _columns(json.loads(row["request"]))
        named = ", ".join(f"{name} = :{name}" for name in columns)
        connection.execute(
            sa.text(f"UPDATE generations SET {named} WHERE id = :id"), columns | {"id": row["id"]}
        )
    with op.batch_alter_table("generations", table_kwargs=NO_REUSE) as generations:
        for name in ("leftover", "traits", "parameters", "backend"):
            generations.alter_column(name, server_default=None)
        generations.drop_column("request")
    op.drop_table("inputs")


def _create_inputs() -> None:
    op.create_table(
        "inputs",
        sa.Column("generation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("generation_id", "purpose", name=op.f("pk_inputs")),
        sa.ForeignKeyConstraint(
            ["generation_id"],
            ["generations.id"],
            name=op.f("fk_inputs_generation_id_generations"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_inputs_sha256"), "inputs", ["sha256"])
    op.create_index(op.f("ix_inputs_expires_at"), "inputs", ["expires_at"])


def _request(row: Any) -> dict[str, Any]:
    """What the columns of before say; the prompt stays in its own."""
    has = json.loads(row["parameters"])
    backend, name = row["backend"], has.get("model")
    request: dict[str, Any] = {
        "version": 1,
        "subject": {"traits": json.loads(row["traits"]), "leftover": json.loads(row["leftover"])},
        "output": {name: has.get(name, usual) for name, usual in USUAL.items()},
    }
    model = backend if name in (None, backend) else f"{backend}/{name}"
    known, started_from = has.get("variation_of"), row["start_sha256"]
    if has.get("tool"):
        work = {"kind": "tool", "tool": has["tool"], "image": started_from or ""}
        return request | work | {"traits": known, "hand": None}
    request["model"] = model
    if known is not None:
        vary = {"kind": "vary", "image": started_from or "", "traits": known}
        return request | vary | {"strength": "subtle", "only": None}
    if "strength" in has:
        started = {"init_image": started_from, "mask": row["mask_sha256"]}
        return request | {"kind": "repaint", "strength": has["strength"]} | started
    return request | {"kind": "draw"}


def _keep_inputs(connection: sa.Connection, generation_id: int, request: dict[str, Any]) -> None:
    purposes = {"photo": request.get("init_image"), "mask": request.get("mask")}
    if request["kind"] == "tool":
        purposes["image"] = request["image"]
    for purpose, sha256 in purposes.items():
        if sha256:
            connection.execute(
                sa.text(
                    "INSERT INTO inputs (generation_id, purpose, sha256, expires_at)"
                    " SELECT :id, :purpose, :sha256,"
                    " CASE WHEN EXISTS (SELECT 1 FROM jobs"
                    " WHERE generation_id = :id AND status = 'open') THEN NULL"
                    f" ELSE strftime('%Y-%m-%d %H:%M:%f000', 'now', '{KEPT}') END"
                ),
                {"id": generation_id, "purpose": purpose, "sha256": sha256},
            )


def _columns(request: dict[str, Any]) -> dict[str, Any]:
    """What `request` was in the columns of before."""
    kind, known = request["kind"], request.get("traits")
    backend, _, name = request.get("model", TOOLS).partition("/")
    parameters = dict(request["output"])
    started_from = request.get("init_image") or (request.get("image") if known is None else None)
    if name:
        parameters["model"] = name
    if kind == "tool":
        parameters |= {"tool": request["tool"], "strength": 0.6}
        started_from = request["image"]
    elif kind == "repaint":
        parameters["strength"] = request["strength"]
    elif kind == "vary" and known is None:
        parameters["strength"] = {"subtle": 0.45, "strong": 0.65}[request["strength"]]
    if known is not None:
        parameters["variation_of"] = known
    return {
        "leftover": json.dumps(request["subject"]["leftover"]),
        "traits": json.dumps(request["subject"]["traits"]),
        "parameters": json.dumps(parameters),
        "backend": backend,
        "start_sha256": started_from or None,
        "mask_sha256": request.get("mask"),
    }
