"""The cheap sieve before all masking: one walk over the text tells what to look for. Most messages hold nothing, and stop here."""

import re
from enum import StrEnum

import ahocorasick

from ingest.masking import health, marks, names
from ingest.masking.names import Cue


class Hint(StrEnum):
    """What a text may hold besides names."""

    MARKS = "marks"
    HEALTH = "health"


_INITIAL = re.compile(r"[A-Z]\.")
_LOWER_MAY_FOLLOW = frozenset(("heet ", "gr ", "ene "))


def hints(text: str) -> set[Cue | Hint]:
    """What is worth looking for. Most cues of names that end in a space must have a capital behind them."""
    small = text.lower()
    same = len(small) == len(text)
    found = {hint for end, (hint, capital) in _SIEVE.iter(small) if not capital or not same or text[end + 1 : end + 2].isupper()}
    if marks.DIGITS.search(text) is not None:
        found.add(Hint.MARKS)
    if small == text:
        return found
    if _INITIAL.search(text) is not None:
        found.add(Cue.INITIALS)
    if names.has_first_name(text):
        found.add(Cue.FIRST_NAME)
    if health.ABBREVIATED.search(text) is not None:
        found.add(Hint.HEALTH)
    return found


def _sieve() -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for stem in health.STEMS:
        automaton.add_word(stem, (Hint.HEALTH, False))
    for sign in marks.SIGNS:
        automaton.add_word(sign, (Hint.MARKS, False))
    for cue, words in names.CUES.items():
        for word in words.split("|"):
            automaton.add_word(word, (cue, word[-1] == " " and word not in _LOWER_MAY_FOLLOW))
    automaton.make_automaton()
    return automaton


_SIEVE = _sieve()
