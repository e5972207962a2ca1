"""Events, their bodies, and the record projection."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the first tables."""
    op.create_table(
        "event",
        sa.Column("seq", _SEQUENCE, primary_key=True, autoincrement=False),
        sa.Column("event_id", sa.String(36), nullable=False, unique=True),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("envelope", sa.Text, nullable=False),
    )
    op.create_index("ix_event_run_id", "event", ["run_id"])
    op.create_table(
        "event_body",
        sa.Column("event_id", sa.String(36), sa.ForeignKey("event.event_id"), primary_key=True),
        sa.Column("salt", sa.LargeBinary(32), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "record",
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("seq", _SEQUENCE, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
    )
    op.create_index("ix_record_run_id", "record", ["run_id", "kind", "seq"])
