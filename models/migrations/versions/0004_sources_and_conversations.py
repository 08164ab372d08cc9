"""A message that several sources bring is one; replies find what they reply to; a source that keeps failing is left in peace."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("source", sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("source", sa.Column("open_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("message", sa.Column("parent_id", sa.BigInteger(), nullable=True))
    op.add_column("message", sa.Column("identity", sa.LargeBinary(), nullable=True))
    op.add_column("message", sa.Column("parent_identity", sa.LargeBinary(), nullable=True))
    op.create_foreign_key(op.f("fk_message_parent_id"), "message", "message", ["parent_id"], ["id"], ondelete="SET NULL")
    op.create_index("ix_message_parent_id", "message", ["parent_id"], postgresql_where=sa.text("parent_id IS NOT NULL"))
    op.create_index("uq_message_identity", "message", ["identity"], unique=True, postgresql_where=sa.text("identity IS NOT NULL"))
    op.create_index(
        "ix_message_parent_identity",
        "message",
        ["parent_identity"],
        postgresql_where=sa.text("parent_id IS NULL AND parent_identity IS NOT NULL"),
    )
    op.add_column("origin", sa.Column("in_reply_to", sa.String(), nullable=True))
    op.add_column("origin", sa.Column("private", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index("ix_origin_in_reply_to", "origin", ["source_id", "in_reply_to"], postgresql_where=sa.text("in_reply_to IS NOT NULL"))
    op.execute(
        "UPDATE origin SET in_reply_to = message.in_reply_to, private = message.private FROM message "
        "WHERE message.id = origin.message_id AND (message.in_reply_to IS NOT NULL OR message.private)"
    )
    op.execute(
        "UPDATE message SET parent_id = parent.message_id FROM origin child "
        "JOIN origin parent ON parent.source_id = child.source_id AND parent.external_id = child.in_reply_to "
        "WHERE message.id = child.message_id AND parent.message_id <> child.message_id"
    )


def downgrade() -> None:
    op.drop_index("ix_origin_in_reply_to", table_name="origin")
    op.drop_column("origin", "private")
    op.drop_column("origin", "in_reply_to")
    op.drop_index("ix_message_parent_identity", table_name="message")
    op.drop_index("uq_message_identity", table_name="message")
    op.drop_index("ix_message_parent_id", table_name="message")
    op.drop_constraint(op.f("fk_message_parent_id"), "message", type_="foreignkey")
    op.drop_column("message", "parent_identity")
    op.drop_column("message", "identity")
    op.drop_column("message", "parent_id")
    op.drop_column("source", "open_since")
    op.drop_column("source", "failures")
