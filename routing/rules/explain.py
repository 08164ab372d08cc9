"""Why a signal went where it went, for the person who asks: which rule fired, why each earlier one did not, what it stands on."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from models.settings import settings
from models.signal import Signal
from models.town import department_names
from models.words import SignalStatus
from routing.bursts.yardstick import yardstick
from routing.errors import RoutingError
from routing.rules.grammar import explain
from routing.rules.in_force import in_force
from routing.signals.assess import Frame, areas_by_signal, facts, heard_by_signal, names, told, weigh


class UnknownSignal(RoutingError):
    """There is no signal with this number."""

    def __init__(self, signal_id: int) -> None:
        super().__init__(f"Signaal {signal_id} bestaat niet. Kijk op de pagina Signalen welke nummers er zijn.")


def explain_signal(session: Session, signal_id: int, now: datetime) -> Iterator[str]:
    """Lines that say which rule fires for a signal at `now`, and why each earlier one does not.

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
    measure = yardstick(session, now, heard[0].at, settings().zone)
    frame = Frame(now, force.rules, measure, names(session))
    weighed = weigh(signal.sub, heard, areas_by_signal(session, [signal_id])[signal_id], frame)
    asked = facts(signal, weighed, now)
    yield f"regels {force.rules.version}; {len(heard)} berichten, {weighed.summary.recent} in 24 uur, gewoonlijk {weighed.usual:.1f}"
    yield from explain(force.rules, asked)
    decision = force.rules.decide(asked)
    yield f"reden: {told(signal, weighed, decision.rule, frame)}"
    yield f"afdeling: {department_names(session).get(decision.department, decision.department)}"
    if signal.status is SignalStatus.CLOSED:
        yield "Het signaal is gesloten: er kwam drie dagen niets bij, dus er gebeurt niets meer."
