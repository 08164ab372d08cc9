"""Sessions: the signed cookie holds a random number and the token of forms; who it is stands in the table, where it can be ended."""

import hmac
import secrets
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy.orm import Session
from starlette.requests import Request

from dashboards.people.sign_in_file import SignInFile
from models.account import Account
from models.keys import made_once
from models.signed_in import SignedIn, end_session, forget_old_sessions, signed_in

COOKIE = "luisterpost"
HOLDS = "session"
"""Under which name the cookie holds the number of the session."""


def session_key(folder: Path) -> str:
    """The key that signs cookies: made once, readable by this user only. Removing the file signs everyone out."""
    return made_once(folder / "session.key")


def begin(request: Request, session: Session, account: Account, now: datetime, *, by_provider: bool = False) -> None:
    """Sign somebody in. The cookie gets a new number and a new form token, whatever it held before."""
    leave(request, session)
    token = secrets.token_urlsafe(32)
    request.session[HOLDS] = token
    session.add(SignedIn(token_hash=_hash(token), account_id=account.id, started_at=now, seen_at=now, by_provider=by_provider))
    account.last_signed_in_at = now
    forget_old_sessions(session, now - _rules(request).lasts)


def whose(request: Request, session: Session, now: datetime) -> Account | None:
    """Who is signed in with this cookie."""
    token = request.session.get(HOLDS)
    rules = _rules(request)
    return signed_in(session, _hash(token), now, rules.idle, rules.lasts) if isinstance(token, str) else None


def leave(request: Request, session: Session) -> bool:
    """Sign this browser out; whether the municipality's own sign-in has to be told."""
    token = request.session.get(HOLDS)
    request.session.clear()
    return bool(end_session(session, _hash(token))) if isinstance(token, str) else False


def csrf_token(request: Request) -> str:
    """The token of this visitor's forms, made at the first form."""
    if "csrf" not in request.session:
        request.session["csrf"] = secrets.token_urlsafe(24)
    token: str = request.session["csrf"]
    return token


def carries_token(request: Request, given: str) -> bool:
    """Whether a form was sent from one of our own pages."""
    expected: str = request.session.get("csrf", "")
    return bool(expected) and hmac.compare_digest(expected.encode(), given.encode())


def _rules(request: Request) -> SignInFile:
    rules: SignInFile = request.app.state.sign_in
    return rules


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
