"""The signed cookie: its key, and the token that every form carries."""

import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from starlette.requests import Request

COOKIE = "luisterpost"
LASTS = 7 * 24 * 60 * 60
"""Seconds that a sign-in lasts."""


def session_key(folder: Path) -> str:
    """The key that signs cookies: made once, readable by this user only. Removing the file signs everyone out."""
    path = folder / "session.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = folder / f"session.key.{os.getpid()}"
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(unfinished, path)
        unfinished.unlink()
    return path.read_text()


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
