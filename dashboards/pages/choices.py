"""Besluiten over een signaal: chosen on its page, what came of them, and whom to invite to talk on."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from dashboards.errors import Refusal, not_found, not_yours
from dashboards.pages.signals import signal_page
from dashboards.people.rights import Right
from dashboards.signals.deciding import Posted
from dashboards.visit import CheckedForm, Visit, Visitor, kept, needs, see_other
from models.choice import Choice, returning_in
from models.language import _
from models.sight import readable
from models.signal import Signal
from routing.errors import ChoiceError, StaleChoice, UnknownChoice
from routing.proposals.choices import choose, tell_outcome, withdraw
from routing.proposals.situation import REMEMBERED

router = APIRouter(dependencies=[needs(Right.READ)])

INVITED = 200
Version = Annotated[int, Form(alias="versie")]
Back = Annotated[str, Form(alias="terug", max_length=200)]


@router.post("/signalen/{signal_id}/besluit", dependencies=[needs(Right.DECIDE), CheckedForm])
def decide(visit: Visitor, signal_id: int, typed: Posted) -> Response:
    try:
        with kept(visit.session):
            choose(visit.session, signal_id, typed.gezien, typed.wish, visit.account.name, visit.now)
    except UnknownChoice:
        raise not_found(_("Signaal %(signal_id)s", signal_id=signal_id)) from None
    except StaleChoice as stale:
        return signal_page(visit, signal_id, 409, typed.refused(signal_id, stale))
    except ChoiceError as refused:
        return signal_page(visit, signal_id, 422, typed.refused(signal_id, refused))
    return see_other(f"/signalen/{signal_id}#besluiten")


@router.post("/besluiten/{choice_id}/uitkomst", dependencies=[needs(Right.HANDLE), CheckedForm])
def outcome(
    visit: Visitor, choice_id: int, version: Version, woorden: Annotated[str, Form(max_length=2000)] = "", back: Back = "/"
) -> Response:
    return _change(visit, choice_id, back, lambda: tell_outcome(visit.session, choice_id, version, woorden, visit.account.name, visit.now))


@router.post("/besluiten/{choice_id}/intrekken", dependencies=[needs(Right.HANDLE), CheckedForm])
def take_back(visit: Visitor, choice_id: int, version: Version, back: Back = "/") -> Response:
    return _change(visit, choice_id, back, lambda: withdraw(visit.session, choice_id, version, visit.account.name, visit.now))


@router.get("/signalen/{signal_id}/uitnodigen", dependencies=[needs(Right.DECIDE)])
def whom_to_invite(visit: Visitor, signal_id: int) -> Response:
    signal = visit.session.get(Signal, signal_id)
    if signal is None:
        raise not_found(_("Signaal %(signal_id)s", signal_id=signal_id))
    said = returning_in(visit.session, signal, visit.now - REMEMBERED, readable(visit.reader), INVITED)
    return visit.page("invite.html", signal=signal, said=said)


def _change(visit: Visit, choice_id: int, back: str, change: Callable[[], Choice]) -> Response:
    choice = visit.session.get(Choice, choice_id)
    if choice is None:
        raise not_found(_("Besluit %(choice_id)s", choice_id=choice_id))
    mine = choice.department_id is not None and choice.department_id == visit.account.department_id
    if not (visit.may(Right.DECIDE) or mine):
        raise not_yours(_("Dit besluit is van een andere afdeling. De redactie en webcare kunnen het veranderen."))
    try:
        with kept(visit.session):
            change()
    except StaleChoice:
        raise Refusal(
            409, _("Iemand anders heeft dit besluit intussen veranderd."), _("Ga terug, ververs de pagina en kijk wat er nu staat.")
        ) from None
    except ChoiceError as refused:
        raise Refusal(422, _("Dat is niet bewaard."), str(refused)) from None
    return see_other(_local(back))


def _local(path: str) -> str:
    """A path of our own; anything else leads to Vandaag."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
