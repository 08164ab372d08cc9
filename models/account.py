"""Who may look: accounts of the web application and their one-time sign-in links."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, words
from models.words import Role


class Account(Base):
    """A person who may sign in. A department's or webcare's account names its department, and handles its tickets."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role] = mapped_column(words(Role))
    department_id: Mapped[str | None] = mapped_column(ForeignKey("department.id"))
    created_at: Mapped[datetime]
    password_hash: Mapped[str | None]
    subject: Mapped[str | None] = mapped_column(unique=True)
    """Whom the municipality's own sign-in calls this: `issuer#sub`."""
    last_signed_in_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    """From when this person may not sign in any more; what they did stays."""


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


def may_handle(account: Account, department_ids: Collection[str]) -> bool:
    """Whether this account may act on what lies with these departments: the newsroom and administrators all, others their own."""
    return account.role in (Role.NEWSROOM, Role.ADMINISTRATOR) or account.department_id in department_ids


def colleagues(session: Session, department_ids: Collection[str]) -> Sequence[Account]:
    """The accounts of these departments, by name."""
    return session.scalars(select(Account).where(Account.department_id.in_(department_ids)).order_by(Account.name)).all()


def names_of(session: Session, account_ids: Collection[int]) -> dict[int, str]:
    """What these accounts are called."""
    return {row[0]: row[1] for row in session.execute(select(Account.id, Account.name).where(Account.id.in_(account_ids)))}


def account_named(session: Session, name: str) -> Account | None:
    """The open account of this name."""
    return session.scalar(select(Account).where(Account.name == name, Account.closed_at.is_(None)))


def account_called(session: Session, name: str) -> Account | None:
    """The account of this name, open or closed."""
    return session.scalar(select(Account).where(Account.name == name))


def account_of_subject(session: Session, subject: str) -> Account | None:
    """The account of somebody from the municipality's own sign-in."""
    return session.scalar(select(Account).where(Account.subject == subject))


def free_name(session: Session, name: str) -> str:
    """This name, or with a number behind it where somebody else has it."""
    taken = set(session.scalars(select(Account.name).where(Account.name.startswith(name, autoescape=True))))
    return next(one for one in (name, *(f"{name} ({number})" for number in range(2, len(taken) + 3))) if one not in taken)


def every_account(session: Session) -> Sequence[Account]:
    """All accounts by name, those that are closed last."""
    return session.scalars(select(Account).order_by(Account.closed_at.is_not(None), Account.name)).all()


def administrators(session: Session, but: int) -> int:
    """How many open administrators there are besides one account."""
    query = select(func.count()).where(Account.role == Role.ADMINISTRATOR, Account.closed_at.is_(None), Account.id != but)
    return session.scalar(query) or 0


def usable_link(session: Session, token_hash: bytes, now: datetime) -> Account | None:
    """Whom a link signs in, if it can still be used."""
    usable = (SignInLink.token_hash == token_hash) & SignInLink.used_at.is_(None) & (SignInLink.expires_at > now)
    return session.scalar(select(Account).join(SignInLink, SignInLink.account_id == Account.id).where(usable, Account.closed_at.is_(None)))


def take_link(session: Session, token_hash: bytes, now: datetime) -> Account | None:
    """Use a link up: of two who try at once, one gets the account and the other None."""
    usable = (SignInLink.token_hash == token_hash) & SignInLink.used_at.is_(None) & (SignInLink.expires_at > now)
    taken = session.scalar(update(SignInLink).where(usable).values(used_at=now).returning(SignInLink.account_id))
    account = None if taken is None else session.get(Account, taken)
    return account if account is not None and account.closed_at is None else None
