"""What people confirmed about the columns of exports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "column_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("header", sa.String(), nullable=False),
        sa.Column("headings", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("columns", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_column_mapping_account_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_column_mapping_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_mapping")),
    )
    op.create_index("ix_column_mapping_source_id_header", "column_mapping", ["source_id", "header"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_column_mapping_source_id_header", table_name="column_mapping")
    op.drop_table("column_mapping")
