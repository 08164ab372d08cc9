"""Tickets wait, are refused, merged, linked, taken by a person and helped along; their history is a chain that shows tampering."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

HASH = """
CREATE FUNCTION ticket_event_hash(line ticket_event) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(json_build_array(
        line.ticket_id, line.number, to_char(line.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        line.step, line.actor, line.department_id, line.note, encode(line.before, 'hex')
    )::text, 'UTF8'))
$$
"""
CHAIN = """
CREATE FUNCTION ticket_event_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    story ticket%ROWTYPE;
BEGIN
    SELECT * INTO story FROM ticket WHERE id = NEW.ticket_id FOR NO KEY UPDATE;
    NEW.number := coalesce(story.lines, 0) + 1;
    NEW.before := coalesce(story.head, '');
    NEW.hash := ticket_event_hash(NEW);
    UPDATE ticket SET lines = NEW.number, head = NEW.hash WHERE id = NEW.ticket_id;
    PERFORM pg_notify('luisterpost_tickets', json_build_object('ticket', NEW.ticket_id, 'departments', ARRAY(
        SELECT story.department_id UNION SELECT department_id FROM ticket_department WHERE ticket_id = NEW.ticket_id
    ))::text);
    RETURN NEW;
END
$$
"""
PRESENT = """
DO $$
DECLARE
    line ticket_event%ROWTYPE;
    last ticket_event%ROWTYPE;
BEGIN
    FOR line IN SELECT * FROM ticket_event ORDER BY ticket_id, at, id LOOP
        IF last.ticket_id IS DISTINCT FROM line.ticket_id THEN
            last.number := 0;
            last.hash := '';
        END IF;
        line.number := last.number + 1;
        line.before := last.hash;
        line.hash := ticket_event_hash(line);
        UPDATE ticket_event SET number = line.number, before = line.before, hash = line.hash WHERE id = line.id;
        UPDATE ticket SET lines = line.number, head = line.hash WHERE id = line.ticket_id;
        last := line;
    END LOOP;
END
$$
"""
FORBID = """
CREATE FUNCTION ticket_event_forbid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of a ticket is added to, never changed';
END
$$
"""


def upgrade() -> None:
    op.add_column("department", sa.Column("escalation", sa.String(), nullable=True))
    _ticket()
    op.create_table(
        "ticket_department",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("department_id", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_department_ticket_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_ticket_department_department_id")),
        sa.PrimaryKeyConstraint("ticket_id", "department_id", name=op.f("pk_ticket_department")),
    )
    op.create_index("ix_ticket_department_help", "ticket_department", ["department_id"])
    op.create_table(
        "ticket_link",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ticket_id < other_id", name=op.f("ck_ticket_link_order")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_link_ticket_id")),
        sa.ForeignKeyConstraint(["other_id"], ["ticket.id"], name=op.f("fk_ticket_link_other_id")),
        sa.PrimaryKeyConstraint("ticket_id", "other_id", name=op.f("pk_ticket_link")),
    )
    op.create_index("ix_ticket_link_other_id", "ticket_link", ["other_id"])
    _history()


def _ticket() -> None:
    op.add_column("ticket", sa.Column("running_since", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE ticket SET running_since = opened_at")
    op.alter_column("ticket", "running_since", nullable=False)
    op.add_column("ticket", sa.Column("waiting_for", sa.String(), nullable=True))
    op.add_column("ticket", sa.Column("waiting_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("ticket", sa.Column("assignee_id", sa.Integer(), nullable=True))
    op.add_column("ticket", sa.Column("merged_into", sa.BigInteger(), nullable=True))
    op.add_column("ticket", sa.Column("lines", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("ticket", sa.Column("head", sa.LargeBinary(), server_default=sa.text("''"), nullable=False))
    op.create_foreign_key(op.f("fk_ticket_assignee_id"), "ticket", "account", ["assignee_id"], ["id"])
    op.create_foreign_key(op.f("fk_ticket_merged_into"), "ticket", "ticket", ["merged_into"], ["id"])
    op.create_index("ix_ticket_merged_into", "ticket", ["merged_into"], postgresql_where=sa.text("merged_into IS NOT NULL"))


def _history() -> None:
    op.add_column("ticket_event", sa.Column("number", sa.Integer(), nullable=True))
    op.add_column("ticket_event", sa.Column("before", sa.LargeBinary(), nullable=True))
    op.add_column("ticket_event", sa.Column("hash", sa.LargeBinary(), nullable=True))
    for statement in (HASH, PRESENT, CHAIN, FORBID):
        op.execute(statement)
    for column in ("number", "before", "hash"):
        op.alter_column("ticket_event", column, nullable=False)
    op.drop_index("ix_ticket_event_ticket_id", table_name="ticket_event")
    op.create_unique_constraint(op.f("uq_ticket_event_ticket_id_number"), "ticket_event", ["ticket_id", "number"])
    op.execute("CREATE TRIGGER ticket_event_chain BEFORE INSERT ON ticket_event FOR EACH ROW EXECUTE FUNCTION ticket_event_chain()")
    op.execute(
        "CREATE TRIGGER ticket_event_forbid BEFORE UPDATE OR DELETE OR TRUNCATE ON ticket_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION ticket_event_forbid()"
    )


def downgrade() -> None:
    for name in ("ticket_event_chain", "ticket_event_forbid"):
        op.execute(f"DROP TRIGGER {name} ON ticket_event")
        op.execute(f"DROP FUNCTION {name}()")
    op.execute("DROP FUNCTION ticket_event_hash(ticket_event)")
    op.drop_constraint(op.f("uq_ticket_event_ticket_id_number"), "ticket_event")
    op.create_index("ix_ticket_event_ticket_id", "ticket_event", ["ticket_id"])
    for column in ("hash", "before", "number"):
        op.drop_column("ticket_event", column)
    op.drop_table("ticket_link")
    op.drop_table("ticket_department")
    op.drop_index("ix_ticket_merged_into", table_name="ticket")
    for column in ("head", "lines", "merged_into", "assignee_id", "waiting_until", "waiting_for", "running_since"):
        op.drop_column("ticket", column)
    op.drop_column("department", "escalation")
