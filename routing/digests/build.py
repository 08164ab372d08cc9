"""Digests: built for each audience at its own hour, one transaction each, and given to its readers when they may go."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.database import transaction
from models.digest import NEWSROOM, Digest, claim_to_go, digest_for, last_days, last_of
from models.language import Language, speaking
from models.settings import settings
from models.signal import Signal, work_is_due
from models.words import DigestKind
from routing.digests.audience import Audience, Due, all_due, audiences
from routing.digests.changes import memory_of
from routing.digests.content import DigestContent
from routing.digests.crises import crises_due
from routing.digests.edition import Edition
from routing.digests.fitting import fitted
from routing.digests.forms import letter_of, words_of
from routing.digests.gathered import LONGEST, Gathered, gather
from routing.digests.kinds.daily import department, newsroom
from routing.digests.kinds.executive import executive
from routing.digests.kinds.weekly import weekly
from routing.digests.letters import Letter
from routing.errors import RoutingError
from routing.readers.feedback import hints
from routing.readers.ranking import liking
from routing.readers.sending import send_due
from routing.signals.summary import DAY

SHAPES = ("html", "text", "json")
log = logging.getLogger(__name__)


class DigestError(RoutingError):
    """A digest cannot be shown or built; the message says why."""


@dataclass(frozen=True)
class Run:
    """What all digests of one run share."""

    gathered: Gathered
    house: Sequence[str]
    """What the newsroom has to know of the house itself."""


def build_due(now: datetime, everyone: bool = False) -> int:
    """Build the digests whose moment has come and that are not there yet, and give those that may go to their readers; how many were built.

    An audience that never had one gets its first as soon as what has come in is understood and routed; `everyone` builds all that are
    missing today. What goes wrong for one audience stops no other.

    Raises:
        DigestError: some could not be built; the others are.
    """
    with transaction() as session:
        known = audiences(session)
        ready = bool(session.scalar(select(exists().where(Signal.id.is_not(None))))) and not work_is_due(session)
        due = list(all_due(known, now, settings().zone, last_days(session), ready, everyone))
        since = min((_since(session, one.audience, now) for one in due), default=now)
        run = _run(session, known, now, since) if due else None
    built, failed = 0, []
    for one in due:
        try:
            with transaction() as session:
                assert run is not None
                built += _keep(session, compose_for(session, run, one, now), one)
        except Exception:
            log.exception("digest of %s could not be built", one.audience.id)
            failed.append(one.audience.name)
    try:
        with transaction() as session:
            for hour in crises_due(session, known, now):
                built += _keep(session, hour.content, hour.due, hour.slot, hour.crisis_id)
    except Exception:
        log.exception("crisis digests could not be built")
        failed.append("de crisis")
    release_due(now)
    if failed:
        raise DigestError(f"Geen dagbericht voor {', '.join(failed)}. Het wordt opnieuw geprobeerd; kijk in het logboek waarom.")
    return built


def release_due(now: datetime) -> int:
    """Give the digests whose moment has come to their readers, as an editor left them; how many. One transaction each."""
    gone = 0
    while True:
        with transaction() as session:
            digest = claim_to_go(session, now)
            if digest is None:
                break
            digest.gone_at = now
            gone += 1
    with transaction() as session:
        send_due(session, now, letter_of)
    return gone


@speaking(Language.DUTCH)
def compose(session: Session, audience: Audience, now: datetime) -> DigestContent:
    """What the digest of an audience says at this moment."""
    run = _run(session, audiences(session), now, _since(session, audience, now))
    day = now.astimezone(settings().zone).date()
    return compose_for(session, run, Due(audience, day, now), now)


def compose_for(session: Session, run: Run, due: Due, now: datetime) -> DigestContent:
    """What one digest says, cut to its screen."""
    audience = due.audience
    last = last_of(session, audience.id, audience.kind)
    before = DigestContent.model_validate(last.content) if last and last.content else None
    edition = Edition(
        audience=audience,
        day=due.day,
        now=now,
        since=_since(session, audience, now),
        memory=memory_of(before),
        factors=liking(session, audience.id, now),
    )
    return fitted(_content(session, run, edition), words_of)


def render(session: Session, audience: str, day: date, shape: str, now: datetime | None = None, kind: DigestKind = DigestKind.DAILY) -> str:
    """The digest of `audience` for `day` as `html`, `text` or `json`: the one that was built, or for today the one that would be built now.

    Raises:
        DigestError: there is no such audience, or no digest of that day.
    """
    if shape not in SHAPES:
        raise DigestError(f"Vorm {shape!r} bestaat niet. Kies uit {', '.join(SHAPES)}.")
    present = digest_for(session, audience, kind, day)
    if present is not None:
        content = DigestContent.model_validate(present.content)
        return _shaped(content, Letter(present.subject, present.html, present.text), shape)
    known = {one.id: one.name for one in audiences(session)}
    if audience not in known:
        raise DigestError(f"Afdeling {audience!r} bestaat niet. Kies uit: {', '.join(known)}.")
    mine = next((one for one in audiences(session) if one.id == audience and one.kind is kind), None)
    moment = now or datetime.now(UTC)
    if mine is None or day != moment.astimezone(settings().zone).date():
        raise DigestError(f"Van {day:%d-%m-%Y} is er geen {CALLED[kind]} voor {known[audience]}.")
    content = compose(session, mine, moment)
    return _shaped(content, letter_of(content), shape)


CALLED = {
    DigestKind.DAILY: "dagbericht",
    DigestKind.WEEKLY: "weekbericht",
    DigestKind.EXECUTIVE: "bestuursbericht",
    DigestKind.CRISIS: "crisisbericht",
}


def _shaped(content: DigestContent, letter: Letter, shape: str) -> str:
    return {"html": letter.html, "text": letter.text, "json": content.model_dump_json(indent=2)}[shape]


def _content(session: Session, run: Run, edition: Edition) -> DigestContent:
    match edition.audience.kind:
        case DigestKind.WEEKLY:
            return weekly(session, run.gathered, edition)
        case DigestKind.EXECUTIVE:
            return executive(session, run.gathered, edition)
        case _ if edition.audience.id == NEWSROOM:
            return newsroom(session, run.gathered, edition, run.house)
        case _:
            return department(run.gathered, edition)


def _run(session: Session, known: Iterable[Audience], now: datetime, since: datetime) -> Run:
    asked = [hint.sentence for hint in hints(session, now) if hint.last_at > now - DAY]
    return Run(gather(session, now, since), [*house_lines(known), *asked])


def house_lines(known: Iterable[Audience]) -> list[str]:
    """What the newsroom has to know of the house itself: departments without an address."""
    without = [one.name for one in known if one.email is None and one.kind is DigestKind.DAILY and one.id != NEWSROOM]
    return [f"{name} heeft geen e-mailadres: het dagbericht staat alleen op de pagina Post." for name in without]


def _since(session: Session, audience: Audience, now: datetime) -> datetime:
    """When this audience last read something, at most two weeks ago; for who never did, or whose clock was put back, a day ago."""
    last = last_of(session, audience.id, audience.kind)
    return now - DAY if last is None or last.built_at >= now else max(last.built_at, now - LONGEST)


def _keep(session: Session, content: DigestContent, due: Due, slot: str = "", crisis_id: int | None = None) -> int:
    """Write a digest; 1 unless another process was first."""
    letter = letter_of(content)
    values = {
        "audience": due.audience.id,
        "kind": due.audience.kind,
        "day": due.day,
        "slot": slot,
        "crisis_id": crisis_id,
        "subject": letter.subject,
        "content": content.model_dump(mode="json"),
        "html": letter.html,
        "text": letter.text,
        "built_at": content.built_at,
        "goes_at": due.goes_at,
        "version": 1,
    }
    written = insert(Digest).values(values).on_conflict_do_nothing(index_elements=["audience", "kind", "day", "slot"])
    return len(session.execute(written.returning(Digest.id)).all())
