"""The subject line: at most 42 characters that say the news. What, where and how much; shortened by whole words, never cut in one."""

import re
from collections.abc import Iterator
from itertools import product

from routing.signals.summary import counted

MOST = 42
"""Characters that a phone shows of a subject."""
URGENCY = ("Dringend: ", "Spoed: ", "! ")
LOOSE = frozenset(
    "aan achter bij binnen boven buiten de die dit door een en het in langs met na naar naast of om onder op over per rond te tegen tot "
    "tussen uit van voor zonder".split()
)
"""Words that a shortened name must not end with."""
GENERAL = ("wijk", "buurt", "kwartier", "gemeente", "stadsdeel", "dorp", "het", "de")
"""Words before a name of a place that the name can do without."""


def news(what: str, where: str | None, messages: int, urgent: bool = False, usual: float | None = None) -> str:
    """The subject of a signal: `what` is the name of its sub-theme, `where` of its main neighbourhood.

    Of all ways to say it that fit, the one that leaves out least: first the words around the number go, then what the name can do without,
    then the place, then all of the name but its noun.
    """
    ways = (
        (name_cost + place_cost + figure_cost + urgency_cost, f"{urgency}{name}{place}{figure}")
        for (name_cost, name), (place_cost, place), (figure_cost, figure), (urgency_cost, urgency) in product(
            _names(what), _places(where), _figures(messages, usual), enumerate(URGENCY if urgent else ("",))
        )
    )
    fitting = [way for way in ways if len(way[1]) <= MOST]
    if fitting:
        return min(fitting, key=lambda way: way[0])[1]
    sign = URGENCY[-1] if urgent else ""
    return f"{sign}{counted(messages, 'bericht', 'berichten')} over één onderwerp" if messages else f"{sign}Er staat iets open"


def quiet(messages: int) -> str:
    """The subject of a day on which nothing is the matter."""
    return f"Rustig: {counted(messages, 'bericht', 'berichten')}, niets bijzonders" if messages else "Rustig: geen berichten"


def of_words(*lines: str) -> str:
    """The first of these that fits; else the last, without its last words."""
    for line in lines:
        if len(line) <= MOST:
            return line
    return next(fitting(lines[-1]), "Luisterpost")


def fitting(name: str, most: int = MOST) -> Iterator[str]:
    """The beginnings of a name that fit, longest first, cut between words and not after a word that leads on to the next."""
    words = name.split()
    for count in range(len(words), 0, -1):
        if words[count - 1].lower() not in LOOSE and len(line := " ".join(words[:count]).rstrip(",:;-")) <= most:
            yield line


def _names(name: str) -> Iterator[tuple[float, str]]:
    """Ever shorter forms of a sub-theme's name, with what each costs: "Zakken en spullen naast containers" becomes "Zakken naast
    containers", then "Zakken"; "Gevaarlijke oversteek" becomes "Oversteek".
    """
    whole = " ".join(name.split())
    single = re.sub(r"\s*\([^)]*\)", "", whole) or whole
    one = re.sub(r"(?:,\s*[^\s,]+)*\s+en\s+[^\s,]+", "", single, count=1)
    words = one.split()
    loose = next((n for n, word in enumerate(words) if n and word.lower() in LOOSE), len(words))
    head = words[:loose] or words
    forms = [(0.0, whole), (1.0, single), (3.0, one), (7.0, " ".join(head))]
    if head:
        forms.append((10.0, head[-1][:1].upper() + head[-1][1:]))
    yield from forms


def _places(where: str | None) -> Iterator[tuple[float, str]]:
    """Ways to add the place, with what each costs: whole, without the words before its name, not at all."""
    whole = " ".join((where or "").split())
    if not whole:
        yield 0.0, ""
        return
    words = whole.split()
    while len(words) > 1 and words[0].lower() in GENERAL:
        words = words[1:]
    for cost, place in ((0.0, whole), (1.0, " ".join(words)), (2.0, whole.rpartition("-")[2])):
        if place:
            yield cost, f" in {place}"
            yield cost + 0.5, f", {place}"
    yield 8.0, ""


def _figures(messages: int, usual: float | None) -> Iterator[tuple[float, str]]:
    if not messages:
        yield from ((0.0, ": nog open"), (6.0, ""))
        return
    count = counted(messages, "bericht", "berichten")
    if usual is not None and usual >= 0.5:
        yield from ((-1.0, f": {count}, gewoonlijk {usual:.0f}"), (-0.5, f": {count}, normaal {usual:.0f}"))
    yield from ((0.0, f": {count}"), (1.0, f": {messages}x"), (2.5, f": {messages}"))
