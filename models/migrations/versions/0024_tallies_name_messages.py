"""Tallies name the message of each cell, so that those a question counts are found without looking for them; all days are counted anew."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

COUNT_AGAIN = (
    "INSERT INTO tally_due (day) SELECT DISTINCT (published_at AT TIME ZONE 'UTC')::date FROM message",
    "DELETE FROM tally",
)


def upgrade() -> None:
    for statement in COUNT_AGAIN:
        op.execute(statement)


def downgrade() -> None:
    for statement in COUNT_AGAIN:
        op.execute(statement)
