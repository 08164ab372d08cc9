"""Rules as a colleague would say them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import time

from dashboards.words.dutch import decimal, listed, plural, quoted, word
from models.words import Action
from routing.rules.conditions import When
from routing.rules.grammar import ACTS, Group, Manners, Match, Rule, RulesFile, Then, Way, ordered
from routing.signals.languages import language_name

Name = Callable[[str], str]
NAMED = 6
"""How many names are said before the rest is counted."""


def conditions(when: When, theme: Name, area: Name) -> Iterator[str]:
    """Each part of a condition, in the order in which it is written; nothing for a condition that always holds."""
    yield from _where(when, theme, area)
    yield from _what(when)
    yield from _how_much(when)
    yield from _since(when)
    for part in when.all or ():
        yield from conditions(part, theme, area)
    if when.any is not None:
        yield "of: " + "; of: ".join(listed(conditions(part, theme, area)) for part in when.any)
    if when.not_ is not None:
        yield "behalve als " + listed(conditions(when.not_, theme, area))


def _where(when: When, theme: Name, area: Name) -> Iterator[str]:
    if when.theme is not None:
        yield "het gaat over " + _either("elk thema" if slug == "*" else theme(slug.removesuffix("/*")) for slug in when.theme)
    if when.area is not None:
        yield "in " + _either(area(place) for place in when.area)
    if when.near is not None:
        yield "in of naast " + _either(area(place) for place in when.near)
    if when.outside is not None:
        yield "het speelt ook in een andere gemeente" if when.outside else "het speelt alleen in onze gemeente"
    if when.channel is not None:
        yield "via " + _either(word(channel) for channel in when.channel)
    if when.source is not None:
        yield "uit bron " + _either(when.source)


def _what(when: When) -> Iterator[str]:
    if when.kind is not None:
        yield "meestal is het een " + _either(word(kind) for kind in when.kind)
    if when.language is not None:
        yield "meestal in het " + _either("onbekend" if code == "und" else language_name(code) for code in when.language)
    if when.words is not None:
        said = quoted(when.words.any)
        asked = [*([_either(said)] if said else []), *quoted(when.words.all)]
        yield f"minstens {plural(when.words.messages_at_least, 'bericht', 'berichten')} met {listed(asked)}"
    if when.tone_at_most is not None:
        yield f"de toon is hoogstens {decimal(when.tone_at_most)} (van -1, boos, tot 1, blij)"
    if when.urgency_at_least is not None:
        yield f"de spoed is minstens {round(100 * when.urgency_at_least)}%"
    if when.sure_at_least is not None:
        yield f"van minstens {round(100 * when.sure_at_least)}% van de berichten is het thema zeker"


def _how_much(when: When) -> Iterator[str]:
    if when.messages_at_least is not None:
        within = "" if when.within_hours is None else f" in {_span(when.within_hours)}"
        yield f"minstens {plural(when.messages_at_least, 'bericht', 'berichten')}{within}"
    if when.people_at_least is not None:
        within = "" if when.people_within_hours is None else f" in {_span(when.people_within_hours)}"
        yield f"van minstens {plural(when.people_at_least, 'mens', 'mensen')}{within}"
    if when.reach_at_least is not None:
        yield f"het bereikte minstens {plural(when.reach_at_least, 'mens', 'mensen')}"
    if when.burst is not None:
        yield "het is een piek" if when.burst else "het is geen piek"
    if when.lasting is not None:
        yield "het houdt al weken aan" if when.lasting else "het houdt niet al weken aan"
    if when.campaign is not None:
        yield "het is vaak dezelfde tekst" if when.campaign else "het is niet steeds dezelfde tekst"
    if when.times_usual_at_least is not None:
        yield f"minstens {decimal(when.times_usual_at_least)} keer het gewone"


def _since(when: When) -> Iterator[str]:
    if when.earlier_tickets is not None:
        days, least = when.earlier_tickets.days, when.earlier_tickets.at_least
        yield f"hier was in {plural(round(days), 'dag', 'dagen')} al minstens {plural(least, 'zulk ticket', 'zulke tickets')}"
    if when.settled_within_days is not None:
        yield f"zo'n ticket is hier korter dan {plural(round(when.settled_within_days), 'dag', 'dagen')} geleden afgehandeld"
    newest = "het jongste bericht kwam"
    if when.weekday is not None:
        yield f"{newest} op {_either(when.weekday)}"
    if when.time is not None:
        yield f"{newest} tussen {_clock(when.time.from_)} en {_clock(when.time.until)} uur"
    if when.working_hours is not None:
        yield f"{newest} in werktijd" if when.working_hours else f"{newest} buiten werktijd"
    if when.holiday is not None:
        yield f"{newest} op een feestdag" if when.holiday else f"{newest} niet op een feestdag"


def outcome(then: Then, department: Name) -> Iterator[str]:
    """What happens, part by part: `ticket voor Reiniging`, `samen met Verkeer`, `binnen 8 werkuren`, `melding aan wie dienst heeft`."""
    to = department(then.department) if then.department else "de afdeling die over het thema gaat"
    if then.action in ACTS:
        yield f"{word(Action.TICKET)} voor {to}"
        if then.with_:
            yield "samen met " + listed(department(other) for other in then.with_)
        hours = f"{decimal(then.term_hours)} {'werkuur' if then.term_hours == 1 else 'werkuren'}"
        yield f"binnen {hours}" if then.action is Action.TICKET else f"binnen {decimal(then.term_hours)} uur, ook buiten werktijd"
    elif then.action is Action.DIGEST:
        yield f"{word(then.action)} van {to}"
    else:
        yield word(then.action)
    if then.action is Action.ALERT:
        way = {None: "", Way.MAIL: " per mail", Way.CHAT: " in de chat of op de pieper"}[then.way]
        yield f"meteen een melding aan {listed(_addressee(to) for to in then.to)}{way}{', op elk uur' if then.always else ''}"


def manners(alerts: Manners) -> Iterator[str]:
    """How alerts behave, a sentence each."""
    if alerts.quiet is not None:
        yield f"Tussen {_clock(alerts.quiet.from_)} en {_clock(alerts.quiet.until)} uur wachten meldingen, behalve die op elk uur gaan."
    if alerts.a_day is not None:
        yield f"Wie op een dag al {plural(alerts.a_day, 'melding', 'meldingen')} kreeg, krijgt de rest bij elkaar in één bericht."
    if alerts.cool_down_hours:
        yield f"Over hetzelfde op dezelfde plek komt {_span(alerts.cool_down_hours)} lang geen nieuwe melding, tenzij het dringender wordt."


def sentences(file: RulesFile, theme: Name, area: Name, department: Name) -> list[str]:
    """The whole file in sentences, in the order in which the rules are asked: two versions are compared by these."""
    said = list(_sentences(file.rules, theme, area, department, ""))
    said.append(f"Past geen regel: {listed(outcome(file.fallback, department))}.")
    said += manners(file.alerts)
    return said + [f"Over {theme(slug)} gaat {department(owner)}." for slug, owner in file.owners.items()]


def _sentences(entries: Sequence[Rule | Group], theme: Name, area: Name, department: Name, group: str) -> Iterator[str]:
    for entry in ordered(entries):
        asked = listed(conditions(entry.when, theme, area)) or "altijd"
        if isinstance(entry, Rule):
            yield f"{group}{entry.name}: als {asked}, dan {listed(outcome(entry.then, department))}."
        else:
            match = "elke regel die past doet mee" if entry.match is Match.ALL else "de eerste regel die past, beslist"
            yield f"{group}Groep {entry.group}: als {asked}; {match}."
            yield from _sentences(entry.rules, theme, area, department, f"{group}{entry.group}, ")


def _addressee(to: str) -> str:
    return {"department": "de afdeling", "roster": "wie dienst heeft", "newsroom": "de redactie"}.get(to, to.replace("channel:", "kanaal "))


def _clock(at: time) -> str:
    return f"{at:%H:%M}"


def _either(names: Iterable[str]) -> str:
    given = list(names)
    if len(given) > NAMED:
        return f"{', '.join(given[:NAMED])} of een van {len(given) - NAMED} andere"
    *first, last = given
    return f"{', '.join(first)} of {last}" if first else last


def _span(hours: float) -> str:
    return f"{hours / 24:g} dagen" if hours > 24 and hours % 24 == 0 else f"{hours:g} uur"
