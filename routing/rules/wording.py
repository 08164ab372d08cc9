"""Whether a message has the words that a rule asks for, in whatever inflection."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import snowballstemmer

from routing.rules.conditions import Words

_WORD = re.compile(r"[^\W_]+")
_stemmer = snowballstemmer.stemmer("dutch")


def counted(asked: Sequence[Words], texts: Iterable[str]) -> dict[str, int]:
    """By the key of each condition: in how many of the texts its words occur."""
    if not asked:
        return {}
    read = [stemmed(text) for text in texts]
    return {words.key: sum(occur(words, text) for text in read) for words in asked}


def occur(words: Words, text: str) -> bool:
    """Whether a text, stemmed, has one of `any` and every one of `all`."""
    return (not words.any or any(stemmed(phrase) in text for phrase in words.any)) and all(stemmed(phrase) in text for phrase in words.all)


def stemmed(text: str) -> str:
    """The stems of a text's words between spaces, so that one phrase within another is a substring: ` de rat lop op strat `."""
    return f" {' '.join(_stem(word) for word in _WORD.findall(text.lower()))} "


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    stem: str = _stemmer.stemWord(word)
    return stem
