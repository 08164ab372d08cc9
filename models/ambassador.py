"""Ambassadors: residents who said yes to being asked. Who they are is kept by webcare elsewhere; whoever withdraws is erased here."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, delete, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base


class Ambassador(Base):
    """Somebody who said yes. Nothing here leads to what this person wrote."""

    __tablename__ = "ambassador"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    called: Mapped[str]
    """A name of their own choice that tells a stranger nothing."""
    kept_at: Mapped[str]
    """Where webcare keeps how to reach this person: a number in the contact system, never an address."""
    themes: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))
    said_yes_on: Mapped[date]
    said_yes_by: Mapped[str]
    """By which way: on the phone, in a form, at an evening."""
    withdraw: Mapped[str]
    """How this person was told to withdraw."""
    written_by: Mapped[str]
    written_at: Mapped[datetime]


class Invitation(Base):
    """What an ambassador was asked for."""

    __tablename__ = "invitation"
    __table_args__ = (Index("ix_invitation_ambassador_id", "ambassador_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ambassador_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("ambassador.id", ondelete="CASCADE"))
    asked_for: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]


def ambassadors(session: Session) -> Sequence[Ambassador]:
    """Everybody who said yes, by name."""
    return session.scalars(select(Ambassador).order_by(Ambassador.called, Ambassador.id)).all()


def invitations(session: Session) -> dict[int, list[Invitation]]:
    """What each of them was asked for, newest first; those who were asked for nothing are absent."""
    found = defaultdict[int, list[Invitation]](list)
    for row in session.scalars(select(Invitation).order_by(Invitation.asked_at.desc(), Invitation.id.desc())):
        found[row.ambassador_id].append(row)
    return dict(found)


def erase_ambassador(session: Session, ambassador_id: int) -> bool:
    """Forget somebody, with everything they were asked for; False where there is nobody."""
    gone = delete(Ambassador).where(Ambassador.id == ambassador_id).returning(Ambassador.id)
    return session.scalar(gone) is not None
