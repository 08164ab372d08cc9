"""Dienstrooster: who is told of alerts when. What is changed here comes before roster.yaml, for as long as it lasts."""

from datetime import date, timedelta
from hmac import compare_digest
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from dashboards.errors import not_found
from dashboards.people.rights import Right
from dashboards.roster.ical import write
from dashboards.roster.typed import Typed
from dashboards.roster.weeks import WEEK, Week, monday_of, span_of, weeks_of
from dashboards.visit import CheckedForm, Database, Now, OpenToAll, Visit, Visitor, needs, see_other
from models.keys import made_once
from models.language import _
from models.roster import RosterChange, newest_roster_changes
from models.settings import settings
from routing.alerts.roster import LONGEST, OnHand, Roster, roster_on_hand
from routing.alerts.timetable import timetable, who_has_duty

router = APIRouter(prefix="/rooster")

WEEKS = 4
CHANGES = 20
FEED = timedelta(weeks=13)
FIRST, LAST = date(2020, 1, 1), date(2199, 1, 1)


@router.get("", dependencies=[needs(Right.READ)])
def roster(visit: Visitor, week: str = "") -> Response:
    return _page(visit, week)


@router.get("/{secret}.ics", dependencies=[OpenToAll])
def feed(secret: str, session: Database, now: Now) -> Response:
    """The duties for other calendars, behind an address that cannot be guessed."""
    if not compare_digest(secret.encode(), _secret().encode()):
        raise not_found(_("Dit rooster"))
    here = roster_on_hand(session, settings().config, now).roster
    zone = settings().zone
    since, until = span_of(monday_of(now.astimezone(zone).date()), FEED // WEEK, zone)
    body = write(timetable(session, here, since, until, zone) if here is not None else (), now)
    return Response(body, media_type="text/calendar", headers={"Cache-Control": "private, max-age=900", "Referrer-Policy": "no-referrer"})


@router.post("", dependencies=[needs(Right.ROSTER), CheckedForm])
def take_over(visit: Visitor, typed: Annotated[Typed, Depends()]) -> Response:
    here = _on_hand(visit).roster
    if here is None:
        return _page(
            visit, "", 422, typed, _("Er is nog geen roster.yaml met wie er dienst kan hebben. Laat uw beheerder dat eerst maken.")
        )
    if refused := typed.refused(here, visit.now, settings().zone):
        return _page(visit, "", 422, typed, refused)
    change = typed.change(visit.account.name, visit.now, settings().zone)
    visit.session.add(change)
    return see_other(f"/rooster?week={_week(monday_of(change.starts_at.date()))}")


@router.post("/{change_id}/terug", dependencies=[needs(Right.ROSTER), CheckedForm])
def withdraw(visit: Visitor, change_id: int) -> Response:
    """What roster.yaml says holds again; withdrawn twice is withdrawn."""
    change = visit.session.get(RosterChange, change_id, with_for_update=True)
    if change is None:
        raise not_found(_("Deze wijziging"))
    if change.withdrawn_at is None:
        change.withdrawn_by, change.withdrawn_at = visit.account.name, visit.now
    return see_other(f"/rooster?week={_week(monday_of(change.starts_at.astimezone(settings().zone).date()))}")


def _page(visit: Visit, week: str, status: int = 200, typed: Typed | None = None, refused: str | None = None) -> Response:
    on_hand, zone = _on_hand(visit), settings().zone
    monday = _monday(week, monday_of(visit.now.astimezone(zone).date()))
    here = on_hand.roster
    changes = visit.may(Right.ROSTER)
    return visit.page(
        "roster.html",
        status,
        roster=here,
        problem=on_hand.problem,
        on_duty=who_has_duty(visit.session, here, visit.now, zone) if here is not None else None,
        weeks=_weeks(visit, here, monday) if here is not None else [],
        earlier=_week(monday - WEEKS * WEEK),
        later=_week(monday + WEEKS * WEEK),
        newest=newest_roster_changes(visit.session, CHANGES),
        names={person.id: person.name for person in here.people} if here is not None else {},
        typed=typed,
        refused=refused,
        changes=changes,
        feed=f"{settings().public_url.rstrip('/')}/rooster/{_secret()}.ics" if changes else None,
    )


def _weeks(visit: Visit, here: Roster, monday: date) -> list[Week]:
    zone = settings().zone
    since, until = span_of(monday, WEEKS, zone)
    whole = timetable(visit.session, here, since - LONGEST, until + LONGEST, zone)
    return weeks_of(whole, monday, WEEKS, zone)


def _on_hand(visit: Visit) -> OnHand:
    return roster_on_hand(visit.session, settings().config, visit.now)


def _monday(week: str, present: date) -> date:
    """The Monday of a week such as `2026-W47`; of the present one where that is none."""
    try:
        monday = date.fromisoformat(week)
    except ValueError:
        return present
    return monday_of(monday) if FIRST < monday < LAST else present


def _week(monday: date) -> str:
    """`2026-W47`"""
    year, number, _ = monday.isocalendar()
    return f"{year}-W{number:02}"


def _secret() -> str:
    return made_once(settings().keys / "roster.key")
