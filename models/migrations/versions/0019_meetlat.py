"""The yardstick, and the months of conversation it is measured by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "community_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("month", name="pk_community_month"),
    )
    op.create_table(
        "assessment_answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("phase", sa.Integer(), nullable=False),
        sa.Column("remark", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("phase BETWEEN 1 AND 4", name="ck_assessment_answer_phase"),
        sa.PrimaryKeyConstraint("id", name="pk_assessment_answer"),
    )
    op.create_index("ix_assessment_answer_year_question", "assessment_answer", ["year", "question"])
    op.create_table(
        "assessment",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_assessment"),
    )
    op.create_table(
        "peer_assessment",
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("brought_by", sa.String(), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sender", "year", name="pk_peer_assessment"),
    )


def downgrade() -> None:
    for table in ("peer_assessment", "assessment", "assessment_answer", "community_month"):
        op.drop_table(table)
