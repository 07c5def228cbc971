"""Turns drawn for judging, with the verdicts that confidence is calibrated on."""

import sqlalchemy as sa
from alembic import op

from baton.core.types import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "turnlabel",
        sa.Column("turn_id", sa.String(), nullable=False),
        sa.Column("drawn_at", UtcDateTime(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("judged_by", sa.String(), nullable=True),
        sa.Column("judged_at", UtcDateTime(), nullable=True),
        sa.Column("held_out", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("turn_id"),
    )
    op.create_index(op.f("ix_turnlabel_judged_at"), "turnlabel", ["judged_at"], unique=False)
