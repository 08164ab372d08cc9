"""What the classifier says of one text."""

from dataclasses import dataclass

from classify.places import Found
from models.words import Kind


@dataclass(frozen=True, slots=True)
class ThemeFound:
    """A theme with its best sub-theme (full slug) and the probability that the message is about it."""

    theme: str
    sub: str
    probability: float


@dataclass(frozen=True, slots=True)
class Reason:
    """A word (or two neighbouring words) of the message and what it adds to the score of the first theme's sub-theme."""

    word: str
    contribution: float


@dataclass(frozen=True, slots=True)
class Annotated:
    """What we say of one text.

    Themes best first, empty where it is about nothing a municipality does. `tone` from -1 (angry) to 1 (glad); `urgency` is the
    probability that someone should look within the hour. `reasons`: what decided the first theme, most telling first. `guesses`: the
    sub-themes it may be about (full slugs, `none` among them) and the probability of each, likeliest first. `sure`: whether the first theme
    (or that there is none) is among the answers of which the municipality accepts no more than its share of errors to be wrong.
    """

    language: str
    themes: tuple[ThemeFound, ...]
    kind: Kind
    tone: float
    urgency: float
    places: tuple[Found, ...]
    reasons: tuple[Reason, ...]
    guesses: tuple[tuple[str, float], ...]
    sure: bool = True
