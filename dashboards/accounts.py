"""Signing in: one-time links, and what each role may do. Only a hash of a link's token is kept."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy.orm import Session

from models.account import Account, SignInLink, keep_account, take_link, usable_link
from models.ticket import Ticket
from models.words import Role

LINK_LASTS = timedelta(hours=24)


def sign_in_link(session: Session, name: str, role: Role, department_id: str | None, now: datetime) -> str:
    """A path that signs this account in, once, within 24 hours. The account is made where it is not there yet.

    Raises:
        ValueError: a department's account without a department, or a department for another role.
    """
    if (role is Role.DEPARTMENT) != (department_id is not None):
        raise ValueError("An account of a department names its department; another account names none.")
    token = secrets.token_urlsafe(32)
    account = keep_account(session, name, role, department_id, now)
    session.add(SignInLink(token_hash=_hash(token), account_id=account.id, expires_at=now + LINK_LASTS, used_at=None))
    session.flush()
    return f"/aanmelden/{token}"


def greeted(session: Session, token: str, now: datetime) -> Account | None:
    """Whom this link would sign in; looking does not use it up, because mail scanners look too."""
    return usable_link(session, _hash(token), now)


def sign_in(session: Session, token: str, now: datetime) -> Account | None:
    """Use the link up. None where it is unknown, used or too old."""
    return take_link(session, _hash(token), now)


def may_act(account: Account, ticket: Ticket) -> bool:
    """Whether this account may change this ticket: a department its own, the newsroom and administrators all."""
    return account.role is not Role.DEPARTMENT or account.department_id == ticket.department_id


def may_mend(account: Account) -> bool:
    """Whether this account may try rejected rows again."""
    return account.role in (Role.NEWSROOM, Role.ADMINISTRATOR)


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
