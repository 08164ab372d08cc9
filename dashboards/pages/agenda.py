"""Agenda: what the municipality said, asked, decided and built. Trends show it beside the lines."""

from datetime import date, timedelta
from hmac import compare_digest
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Form, UploadFile
from sqlalchemy.orm.exc import StaleDataError
from starlette.responses import Response

from dashboards.agenda.ical import MAX_BYTES, CalendarError, months, read, write
from dashboards.agenda.typed import Typed, neighbourhoods
from dashboards.errors import not_found
from dashboards.people.rights import Right
from dashboards.visit import CheckedForm, Database, Now, OpenToAll, Visit, Visitor, needs, see_other
from models.calendar import CalendarEvent, events_between, keep_events
from models.keys import made_once
from models.language import _
from models.settings import settings
from models.trend import themes_to_ask
from models.words import Occasion

router = APIRouter(prefix="/agenda")

AHEAD = timedelta(days=120)
BACK = timedelta(days=31)
FEED_BACK, FEED_AHEAD = timedelta(days=400), timedelta(days=400)


@router.get("", dependencies=[needs(Right.READ)])
def calendar(visit: Visitor, vanaf: date | None = None, gekomen: int | None = None, over: int = 0) -> Response:
    return _list(visit, vanaf, came=(gekomen, over) if gekomen is not None else None)


@router.get("/{secret}.ics", dependencies=[OpenToAll])
def feed(secret: str, session: Database, now: Now) -> Response:
    """The calendar for other calendars, behind an address that cannot be guessed."""
    if not compare_digest(secret.encode(), _secret().encode()):
        raise not_found(_("Deze agenda"))
    today = now.astimezone(settings().zone).date()
    body = write(events_between(session, today - FEED_BACK, today + FEED_AHEAD), "Luisterpost")
    return Response(body, media_type="text/calendar", headers={"Cache-Control": "private, max-age=900", "Referrer-Policy": "no-referrer"})


@router.post("", dependencies=[needs(Right.AGENDA), CheckedForm])
def add(visit: Visitor, event: Annotated[Typed, Depends()]) -> Response:
    if refused := event.refused():
        return _list(visit, event.first, 422, typed=event, refused=refused)
    kept = event.onto(CalendarEvent(uid=f"{uuid4()}@luisterpost"), visit.session, visit.account.name, visit.now)
    visit.session.add(kept)
    return see_other(f"/agenda?vanaf={kept.first}")


@router.post("/inlezen", dependencies=[needs(Right.AGENDA), CheckedForm])
async def bring_in(visit: Visitor, bestand: UploadFile) -> Response:
    """Another calendar's file; brought in again it adds nothing."""
    try:
        came = read(await bestand.read(MAX_BYTES + 1), settings().zone, visit.account.name, visit.now)
    except CalendarError as refused:
        return _list(visit, None, 422, refused=str(refused))
    return see_other(f"/agenda?gekomen={keep_events(visit.session, came.events)}&over={came.left_out}")


@router.get("/{event_id}", dependencies=[needs(Right.READ)])
def one(visit: Visitor, event_id: int) -> Response:
    return _page(visit, _found(visit, event_id))


@router.post("/{event_id}", dependencies=[needs(Right.AGENDA), CheckedForm])
def change(visit: Visitor, event_id: int, event: Annotated[Typed, Depends()], versie: Annotated[int, Form()]) -> Response:
    present = _found(visit, event_id)
    if refused := _stale(present, versie) or event.refused():
        return _page(visit, present, 409 if present.version != versie else 422, event, refused)
    event.onto(present, visit.session, visit.account.name, visit.now)
    try:
        visit.session.flush()
    except StaleDataError:
        visit.session.rollback()
        return _page(visit, _found(visit, event_id), 409, event, _stale(_found(visit, event_id), versie))
    return see_other(f"/agenda?vanaf={present.first}")


@router.post("/{event_id}/weg", dependencies=[needs(Right.AGENDA), CheckedForm])
def remove(visit: Visitor, event_id: int) -> Response:
    gone = _found(visit, event_id)
    visit.session.delete(gone)
    return see_other(f"/agenda?vanaf={gone.first}")


def _list(
    visit: Visit,
    since: date | None,
    status: int = 200,
    typed: Typed | None = None,
    refused: str | None = None,
    came: tuple[int, int] | None = None,
) -> Response:
    today = visit.now.astimezone(settings().zone).date()
    first = (since or today - BACK).replace(day=1)
    writes = visit.may(Right.AGENDA)
    return visit.page(
        "agenda.html",
        status,
        months=list(months(events_between(visit.session, first, first + AHEAD))),
        first=first,
        earlier=(first - AHEAD).replace(day=1),
        later=(first + AHEAD).replace(day=1),
        today=today,
        typed=typed,
        refused=refused,
        came=came,
        writes=writes,
        feed=f"{settings().public_url.rstrip('/')}/agenda/{_secret()}.ics" if writes else None,
        **_choices(visit),
    )


def _page(visit: Visit, event: CalendarEvent, status: int = 200, typed: Typed | None = None, refused: str | None = None) -> Response:
    writes = visit.may(Right.AGENDA)
    return visit.page("agenda_event.html", status, event=event, typed=typed or event, refused=refused, writes=writes, **_choices(visit))


def _choices(visit: Visit) -> dict[str, object]:
    return {"occasions": list(Occasion), "themes": themes_to_ask(visit.session), "areas": neighbourhoods(visit.session)}


def _found(visit: Visit, event_id: int) -> CalendarEvent:
    event = visit.session.get(CalendarEvent, event_id)
    if event is None:
        raise not_found(_("Dit agendapunt"))
    return event


def _stale(present: CalendarEvent, version: int) -> str | None:
    if present.version == version:
        return None
    return _(
        "%(written_by)s veranderde dit intussen. Hieronder staat wat u typte; sla het op als het nog klopt.", written_by=present.written_by
    )


def _secret() -> str:
    return made_once(settings().keys / "agenda.key")
