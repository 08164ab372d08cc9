"""Crises: declared and ended by people, told every hour to who has to know, the first time at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.crisis import Crisis, crises_since, departments_near, said_of
from models.digest import EXECUTIVE, NEWSROOM, slots_of
from models.language import _
from models.settings import settings
from models.words import DigestKind
from routing.digests.audience import Audience, Due
from routing.digests.content import DigestContent
from routing.digests.edition import Edition
from routing.digests.fitting import fitted
from routing.digests.forms import words_of
from routing.digests.kinds.crisis import HOUR, HOURS_SHOWN, crisis_digest, number_of
from routing.errors import RoutingError
from routing.signals.assess import names
from routing.stand_up.quiet import silent_sources

CLOSING_FOR = timedelta(days=1)
"""How long after its end a crisis still gets its closing digest, where the machine was off."""
CLOSING = "slot"
NAME = 24
"""Characters: the subject line says more than the name."""
SHORTEST_WORD = 3
LONG = timedelta(days=14)
"""A longer crisis looks back on this time only."""


class CrisisError(RoutingError):
    """A crisis cannot be declared, confirmed or ended; the message says why."""


@dataclass(frozen=True)
class Watched:
    """What a crisis is about: see models.crisis.Crisis."""

    name: str
    themes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    note: str = ""


def declare(session: Session, watched: Watched, by: str, now: datetime) -> Crisis:
    """Declare a crisis; its first digest goes with the next run.

    Raises:
        CrisisError: it has no name, or nothing to listen for.
    """
    name, words = " ".join(watched.name.split()), tuple(word.strip() for word in watched.words if word.strip())
    if not name or len(name) > NAME:
        raise CrisisError(
            _("Geef de crisis een korte naam, van ten hoogste %(name)s tekens: hij staat in het onderwerp van elk bericht.", name=NAME)
        )
    if not (watched.themes or watched.places or words):
        raise CrisisError(_("Kies een thema of een plek, of schrijf woorden op. Anders weet Luisterpost niet waarnaar het moet luisteren."))
    if short := [word for word in words if len(word) < SHORTEST_WORD]:
        raise CrisisError(
            _("“%(short)s” is te kort om naar te zoeken: het staat in bijna elk bericht. Neem een langer woord.", short=short[0])
        )
    crisis = Crisis(
        name=name,
        themes=list(watched.themes),
        places=list(watched.places),
        words=list(words),
        note=watched.note.strip(),
        declared_by=by,
        declared_at=now,
        confirmed_at=now,
    )
    session.add(crisis)
    session.flush()
    return crisis


def confirm(session: Session, crisis_id: int, now: datetime) -> None:
    """Somebody says that it still is a crisis.

    Raises:
        CrisisError: it has ended, or there is none.
    """
    _lasting(session, crisis_id).confirmed_at = now


def end(session: Session, crisis_id: int, by: str, now: datetime) -> None:
    """End a crisis; its closing digest goes with the next run.

    Raises:
        CrisisError: it has ended already, or there is none.
    """
    crisis = _lasting(session, crisis_id)
    crisis.ended_at, crisis.ended_by = max(now, crisis.declared_at), by


def _lasting(session: Session, crisis_id: int) -> Crisis:
    crisis = session.get(Crisis, crisis_id, with_for_update=True)
    if crisis is None:
        raise CrisisError(_("Deze crisis bestaat niet. Ga naar de pagina Crisis en zoek haar daar."))
    if crisis.ended_at is not None:
        raise CrisisError(_("%(ended_by)s sloot deze crisis al af. Er is niets veranderd.", ended_by=crisis.ended_by))
    return crisis


@dataclass(frozen=True)
class Hour:
    """One digest of a crisis that is to be kept. `slot` names it for good: `<crisis>/<hour>`, the last one `<crisis>/slot`."""

    content: DigestContent
    due: Due
    slot: str
    crisis_id: int


def crises_due(session: Session, known: Sequence[Audience], now: datetime) -> list[Hour]:
    """The digests of crises whose hour has passed, and the closing ones of those that ended; hours in which nothing ran are not made up."""
    crises = [crisis for crisis in crises_since(session, now - CLOSING_FOR) if crisis.declared_at <= now]
    return [hour for crisis in crises for hour in _hours(session, crisis, known, now)]


def _hours(session: Session, crisis: Crisis, known: Sequence[Audience], now: datetime) -> Iterator[Hour]:
    slot = f"{crisis.id}/{CLOSING if crisis.ended_at else number_of(crisis, now)}"
    told = {audience for audience, before in slots_of(session, crisis.id) if before == slot}
    since = max(crisis.declared_at - HOURS_SHOWN * HOUR, now - LONG)
    said = said_of(session, crisis, since, crisis.ended_at or now)
    concerned = {NEWSROOM, EXECUTIVE, *departments_near(session, [message.id for message in said])}
    wanted = [audience for audience in known if audience.id in concerned - told and audience.kind is not DigestKind.WEEKLY]
    if not wanted:
        return
    places, silent = names(session), [f"{source.name}: {source.problem}" for source in silent_sources(session, now)]
    for audience in wanted:
        mine = replace(audience, kind=DigestKind.CRISIS)
        day = now.astimezone(settings().zone).date()
        edition = Edition(audience=mine, day=day, now=now, since=now - HOUR, memory={}, factors={})
        content = fitted(crisis_digest(crisis, said, places, edition, silent), words_of)
        yield Hour(content, Due(mine, day, now), slot, crisis.id)
