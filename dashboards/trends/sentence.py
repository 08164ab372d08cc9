"""What is to be seen in a line, said in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.trends.band import Band
from dashboards.trends.steps import Bar
from dashboards.words.dutch import decimal, number, plural
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
        return "In deze periode was er geen bericht dat hierbij past."
    period = plural(days, "dag", "dagen")
    if total < TOO_FEW:
        return f"{plural(total, 'bericht', 'berichten')} in {period}: te weinig om iets over een verloop te zeggen."
    highest = max(bars, key=lambda bar: bar.messages)
    so_far = "" if highest.whole(per) or highest is not bars[-1] else f", {'dat' if per is Step.YEAR else 'die'} nog niet om is"
    compared = "" if than is None else f"; {_compared(total, before, than or f'in de {period} ervoor')}"
    said = f"{number(total)} berichten, gemiddeld {decimal(total / days)} per dag{compared}."
    when = f"{'op' if per in (Step.HOUR, Step.DAY) else 'in'} {highest.label(per)}"
    return f"{said} De meeste kwamen {when}{so_far}: {number(highest.messages)}."


def risen(bars: Sequence[Bar], usual: Sequence[Band | None], per: Step, mostly: str | None) -> str:
    """Since when the line is above its band, or when it was; `mostly` names the neighbourhood that most of the newest rise is from."""
    if not any(usual):
        return ""
    told = newest(bars, usual, per)
    if told is None:
        return "Elke stap bleef binnen de bandbreedte van wat gewoon is."
    first, last = bars[told.first].label(per), bars[told.last].label(per)
    where = f", vooral {mostly}" if mostly else ""
    if told.lasts:
        begun = f"Sinds {first}" if told.first < told.last else _at(first, per)
        return f"{begun} boven de bandbreedte{where}; gewoonlijk {span(usual[told.first])} per {per}."
    when = _at(first, per) if told.first == told.last else f"Van {first} tot en met {last}"
    return f"{when} boven de bandbreedte{where}; nu weer zoals gewoonlijk."


def newest(bars: Sequence[Bar], usual: Sequence[Band | None], per: Step) -> Run | None:
    """The stretch that `risen` tells of."""
    found = runs(bars, usual, per)
    if not found:
        return None
    return found[-1] if found[-1].lasts else max(found, key=lambda run: sum(bar.messages for bar in bars[run.first : run.last + 1]))


def span(band: Band | None) -> str:
    """`3 tot 9`"""
    return "onbekend" if band is None else f"{number(round(band.low))} tot {number(round(band.high))}"


def _at(label: str, per: Step) -> str:
    return f"{'Op' if per in (Step.HOUR, Step.DAY) else 'In'} {label}"


def _compared(total: int, before: int | None, than: str) -> str:
    if before is None:
        return "verder terug luisterden wij nog niet lang genoeg om te vergelijken"
    if before < TOO_FEW:
        return f"{than} waren het er {number(before)}"
    change = round(100 * (total - before) / before)
    if abs(change) < 10:
        return f"dat is ongeveer evenveel als {than} ({number(before)})"
    return f"dat is {abs(change)}% {'meer' if change > 0 else 'minder'} dan {than} ({number(before)})"
