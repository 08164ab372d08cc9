"""How telling a word is: what two messages share counts for more, the fewer other messages hold it."""

import re
from collections import Counter
from collections.abc import Iterable
from math import log

_WORD = re.compile(r"[^\W\d_]{4,}")
STEM = 6
PRIOR = 200
"""How many messages our ignorance counts for: in a town of which little was heard yet, any word may be ordinary."""


def stems(text: str) -> frozenset[str]:
    """The words of a text of four letters and more, cut to their beginning so that inflections meet."""
    return frozenset(word[:STEM] for word in _WORD.findall(text.lower()))


class Ordinary:
    """How often each word comes in messages about anything."""

    def __init__(self) -> None:
        self._messages = 0
        self._holding: Counter[str] = Counter()

    def note(self, words: Iterable[str]) -> None:
        """The words of one more message."""
        self._messages += 1
        self._holding.update(words)

    def share(self, word: str) -> float:
        """In what part of all messages the word may be expected."""
        return (self._holding[word] + 1) / (self._messages + PRIOR)

    def rarity(self, word: str) -> float:
        """How telling: the logarithm of one in how many messages it is in."""
        return -log(self.share(word))
