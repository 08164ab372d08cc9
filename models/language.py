"""The languages of the pages. Everything is written in Dutch; English comes from `locale/en/LC_MESSAGES/luisterpost.po`.

A text is translated where it is said, in the language of whoever is spoken to: `speaking` holds for one request, in whichever thread
its view runs. Outside a request (mail, digests, alerts, whatever is stored) that is Dutch.
"""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from models.settings import ROOT

CATALOGUES = ROOT / "locale"


class Language(StrEnum):
    """A language that the pages speak; the value is what HTML and an address call it."""

    DUTCH = "nl"
    ENGLISH = "en"

    @property
    def locale(self) -> str:
        """Whose notation of numbers and days it uses."""
        return {Language.DUTCH: "nl_NL", Language.ENGLISH: "en_GB"}[self]


_spoken: ContextVar[Language] = ContextVar("spoken", default=Language.DUTCH)


def spoken() -> Language:
    """The language of whoever is spoken to now."""
    return _spoken.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak this language for a while; as a decorator too, for what is stored and is Dutch whoever asked for it."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def msgid(text: str) -> str:
    """Marks a text for the catalogue that is translated where it is shown."""
    return text


def translated(text: str) -> str:
    """The text as it stands in the catalogue, its `%(name)s` not yet filled in."""
    return catalogue(spoken()).gettext(text) if text else text


def one_or_more(one: str, more: str, count: int) -> str:
    """The text for so many, its `%(name)s` not yet filled in."""
    return catalogue(spoken()).ngettext(one, more, count)


def _(text: str, **named: object) -> str:
    """The text in the language of whoever is spoken to; `%(name)s` is filled in, and `%%` is a percent sign, as in the templates."""
    return translated(text) % named


@cache
def catalogue(language: Language) -> gettext.NullTranslations:
    """What a language makes of the Dutch texts; compiled here, so that no file can be older than the catalogue."""
    if language is Language.DUTCH:
        return gettext.NullTranslations()
    with (CATALOGUES / language / "LC_MESSAGES" / "luisterpost.po").open("rb") as file:
        written = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, written)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
