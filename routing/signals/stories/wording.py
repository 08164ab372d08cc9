"""How telling a word is: what two messages share counts for more, the fewer other messages hold it."""

import re
from collections import Counter
from collections.abc import Iterable
from math import log

_WORD = re.compile(r"[^\W\d_]{4,}")
STEM = 6
EVERYWHERE, FEW = 0.05, 20
"""The share of messages, and at least how many, from which a word is in, so to speak, everything."""
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

    def share(self, word: str, told: int = 0, size: int = 0) -> float:
        """In what part of the messages the word may be expected, beside `size` messages that hold it `told` times."""
        return (max(0, self._holding[word] - told) + 1) / (max(0, self._messages - size) + PRIOR)

    def rarity(self, word: str) -> float:
        """How telling: the logarithm of one in how many messages it is in."""
        return -log(self.share(word))

    def telling(self, words: Iterable[str]) -> list[str]:
        """Those that do not come everywhere."""
        holding, most = self._holding, max(FEW, EVERYWHERE * self._messages)
        return [word for word in words if holding[word] <= most]

    def rarest(self, words: Iterable[str], number: int) -> list[str]:
        """The rarest of them that more than one message holds."""
        holding = self._holding
        held = [(holding[word], word) for word in words]
        return [word for _, word in sorted(pair for pair in held if pair[0] > 1)[:number]]
