"""What is unusual about a burst, over how many hours; and signals that keep coming for weeks."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kinds = sa.Enum("piek", "nieuw", "sluipend", name="burstkind", native_enum=False, length=40)
    op.add_column("burst", sa.Column("kind", kinds, server_default="piek", nullable=False))
    op.add_column("burst", sa.Column("hours", sa.Integer(), server_default=sa.text("24"), nullable=False))
    op.add_column("burst", sa.Column("everywhere", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.drop_constraint("uq_burst_signal_id_day", "burst", type_="unique")
    op.create_unique_constraint("uq_burst_signal_id_day_kind", "burst", ["signal_id", "day", "kind"])
    op.add_column("signal", sa.Column("lasting", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("signal", sa.Column("lasting_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("signal", "lasting_on")
    op.drop_column("signal", "lasting")
    op.execute("DELETE FROM burst WHERE kind <> 'piek'")
    op.drop_constraint("uq_burst_signal_id_day_kind", "burst", type_="unique")
    op.create_unique_constraint("uq_burst_signal_id_day", "burst", ["signal_id", "day"])
    op.drop_column("burst", "everywhere")
    op.drop_column("burst", "hours")
    op.drop_column("burst", "kind")
