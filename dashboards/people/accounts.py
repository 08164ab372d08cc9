"""Signing in with one-time links and passwords. Only hashes are kept."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy.orm import Session

from dashboards.people import passwords
from models.account import Account, SignInLink, account_named, keep_account, take_link, usable_link
from models.language import _
from models.signed_in import end_sessions_of
from models.words import Role

LINK_LASTS = timedelta(hours=24)
WITH_DEPARTMENT = frozenset({Role.DEPARTMENT, Role.WEBCARE})
"""The accounts of these roles belong to a department."""


def sign_in_link(session: Session, name: str, role: Role, department_id: str | None, now: datetime) -> str:
    """A path that signs this account in, once, within 24 hours. The account is made where it is not there yet.

    Raises:
        ValueError: a department's or webcare's account without a department, or a department for another role.
    """
    if (role in WITH_DEPARTMENT) != (department_id is not None):
        raise ValueError("Een account van een afdeling of van webcare noemt zijn afdeling (--department); een ander account niet.")
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


def with_password(session: Session, name: str, password: str) -> Account | None:
    """The account of this name and password. A wrong name takes as long as a wrong password."""
    account = account_named(session, name)
    if not passwords.fits(password, account.password_hash if account else None) or account is None or account.password_hash is None:
        return None
    if passwords.outdated(account.password_hash):
        account.password_hash = passwords.again(password)
    return account


def set_password(session: Session, account: Account, present: str, new: str, again: str) -> None:
    """Give an account a password, and sign it out everywhere.

    Raises:
        PasswordError: the present one is not right, or the new one cannot be kept.
    """
    if account.password_hash is not None and not passwords.fits(present, account.password_hash):
        raise passwords.PasswordError(_("Uw huidige wachtwoord klopt niet. Weet u het niet meer, vraag dan uw beheerder om een link."))
    account.password_hash = passwords.kept(new, again, account.name)
    end_sessions_of(session, account.id)


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
