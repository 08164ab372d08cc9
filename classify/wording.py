"""Text into words as residents write them: links, handles, hashtags, numbers and emoji included."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

LINK, HANDLE, NUMBER, MASK, PLACE = "<link>", "<account>", "<getal>", "<gemaskeerd>", "<plek>"
"""What stands in the place of words that say nothing by their letters."""

MOST_CHARACTERS = 5_000
"""Of a longer message only this beginning is read."""

_TOKEN = re.compile(
    r"((?:https?://|www\.)[^\s<>]+|\[[a-z -]{2,24}\]|«[^«»\s]{2,24}»|[@#]\w+|\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’`][^\W\d_]+)*|\w|\s+|.)( ?)",
    re.DOTALL,
)
_STRETCHED = re.compile(r"(.)\1{2,}")
_CAMEL = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}(?![a-z])|\d+")


Piece = tuple[str, str]
"""A token and the single space after it, or an empty string."""


def tokens(text: str) -> list[Piece]:
    """The pieces of a text in order, each with the single space after it or an empty string; joined they are the text."""
    return _TOKEN.findall(text)


@lru_cache(maxsize=1)
def _no_marks() -> dict[int, None]:
    return dict.fromkeys(range(768, 880)) | dict.fromkeys((0x200B, 0x200C, 0x200D, 0xFEFF, 0xAD, 0xFE0F), None)


def plain(text: str) -> str:
    """Lower case without accents or invisible characters: `Händelplein` becomes `handelplein`."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text).translate(_no_marks()).lower()


def spoken(pieces: Sequence[Piece]) -> list[str]:
    """The words of a text in lower case and with their accents; no links, numbers or marks."""
    return [token.lower() for token, _ in pieces if token[0].isalpha() and "://" not in token and not token.startswith("www.")]


def words(token: str) -> tuple[str, ...]:
    """What one token says: mostly one word; a hashtag may hold several, white space none."""
    first = token[0]
    if first.isspace():
        return ()
    if first == "@" and len(token) > 1:
        return (HANDLE,)
    if first in "«[" and len(token) > 1:
        return (MASK,)
    if first == "#" and len(token) > 1:
        return tuple(_shortened(plain(part)) for part in _CAMEL.findall(token)) or (plain(token[1:]),)
    if "://" in token or token.startswith("www."):
        return (LINK,)
    if first.isdigit():
        return (NUMBER,)
    word = _shortened(plain(token)).replace("’", "'").replace("`", "'")
    return (word,) if word else ()


def _shortened(word: str) -> str:
    return _STRETCHED.sub(_twice, word) if len(word) > 3 else word


def _twice(stretched: re.Match[str]) -> str:
    return stretched[1] * 2


def ngrams(word: str, shortest: int, longest: int) -> list[str]:
    """The pieces of a word with its borders, `_kliko_`: every run of `shortest` to `longest` characters."""
    bordered = f"_{word}_"
    length = len(bordered)
    return [bordered[i : i + n] for n in range(shortest, min(longest, length) + 1) for i in range(length - n + 1)]
