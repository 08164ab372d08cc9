"""The border: what a source said goes in, what may be stored comes out."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from ingest.border.pseudonyms import NAMELESS, Pseudonyms, plain
from ingest.page import Pseudonym, Rejected
from ingest.privacy import Masked, link, mask

MAX_TEXT = 100_000
MAX_KEY = 300
"""Longer identifiers are stored as their hash: an index takes no key beyond some 2,700 bytes."""


@dataclass(frozen=True)
class Border:
    """One municipality's border: its key, the accounts that are its own, and the people in public office whom it names itself."""

    pseudonyms: Pseudonyms
    own_accounts: frozenset[str]
    public_names: frozenset[str] = frozenset()

    def masked(self, text: str) -> Masked:
        """The text as it may be stored, and whether it is sensitive."""
        return mask(storable(text)[:MAX_TEXT], self.own_accounts, self.public_names)

    def pseudonym(self, author: str | None, network: str) -> str | None:
        """The author as he may be stored; one who was set aside earlier already is."""
        return str(author) if isinstance(author, Pseudonym) else self.pseudonyms.of(author, network)

    def former(self, author: str | None, network: str) -> list[str]:
        """How the author was stored under old keys."""
        return [] if isinstance(author, Pseudonym) or not self.pseudonyms.old else self.pseudonyms.former(author, network)

    def is_own(self, author: str | None) -> bool:
        """Whether this is the municipality itself."""
        return author is not None and plain(author) in self.own_accounts

    def kept(self, row: Rejected, network: str) -> dict[str, Any]:
        """What is kept of a rejected row: its author as a pseudonym, everything that was written masked."""
        fields = row.item.get("fields")
        if not isinstance(fields, dict):
            return {name: storable(value) if isinstance(value, str) else value for name, value in row.item.items()}
        author = fields.get("author")
        kept: dict[str, Any] = {name: self.masked(str(value)).text for name, value in fields.items() if name not in ("id", "author", "url")}
        if "id" in fields:
            kept["id"] = storable(str(fields["id"]))
        if shown := link(storable(str(fields.get("url") or "")), str(author) if author else None):
            kept["url"] = shown
        if author is not None and plain(str(author)) not in NAMELESS:
            kept["author"] = {"pseudonym": self.pseudonym(author, str(fields.get("medium") or network))}
        return row.item | {"fields": kept}


def storable(text: str) -> str:
    """Without what PostgreSQL refuses: NUL characters and halves of surrogate pairs."""
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def key(text: str) -> str:
    """An identifier short enough for an index."""
    text = storable(text)
    return text if len(text) <= MAX_KEY else sha256(text.encode()).hexdigest()
