"""Whether somebody must be told, and from when on: once for each story, again only when it gets more urgent or begins anew."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.alert import Alert, count_of, most_urgent_told
from models.settings import settings
from models.signal import Signal
from models.ticket import Ticket
from routing.rules.conditions import TimeOfDay, minutes
from routing.rules.decide import Alerting, Decision

RISE = 0.1
"""By how much the urgency must have grown for an alert about the same to be worth another one."""
ROUNDING = 1e-9


def raise_alert(
    session: Session, signal: Signal, ticket: Ticket, decision: Decision, department_id: str, reason: str, now: datetime
) -> int:
    """Have everybody told whom a decision names and who does not know yet; how many. `department_id` is its department by now."""
    alerting = decision.alerting
    if alerting is None:
        return 0
    addressees = dict.fromkeys(f"department:{department_id}" if to == "department" else to for to in alerting.to)
    return sum(_raise(session, signal, ticket, decision.rule, alerting, addressee, reason, now) for addressee in addressees)


def _raise(
    session: Session, signal: Signal, ticket: Ticket, rule: str, alerting: Alerting, addressee: str, reason: str, now: datetime
) -> int:
    quiet_since = now - timedelta(hours=alerting.cool_down_hours)
    begun_anew = ticket.running_since if ticket.running_since > ticket.opened_at else None
    known = most_urgent_told(session, signal.id, addressee, signal.sub, signal.areas, quiet_since, begun_anew)
    if known is not None and signal.urgency < known + RISE - ROUNDING:
        return 0
    values = {
        "key": f"{signal.id}/{addressee}/{count_of(session, signal.id, addressee)}",
        "signal_id": signal.id,
        "ticket_id": ticket.id,
        "addressee": addressee,
        "way": alerting.way or "",
        "rule": rule,
        "reason": reason,
        "sub": signal.sub,
        "areas": list(signal.areas),
        "urgency": signal.urgency,
        "always": alerting.always,
        "a_day": alerting.a_day,
        "raised_at": now,
        "due_at": now if alerting.always else after_quiet(now, alerting.quiet, settings().zone),
    }
    written = insert(Alert).values(values).on_conflict_do_nothing(index_elements=["key"]).returning(Alert.id)
    return len(session.execute(written).all())


def after_quiet(now: datetime, quiet: TimeOfDay | None, zone: ZoneInfo) -> datetime:
    """The end of the quiet hours that `now` lies in, or `now`. Quiet hours that end where they begin are none."""
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    if quiet is None or quiet.from_ == quiet.until or not quiet.holds_at(minute):
        return now
    day = local.date() + timedelta(days=minute >= minutes(quiet.until))
    return datetime.combine(day, quiet.until, zone).astimezone(now.tzinfo)
