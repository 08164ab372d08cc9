"""What one author wrote in a period is found without reading all that the author ever wrote."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_message_author_published_at", "message", ["author", "published_at"])
    op.drop_index("ix_message_author", table_name="message")


def downgrade() -> None:
    op.create_index("ix_message_author", "message", ["author"])
    op.drop_index("ix_message_author_published_at", table_name="message")
