"""What is to be seen in a line, said in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.trends.band import Band
from dashboards.trends.steps import Bar
from dashboards.words.notation import decimal, number, plural, word
from models.language import _
from models.trend import Step

TOO_FEW = 10
"""Below this many messages nothing is said of a course."""
LEAST = 5
"""A step with fewer messages is never called high."""


@dataclass(frozen=True)
class Run:
    """Consecutive steps above the band: positions of the first and the last. `lasts`: it is still going on."""

    first: int
    last: int
    lasts: bool


def runs(bars: Sequence[Bar], usual: Sequence[Band | None], per: Step) -> list[Run]:
    """Every stretch above the band, in order. A last step that is not over yet breaks no stretch off."""
    above = [band is not None and bar.messages > band.high and bar.messages >= LEAST for bar, band in zip(bars, usual, strict=True)]
    end = len(bars) - 1
    if end > 0 and above[end - 1] and not bars[end].whole(per):
        above[end] = True
    found: list[Run] = []
    for at, high in enumerate(above):
        if high and found and found[-1].last == at - 1:
            found[-1] = Run(found[-1].first, at, at == end)
        elif high:
            found.append(Run(at, at, at == end))
    return found


def to_be_seen(bars: Sequence[Bar], per: Step, days: int, before: int | None = None, than: str | None = "") -> str:
    """Sentences about these steps of so many days.

    `before` is the total that they are compared with, None where there is none; `than` what that is: `in de 30 dagen ervoor`
    (empty: that; None: nothing to compare with was asked).
    """
    total = sum(bar.messages for bar in bars)
    if total == 0:
        return _("In deze periode was er geen bericht dat hierbij past.")
    period = plural(days, "dag", "dagen")
    if total < TOO_FEW:
        return _(
            "%(messages)s in %(period)s: te weinig om iets over een verloop te zeggen.",
            messages=plural(total, "bericht", "berichten"),
            period=period,
        )
    highest = max(bars, key=lambda bar: bar.messages)
    counted = _("%(total)s berichten, gemiddeld %(mean)s per dag", total=number(total), mean=decimal(total / days))
    if than is not None:
        counted += "; " + _compared(total, before, than or _("in de %(period)s ervoor", period=period))
    when = _at(highest.label(per), per)
    if highest is bars[-1] and not highest.whole(per):
        when = _("%(when)s, dat nog niet om is", when=when) if per is Step.YEAR else _("%(when)s, die nog niet om is", when=when)
    return f"{counted}. " + _("De meeste kwamen %(when)s: %(messages)s.", when=when, messages=number(highest.messages))


def risen(bars: Sequence[Bar], usual: Sequence[Band | None], per: Step, mostly: str | None) -> str:
    """Since when the line is above its band, or when it was; `mostly` names the neighbourhood that most of the newest rise is from."""
    if not any(usual):
        return ""
    told = newest(bars, usual, per)
    if told is None:
        return _("Elke stap bleef binnen de bandbreedte van wat gewoon is.")
    first, last = bars[told.first].label(per), bars[told.last].label(per)
    if told.first == told.last:
        when = _at(first, per)
    elif told.lasts:
        when = _("sinds %(first)s", first=first)
    else:
        when = _("van %(first)s tot en met %(last)s", first=first, last=last)
    above = _("%(when)s boven de bandbreedte", when=when[:1].upper() + when[1:])
    if mostly:
        above = _("%(above)s, vooral %(area)s", above=above, area=mostly)
    if told.lasts:
        return _("%(above)s; gewoonlijk %(band)s per %(step)s.", above=above, band=span(usual[told.first]), step=word(per))
    return _("%(above)s; nu weer zoals gewoonlijk.", above=above)


def newest(bars: Sequence[Bar], usual: Sequence[Band | None], per: Step) -> Run | None:
    """The stretch that `risen` tells of."""
    found = runs(bars, usual, per)
    if not found:
        return None
    return found[-1] if found[-1].lasts else max(found, key=lambda run: sum(bar.messages for bar in bars[run.first : run.last + 1]))


def span(band: Band | None) -> str:
    """`3 tot 9`"""
    return _("onbekend") if band is None else _("%(low)s tot %(high)s", low=number(round(band.low)), high=number(round(band.high)))


def _at(label: str, per: Step) -> str:
    return _("op %(day)s", day=label) if per in (Step.HOUR, Step.DAY) else _("in %(place)s", place=label)


def _compared(total: int, before: int | None, than: str) -> str:
    if before is None:
        return _("verder terug luisterden wij nog niet lang genoeg om te vergelijken")
    if before < TOO_FEW:
        return _("%(than)s waren het er %(before)s", than=than, before=number(before))
    change = round(100 * (total - before) / before)
    if abs(change) < 10:
        return _("dat is ongeveer evenveel als %(than)s (%(before)s)", than=than, before=number(before))
    named = {"than": than, "before": number(before), "share": abs(change)}
    if change > 0:
        return _("dat is %(share)s%% meer dan %(than)s (%(before)s)", **named)
    return _("dat is %(share)s%% minder dan %(than)s (%(before)s)", **named)
