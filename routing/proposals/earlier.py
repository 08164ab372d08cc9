"""What came of it the last time: earlier choices about the same sub-theme, with what changed after them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_date
from sqlalchemy.orm import Session

from models.choice import Choice, outcomes_like
from models.language import _, spoken, translated
from models.settings import settings
from models.signal import Signal
from routing.answers.effect import Change, Effect, effects
from routing.proposals.forms import FORMS
from routing.signals.summary import uncapitalised

THIS_YEAR = timedelta(days=300)


@dataclass(frozen=True)
class LastTime:
    """A choice about an earlier signal, and what changed since."""

    signal_id: int
    sentence: str


def last_time(session: Session, signals: Sequence[Signal], now: datetime) -> dict[int, LastTime]:
    """For each signal the newest known outcome of a choice about the same sub-theme, in the same neighbourhoods if there is one."""
    told = outcomes_like(session, sorted({signal.sub for signal in signals}))
    found: dict[int, tuple[Choice, Signal]] = {}
    for signal in signals:
        alike = [(choice, earlier) for choice, earlier in told if earlier.sub == signal.sub]
        near = [pair for pair in alike if set(pair[1].areas) & set(signal.areas)]
        if alike:
            found[signal.id] = (near or alike)[0]
    chosen = list({choice.id: choice for choice, about in found.values()}.values())
    changes = [Change(choice.signal_id, choice.outcome_at or now) for choice in chosen]
    changed = dict(zip((choice.id for choice in chosen), effects(session, changes, now), strict=True))
    return {id: LastTime(earlier.id, _sentence(choice, changed, now)) for id, (choice, earlier) in found.items()}


def _sentence(choice: Choice, changed: Mapping[int, Effect], now: datetime) -> str:
    """`Vorige keer (12 mei): bewonersavond gehouden. Daarna 41 → 6 per dag.`"""
    told = choice.outcome_at or now
    pattern = "d MMMM" if now - told < THIS_YEAR else "d MMMM y"
    day = format_date(told.astimezone(settings().zone).date(), pattern, locale=spoken().locale)
    said = uncapitalised((choice.outcome or translated(FORMS[choice.form])).rstrip("."))
    figures = changed[choice.id].figures
    return _("Vorige keer (%(day)s): %(said)s.", day=day, said=said) + (" " + _("Daarna %(figures)s.", figures=figures) if figures else "")
