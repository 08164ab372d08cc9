"""Why a signal went where it went, for the person who asks: which rule fired, why each earlier one did not, what it stands on."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from models.rule import Routing, decisions_about
from models.settings import settings
from models.signal import Signal
from models.town import department_names
from models.words import Action, SignalStatus
from routing.bursts.yardstick import yardstick
from routing.errors import RoutingError
from routing.rules.decide import Decision, Rules
from routing.rules.facts import Facts, read
from routing.rules.grammar import Group, Match, Rule, ordered
from routing.rules.in_force import in_force, version_called
from routing.signals.assess import Frame, areas_by_signal, facts_by_signal, heard_by_signal, names, told, weigh

HOURS = {Action.TICKET: "werkuren", Action.ALERT: "uur"}


class UnknownSignal(RoutingError):
    """There is no signal with this number."""

    def __init__(self, signal_id: int) -> None:
        super().__init__(f"Signaal {signal_id} bestaat niet. Kijk op de pagina Signalen welke nummers er zijn.")


def explain_signal(session: Session, signal_id: int, now: datetime) -> Iterator[str]:
    """Lines that say which rule fires for a signal at `now` and why each earlier one does not, and what was decided before.

    Raises:
        UnknownSignal: there is no such signal.
    """
    signal = session.get(Signal, signal_id)
    if signal is None:
        raise UnknownSignal(signal_id)
    if signal.status is SignalStatus.MERGED:
        yield f"Signaal {signal_id} is samengevoegd met signaal {signal.merged_into}."
        return
    heard = heard_by_signal(session, [signal_id])[signal_id]
    yield f"{signal.title} (signaal {signal_id}, {signal.status})"
    if not heard:
        yield "Alle berichten zijn naar andere signalen gegaan."
        return
    force = in_force(session, settings().config, now)
    if force.problem is not None:
        yield f"Let op: rules.yaml kan niet gebruikt worden, de vorige versie geldt. {force.problem}"
    if force.waiting is not None:
        yield f"Let op: rules.yaml is veranderd (versie {force.waiting.version}) en wacht op akkoord; de vorige versie geldt."
    measure = yardstick(session, now, heard[0].at, settings().zone)
    frame = Frame(now, force.rules, measure, names(session))
    weighed = weigh(signal.sub, heard, areas_by_signal(session, [signal_id])[signal_id], frame)
    asked = facts_by_signal(session, {signal: weighed}, frame)[signal_id]
    yield f"regels {force.rules.version}; {len(heard)} berichten, {weighed.summary.recent} in 24 uur, gewoonlijk {weighed.usual:.1f}"
    yield from explain(force.rules, asked)
    decision = force.rules.decide(asked)
    yield f"reden: {told(signal, weighed, decision.rule, frame, asked.outside)}"
    yield f"afdeling: {department_names(session).get(decision.department, decision.department)}"
    if signal.status is SignalStatus.CLOSED:
        yield "Het signaal is gesloten: er kwam drie dagen niets bij, dus er gebeurt niets meer."
    yield from _earlier(session, decisions_about(session, signal_id))


def explain(rules: Rules, facts: Facts) -> Iterator[str]:
    """Lines that say which rule fires for these facts, and why each earlier one does not."""
    yield from _asked(rules.file.rules, Match.FIRST, facts, "")
    decision = rules.decide(facts)
    yield f"regel {decision.rule!r} wel: {in_words(decision)}"
    for other in decision.also:
        yield f"regel {other.rule!r} ook: {in_words(other)}"


def in_words(decision: Decision) -> str:
    """`ticket voor reiniging, samen met verkeer, termijn 8 werkuren`"""
    helping = f", samen met {', '.join(decision.also_departments)}" if decision.also_departments else ""
    hours = HOURS.get(decision.action)
    term = f", termijn {decision.term_hours:g} {hours}" if hours else ""
    alerted = f", melding aan {', '.join(decision.alerting.to)}" if decision.alerting is not None else ""
    return f"{decision.action} voor {decision.department}{helping}{term}{alerted}"


def _asked(entries: Sequence[Rule | Group], match: Match, facts: Facts, indent: str) -> Iterator[str]:
    """What each entry answers, up to and without the rule that decides."""
    for entry in ordered(entries):
        unmet = list(entry.when.unmet(facts))
        title = f"regel {entry.name!r}" if isinstance(entry, Rule) else f"groep {entry.group!r}"
        if unmet:
            yield f"{indent}{title} niet, want {' en '.join(unmet)}"
        elif isinstance(entry, Group):
            yield f"{indent}{title}, {'elke regel die past' if entry.match is Match.ALL else 'de eerste regel die past'}:"
            yield from _asked(entry.rules, entry.match, facts, indent + "  ")
        elif match is Match.FIRST:
            return
        else:
            yield f"{indent}{title} past"
        if match is Match.FIRST and isinstance(entry, Group) and not unmet and _fits(entry, facts):
            return


def _fits(group: Group, facts: Facts) -> bool:
    return group.when.holds(facts) and any(
        entry.when.holds(facts) if isinstance(entry, Rule) else _fits(entry, facts) for entry in group.rules
    )


def _earlier(session: Session, routings: Sequence[Routing]) -> Iterator[str]:
    """What was decided before and on what it stood: exact where the facts and that version of the rules are still there."""
    for routing in reversed(routings):
        at = routing.decided_at.astimezone(settings().zone)
        yield f"{at:%d-%m %H:%M}: regel {routing.rule!r} van versie {routing.rule_set}: {routing.action}"
        rules = version_called(session, routing.rule_set) if routing.facts is not None else None
        if rules is not None and routing.facts is not None:
            yield from (f"    {line}" for line in explain(rules, read(routing.facts)))
