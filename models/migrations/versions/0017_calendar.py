"""The municipality's calendar."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OCCASIONS = ("bericht", "vraag en antwoord", "vragenlijst", "bijeenkomst", "werkzaamheden", "besluit", "campagne", "evenement")


def upgrade() -> None:
    op.create_table(
        "calendar_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("occasion", sa.Enum(*OCCASIONS, name="occasion", native_enum=False, length=40), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("themes", postgresql.ARRAY(sa.TEXT()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("areas", postgresql.ARRAY(sa.TEXT()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_event"),
        sa.UniqueConstraint("uid", name="uq_calendar_event_uid"),
    )
    op.create_index("ix_calendar_event_first_last", "calendar_event", ["first", "last"])


def downgrade() -> None:
    op.drop_table("calendar_event")
