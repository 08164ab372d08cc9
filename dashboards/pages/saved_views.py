"""Saved questions of trends: a name, a link to share, and a letter each week for who wants it."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form
from starlette.responses import Response

from dashboards.errors import Refusal, not_found, not_yours
from dashboards.people.rights import Right
from dashboards.trends.asking import choices_of
from dashboards.trends.question import understood
from dashboards.visit import CheckedForm, Visit, Visitor, needs, see_other
from models.language import _
from models.saved_view import SavedView, saved_views
from models.settings import settings
from models.words import Role
from routing.errors import RoutingError
from routing.readers.subscribing import allowed_address

router = APIRouter(prefix="/trends/bewaard", dependencies=[needs(Right.READ)])

NAME = 80


@router.get("")
def saved(visit: Visitor) -> Response:
    views = [(view, owner, f"/trends?{urlencode(view.address)}") for view, owner in saved_views(visit.session)]
    return visit.page("saved_views.html", views=views, mine=_may_change(visit))


@router.post("", dependencies=[needs(Right.KEEP), CheckedForm])
def save(
    visit: Visitor, naam: Annotated[str, Form()] = "", vraag: Annotated[str, Form()] = "", adres: Annotated[str, Form()] = ""
) -> Response:
    """Keep a question, as its address says it; what cannot be asked is left out of it."""
    name = " ".join(naam.split())[:NAME]
    if not name:
        raise Refusal(422, _("Geef de vraag een naam."), _("Ga terug en vul in hoe u deze vraag wilt noemen."))
    try:
        weekly_to = allowed_address(adres) if adres.strip() else None
    except RoutingError as refused:
        raise Refusal(422, _("Dit adres kan de wekelijkse mail niet krijgen."), str(refused)) from None
    today = visit.now.astimezone(settings().zone).date()
    question = understood(dict(parse_qsl(vraag[:2000])), choices_of(visit.session), today)
    visit.session.add(SavedView(account_id=visit.account.id, name=name, address=question.address, weekly_to=weekly_to, saved_at=visit.now))
    return see_other("/trends/bewaard")


@router.post("/{view_id}/weg", dependencies=[needs(Right.KEEP), CheckedForm])
def remove(visit: Visitor, view_id: int) -> Response:
    visit.session.delete(_own(visit, view_id))
    return see_other("/trends/bewaard")


@router.post("/{view_id}/stop", dependencies=[needs(Right.KEEP), CheckedForm])
def stop_mail(visit: Visitor, view_id: int) -> Response:
    _own(visit, view_id).weekly_to = None
    return see_other("/trends/bewaard")


def _own(visit: Visit, view_id: int) -> SavedView:
    view = visit.session.get(SavedView, view_id)
    if view is None:
        raise not_found(_("Deze bewaarde vraag"))
    if not _may_change(visit)(view):
        raise not_yours(_("Wie de vraag bewaarde, of een beheerder, kan haar weghalen."))
    return view


def _may_change(visit: Visit) -> Callable[[SavedView], bool]:
    return lambda view: view.account_id == visit.account.id or visit.account.role is Role.ADMINISTRATOR
