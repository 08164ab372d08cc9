"""Is the challenger really better than the champion? Values in, a decision out.

Both read the same messages. What counts is the difference in how often the main theme is right, and how far chance alone could move
it: the paired bootstrap (Efron & Tibshirani 1993; for text, Berg-Kirkpatrick, Burkett & Klein, EMNLP 2012), drawing whole stories,
since the messages of one story are right or wrong together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import f1_score, recall_score

DRAWS = 2_000
SEED = 20_111
FEWEST_STORIES = 20
"""Held-back stories below which a difference on corrections says nothing."""
WORSE = 0.01
"""How much worse the challenger may be on the test set, at worst."""
MUCH_WORSE = 0.05
"""By how much the F1 of no theme may fall."""
FEWEST_OF_THEME = 20
MISSED = 0.02
"""By how much the share of urgent messages found may fall."""


@dataclass(frozen=True)
class Read:
    """What a model said of one message: its main theme (`none` for none), and whether it is urgent."""

    theme: str
    urgent: bool


@dataclass(frozen=True)
class Judged:
    """One message with what is true of it, and what both models said."""

    story: str
    theme: str
    urgent: bool
    champion: Read
    challenger: Read


@dataclass(frozen=True)
class Gain:
    """By how much more often the challenger is right (share of messages), and between what bounds that lies in 95% of draws."""

    messages: int
    stories: int
    champion: float
    challenger: float
    low: float
    high: float

    @property
    def mean(self) -> float:
        return self.challenger - self.champion

    @property
    def real(self) -> bool:
        """More than chance gives."""
        return self.stories >= FEWEST_STORIES and self.low > 0


@dataclass(frozen=True)
class Comparison:
    """The figures on which is decided."""

    corrections: Gain
    test: Gain
    fallen: dict[str, float]
    """Themes whose F1 on the test set falls much, and by how much."""
    missed: float
    """By how much the share of urgent messages found falls."""


@dataclass(frozen=True)
class Decision:
    promote: bool
    why: str
    """A Dutch sentence."""


def compare(corrections: Sequence[Judged], test: Sequence[Judged]) -> Comparison:
    """Weigh what both models said of held-back corrections and of the test set."""
    return Comparison(gain(corrections), gain(test), _fallen(test), _recall(test, "champion") - _recall(test, "challenger"))


def gain(judged: Sequence[Judged]) -> Gain:
    """The difference, and its bounds by drawing stories anew."""
    stories = sorted({one.story for one in judged})
    number = {story: i for i, story in enumerate(stories)}
    right = np.zeros((len(stories), 3))
    for one in judged:
        right[number[one.story]] += (one.champion.theme == one.theme, one.challenger.theme == one.theme, 1)
    champion, challenger, messages = right.sum(axis=0)
    if not stories:
        return Gain(0, 0, 0.0, 0.0, 0.0, 0.0)
    chosen = np.random.default_rng(SEED).multinomial(len(stories), np.full(len(stories), 1 / len(stories)), size=DRAWS)
    drawn = chosen @ right
    low, high = np.quantile((drawn[:, 1] - drawn[:, 0]) / drawn[:, 2], [0.025, 0.975])
    return Gain(len(judged), len(stories), champion / messages, challenger / messages, float(low), float(high))


def decide(comparison: Comparison) -> Decision:
    """Promote only what is really better somewhere, and worse nowhere."""
    corrections, test = comparison.corrections, comparison.test
    if not corrections.real and not test.real:
        return Decision(False, _no_gain(corrections))
    if corrections.mean < 0:
        return Decision(False, f"Niet in gebruik: op achtergehouden beoordelingen is het slechter ({_points(corrections.mean)}).")
    if test.low < -WORSE:
        return Decision(False, f"Niet in gebruik: op de toetsberichten is het mogelijk slechter (tot {_points(test.low)}).")
    if comparison.fallen:
        theme, fall = max(comparison.fallen.items(), key=lambda pair: pair[1])
        return Decision(False, f"Niet in gebruik: het herkent {theme} veel slechter ({_points(-fall)}).")
    if comparison.missed > MISSED:
        return Decision(False, f"Niet in gebruik: het mist meer dringende berichten ({_points(-comparison.missed)} gevonden).")
    where, by = ("achtergehouden beoordelingen", corrections) if corrections.real else ("de toetsberichten", test)
    return Decision(True, f"In gebruik genomen: op {where} vaker juist ({_points(by.mean)}, minstens {_points(by.low)}).")


def _no_gain(corrections: Gain) -> str:
    if corrections.stories < FEWEST_STORIES:
        return (
            f"Niet in gebruik: er zijn nog te weinig beoordelingen om winst te meten ({corrections.stories} verhalen achtergehouden, "
            f"{FEWEST_STORIES} nodig)."
        )
    return f"Niet in gebruik: geen echte winst op achtergehouden beoordelingen ({_points(corrections.mean)}, kan toeval zijn)."


def _points(share: float) -> str:
    return f"{100 * share:+.1f} procentpunt".replace(".", ",").replace("-", "−")


def _fallen(test: Sequence[Judged]) -> dict[str, float]:
    truth = [one.theme for one in test]
    themes = sorted(theme for theme in set(truth) if truth.count(theme) >= FEWEST_OF_THEME)
    if not themes:
        return {}
    before = f1_score(truth, [one.champion.theme for one in test], average=None, labels=themes, zero_division=0)
    after = f1_score(truth, [one.challenger.theme for one in test], average=None, labels=themes, zero_division=0)
    return {theme: float(b - a) for theme, b, a in zip(themes, before, after, strict=True) if b - a > MUCH_WORSE}


def _recall(test: Sequence[Judged], who: str) -> float:
    urgent = [one.urgent for one in test]
    return float(recall_score(urgent, [getattr(one, who).urgent for one in test], zero_division=0)) if any(urgent) else 0.0
