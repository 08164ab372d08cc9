"""Passwords of local accounts: argon2 hashes, and what a password must be."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models.language import _

FEWEST, MOST = 12, 200


class PasswordError(Exception):
    """A password that cannot be kept; the message says why."""


def kept(password: str, again: str, name: str) -> str:
    """The hash to keep.

    Raises:
        PasswordError: too short, too long, the person's own name, one character all along, or typed differently the second time.
    """
    if password != again:
        raise PasswordError(_("De twee wachtwoorden zijn niet gelijk. Typ ze nog eens."))
    if not FEWEST <= len(password) <= MOST:
        raise PasswordError(
            _(
                "Een wachtwoord heeft %(fewest)s tot %(most)s tekens. Een zin van een paar woorden is goed te onthouden.",
                fewest=FEWEST,
                most=MOST,
            )
        )
    if len(set(password)) < 5 or name.casefold() in password.casefold():
        raise PasswordError(_("Dit wachtwoord is te makkelijk te raden. Kies een paar woorden die niets met uw naam te maken hebben."))
    return _hasher().hash(password)


def fits(password: str, hashed: str | None) -> bool:
    """Whether this is the password; without one to compare with it takes as long, so that nobody learns who has an account."""
    try:
        return _hasher().verify(hashed or _nobodys(), password[:MOST]) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(hashed: str) -> bool:
    """Whether the hash was made more lightly than we make them now."""
    return _hasher().check_needs_rehash(hashed)


def again(password: str) -> str:
    """A fresh hash of a password that just fitted."""
    return _hasher().hash(password)


@lru_cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache
def _nobodys() -> str:
    return _hasher().hash("nobody has this password")
