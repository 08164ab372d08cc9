"""Which column of an export holds what, and the message that a row then is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field

from ingest.page import Item, Pseudonym
from ingest.written.moments import NoMoment, moment
from models.configuration import Written

YES = frozenset("ja j yes y true waar 1 x privé prive private direct dm".split())
OUTGOING = YES | frozenset("uitgaand uit verzonden out outgoing outbound sent agent".split())
UTC_ZONE = ZoneInfo("UTC")


class Columns(Written):
    """Headings by what they hold. In JSON Lines a dot goes into an object: `klant.naam`."""

    text: str | Annotated[list[str], Field(min_length=1)]
    date: str
    time: str | None = None
    id: str | None = None
    author: str | None = None
    url: str | None = None
    answered: str | None = None
    edited: str | None = None
    medium: str | None = None
    private: str | None = None
    conversation: str | None = None
    in_reply_to: str | None = None
    reach: str | None = None
    outgoing: str | None = None
    """Says which rows the municipality wrote itself."""
    utc: bool = False
    """Moments without an offset are UTC, as some suites write them; else the clock of the municipality."""

    @cached_property
    def headings(self) -> list[tuple[str, str]]:
        """(field, heading) for all that is mapped; several text columns come in their order."""
        texts = [self.text] if isinstance(self.text, str) else self.text
        rest = [(name, value) for name, value in self.model_dump(exclude={"text", "utc"}).items() if value is not None]
        return [("text", heading) for heading in texts] + rest

    def zone(self, here: ZoneInfo) -> ZoneInfo:
        """On whose clock its moments are."""
        return UTC_ZONE if self.utc else here


class Unreadable(ValueError):
    """This row is no message; the message says why, in Dutch, without quoting it."""


def missing(columns: Columns, header: Sequence[str]) -> list[str]:
    """Mapped headings that this header does not have."""
    present = set(header)
    return [heading for _, heading in columns.headings if heading not in present]


@dataclass(frozen=True)
class Fields:
    """The named values of one row, as they stand there."""

    values: Mapping[str, Any]

    def item(self, zone: ZoneInfo, medium: str) -> Item:
        """The message that this row is.

        Raises:
            Unreadable: no text, no moment, or something else a message cannot do without.
        """
        values = self.values
        text = str(values.get("text") or "").strip()
        if not text:
            raise Unreadable("er staat geen tekst")
        try:
            published = moment(values.get("date"), zone, values.get("time"))
        except NoMoment as error:
            raise Unreadable(str(error)) from error
        author = values.get("author")
        return Item(
            external_id=_word(values.get("id")) or _fingerprint(text, published, author),
            text=text,
            published_at=published,
            author=author if isinstance(author, Pseudonym) else _word(author),
            url=_word(values.get("url")),
            conversation=_word(values.get("conversation")),
            in_reply_to=_word(values.get("in_reply_to")),
            answered_at=_maybe(values.get("answered"), zone),
            medium=_word(values.get("medium")) or medium,
            private=str(values.get("private") or "").strip().lower() in YES,
            by_municipality=str(values.get("outgoing") or "").strip().lower() in OUTGOING,
            reach=_count(values.get("reach")),
            edited_at=_maybe(values.get("edited"), zone),
        )


def _word(value: Any) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() or None


def _maybe(value: Any, zone: ZoneInfo) -> datetime | None:
    """A moment where there is one. "Ja" or "nee" in such a column says nothing about when, and is no reason to refuse the message."""
    if value is None or value == "":
        return None
    try:
        return moment(value, zone)
    except NoMoment:
        return None


def _count(value: Any) -> int:
    """How many saw it, 1 where nobody counted; `1.234` is Dutch for 1234."""
    if not value:
        return 1
    digits = re.sub(r"[.\s]", "", str(value or ""))
    return min(max(int(digits), 1), 2_000_000_000) if digits.isascii() and digits.isdigit() and len(digits) < 12 else 1


def _fingerprint(text: str, published: datetime, author: Any) -> str:
    """Stands in for an identifier where the export has none: the same row is recognised, an edited one is a new message."""
    return sha256(f"{published.isoformat()}\0{author or ''}\0{text}".encode("utf-8", "replace")).hexdigest()[:32]
