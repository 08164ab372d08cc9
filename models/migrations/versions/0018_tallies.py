"""Tallies by day, kept by what the database itself marks; and the words of messages, to search in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MESSAGE_MARKS = """
CREATE FUNCTION message_marks_tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO tally_due (day) SELECT DISTINCT (published_at AT TIME ZONE 'UTC')::date FROM after;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO tally_due (day) SELECT DISTINCT (published_at AT TIME ZONE 'UTC')::date FROM before;
    ELSE
        INSERT INTO tally_due (day) SELECT DISTINCT (changed.at AT TIME ZONE 'UTC')::date
        FROM before JOIN after ON after.id = before.id, LATERAL (VALUES (before.published_at), (after.published_at)) AS changed (at)
        WHERE (before.published_at, before.channel, before.medium, before.source_id, before.by_municipality, before.deleted_at, before.text)
            IS DISTINCT FROM
            (after.published_at, after.channel, after.medium, after.source_id, after.by_municipality, after.deleted_at, after.text);
    END IF;
    RETURN NULL;
END $$
"""
ANNOTATION_MARKS = """
CREATE FUNCTION annotation_marks_tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        INSERT INTO tally_due (day)
            SELECT DISTINCT (m.published_at AT TIME ZONE 'UTC')::date FROM after JOIN message m ON m.id = after.message_id;
    END IF;
    IF TG_OP IN ('DELETE', 'UPDATE') THEN
        INSERT INTO tally_due (day)
            SELECT DISTINCT (m.published_at AT TIME ZONE 'UTC')::date FROM before JOIN message m ON m.id = before.message_id;
    END IF;
    RETURN NULL;
END $$
"""
TRANSITIONS = {"INSERT": "NEW TABLE AS after", "DELETE": "OLD TABLE AS before", "UPDATE": "OLD TABLE AS before NEW TABLE AS after"}
MARKED = {
    "message": "message_marks_tally",
    "annotation": "annotation_marks_tally",
    "annotation_theme": "annotation_marks_tally",
    "annotation_place": "annotation_marks_tally",
}
ACCENTED, PLAIN = "áàâäãåéèêëíìîïóòôöõúùûüñçÁÀÂÄÃÅÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÑÇ", "aaaaaaeeeeiiiiooooouuuuncAAAAAAEEEEIIIIOOOOOUUUUNC"
SEARCH_TEXT = f"""
CREATE FUNCTION search_text(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN translate(said, '{ACCENTED}', '{PLAIN}')
"""
WORDS_GO = """
CREATE FUNCTION message_search_words_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM message_words WHERE message_id = NEW.id;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("version", sa.Uuid(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("cells", sa.LargeBinary(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_tally"),
    )
    op.create_table(
        "tally_name",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("names", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tally_name"),
        sa.UniqueConstraint("side", "names", name="uq_tally_name_side_names"),
    )
    op.create_table(
        "tally_due",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tally_due"),
    )
    op.create_table(
        "message_words",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.Uuid(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_message_words_message_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id", name="pk_message_words"),
    )
    op.create_index("ix_message_words_words", "message_words", ["words"], postgresql_using="gin")
    op.create_index("ix_message_words_published_at", "message_words", ["published_at"])
    for function in (MESSAGE_MARKS, ANNOTATION_MARKS, SEARCH_TEXT, WORDS_GO):
        op.execute(function)
    for table, function in MARKED.items():
        for verb, transition in TRANSITIONS.items():
            op.execute(
                f"CREATE TRIGGER {table}_{verb.lower()}_marks_tally AFTER {verb} ON {table} REFERENCING {transition} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            )
    op.execute(
        "CREATE TRIGGER message_search_words_go AFTER UPDATE OF text, deleted_at, published_at ON message FOR EACH ROW WHEN "
        "((NEW.text, NEW.deleted_at, NEW.published_at) IS DISTINCT FROM (OLD.text, OLD.deleted_at, OLD.published_at)) "
        "EXECUTE FUNCTION message_search_words_go()"
    )
    op.execute("INSERT INTO tally_due (day) SELECT DISTINCT (published_at AT TIME ZONE 'UTC')::date FROM message")


def downgrade() -> None:
    op.execute("DROP TRIGGER message_search_words_go ON message")
    for table in MARKED:
        for verb in TRANSITIONS:
            op.execute(f"DROP TRIGGER {table}_{verb.lower()}_marks_tally ON {table}")
    for function in ("message_search_words_go", "annotation_marks_tally", "message_marks_tally"):
        op.execute(f"DROP FUNCTION {function}()")
    for table in ("message_words", "tally_due", "tally_name", "tally"):
        op.drop_table(table)
    op.execute("DROP FUNCTION search_text(text)")
