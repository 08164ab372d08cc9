"""What became of a signal: the lines of its history."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signal_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("signal_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("other_signal_id", sa.BigInteger(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["other_signal_id"], ["signal.id"], name=op.f("fk_signal_event_other_signal_id")),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], name=op.f("fk_signal_event_signal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_event")),
    )
    op.create_index("ix_signal_event_signal_id_at", "signal_event", ["signal_id", "at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_signal_event_signal_id_at", table_name="signal_event")
    op.drop_table("signal_event")
