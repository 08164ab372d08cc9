"""Digests of several kinds, edited before they go, and the crisis that has one every hour."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crisis",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("themes", postgresql.ARRAY(sa.TEXT()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("places", postgresql.ARRAY(sa.TEXT()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("words", postgresql.ARRAY(sa.TEXT()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("declared_by", sa.String(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crisis")),
    )
    op.add_column("department", sa.Column("edit_minutes", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("digest", sa.Column("slot", sa.String(), server_default=sa.text("''"), nullable=False))
    op.add_column("digest", sa.Column("crisis_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_digest_crisis_id"), "digest", "crisis", ["crisis_id"], ["id"])
    op.add_column("digest", sa.Column("goes_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("digest", sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE digest SET goes_at = built_at, gone_at = built_at")
    op.add_column("digest", sa.Column("original", postgresql.JSONB(), nullable=True))
    op.add_column("digest", sa.Column("edited_by", sa.String(), nullable=True))
    op.add_column("digest", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("digest", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.drop_constraint("uq_digest_audience_kind_day", "digest", type_="unique")
    op.create_unique_constraint("uq_digest_audience_kind_day_slot", "digest", ["audience", "kind", "day", "slot"])
    op.create_index("ix_digest_to_go", "digest", ["goes_at"], postgresql_where=sa.text("gone_at IS NULL"))


def downgrade() -> None:
    op.drop_index("ix_digest_to_go", table_name="digest")
    op.execute("DELETE FROM delivery WHERE digest_id IN (SELECT id FROM digest WHERE kind <> 'daily')")
    op.execute("DELETE FROM digest WHERE kind <> 'daily'")
    op.drop_constraint("uq_digest_audience_kind_day_slot", "digest", type_="unique")
    op.create_unique_constraint("uq_digest_audience_kind_day", "digest", ["audience", "kind", "day"])
    for column in ("version", "edited_at", "edited_by", "original", "gone_at", "goes_at", "crisis_id", "slot"):
        op.drop_column("digest", column)
    op.drop_column("department", "edit_minutes")
    op.drop_table("crisis")
