"""What returns: stand-ups as they were held, choices and what came of them, answers somebody agreed to, and conversations ticked off."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

FORMS = ("antwoord", "bezoek", "vragenlijst", "q-en-a", "community", "focusgroep", "bestuur", "volgen")
STATUSES = ("concept", "voorgelegd", "teruggegeven", "akkoord", "in gebruik")
STEPS = ("geschreven", "voorgelegd", "teruggegeven", "akkoord", "voor het eerst gebruikt")
LINES_STAY = """
CREATE FUNCTION answer_event_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a line of the history of an answer is added, never changed or removed';
END $$;
CREATE TRIGGER answer_event_stays BEFORE UPDATE OR DELETE ON answer_event FOR EACH ROW EXECUTE FUNCTION answer_event_stays();
"""


def upgrade() -> None:
    op.create_table(
        "stand_up",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("present", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_up")),
        sa.UniqueConstraint("day", name=op.f("uq_stand_up_day")),
    )
    op.create_table(
        "choice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("signal_id", sa.BigInteger(), nullable=False),
        sa.Column("stand_up_id", sa.Integer(), nullable=True),
        sa.Column("form", sa.Enum(*FORMS, name="choiceform", native_enum=False, length=40), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("present", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("department_id", sa.String(), nullable=True),
        sa.Column("person", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome_by", sa.String(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_choice_department_id")),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], name=op.f("fk_choice_signal_id")),
        sa.ForeignKeyConstraint(["stand_up_id"], ["stand_up.id"], name=op.f("fk_choice_stand_up_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choice")),
    )
    op.create_index("ix_choice_signal_id", "choice", ["signal_id"], unique=False)
    op.create_index("ix_choice_stand_up_id", "choice", ["stand_up_id"], unique=False)
    op.create_table(
        "answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Enum(*STATUSES, name="answerstatus", native_enum=False, length=40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_hash", sa.String(), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_answer_ticket_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["account.id"], name=op.f("fk_answer_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_answer_ticket_id")),
    )
    op.create_table(
        "answer_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("answer_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.Enum(*STEPS, name="answerstep", native_enum=False, length=40), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("note", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_answer_event_account_id")),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_answer_event_answer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_event")),
    )
    op.create_index("ix_answer_event_answer_id", "answer_event", ["answer_id"], unique=False)
    op.execute(LINES_STAY)
    op.create_table(
        "hand_answer",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("answer_id", sa.BigInteger(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_hand_answer_answer_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_hand_answer_message_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_hand_answer")),
    )
    op.create_index("ix_hand_answer_answer_id", "hand_answer", ["answer_id"], unique=False)


def downgrade() -> None:
    for table in ("hand_answer", "answer_event", "answer", "choice", "stand_up"):
        op.drop_table(table)
    op.execute("DROP FUNCTION answer_event_stays()")
