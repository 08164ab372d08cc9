"""Saved views: questions of trends that somebody gave a name, to come back to, share, and have mailed each week."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.account import Account
from models.base import Base
from models.trend import Trend
from models.words import Channel, Kind, Tone


class SavedView(Base):
    """One question under one name. Everybody who may see trends sees it; its owner changes it."""

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    name: Mapped[str]
    address: Mapped[dict[str, str]] = mapped_column(JSONB)
    """The question as the parameters of a link (dashboards.trends.question)."""
    weekly_to: Mapped[str | None]
    """The e-mail address that its figures go to each week."""
    saved_at: Mapped[datetime]

    def trend(self, first: date, last: date) -> Trend:
        """What it asks, of other days."""
        asked = self.address
        return Trend(
            first,
            last,
            asked.get("thema"),
            asked.get("plek"),
            Channel(asked["kanaal"]) if "kanaal" in asked else None,
            Kind(asked["soort"]) if "soort" in asked else None,
            tone=Tone(asked["toon"]) if "toon" in asked else None,
            language=asked.get("taal"),
            source=asked.get("bron"),
            words=asked.get("woorden", ""),
        )


def saved_views(session: Session) -> Sequence[tuple[SavedView, str]]:
    """Every saved view with its owner's name, by name."""
    query = select(SavedView, Account.name).join(Account, Account.id == SavedView.account_id)
    return [(view, name) for view, name in session.execute(query.order_by(SavedView.name, SavedView.id))]


def mailed_weekly(session: Session) -> Sequence[SavedView]:
    """The views whose figures are mailed."""
    return session.scalars(select(SavedView).where(SavedView.weekly_to.is_not(None)).order_by(SavedView.id)).all()
