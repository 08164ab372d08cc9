"""Readers: who gets the digests of an audience, by which way, and how they want them. Addresses here are personal data."""

from collections.abc import Collection, Sequence
from datetime import datetime, time

from sqlalchemy import BigInteger, Boolean, ForeignKey, Identity, SmallInteger, UniqueConstraint, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, words
from models.delivery import Delivery
from models.words import DeliveryStatus, DeliveryWay, DigestKind

EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
"""Days of the week, Monday is 1."""


class Reader(Base):
    """One address that reads the digests of one audience. It gets nothing before it is confirmed, nor once it unsubscribed or bounces."""

    __tablename__ = "reader"
    __table_args__ = (UniqueConstraint("audience", "way", "recipient"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    audience: Mapped[str]
    """A department's id, or one of the audiences of `models.digest`."""
    way: Mapped[DeliveryWay] = mapped_column(words(DeliveryWay), default=DeliveryWay.SMTP)
    recipient: Mapped[str]
    """An e-mail address, or the name of an entry in channels.yaml."""
    name: Mapped[str] = mapped_column(default="", server_default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who asked for it while signed in: finds the preferences without the mail."""
    standing: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    """Written in the configuration: goes when it leaves the configuration."""
    kinds: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=lambda: [kind.value for kind in DigestKind])
    """Which kinds of digest: values of `DigestKind`."""
    themes: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))
    """Themes and sub-themes; empty: all."""
    places: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))
    """Neighbourhoods; empty: all."""
    weekdays: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), default=lambda: list(EVERY_DAY))
    hour: Mapped[time | None]
    """On the municipality's clocks; None: as soon as the digest is there."""
    only_rising: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    language: Mapped[str] = mapped_column(default="nl", server_default="nl")
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """Since when it gets digests."""
    unsubscribed_at: Mapped[datetime | None]
    bouncing_since: Mapped[datetime | None]
    mended_at: Mapped[datetime | None]
    """When somebody said that the address works again."""


def readers_of(session: Session, audience: str) -> Sequence[Reader]:
    """Who gets the digests of an audience at present."""
    present = Reader.confirmed_at.is_not(None), Reader.unsubscribed_at.is_(None), Reader.bouncing_since.is_(None)
    return session.scalars(select(Reader).where(Reader.audience == audience, *present).order_by(Reader.id)).all()


def every_reader(session: Session) -> Sequence[Reader]:
    """All of them, by audience and address, those who left last."""
    order = Reader.audience, Reader.unsubscribed_at.is_not(None), Reader.recipient
    return session.scalars(select(Reader).order_by(*order)).all()


def reader_at(session: Session, audience: str, way: DeliveryWay, recipient: str) -> Reader | None:
    """The reader of this audience with this address."""
    return session.scalar(select(Reader).where(Reader.audience == audience, Reader.way == way, Reader.recipient == recipient))


def readers_with_account(session: Session, account_id: int) -> Sequence[Reader]:
    """What an account reads."""
    query = select(Reader).where(Reader.account_id == account_id, Reader.unsubscribed_at.is_(None))
    return session.scalars(query.order_by(Reader.audience)).all()


def reader_counts(session: Session) -> dict[str, int]:
    """How many read the digests of each audience, by audience."""
    present = Reader.confirmed_at.is_not(None), Reader.unsubscribed_at.is_(None), Reader.bouncing_since.is_(None)
    query = select(Reader.audience, func.count()).where(*present).group_by(Reader.audience)
    return {row[0]: row[1] for row in session.execute(query)}


def refused_readers(session: Session, patience: int) -> Sequence[Reader]:
    """Readers whose address the mail server refused for good since it last worked. A delivery that was given up on after `patience`
    attempts says nothing about the address.
    """
    since = func.coalesce(Reader.mended_at, Reader.confirmed_at)
    refused = select(Delivery.id).where(
        Delivery.recipient == Reader.recipient,
        Delivery.way == DeliveryWay.SMTP,
        Delivery.status == DeliveryStatus.DEAD,
        Delivery.attempts < patience,
        Delivery.created_at >= since,
    )
    asked = select(Reader).where(Reader.way == DeliveryWay.SMTP, Reader.bouncing_since.is_(None), Reader.unsubscribed_at.is_(None))
    return session.scalars(asked.where(refused.exists()).order_by(Reader.id)).all()


def readers_to_write_off(session: Session, recipient: str) -> Sequence[Reader]:
    """Whatever reads at this e-mail address and is not known to bounce."""
    asked = Reader.way == DeliveryWay.SMTP, Reader.recipient == recipient, Reader.bouncing_since.is_(None), Reader.unsubscribed_at.is_(None)
    return session.scalars(select(Reader).where(*asked).order_by(Reader.id)).all()


def personal_addresses(session: Session, recipients: Collection[str]) -> frozenset[str]:
    """Which of these are addresses of readers, and not of the configuration: personal data."""
    mine = select(Reader.recipient).where(Reader.recipient.in_(recipients), Reader.way == DeliveryWay.SMTP)
    return frozenset(session.scalars(mine.group_by(Reader.recipient).having(~func.bool_or(Reader.standing))))


def keys_sent_to(session: Session, recipient: str, limit: int = 200) -> Sequence[str]:
    """The keys of the letters that were last sent to an e-mail address."""
    sent = select(Delivery.key).where(Delivery.recipient == recipient, Delivery.status == DeliveryStatus.SENT)
    return session.scalars(sent.order_by(Delivery.id.desc()).limit(limit)).all()


def forget_readers(session: Session, left_before: datetime, asked_before: datetime) -> int:
    """Erase who unsubscribed before one moment, and who asked before another and never confirmed; how many. Their address is also taken
    out of what was sent to it, unless it still reads something.
    """
    asked_only = Reader.confirmed_at.is_(None) & (Reader.created_at < asked_before)
    gone = session.scalars(
        delete(Reader).where((Reader.unsubscribed_at < left_before) | asked_only, ~Reader.standing).returning(Reader.recipient)
    ).all()
    still = select(Reader.recipient)
    session.execute(
        update(Delivery)
        .where(Delivery.recipient.in_(gone), Delivery.recipient.not_in(still), Delivery.status != DeliveryStatus.WAITING)
        .where(Delivery.key.startswith("digest/") | Delivery.key.startswith("reader/"))
        .values(recipient="")
    )
    return len(gone)
