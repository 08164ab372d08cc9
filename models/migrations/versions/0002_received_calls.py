"""calls that sources make to us"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "received_call",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("delivery", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_received_call_source_id_source")),
        sa.PrimaryKeyConstraint("source_id", "delivery", name=op.f("pk_received_call")),
    )
    op.create_index("ix_received_call_received_at", "received_call", ["received_at"])
    op.add_column("source_run", sa.Column("pushed", sa.Boolean(), server_default=sa.text("false"), nullable=False))


def downgrade() -> None:
    op.drop_column("source_run", "pushed")
    op.drop_index("ix_received_call_received_at", "received_call")
    op.drop_table("received_call")
