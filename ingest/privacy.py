"""Masks what points to a person before anything is stored.

Most messages hold nothing to mask, so a cheap sieve goes first. What is masked becomes a placeholder such as `[telefoon]`, the same one
for the same number or person (`[naam 1]`, `[naam 2]` where there are several); masking twice changes nothing, and nothing leads back.
Streets and house numbers without a postcode stay: where something is the matter is what departments need to know.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from ingest.masking import marks, names
from ingest.masking.health import about_health
from ingest.masking.placeholders import Found, Personal, pieces, without_private_use
from ingest.masking.sieve import Hint, hints

__all__ = ["Masked", "Personal", "link", "mask"]


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without personal data, and which kinds were in it. `sensitive`: it tells about somebody's health."""

    text: str
    kinds: frozenset[Personal] = frozenset()
    sensitive: bool = False


_HIDING = re.compile(r"(?<=[\w@.+])[\u00ad\u200b\u2060\ufeff]+(?=[\w@.])")
"""Characters without width between letters: they are there to hide something, or by accident."""
_WIDE = re.compile("[\uff01-\uff5e]|(?![0-9])\\d")


def mask(text: str, own_accounts: Collection[str] = (), public_names: Collection[str] = ()) -> Masked:
    """Replace personal data by placeholders.

    `own_accounts` are handles of the municipality itself, `public_names` people in public office: those stay.
    Takes any text in time that grows with its length, and never raises.
    """
    text = text if text.isascii() else _seen(text)
    if not (hinted := hints(text)):
        return Masked(text)
    found, sensitive = Found(), Hint.HEALTH in hinted and about_health(text)
    own, public = marks.handles(frozenset(own_accounts)), frozenset(name.casefold() for name in public_names)
    while True:
        before = text
        if Hint.MARKS in hinted:
            text = marks.mask_marks(text, own, found)
        text = _mask_names(text, hinted | hints(text) if text != before else hinted, found, public)
        if text == before:
            return Masked(found.close(text), found.kinds, sensitive)
        hinted = hints(text)


def link(url: str | None, author: str | None) -> str | None:
    """An address without its author's name in it: X leads to a post by number alone; where nothing but the name leads there, None."""
    if url is None or author is None:
        return url
    name = author.lstrip("@").split("@")[0].casefold()
    if len(name) < 2 or name not in url.casefold():
        return url
    if match := re.match(r"(https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/)[^/]+(/status/\d+)", url, re.I):
        return f"{match[1]}i{match[2]}"
    return None


def _seen(text: str) -> str:
    """The text as a reader sees it: nothing hidden between letters, digits and signs of double width as ordinary ones."""
    text = _HIDING.sub("", without_private_use(text))
    return _WIDE.sub(
        lambda match: unicodedata.normalize("NFKC", match[0]) if match[0] > "\uff00" else str(unicodedata.digit(match[0])), text
    )


def _mask_names(text: str, hinted: Collection[names.Cue | Hint], found: Found, public: frozenset[str]) -> str:
    """Names that a cue gives away, wherever they return in the message."""
    spans = [
        (start, end)
        for start, end in names.spans(text, [hint for hint in hinted if isinstance(hint, names.Cue)])
        if text[start:end].casefold() not in public
    ]
    if not spans:
        return text
    said = {text[start:end] for start, end in spans}
    for start, end in reversed(spans):
        text = f"{text[:start]}{found.take(Personal.NAME, text[start:end])}{text[end:]}"
    again = sorted((name for name in said if " " in name or len(name) >= 5), key=len, reverse=True)[:20]
    if again:
        pattern = re.compile(r"(?<![\w\[-])(?:" + "|".join(map(re.escape, again)) + r")(?![\w\]-])")
        text = "".join(
            part
            if index % 2
            else pattern.sub(lambda m: m[0] if names.in_office(m.string, m.start()) else found.take(Personal.NAME, m[0]), part)
            for index, part in enumerate(pieces(text))
        )
    return text
