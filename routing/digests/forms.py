"""The forms of a digest: a letter in HTML and plain text, with the links that Matomo can count and the words under each item."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from models.language import Language, speaking
from routing.digests.content import DigestContent, spark
from routing.digests.letters import Letter, plain, write
from routing.readers.links import Medium, tagged

BAR = 40
"""Height of the highest bar of a curve, in pixels."""
TEMPLATE = "digest"


class LetterLinks(Protocol):
    """What a letter links to that its content does not know; an empty address is left out. See routing.readers.sending.ReaderLinks."""

    @property
    def useful(self) -> Mapping[int, str]: ...
    @property
    def not_for_us(self) -> Mapping[int, str]: ...
    @property
    def seen(self) -> str: ...
    @property
    def feed(self) -> str: ...
    @property
    def preferences(self) -> str: ...
    @property
    def unsubscribe(self) -> str: ...


@dataclass(frozen=True)
class NoLinks:
    """A letter that is only looked at."""

    useful: Mapping[int, str] = field(default_factory=dict)
    not_for_us: Mapping[int, str] = field(default_factory=dict)
    seen: str = ""
    feed: str = ""
    preferences: str = ""
    unsubscribe: str = ""


NO_LINKS = NoLinks()


@speaking(Language.DUTCH)
def letter_of(content: DigestContent, links: LetterLinks = NO_LINKS) -> Letter:
    """The digest as HTML and as plain text."""
    curve = content.lead.curve if content.lead else ()
    most = max(curve, default=0)
    bars = [max(2, round(BAR * count / most)) for count in curve] if most else []
    return write(TEMPLATE, content.subject, {**_context(content, links), "bars": bars})


def words_of(content: DigestContent) -> int:
    """How many words a reader meets: those of the plain text, without addresses and signs."""
    text = plain(TEMPLATE, _context(content, NO_LINKS))
    return sum(any(sign.isalnum() for sign in word) for word in text.split() if "://" not in word)


def _context(content: DigestContent, links: LetterLinks) -> dict[str, object]:
    return {
        "digest": content,
        "links": links,
        "spark": spark(content.lead.curve) if content.lead else "",
        "to": partial(_link, content),
    }


def _link(content: DigestContent, url: str, item: str = "") -> str:
    """A link with the campaign of this digest."""
    return tagged(url, content.audience, content.kind, content.day, item or None, Medium.EMAIL)
