"""Who let an offer of a handoff lapse, and when, so that they can be asked again."""

import sqlalchemy as sa
from alembic import op

from baton.core.types import Json, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("handoff", sa.Column("lapsed_by", Json(), nullable=True))
    op.add_column("handoff", sa.Column("lapsed_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE handoff SET lapsed_by = '[]'")
