"""Who reads the digests and how they want them, what they think of them, and the secret addresses of feeds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reader",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("way", sa.String(length=40), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("standing", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("themes", postgresql.ARRAY(sa.TEXT()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("places", postgresql.ARRAY(sa.TEXT()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("weekdays", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("hour", sa.Time(), nullable=True),
        sa.Column("only_rising", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("language", sa.String(), server_default="nl", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unsubscribed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bouncing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_reader_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader")),
        sa.UniqueConstraint("audience", "way", "recipient", name=op.f("uq_reader_audience_way_recipient")),
    )
    op.create_table(
        "digest_feedback",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest_id", sa.BigInteger(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("signal_id", sa.BigInteger(), nullable=True),
        sa.Column("sub", sa.String(), server_default="", nullable=False),
        sa.Column("rule", sa.String(), server_default="", nullable=False),
        sa.Column("opinion", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["digest_id"], ["digest.id"], name=op.f("fk_digest_feedback_digest_id")),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], name=op.f("fk_digest_feedback_signal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_feedback")),
    )
    op.create_index("ix_digest_feedback_audience_at", "digest_feedback", ["audience", "at"], unique=False)
    op.create_index("ix_digest_feedback_digest_id", "digest_feedback", ["digest_id"], unique=False)
    op.create_table(
        "feed_address",
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("audience", name=op.f("pk_feed_address")),
    )


def downgrade() -> None:
    op.drop_table("feed_address")
    op.drop_index("ix_digest_feedback_digest_id", table_name="digest_feedback")
    op.drop_index("ix_digest_feedback_audience_at", table_name="digest_feedback")
    op.drop_table("digest_feedback")
    op.drop_table("reader")
