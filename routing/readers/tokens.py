"""Addresses that only we can make: what a link is for and about whom is signed, so that no account is needed and nothing can be guessed.

The address holds a number, never an e-mail address.
"""

from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from models.keys import made_once
from models.language import _
from models.settings import settings
from routing.errors import RoutingError

LONGEST = 400
"""Characters of a token that are looked at."""


class Purpose(StrEnum):
    """What a link is for; a link for one thing opens nothing else. The value is the first part of the address."""

    PREFERENCES = "voorkeuren"
    UNSUBSCRIBE = "afmelden"
    CONFIRM = "bericht-ontvangen"
    FEEDBACK = "terugmelding"
    FEED = "feed"


class BadLink(RoutingError):
    """This address was not made here, or not as it is now."""

    def __init__(self) -> None:
        super().__init__(_("Dit adres klopt niet (meer). Open de link uit het laatste bericht dat u kreeg."))


def link(purpose: Purpose, *about: int | str, ending: str = "") -> str:
    """The whole address of a page for `purpose`, about this."""
    return f"{settings().public_url.rstrip('/')}/{purpose}/{signed(purpose, *about)}{ending}"


def signed(purpose: Purpose, *about: int | str) -> str:
    """`about` as a token that can stand in an address."""
    return _serializer(purpose).dumps(list(about))


def opened(purpose: Purpose, token: str, *shape: type) -> Sequence[Any]:
    """What a token is about; `shape` are the types that it must have.

    Raises:
        BadLink: it was not signed here for this purpose.
    """
    try:
        about = _serializer(purpose).loads(token[:LONGEST])
    except BadData as error:
        raise BadLink from error
    if not isinstance(about, list) or [type(one) for one in about] != list(shape):
        raise BadLink
    return about


def _serializer(purpose: Purpose) -> URLSafeSerializer:
    key = made_once(settings().keys / "links.key")
    return URLSafeSerializer(key, salt=f"luisterpost/{purpose}", signer_kwargs={"digest_method": sha256})
