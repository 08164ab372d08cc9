"""What a person confirmed about the columns of an export whose mapping sources.yaml does not name."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Row, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, distinct_on
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.account import Account
from models.base import Base


class ColumnMapping(Base):
    """Which column holds what, for every file of a source with this header. Lines are added, never changed: the newest holds."""

    __tablename__ = "column_mapping"
    __table_args__ = (Index("ix_column_mapping_source_id_header", "source_id", "header"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    header: Mapped[str]
    """Digest of the headings, whatever their order."""
    headings: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    columns: Mapped[dict[str, Any]]
    """Headings by what they hold, as under `columns` in sources.yaml."""
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime]


def mappings_of(session: Session, source_id: str) -> dict[str, ColumnMapping]:
    """The mapping that holds for each header of a source that a person confirmed, by header."""
    newest = (
        select(ColumnMapping)
        .ext(distinct_on(ColumnMapping.header))
        .where(ColumnMapping.source_id == source_id)
        .order_by(ColumnMapping.header, ColumnMapping.id.desc())
    )
    return {mapping.header: mapping for mapping in session.scalars(newest)}


def confirmed_for(session: Session, source_id: str) -> Sequence[Row[ColumnMapping, str]]:
    """Everything that was ever confirmed for a source, newest first, with who did."""
    query = select(ColumnMapping, Account.name).join(Account, Account.id == ColumnMapping.account_id)
    return session.execute(query.where(ColumnMapping.source_id == source_id).order_by(ColumnMapping.id.desc())).all()
