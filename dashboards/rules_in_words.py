"""A rule's condition as a colleague would say it."""

from collections.abc import Callable, Iterable, Iterator

from dashboards.dutch import listed, plural, word
from routing.rules.grammar import When

Name = Callable[[str], str]
NAMED = 6
"""How many names are said before the rest is counted."""


def conditions(when: When, theme: Name, area: Name) -> Iterator[str]:
    """Each part of a condition, in the order in which it is written; nothing for a condition that always holds."""
    if when.theme is not None:
        yield "het gaat over " + _either("elk thema" if slug == "*" else theme(slug.removesuffix("/*")) for slug in when.theme)
    if when.area is not None:
        yield "in " + _either(area(place) for place in when.area)
    if when.channel is not None:
        yield "via " + _either(word(channel) for channel in when.channel)
    if when.kind is not None:
        yield "meestal is het een " + _either(word(kind) for kind in when.kind)
    if when.urgency_at_least is not None:
        yield f"de spoed is minstens {round(100 * when.urgency_at_least)}%"
    if when.messages_at_least is not None:
        within = "" if when.within_hours is None else f" in {_span(when.within_hours)}"
        yield f"minstens {plural(when.messages_at_least, 'bericht', 'berichten')}{within}"
    if when.people_at_least is not None:
        yield f"van minstens {plural(when.people_at_least, 'mens', 'mensen')}"
    if when.burst is not None:
        yield "het is een piek" if when.burst else "het is geen piek"
    if when.campaign is not None:
        yield "het is vaak dezelfde tekst" if when.campaign else "het is niet steeds dezelfde tekst"
    if when.times_usual_at_least is not None:
        yield f"minstens {when.times_usual_at_least:g} keer het gewone"
    for part in when.all or ():
        yield from conditions(part, theme, area)
    if when.any is not None:
        yield "of: " + "; of: ".join(listed(conditions(part, theme, area)) for part in when.any)
    if when.not_ is not None:
        yield "behalve als " + listed(conditions(when.not_, theme, area))


def _either(names: Iterable[str]) -> str:
    given = list(names)
    if len(given) > NAMED:
        return f"{', '.join(given[:NAMED])} of een van {len(given) - NAMED} andere"
    *first, last = given
    return f"{', '.join(first)} of {last}" if first else last


def _span(hours: float) -> str:
    return f"{hours / 24:g} dagen" if hours > 24 and hours % 24 == 0 else f"{hours:g} uur"
