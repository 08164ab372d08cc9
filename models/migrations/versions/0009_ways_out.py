"""Ways out of the house: what is urgent goes first, a short form for chat, who had something sent again, tickets that live elsewhere too."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("delivery", sa.Column("brief", sa.String(), server_default="", nullable=False))
    op.add_column("delivery", sa.Column("unsubscribe", sa.String(), server_default="", nullable=False))
    op.add_column("department", sa.Column("target", sa.String(), nullable=True))
    op.create_table(
        "resend",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_resend_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resend")),
    )
    op.create_index(op.f("ix_resend_delivery_id"), "resend", ["delivery_id"])
    op.create_table(
        "outside_ticket",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("state", sa.String(), server_default="", nullable=False),
        sa.Column("told_lines", sa.Integer(), server_default="0", nullable=False),
        sa.Column("closed_there", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("let_go", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_outside_ticket_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "target", name=op.f("pk_outside_ticket")),
    )
    op.create_index(op.f("ix_outside_ticket_target_reference"), "outside_ticket", ["target", "reference"])


def downgrade() -> None:
    op.drop_table("outside_ticket")
    op.drop_table("resend")
    op.drop_column("department", "target")
    for column in ("unsubscribe", "brief", "urgent"):
        op.drop_column("delivery", column)
