"""Words that came up and words that went away, between what is asked and what it is compared with.

Method: log-odds ratio with an informative Dirichlet prior, in units of its standard deviation (Monroe, Colaresi and Quinn 2008), over how
many people used each word. A word of fewer than five people is never shown.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log, sqrt

from dashboards.trends.few import FEWEST

READ = 1500
"""The newest messages of each period that are read."""
SHOWN = 15
SURE = 1.96
PRIOR = 50.0
"""Words' worth of belief that both periods speak alike."""
WORD = re.compile(r"[^\W\d_]{4,}")
MASKED = re.compile(r"\[[^\]]*\]|https?://\S+")


@dataclass(frozen=True)
class Word:
    """A word, and how many people used it now and before; None for fewer than five."""

    word: str
    now: int | None
    before: int | None


def people_by_word(said: Iterable[tuple[str, str | None]]) -> Counter[str]:
    """How many people used each word; a message of nobody named is somebody else's."""
    seen: set[tuple[str, str]] = set()
    for number, (text, author) in enumerate(said):
        seen |= {(word, author or f"#{number}") for word in WORD.findall(MASKED.sub(" ", text).lower())}
    return Counter(word for word, _ in seen)


def changed(now: Counter[str], before: Counter[str]) -> tuple[list[Word], list[Word]]:
    """The words that rose and those that fell most surely."""
    both = now + before
    sums = now.total(), before.total(), both.total()
    if not all(sums):
        return [], []
    sure = {word: _z(now[word], before[word], both[word], *sums) for word, people in both.items() if people >= FEWEST}
    order = sorted(sure, key=lambda word: (-sure[word], word))
    rising = [word for word in order if sure[word] >= SURE and now[word] >= FEWEST][:SHOWN]
    falling = [word for word in reversed(order) if sure[word] <= -SURE and before[word] >= FEWEST][:SHOWN]
    return [_word(word, now, before) for word in rising], [_word(word, now, before) for word in falling]


def _z(now: int, before: int, both: int, all_now: int, all_before: int, all_both: int) -> float:
    prior = PRIOR * both / all_both
    here = log((now + prior) / (all_now + PRIOR - now - prior))
    there = log((before + prior) / (all_before + PRIOR - before - prior))
    return (here - there) / sqrt(1 / (now + prior) + 1 / (before + prior))


def _word(word: str, now: Counter[str], before: Counter[str]) -> Word:
    return Word(word, *(None if 0 < count < FEWEST else count for count in (now[word], before[word])))
