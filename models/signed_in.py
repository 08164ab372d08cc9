"""Who is signed in at this moment: one row for each browser, so that signing out and other rights hold at once."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, LargeBinary, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.account import Account
from models.base import Base

SEEN_EVERY = timedelta(minutes=5)
"""How exactly it is kept when somebody was last seen: a row is not written at every page."""


class SignedIn(Base):
    """One browser in which an account is signed in. Only the hash of what its cookie holds is kept."""

    __tablename__ = "session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    by_provider: Mapped[bool]
    """Whether the municipality's own sign-in let this person in, and has to be told when they leave."""


def signed_in(session: Session, token_hash: bytes, now: datetime, idle: timedelta, lasts: timedelta) -> Account | None:
    """The account behind a cookie; None where it ended, lay still longer than `idle`, is older than `lasts`, or the account is closed."""
    query = select(SignedIn, Account).join(Account, Account.id == SignedIn.account_id)
    query = query.where(SignedIn.token_hash == token_hash, SignedIn.seen_at > now - idle, SignedIn.started_at > now - lasts)
    found = session.execute(query.where(Account.closed_at.is_(None))).first()
    if found is None:
        return None
    if found[0].seen_at <= now - SEEN_EVERY:
        session.execute(update(SignedIn).where(SignedIn.token_hash == token_hash).values(seen_at=now))
    return found[1]


def end_session(session: Session, token_hash: bytes) -> bool | None:
    """Sign one browser out; whether the municipality's own sign-in had let it in, or None where nobody was signed in."""
    return session.scalar(delete(SignedIn).where(SignedIn.token_hash == token_hash).returning(SignedIn.by_provider))


def end_sessions_of(session: Session, account_id: int) -> int:
    """Sign an account out everywhere; in how many browsers it was signed in."""
    return len(session.scalars(delete(SignedIn).where(SignedIn.account_id == account_id).returning(SignedIn.account_id)).all())


def forget_old_sessions(session: Session, before: datetime) -> None:
    """Remove what began before a moment."""
    session.execute(delete(SignedIn).where(SignedIn.started_at < before))


def sessions_by_account(session: Session, seen_after: datetime, started_after: datetime) -> dict[int, int]:
    """In how many browsers each account is signed in."""
    query = select(SignedIn.account_id, func.count()).where(SignedIn.seen_at > seen_after, SignedIn.started_at > started_after)
    return {row[0]: row[1] for row in session.execute(query.group_by(SignedIn.account_id))}
