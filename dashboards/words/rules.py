"""Rules as a colleague would say them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import time

from dashboards.words.notation import decimal, either, listed, plural, quoted, word
from models.language import _, one_or_more, translated
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
        yield _("of: %(first)s", first=_("; of: ").join(listed(conditions(part, theme, area)) for part in when.any))
    if when.not_ is not None:
        yield _("behalve als %(conditions)s", conditions=listed(conditions(when.not_, theme, area)))


def _where(when: When, theme: Name, area: Name) -> Iterator[str]:
    if when.theme is not None:
        names = _either(_("elk thema") if slug == "*" else theme(slug.removesuffix("/*")) for slug in when.theme)
        yield _("het gaat over %(names)s", names=names)
    if when.area is not None:
        yield _("in %(place)s", place=_either(area(place) for place in when.area))
    if when.near is not None:
        yield _("in of naast %(place)s", place=_either(area(place) for place in when.near))
    if when.outside is not None:
        yield _("het speelt ook in een andere gemeente") if when.outside else _("het speelt alleen in onze gemeente")
    if when.channel is not None:
        yield _("via %(channel)s", channel=_either(word(channel) for channel in when.channel))
    if when.source is not None:
        yield _("uit bron %(names)s", names=_either(when.source))


def _what(when: When) -> Iterator[str]:
    if when.kind is not None:
        yield _("meestal is het: %(kind)s", kind=_either(word(kind) for kind in when.kind))
    if when.language is not None:
        names = _either(
            _("een onbekende taal") if code == "und" else _("het %(language)s", language=language_name(code)) for code in when.language
        )
        yield _("meestal in %(names)s", names=names)
    if when.words is not None:
        said = quoted(when.words.any)
        asked = [*([_either(said)] if said else []), *quoted(when.words.all)]
        yield _(
            "minstens %(messages)s met %(words)s",
            messages=plural(when.words.messages_at_least, "bericht", "berichten"),
            words=listed(asked),
        )
    if when.tone_at_most is not None:
        yield _("de toon is hoogstens %(tone)s (van -1, boos, tot 1, blij)", tone=decimal(when.tone_at_most))
    if when.urgency_at_least is not None:
        yield _("de spoed is minstens %(share)s%%", share=round(100 * when.urgency_at_least))
    if when.sure_at_least is not None:
        yield _("van minstens %(share)s%% van de berichten is het thema zeker", share=round(100 * when.sure_at_least))


def _how_much(when: When) -> Iterator[str]:
    if when.messages_at_least is not None:
        yield _within(_("minstens %(count)s", count=plural(when.messages_at_least, "bericht", "berichten")), when.within_hours)
    if when.people_at_least is not None:
        yield _within(_("van minstens %(count)s", count=plural(when.people_at_least, "mens", "mensen")), when.people_within_hours)
    if when.reach_at_least is not None:
        yield _("het bereikte minstens %(people)s", people=plural(when.reach_at_least, "mens", "mensen"))
    if when.burst is not None:
        yield _("het is een piek") if when.burst else _("het is geen piek")
    if when.lasting is not None:
        yield _("het houdt al weken aan") if when.lasting else _("het houdt niet al weken aan")
    if when.campaign is not None:
        yield _("het is vaak dezelfde tekst") if when.campaign else _("het is niet steeds dezelfde tekst")
    if when.times_usual_at_least is not None:
        yield _("minstens %(times)s keer het gewone", times=decimal(when.times_usual_at_least))


def _since(when: When) -> Iterator[str]:
    if when.earlier_tickets is not None:
        days, least = when.earlier_tickets.days, when.earlier_tickets.at_least
        yield _(
            "hier was in %(days)s al minstens %(tickets)s",
            days=plural(round(days), "dag", "dagen"),
            tickets=plural(least, "zulk ticket", "zulke tickets"),
        )
    if when.settled_within_days is not None:
        yield _("zo'n ticket is hier korter dan %(days)s geleden afgehandeld", days=plural(round(when.settled_within_days), "dag", "dagen"))
    if when.weekday is not None:
        yield _("het jongste bericht kwam op %(weekday)s", weekday=_either(translated(day) for day in when.weekday))
    if when.time is not None:
        yield _("het jongste bericht kwam tussen %(start)s en %(end)s uur", start=_clock(when.time.from_), end=_clock(when.time.until))
    if when.working_hours is not None:
        yield _("het jongste bericht kwam in werktijd") if when.working_hours else _("het jongste bericht kwam buiten werktijd")
    if when.holiday is not None:
        yield _("het jongste bericht kwam op een feestdag") if when.holiday else _("het jongste bericht kwam niet op een feestdag")


def outcome(then: Then, department: Name) -> Iterator[str]:
    """What happens, part by part: `ticket voor Reiniging`, `samen met Verkeer`, `binnen 8 werkuren`, `melding aan wie dienst heeft`."""
    to = department(then.department) if then.department else _("de afdeling die over het thema gaat")
    if then.action in ACTS:
        yield _("ticket voor %(department)s", department=to)
        if then.with_:
            yield _("samen met %(departments)s", departments=listed(department(other) for other in then.with_))
        hours = decimal(then.term_hours)
        if then.action is Action.TICKET:
            yield one_or_more("binnen %(hours)s werkuur", "binnen %(hours)s werkuren", 1 if then.term_hours == 1 else 2) % {"hours": hours}
        else:
            yield _("binnen %(hours)s uur, ook buiten werktijd", hours=hours)
    elif then.action is Action.DIGEST:
        yield _("dagbericht van %(department)s", department=to)
    else:
        yield word(then.action)
    if then.action is Action.ALERT:
        told = _("meteen een melding aan %(names)s", names=listed(_addressee(to) for to in then.to))
        if then.way is not None:
            told = {Way.MAIL: _("%(told)s per mail", told=told), Way.CHAT: _("%(told)s in de chat of op de pieper", told=told)}[then.way]
        yield _("%(told)s, op elk uur", told=told) if then.always else told


def manners(alerts: Manners) -> Iterator[str]:
    """How alerts behave, a sentence each."""
    if alerts.quiet is not None:
        yield _(
            "Tussen %(start)s en %(end)s uur wachten meldingen, behalve die op elk uur gaan.",
            start=_clock(alerts.quiet.from_),
            end=_clock(alerts.quiet.until),
        )
    if alerts.a_day is not None:
        said = one_or_more(
            "Wie op een dag al %(count)s melding kreeg, krijgt de rest bij elkaar in één bericht.",
            "Wie op een dag al %(count)s meldingen kreeg, krijgt de rest bij elkaar in één bericht.",
            alerts.a_day,
        )
        yield said % {"count": alerts.a_day}
    if alerts.cool_down_hours:
        yield _(
            "Over hetzelfde op dezelfde plek komt %(span)s lang geen nieuwe melding, tenzij het dringender wordt.",
            span=_span(alerts.cool_down_hours),
        )


def sentences(file: RulesFile, theme: Name, area: Name, department: Name) -> list[str]:
    """The whole file in sentences, in the order in which the rules are asked: two versions are compared by these."""
    said = list(_sentences(file.rules, theme, area, department, ""))
    said.append(_("Past geen regel: %(outcome)s.", outcome=listed(outcome(file.fallback, department))))
    said += manners(file.alerts)
    return said + [
        _("Over %(theme)s gaat %(department)s.", theme=theme(slug), department=department(owner)) for slug, owner in file.owners.items()
    ]


def _sentences(entries: Sequence[Rule | Group], theme: Name, area: Name, department: Name, group: str) -> Iterator[str]:
    for entry in ordered(entries):
        asked = listed(conditions(entry.when, theme, area)) or _("altijd")
        if isinstance(entry, Rule):
            yield _(
                "%(rule)s: als %(asked)s, dan %(outcome)s.",
                rule=group + entry.name,
                asked=asked,
                outcome=listed(outcome(entry.then, department)),
            )
        else:
            match = _("elke regel die past doet mee") if entry.match is Match.ALL else _("de eerste regel die past, beslist")
            yield _("Groep %(group)s: als %(asked)s; %(match)s.", group=group + entry.group, asked=asked, match=match)
            yield from _sentences(entry.rules, theme, area, department, f"{group}{entry.group}, ")


def _addressee(to: str) -> str:
    named = {"department": _("de afdeling"), "roster": _("wie dienst heeft"), "newsroom": _("de redactie")}
    return named[to] if to in named else _("kanaal %(name)s", name=to.removeprefix("channel:"))


def _clock(at: time) -> str:
    return f"{at:%H:%M}"


def _either(names: Iterable[str]) -> str:
    given = list(names)
    if len(given) > NAMED:
        return _("%(names)s of een van %(count)s andere", names=", ".join(given[:NAMED]), count=len(given) - NAMED)
    return either(given)


def _within(asked: str, hours: float | None) -> str:
    return asked if hours is None else _("%(asked)s in %(span)s", asked=asked, span=_span(hours))


def _span(hours: float) -> str:
    return _("%(days)s dagen", days=f"{hours / 24:g}") if hours > 24 and hours % 24 == 0 else _("%(hours)s uur", hours=f"{hours:g}")
