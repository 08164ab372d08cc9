"""Digests: built once a day for each audience at its own hour, one transaction each, and put into the outbox with it."""

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from babel.dates import format_date
from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.configuration import ConfigurationError, read_yaml
from models.database import transaction
from models.digest import NEWSROOM, Digest
from models.municipality import About
from models.rule import in_force_for
from models.settings import settings
from models.signal import Signal, open_signals, work_is_due
from models.ticket import Ticket
from models.town import departments
from models.words import Action, DigestKind, TicketStatus
from routing.deliveries.outbox import put
from routing.digests.content import DigestContent, for_department, for_newsroom, spark
from routing.digests.item import Item, items
from routing.digests.letters import Letter, write
from routing.digests.stand_up import is_news, outcomes, silent_sources, stand_up
from routing.errors import RoutingError
from routing.signals.assess import names

BEFORE_STAND_UP = timedelta(minutes=15)
BAR = 40
"""Height of the highest bar of a curve, in pixels."""
SHAPES = ("html", "text", "json")
HIDDEN = (Action.WATCH, Action.IGNORE)
log = logging.getLogger(__name__)


class DigestError(RoutingError):
    """A digest cannot be shown or built; the message says why."""


@dataclass(frozen=True)
class Audience:
    """Who reads a digest: a department, or the newsroom. `at` is the hour of the day on the municipality's clocks."""

    id: str
    name: str
    at: time
    email: str | None


def audiences(session: Session) -> list[Audience]:
    """Everyone who gets a digest: the departments in use and the newsroom."""
    try:
        about = read_yaml(settings().config / "municipality.yaml", About)
        at, email = about.stand_up_at, about.newsroom_email
    except ConfigurationError as error:
        log.warning("municipality.yaml cannot be used, the newsroom's digest goes to the mail page: %s", error)
        at, email = time(8, 45), None
    early = (datetime.combine(date.min + timedelta(days=1), at) - BEFORE_STAND_UP).time()
    read = [Audience(d.id, d.name, d.digest_at, d.email) for d in departments(session)]
    return [Audience(NEWSROOM, "Redactie", early, email), *read]


def build_due(now: datetime, everyone: bool = False) -> int:
    """Build the digests whose hour has come and that are not there yet; how many were built.

    An audience that never had one gets its first as soon as what has come in is understood and routed; `everyone` builds all that are
    missing today. What goes wrong for one audience stops no other.

    Raises:
        DigestError: some could not be built; the others are.
    """
    with transaction() as session:
        due = list(_due(session, now, everyone))
    built, failed = 0, []
    for audience in due:
        try:
            with transaction() as session:
                built += _build(session, audience, now)
        except Exception:
            log.exception("digest of %s could not be built", audience.id)
            failed.append(audience.name)
    if failed:
        raise DigestError(f"Geen dagbericht voor {', '.join(failed)}. Het wordt opnieuw geprobeerd; kijk in het logboek waarom.")
    return built


def render(session: Session, audience: str, day: date, shape: str, now: datetime | None = None) -> str:
    """The digest of `audience` for `day` as `html`, `text` or `json`: the one that was built, or for today the one that would be built now.

    Raises:
        DigestError: there is no such audience, or no digest of that day.
    """
    if shape not in SHAPES:
        raise DigestError(f"Vorm {shape!r} bestaat niet. Kies uit {', '.join(SHAPES)}.")
    present = session.scalar(select(Digest).where(Digest.audience == audience, Digest.kind == DigestKind.DAILY, Digest.day == day))
    if present is not None:
        content = DigestContent.model_validate(present.content)
        return {"html": present.html, "text": present.text, "json": content.model_dump_json(indent=2)}[shape]
    known = {one.id: one for one in audiences(session)}
    if audience not in known:
        raise DigestError(f"Afdeling {audience!r} bestaat niet. Kies uit: {', '.join(known)}.")
    moment = now or datetime.now(UTC)
    if day != moment.astimezone(settings().zone).date():
        raise DigestError(f"Van {day:%d-%m-%Y} is er geen dagbericht voor {known[audience].name}.")
    content = compose(session, known[audience], moment)
    if shape == "json":
        return content.model_dump_json(indent=2)
    letter = letter_of(content)
    return letter.html if shape == "html" else letter.text


def compose(session: Session, audience: Audience, now: datetime) -> DigestContent:
    """What the digest of an audience says at this moment."""
    day = now.astimezone(settings().zone).date()
    base = settings().public_url.rstrip("/")
    if audience.id == NEWSROOM:
        return for_newsroom(stand_up(session, now), now, day, base)
    mine = _signals_of(session, audience.id)
    told = [item for item in items(session, mine, now) if _asks_or_rises(item, audience.id)]
    ordinary = _ordinary(session, mine, {item.signal_id for item in told})
    done = [outcome for outcome in outcomes(session, now) if outcome.department == audience.name]
    return for_department(audience.id, audience.name, told, ordinary, done, silent_sources(session, now), now, day, base)


def letter_of(content: DigestContent) -> Letter:
    """The digest as HTML and as plain text."""
    curve = content.lead.curve if content.lead else ()
    most = max(curve, default=0)
    context = {
        "digest": content,
        "date_words": format_date(content.day, "EEEE d MMMM", locale="nl"),
        "bars": [max(2, round(BAR * count / most)) for count in curve] if most else [],
        "spark": spark(curve),
    }
    return write("digest", content.subject, context)


def _due(session: Session, now: datetime, everyone: bool) -> Iterator[Audience]:
    local = now.astimezone(settings().zone)
    today = set(session.scalars(select(Digest.audience).where(Digest.kind == DigestKind.DAILY, Digest.day == local.date())))
    ever = set(session.scalars(select(Digest.audience).distinct()))
    settled = bool(session.scalar(select(exists().where(Signal.id.is_not(None))))) and not work_is_due(session)
    for audience in audiences(session):
        ready = local.time() >= audience.at if audience.id in ever else settled
        if audience.id not in today and (everyone or ready):
            yield audience


def _build(session: Session, audience: Audience, now: datetime) -> int:
    """Write a digest and its delivery; 1 unless another process was first."""
    content = compose(session, audience, now)
    letter = letter_of(content)
    values = {
        "audience": audience.id,
        "kind": DigestKind.DAILY,
        "day": content.day,
        "subject": letter.subject,
        "content": content.model_dump(mode="json"),
        "html": letter.html,
        "text": letter.text,
        "built_at": now,
    }
    written = insert(Digest).values(values).on_conflict_do_nothing(index_elements=["audience", "kind", "day"]).returning(Digest.id)
    digest_id = session.scalar(written)
    if digest_id is None:
        return 0
    put(session, f"digest/{audience.id}/{content.day}", letter, audience.email, now, digest_id=digest_id)
    return 1


def _signals_of(session: Session, department_id: str) -> list[Signal]:
    """Open signals that are a department's: by its ticket where there is one, else by the rules; weightiest first."""
    signals = open_signals(session)
    numbers = [signal.id for signal in signals]
    routed = {id: routing.department_id for id, routing in in_force_for(session, numbers).items() if routing.action not in HIDDEN}
    held = {row.signal_id: row.department_id for row in session.execute(select(Ticket.signal_id, Ticket.department_id))}
    return [signal for signal in signals if held.get(signal.id, routed.get(signal.id)) == department_id]


def _asks_or_rises(item: Item, department_id: str) -> bool:
    open_ticket = item.ticket is not None and item.ticket.status is not TicketStatus.SETTLED and item.ticket.department_id == department_id
    return open_ticket or (is_news(item) and item.messages > 0)


def _ordinary(session: Session, signals: list[Signal], told: set[int]) -> list[tuple[str, int]]:
    """Sub-themes of a department's other signals with their messages of the last 24 hours, most first."""
    called = names(session)
    counts: Counter[str] = Counter()
    for signal in signals:
        if signal.id not in told and signal.recent:
            counts[called.get(signal.sub, signal.sub)] += signal.recent
    return counts.most_common()
