"""Who may look: accounts of the web application and their one-time sign-in links."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, words
from models.words import Role


class Account(Base):
    """A person who may sign in. A department's account sees that department's tickets."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role] = mapped_column(words(Role))
    department_id: Mapped[str | None] = mapped_column(ForeignKey("department.id"))
    created_at: Mapped[datetime]


class SignInLink(Base):
    """A link that signs an account in, once. Only the hash of its token is kept."""

    __tablename__ = "sign_in_link"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


def keep_account(session: Session, name: str, role: Role, department_id: str | None, now: datetime) -> Account:
    """The account of this name, with this role; made where it is not there yet."""
    statement = insert(Account).values(name=name, role=role, department_id=department_id, created_at=now)
    statement = statement.on_conflict_do_update(index_elements=["name"], set_={"role": role, "department_id": department_id})
    return session.scalars(statement.returning(Account), execution_options={"populate_existing": True}).one()


def usable_link(session: Session, token_hash: bytes, now: datetime) -> Account | None:
    """Whom a link signs in, if it can still be used."""
    usable = (SignInLink.token_hash == token_hash) & SignInLink.used_at.is_(None) & (SignInLink.expires_at > now)
    return session.scalar(select(Account).join(SignInLink, SignInLink.account_id == Account.id).where(usable))


def take_link(session: Session, token_hash: bytes, now: datetime) -> Account | None:
    """Use a link up: of two who try at once, one gets the account and the other None."""
    usable = (SignInLink.token_hash == token_hash) & SignInLink.used_at.is_(None) & (SignInLink.expires_at > now)
    taken = session.scalar(update(SignInLink).where(usable).values(used_at=now).returning(SignInLink.account_id))
    return None if taken is None else session.get(Account, taken)
