"""What is due goes into the outbox: each alert in a letter of its own, and above an addressee's daily number several in one."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.alert import Alert, alerts_wait, told_lately, waiting_alerts
from models.database import transaction
from models.settings import settings
from models.signal import Signal
from models.ticket import Ticket
from models.words import CLOSED
from routing.alerts.addressees import Recipient, recipient_of
from routing.deliveries.outbox import put
from routing.digests.letters import write

A_DAY = timedelta(hours=24)
BUNDLED_EVERY = timedelta(hours=1)
"""How often what is above the daily number is told, in one letter."""


def tell(now: datetime) -> int:
    """Put what is due into the outbox, in a transaction of its own; how many letters."""
    with transaction() as session:
        return tell_due(session, now) if alerts_wait(session, now) else 0


def tell_due(session: Session, now: datetime) -> int:
    """Put what is due into the outbox; how many letters. What is no longer anybody's to do is told to nobody."""
    waiting: dict[str, list[Alert]] = defaultdict(list)
    for alert in waiting_alerts(session, now):
        if _is_over(session, alert):
            alert.told_at = now
        else:
            waiting[alert.addressee].append(alert)
    if not waiting:
        return 0
    lately = told_lately(session, now, A_DAY)
    return sum(_tell(session, addressee, alerts, lately.get(addressee), now) for addressee, alerts in waiting.items())


def _is_over(session: Session, alert: Alert) -> bool:
    ticket = session.get(Ticket, alert.ticket_id) if alert.ticket_id is not None else None
    return ticket is not None and ticket.status in CLOSED and ticket.merged_into is None


def _tell(session: Session, addressee: str, alerts: Sequence[Alert], lately: tuple[int, datetime] | None, now: datetime) -> int:
    """`lately`: how many letters the addressee got in the last day, and when the last one."""
    told, last = lately or (0, None)
    letters, rest = 0, list[Alert]()
    for alert in alerts:
        if alert.always or alert.a_day is None or told + letters < alert.a_day:
            letters += _tell_one(session, alert, now)
        else:
            rest.append(alert)
    if rest and (last is None or abs(now - last) >= BUNDLED_EVERY):
        letters += _tell_together(session, addressee, rest, now)
    return letters


def _tell_one(session: Session, alert: Alert, now: datetime) -> int:
    recipient = recipient_of(session, alert.addressee, alert.way, now)
    title = session.get_one(Signal, alert.signal_id).title
    content = {"title": title, "reason": alert.reason, "link": _link(alert), "department": recipient.name, "note": recipient.note}
    key = f"alert/{alert.key}"
    _note(alert, key, now)
    return put(
        session,
        key,
        write("alert", f"Dringend: {title}", content),
        recipient.to,
        now,
        ticket_id=alert.ticket_id,
        urgent=True,
        brief=_joined(alert.reason, recipient),
    )


def _tell_together(session: Session, addressee: str, alerts: Sequence[Alert], now: datetime) -> int:
    recipient = recipient_of(session, addressee, alerts[0].way, now)
    titles = [session.get_one(Signal, alert.signal_id).title for alert in alerts]
    items = [{"title": title, "reason": alert.reason, "link": _link(alert)} for title, alert in zip(titles, alerts, strict=True)]
    what = "Nog 1 melding" if len(alerts) == 1 else f"Nog {len(alerts)} meldingen"
    key = f"alerts/{addressee}/{min(alert.id for alert in alerts)}-{max(alert.id for alert in alerts)}"
    for alert in alerts:
        _note(alert, key, now)
    content = {"heading": what, "alerts": items, "department": recipient.name, "note": recipient.note}
    letter = write("alerts", f"{what}: {titles[0]}", content)
    return put(session, key, letter, recipient.to, now, urgent=True, brief=_joined(what, recipient))


def _note(alert: Alert, key: str, now: datetime) -> None:
    alert.told_at, alert.delivery_key = now, key


def _link(alert: Alert) -> str:
    place = f"signalen/{alert.signal_id}" if alert.ticket_id is None else f"tickets/{alert.ticket_id}"
    return f"{settings().public_url.rstrip('/')}/{place}"


def _joined(said: str, recipient: Recipient) -> str:
    return f"{said} {recipient.note}".strip()
