"""What the rules saw, what else they decided, who confirmed them; alerts that wait their turn; places of a neighbouring municipality."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("place", sa.Column("outside", sa.String()))
    op.add_column("rule_set", sa.Column("confirmed_by", sa.String()))
    op.add_column("routing", sa.Column("facts", postgresql.JSONB()))
    op.add_column("routing", sa.Column("latest_facts", postgresql.JSONB()))
    op.create_index("ix_routing_decided_at", "routing", ["decided_at"])
    op.create_table(
        "further_routing",
        sa.Column("routing_id", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("department_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["routing_id"], ["routing.id"], name=op.f("fk_further_routing_routing_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_further_routing_department_id")),
        sa.PrimaryKeyConstraint("routing_id", "rank", name=op.f("pk_further_routing")),
    )
    op.create_table(
        "alert",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("signal_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger()),
        sa.Column("addressee", sa.String(), nullable=False),
        sa.Column("way", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("sub", sa.String(), nullable=False),
        sa.Column("areas", postgresql.ARRAY(sa.TEXT()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("urgency", sa.Float(), nullable=False),
        sa.Column("always", sa.Boolean(), nullable=False),
        sa.Column("a_day", sa.Integer()),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("told_at", MOMENT),
        sa.Column("delivery_key", sa.String()),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], name=op.f("fk_alert_signal_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_alert_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("key", name=op.f("uq_alert_key")),
    )
    op.create_index("ix_alert_waiting", "alert", ["due_at"], postgresql_where=sa.text("told_at IS NULL"))
    op.create_index("ix_alert_raised_at", "alert", ["raised_at"])
    op.create_index("ix_alert_signal_id", "alert", ["signal_id"])

    op.create_table(
        "good_file",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_good_file")),
    )


def downgrade() -> None:
    op.drop_table("good_file")
    op.drop_table("alert")
    op.drop_table("further_routing")
    op.drop_index("ix_routing_decided_at", "routing")
    op.drop_column("routing", "latest_facts")
    op.drop_column("routing", "facts")
    op.drop_column("rule_set", "confirmed_by")
    op.drop_column("place", "outside")
