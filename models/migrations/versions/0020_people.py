"""People: passwords, the municipality's own sign-in, and sessions that can be ended."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("password_hash", sa.String(), nullable=True))
    op.add_column("account", sa.Column("subject", sa.String(), nullable=True))
    op.add_column("account", sa.Column("last_signed_in_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("account", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_unique_constraint("uq_account_subject", "account", ["subject"])
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_provider", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_session_account_id_account"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_session"),
    )
    op.create_index("ix_session_account_id", "session", ["account_id"])


def downgrade() -> None:
    op.drop_table("session")
    op.drop_constraint("uq_account_subject", "account")
    for column in ("closed_at", "last_signed_in_at", "subject", "password_hash"):
        op.drop_column("account", column)
