"""Why a message was put under its theme, and how sure that is, in words a department understands."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from sqlalchemy.orm import Session

from models.annotation import Annotation, AnnotationTheme, annotations_of, named_themes, spans_of
from models.correction import said_of
from models.message import Message
from models.signal import reasons_within

CERTAIN, LIKELY = 0.9, 0.6
"""Probability from which a theme is "zeer zeker", and "waarschijnlijk"; below it doubts."""
NONE = "none"
TELLING = 3
"""How many words a signal is said to be recognised by."""
STEM = 6
SHORTEST = 4


class Certainty(StrEnum):
    """How sure a theme is; the value is what the page says before its name."""

    CHECKED = "nagekeken door een collega:"
    CERTAIN = "zeer zeker"
    LIKELY = "waarschijnlijk"
    DOUBT = "twijfelt tussen"


@dataclass(frozen=True)
class Confidence:
    """How sure the themes of a message are. `themes`: one, or the two in doubt (`none`: nothing a municipality does)."""

    certainty: Certainty
    themes: tuple[str, ...]
    chance: float | None = None
    """Said only where it is likely and no more."""


@dataclass(frozen=True)
class Part:
    """A piece of a text: whether it names a place, and whether it decided the theme."""

    text: str
    marked: bool
    decisive: bool = False


@dataclass(frozen=True)
class Explained:
    """One message with what is said of it. `annotation` is None until it is understood."""

    message: Message
    annotation: Annotation | None
    said: tuple[Part, ...]
    themes: tuple[str, ...]
    """Full sub-themes, main one first."""
    confidence: Confidence | None


@dataclass(frozen=True)
class Recognised:
    """What a signal was recognised by: the words that decided most, and how sure that is on the whole."""

    words: tuple[str, ...]
    certainty: Certainty


def explained(session: Session, messages: Sequence[Message]) -> tuple[Explained, ...]:
    """Messages with what the classifier, or a person after it, says of each."""
    numbers = [message.id for message in messages]
    annotations, spans = annotations_of(session, numbers), spans_of(session, numbers)
    themes, said = named_themes(session, numbers), said_of(session, numbers)

    def one(message: Message) -> Explained:
        annotation, named = annotations.get(message.id), themes.get(message.id, [])
        checked = message.id in said and said[message.id].themes is not None
        return Explained(
            message=message,
            annotation=annotation,
            said=marked(message.text, spans.get(message.id, []), _decisive(annotation)),
            themes=tuple(row.sub for row in named),
            confidence=None
            if annotation is None or annotation.language != "nl"
            else confidence(named, annotation.guesses, checked, annotation.sure),
        )

    return tuple(one(message) for message in messages)


def confidence(named: Sequence[AnnotationTheme], guesses: Mapping[str, float], checked: bool, sure: bool) -> Confidence:
    """How sure these themes are (best first; none: about nothing a municipality does). `sure` answers are as good as was promised."""
    main = named[0].theme if named else NONE
    if checked:
        return Confidence(Certainty.CHECKED, tuple(dict.fromkeys(row.theme for row in named)) or (NONE,))
    chances: dict[str, float] = defaultdict(float)
    for sub, chance in guesses.items():
        chances[sub.partition("/")[0]] += chance
    chance = named[0].probability if named else chances.get(NONE, CERTAIN)
    if sure:
        return Confidence(Certainty.CERTAIN, (main,))
    others = [row.theme for row in named if row.theme != main]
    others += sorted((theme for theme in chances if theme != main), key=lambda theme: -chances[theme])
    if chance >= LIKELY or not others:
        return Confidence(Certainty.LIKELY, (main,), chance)
    return Confidence(Certainty.DOUBT, (main, others[0]))


def marked(text: str, places: Sequence[tuple[int, int]], decisive: Sequence[tuple[int, int]] = ()) -> tuple[Part, ...]:
    """The text cut into parts by what they are; the parts together are the text again."""
    borders = sorted({0, len(text)} | {min(max(at, 0), len(text)) for span in (*places, *decisive) for at in span})
    parts: list[Part] = []
    for start, end in pairwise(borders):
        flags = _within(start, places), _within(start, decisive)
        if parts and (parts[-1].marked, parts[-1].decisive) == flags:
            parts[-1] = Part(parts[-1].text + text[start:end], *flags)
        else:
            parts.append(Part(text[start:end], *flags))
    return tuple(parts)


def recognised(session: Session, signal_ids: Sequence[int], since: datetime) -> dict[int, Recognised]:
    """What each signal was recognised by since then; signals without a reason are absent."""
    weights: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    chances: dict[int, list[float]] = defaultdict(list)
    for signal_id, text, reasons, chance in reasons_within(session, signal_ids, since):
        chances[signal_id].append(chance)
        for reason in reasons:
            word = text[reason["start"] : reason["end"]].lower()
            if len(word) >= SHORTEST and word.isalpha():
                weights[signal_id][word] += reason["adds"]
    return {
        signal_id: Recognised(telling, _certainty(sum(found) / len(found)))
        for signal_id, found in chances.items()
        if (telling := _telling(weights[signal_id]))
    }


def _telling(weights: Mapping[str, float]) -> tuple[str, ...]:
    """The words that decided most, one of each stem."""
    chosen: dict[str, str] = {}
    for word in sorted(weights, key=lambda word: (-weights[word], word)):
        if weights[word] > 0:
            chosen.setdefault(word[:STEM], word)
    return tuple(chosen.values())[:TELLING]


def _certainty(chance: float) -> Certainty:
    return Certainty.CERTAIN if round(chance, 2) >= CERTAIN else Certainty.LIKELY


def _decisive(annotation: Annotation | None) -> list[tuple[int, int]]:
    return [(reason["start"], reason["end"]) for reason in annotation.reasons if reason["adds"] > 0] if annotation is not None else []


def _within(position: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in spans)
