"""learning from use: reasons, corrections, model versions and new words"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = ("vraag", "melding", "klacht", "compliment", "idee", "mening", "overig")
WORDS_GO = """
CREATE FUNCTION message_words_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.deleted_at IS NOT NULL OR NEW.text = '' THEN
        DELETE FROM correction WHERE message_id = NEW.id;
    ELSE
        UPDATE correction SET outdated = true WHERE message_id = NEW.id AND NOT outdated;
    END IF;
    UPDATE annotation SET reasons = '[]' WHERE message_id = NEW.id AND reasons <> '[]';
    RETURN NULL;
END $$;
CREATE TRIGGER message_words_go AFTER UPDATE OF text, deleted_at ON message FOR EACH ROW
    WHEN (NEW.text IS DISTINCT FROM OLD.text OR (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL))
    EXECUTE FUNCTION message_words_go();
"""
"""Whatever takes the words of a message away, or puts others in their place, takes along what was said about them."""


def upgrade() -> None:
    op.add_column(
        "annotation", sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False)
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.Enum("klopt", "verbeterd", "niet van ons", name="verdict", native_enum=False, length=40), nullable=False),
        sa.Column("themes", postgresql.ARRAY(sa.TEXT()), nullable=True),
        sa.Column("kind", sa.Enum(*KINDS, name="kind", native_enum=False, length=40), nullable=True),
        sa.Column("places", postgresql.ARRAY(sa.TEXT()), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=True),
        sa.Column("why", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("story", sa.BigInteger(), nullable=True),
        sa.Column("outdated", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_correction_account_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_correction_message_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index("ix_correction_message_id", "correction", ["message_id"])
    op.create_index("ix_correction_account_id_at", "correction", ["account_id", "at"])
    op.create_table(
        "model_version",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("examples", sa.Integer(), nullable=False),
        sa.Column("corrections", sa.Integer(), nullable=False),
        sa.Column("scores", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("in_use", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promoted_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_model_version")),
    )
    op.create_index("ix_model_version_in_use", "model_version", ["in_use"], unique=True, postgresql_where=sa.text("in_use"))
    op.create_table(
        "rising_word",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("before", sa.Float(), nullable=False),
        sa.Column("sub", sa.String(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("week", "word", name=op.f("pk_rising_word")),
    )
    op.execute(WORDS_GO)


def downgrade() -> None:
    op.execute("DROP TRIGGER message_words_go ON message")
    op.execute("DROP FUNCTION message_words_go()")
    op.drop_table("rising_word")
    op.drop_index("ix_model_version_in_use", "model_version")
    op.drop_table("model_version")
    op.drop_index("ix_correction_account_id_at", "correction")
    op.drop_index("ix_correction_message_id", "correction")
    op.drop_table("correction")
    op.drop_column("annotation", "reasons")
