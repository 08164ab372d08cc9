"""In which language a message is written. Most are settled by their small words; only the doubtful ones are weighed letter by letter."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

DUTCH = "nl"
UNKNOWN = "und"
"""ISO 639-2 for what cannot be told: no words at all."""

_SCRIPTS = (
    ("ar", 0x0600, 0x06FF),
    ("uk", 0x0400, 0x04FF),
    ("zh", 0x4E00, 0x9FFF),
    ("el", 0x0370, 0x03FF),
    ("he", 0x0590, 0x05FF),
    ("am", 0x1200, 0x137F),
)
_CLEAR = 0.25
"""From this share of small Dutch words on, with no other language near it, a text is Dutch."""
_SURE = 0.85
"""How sure the letters must be before a text with words that Dutch residents use is called anything else."""
_FEW = 4
"""Below this number of words letters prove nothing."""
_FOREIGN = 0.5
"""Below this share of Dutch words the letters that Dutch does not have decide."""
_MARKS = (("tr", frozenset("ığş")), ("pl", frozenset("łąęśżźćń")), ("de", frozenset("ß")), ("es", frozenset("ñ")))
SISTERS = frozenset(("fy", "af"))
_LEAST_FOR_ONE = 3
_SHORT = 8
"""Below this number they prove little: the names of things in a call note look like any Germanic language."""


@lru_cache(maxsize=1)
def small_words() -> dict[str, frozenset[str]]:
    """For each small word the languages it belongs to."""
    found: dict[str, set[str]] = {}
    for line in (Path(__file__).resolve().parent / "small_words.txt").read_text(encoding="utf-8").splitlines():
        language, _, words = line.partition(":")
        if not line.startswith("#"):
            for word in words.split():
                found.setdefault(word, set()).add(language)
    return {word: frozenset(languages) for word, languages in found.items()}


@lru_cache(maxsize=1)
def small_languages() -> tuple[str, ...]:
    """The languages that are known by their small words."""
    return tuple(sorted({language for languages in small_words().values() for language in languages}))


def language_of(said: Sequence[str], known: frozenset[str]) -> str:
    """The language of a text.

    Args:
        said: its words, in lower case and with their accents.
        known: words that Dutch residents are known to use.

    Returns:
        A two-letter code, or `und` for a text without words.
    """
    words = [word for word in said if word[0].isalpha()]
    if not words:
        return UNKNOWN
    script = _script("".join(words))
    if script is not None:
        return script
    small = small_words()
    counts = dict.fromkeys(small_languages(), 0)
    for word in words:
        for language in small.get(word, ()):
            counts[language] += 1
    dutch = counts.pop(DUTCH)
    most = max(count for language, count in counts.items() if language not in SISTERS)
    share = sum(word in known or DUTCH in small.get(word, ()) for word in words) / len(words)
    sister = _sister(words, known)
    if sister is not None:
        return sister
    if dutch > most and (share > 0.4 or dutch >= _CLEAR * len(words)):
        return DUTCH
    if share >= 0.75 and dutch >= most:
        return DUTCH
    if share < _FOREIGN and (code := _by_marks(words)) is not None:
        return code
    return _by_letters(" ".join(words), len(words), share, dutch, most)


def _sister(words: Sequence[str], known: frozenset[str]) -> str | None:
    """Frisian or Afrikaans, by words that are theirs and not Dutch; the letters of the three are too much alike to tell."""
    small = small_words()
    own = Counter(language for word in words if word not in known for language in _only_sisters(small.get(word, frozenset())))
    if not own:
        return None
    sister, count = max(own.items(), key=lambda item: (item[1], item[0]))
    languages = [small.get(word, frozenset()) for word in words]
    foreign = sum(DUTCH in spoken and sister not in spoken for spoken in languages)
    enough = count >= 2 or (len(words) >= _LEAST_FOR_ONE and foreign == 0)
    return sister if enough and count > foreign else None


def _only_sisters(languages: frozenset[str]) -> frozenset[str]:
    """These languages, if they are sisters of Dutch and nothing else."""
    return languages if languages <= SISTERS else frozenset()


def _by_marks(words: Sequence[str]) -> str | None:
    """The language of the only alphabet that has some of these letters."""
    found = Counter(code for word in words for code, marks in _MARKS if marks & set(word))
    code, count = max(found.items(), key=lambda item: item[1], default=("", 0))
    return code if count * 4 >= len(words) and count else None


class DutchSieve:
    """Tells at once which texts of a batch are clearly Dutch, so that only the others are looked at one by one."""

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known
        self._counts = np.zeros((0, 5), dtype=np.float32)
        self._last: list[str] | None = None

    def clearly_dutch(self, texts: Sequence[Sequence[int]], said: list[str]) -> NDArray[np.bool_]:
        """Which texts (rows of `said`, what each row says) are Dutch beyond doubt."""
        if said is not self._last:
            self._last, self._counts = said, np.zeros((0, 5), dtype=np.float32)
        if len(said) > len(self._counts):
            new = np.array([self._count(word) for word in said[len(self._counts) :]], dtype=np.float32)
            self._counts = np.concatenate([self._counts, new])
        lengths = np.array([len(text) for text in texts])
        flat = np.fromiter((row for text in texts for row in text), dtype=np.int64, count=int(lengths.sum()))
        text = np.repeat(np.arange(len(texts)), lengths)
        words, known, dutch, other, sister = (np.bincount(text, self._counts[flat, i], len(texts)) for i in range(5))
        enough = (known > 0.4 * words) | (dutch >= _CLEAR * words)
        return np.asarray((words > 0) & (sister == 0) & (((dutch > other) & enough) | ((known >= 0.75 * words) & (dutch >= other))))

    def _count(self, word: str) -> tuple[bool, bool, bool, bool, bool]:
        """Whether it is a word, one that Dutch residents use, a small Dutch one, one of another language, one of a sister's only."""
        languages = small_words().get(word, frozenset())
        known = word in self._known
        other = bool(languages - {DUTCH, *SISTERS}) or bool(languages and DUTCH not in languages)
        return word[:1].isalpha(), known, DUTCH in languages, other, bool(languages and not known and languages <= SISTERS)


def _script(letters: str) -> str | None:
    strange = [ord(letter) for letter in letters if ord(letter) > 0x36F]
    if len(strange) * 2 <= len(letters):
        return None
    for language, first, last in _SCRIPTS:
        if sum(first <= code <= last for code in strange) * 2 > len(strange):
            return _cyrillic_or_arabic(letters, language)
    return None


def _cyrillic_or_arabic(letters: str, language: str) -> str:
    if language == "uk":
        return "uk" if set(letters) & set("іїєґ") else "ru" if set(letters) & set("ыэъё") else "uk"
    if language == "ar":
        return "fa" if set(letters) & set("پچژگ") else "ar"
    return language


def _by_letters(text: str, count: int, share: float, dutch: int, most: int) -> str:
    if (most == 0 and count < _FEW and (share > 0 or count < _FEW - 1)) or (
        most <= dutch and count < _SHORT and share > 0 and text.isascii()
    ):
        return DUTCH
    ranked: Any = _detector().compute_language_confidence_values(text)
    best = ranked[0]
    code = str(best.language.iso_code_639_1.name).lower()
    if code == DUTCH or (best.value < _SURE and most <= dutch) or (share > 0.5 and dutch >= most):
        return DUTCH
    return code


@lru_cache(maxsize=1)
def _detector() -> Any:
    """Lingua over the languages that residents write in; Afrikaans is left out, since short Dutch is easily taken for it."""
    from lingua import Language, LanguageDetectorBuilder

    wanted = (
        Language.DUTCH, Language.ENGLISH, Language.GERMAN, Language.FRENCH, Language.SPANISH, Language.ITALIAN, Language.PORTUGUESE,
        Language.POLISH, Language.TURKISH, Language.ROMANIAN, Language.SOMALI,
    )  # fmt: skip
    return LanguageDetectorBuilder.from_languages(*wanted).with_low_accuracy_mode().build()
