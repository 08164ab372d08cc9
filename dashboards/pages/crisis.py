"""Crisis: declare one, say that it still is one, end it; and what each hour told."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from dashboards.errors import not_found
from dashboards.people.rights import Right
from dashboards.visit import CheckedForm, Visit, Visitor, kept, needs, see_other
from models.crisis import Crisis, crises
from models.digest import EXECUTIVE, NEWSROOM, digests_of
from models.language import _
from models.town import department_names
from models.trend import areas_to_ask, themes_to_ask
from models.words import PlaceKind
from routing.digests.crises import CrisisError, Watched, confirm, declare, end
from routing.digests.kinds.crisis import forgotten

router = APIRouter(prefix="/crisis", dependencies=[needs(Right.READ)])

MOST = 50


@router.get("")
def every_crisis(visit: Visitor) -> Response:
    return _list(visit)


@router.post("", dependencies=[needs(Right.CRISIS), CheckedForm])
def declare_one(
    visit: Visitor,
    name: Annotated[str, Form(alias="naam", max_length=200)] = "",
    words: Annotated[str, Form(alias="woorden", max_length=1000)] = "",
    note: Annotated[str, Form(alias="toelichting", max_length=2000)] = "",
    thema: Annotated[list[str], Form()] = [],  # noqa: B006 - as FastAPI wants it
    plek: Annotated[list[str], Form()] = [],  # noqa: B006
) -> Response:
    themes = {theme.slug for theme in themes_to_ask(visit.session)}
    places = {place.id for place in areas_to_ask(visit.session)}
    watched = Watched(name, tuple(t for t in thema if t in themes), tuple(p for p in plek if p in places), tuple(words.split(",")), note)
    try:
        crisis = declare(visit.session, watched, visit.account.name, visit.now)
    except CrisisError as refused:
        return _list(visit, 422, watched, str(refused))
    return see_other(f"/crisis/{crisis.id}")


@router.get("/{crisis_id}")
def one_crisis(visit: Visitor, crisis_id: int) -> Response:
    return _page(visit, crisis_id)


@router.post("/{crisis_id}/nog", dependencies=[needs(Right.CRISIS), CheckedForm])
def still(visit: Visitor, crisis_id: int) -> Response:
    try:
        with kept(visit.session):
            confirm(visit.session, crisis_id, visit.now)
    except CrisisError as refused:
        return _page(visit, crisis_id, 409, str(refused))
    return see_other(f"/crisis/{crisis_id}")


@router.post("/{crisis_id}/afsluiten", dependencies=[needs(Right.CRISIS), CheckedForm])
def end_one(visit: Visitor, crisis_id: int) -> Response:
    try:
        with kept(visit.session):
            end(visit.session, crisis_id, visit.account.name, visit.now)
    except CrisisError as refused:
        return _page(visit, crisis_id, 409, str(refused))
    return see_other(f"/crisis/{crisis_id}")


def _list(visit: Visit, status: int = 200, typed: Watched | None = None, refused: str | None = None) -> Response:
    return visit.page(
        "crises.html",
        status,
        crises=crises(visit.session, MOST),
        typed=typed or Watched(""),
        refused=refused,
        themes=themes_to_ask(visit.session),
        areas=[place for place in areas_to_ask(visit.session) if place.kind is PlaceKind.NEIGHBOURHOOD],
        decides=visit.may(Right.CRISIS),
    )


def _page(visit: Visit, crisis_id: int, status: int = 200, refused: str | None = None) -> Response:
    crisis = visit.session.get(Crisis, crisis_id)
    if crisis is None:
        raise not_found(_("Deze crisis"))
    return visit.page(
        "crisis.html",
        status,
        crisis=crisis,
        digests=digests_of(visit.session, crisis.id),
        forgotten=forgotten(crisis, visit.now),
        refused=refused,
        decides=visit.may(Right.CRISIS),
        names={NEWSROOM: _("Redactie"), EXECUTIVE: _("Bestuur"), **department_names(visit.session)},
    )
