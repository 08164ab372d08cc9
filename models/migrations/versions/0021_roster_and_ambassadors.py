"""Changes of the duty roster, and residents who said yes to being asked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roster_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name="ck_roster_change_order"),
        sa.PrimaryKeyConstraint("id", name="pk_roster_change"),
    )
    op.create_index("ix_roster_change_ends_at", "roster_change", ["ends_at"])
    op.create_table(
        "ambassador",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("called", sa.String(), nullable=False),
        sa.Column("kept_at", sa.String(), nullable=False),
        sa.Column("themes", postgresql.ARRAY(sa.TEXT()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("said_yes_on", sa.Date(), nullable=False),
        sa.Column("said_yes_by", sa.String(), nullable=False),
        sa.Column("withdraw", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ambassador"),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("ambassador_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_for", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ambassador_id"], ["ambassador.id"], name="fk_invitation_ambassador_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
    )
    op.create_index("ix_invitation_ambassador_id", "invitation", ["ambassador_id"])


def downgrade() -> None:
    for table in ("invitation", "ambassador", "roster_change"):
        op.drop_table(table)
