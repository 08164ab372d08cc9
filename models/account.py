"""Who may look: accounts of the web application and their one-time sign-in links."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

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
