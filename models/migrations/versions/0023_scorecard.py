"""Surveys as counts by score, and figures that people entered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_import",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("survey", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("refused", postgresql.JSONB(), nullable=False),
        sa.Column("imported_by", sa.String(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_survey_import"),
    )
    op.create_index("ix_survey_import_survey_digest", "survey_import", ["survey", "digest"])
    op.create_table(
        "survey_month",
        sa.Column("survey", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("survey", "question", "month", name="pk_survey_month"),
        sa.ForeignKeyConstraint(["import_id"], ["survey_import.id"], name="fk_survey_month_import_id_survey_import"),
    )
    op.create_table(
        "hand_figure",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("figure", sa.String(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hand_figure"),
    )
    op.create_index("ix_hand_figure_figure_month", "hand_figure", ["figure", "month"])


def downgrade() -> None:
    op.drop_table("hand_figure")
    op.drop_table("survey_month")
    op.drop_table("survey_import")
