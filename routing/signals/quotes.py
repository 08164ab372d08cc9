"""The most telling words of residents: informative, of moderate length, from different people, and never the rawest. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from routing.digests.letters import shortened

LONGEST = 180
SHORTEST = 25
TOO_ALIKE = 75.0
_RAW = re.compile(
    r"\b(?:kloot\w*|lul\w*|hufter\w*|kut\w*|klote\w*|klere\w*|god(?:ver|som)\w*|kanker\w*|tering\w*|tyfus\w*|idio\w*|debiel\w*|shit\w*|fuck\w*|hoer\w*|eikel\w*|"
    r"klojo\w*|schijt\w*|mongo\w*|tuig|achterlijk\w*|mafkees|sukkels?|rot ?op)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{5,}")
_STEM = 6
_EMPTY_WORDS = frozenset(
    "gemeen iemand niemand wanneer waarom daarom mensen moeten kunnen worden hebben hadden zouden zullen willen gewoon alweer iedere "
    "allemaal melden meldt melding vraagt beller klant bewone anders andere steeds vanoch gister vandaa morgen zonder binnen buiten "
    "straat wordt eigenl helema gewees jullie graag groet groete rivier".split()
)
_LOUD = re.compile(r"[!?]{2,}|[A-Z]{4,}(?:\s+[A-Z]{3,})+")


@dataclass(frozen=True, slots=True)
class Said:
    """One message that might be quoted: masked text, who said it, and whether it names a place."""

    id: int
    text: str
    voice: str
    placed: bool
    tone: float


def most_telling(said: Sequence[Said], most: int = 3) -> list[tuple[int, str]]:
    """Message ids with the words to show, at most one of each voice and none like another, most telling first."""
    spoken = Counter(word for one in said for word in content_words(one.text))
    ranked = sorted(said, key=lambda one: (-_worth(one, spoken, len(said)), one.id))
    chosen: list[tuple[int, str]] = []
    voices: set[str] = set()
    for one in ranked:
        text = shortened(one.text, LONGEST)
        if len(text) < SHORTEST or is_raw(one.text) or one.voice in voices:
            continue
        if any(fuzz.token_set_ratio(text.lower(), other.lower()) >= TOO_ALIKE for _, other in chosen):
            continue
        chosen.append((one.id, text))
        voices.add(one.voice)
        if len(chosen) == most:
            break
    return chosen


def _worth(one: Said, spoken: Counter[str], messages: int) -> float:
    """Words that others use too, said in one breath, with a place; loudness and rage count against it."""
    words = content_words(one.text)
    shared = sum(min(1.0, 4.0 * (spoken[word] - 1) / max(messages, 4)) for word in words)
    length = len(one.text)
    moderate = 1.0 if 60 <= length <= LONGEST else 0.5 if length < 60 else 0.4
    return shared * moderate + 0.5 * one.placed + min(len(words), 8) * 0.1 - 1.0 * bool(_LOUD.search(one.text)) - max(0.0, -one.tone - 0.8)


def is_raw(text: str) -> bool:
    """Whether it holds words that are not repeated to others."""
    return _RAW.search(text) is not None


def content_words(text: str) -> frozenset[str]:
    """The longer words of a text, cut to their beginning so that inflections meet; without words that any message may hold."""
    return frozenset(stem for word in _WORD.findall(text.lower()) if (stem := word[:_STEM]) not in _EMPTY_WORDS)
