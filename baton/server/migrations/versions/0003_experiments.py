"""What a turn was judged on, whether it was taken in shadow mode, and the results of replays and backtests."""

import sqlalchemy as sa
from alembic import op

from baton.core.types import Json, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("turn", sa.Column("basis", Json(), nullable=True))
    op.add_column("turn", sa.Column("shadow", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE turn SET basis = '{}'")
    op.create_table(
        "experiment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("settings", Json(), nullable=True),
        sa.Column("summary", Json(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("experiment_by_age", "experiment", ["at"], unique=False)
    op.create_table(
        "experiment_row",
        sa.Column("experiment_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("body", Json(), nullable=True),
        sa.PrimaryKeyConstraint("experiment_id", "number"),
    )
    op.create_index(op.f("ix_experiment_row_conversation_id"), "experiment_row", ["conversation_id"], unique=False)
