"""Signalen: all stories that are going on, and each with its evidence."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from dashboards.errors import not_found
from dashboards.maps.places import map_of
from dashboards.people.rights import Right
from dashboards.signals.deciding import Refused, deciding
from dashboards.signals.story import tell, window
from dashboards.visit import Visit, Visitor, needs
from models.language import _
from models.settings import settings
from models.signal import Signal, Wanted, count_wanted, curves_of, wanted_signals
from models.ticket import ticket_about, tickets_about
from models.town import Department, department_names
from models.trend import areas_to_ask, themes_to_ask
from models.words import SignalStatus

router = APIRouter(dependencies=[needs(Right.READ)])

A_PAGE = 30
STANDS = {"loopt": SignalStatus.OPEN, "stil": SignalStatus.CLOSED, "alle": None}


@router.get("/signalen")
def every_signal(visit: Visitor, thema: str = "", buurt: str = "", stand: str = "loopt", bladzij: int = 1) -> Response:
    wanted = Wanted(thema or None, buurt or None, STANDS.get(stand, SignalStatus.OPEN))
    page = max(1, bladzij)
    signals = wanted_signals(visit.session, wanted, A_PAGE + 1, (page - 1) * A_PAGE)
    shown = signals[:A_PAGE]
    today = visit.now.astimezone(settings().zone).date()
    numbers = [signal.id for signal in shown]
    return visit.page(
        "signals.html",
        signals=shown,
        total=count_wanted(visit.session, wanted),
        more=len(signals) > A_PAGE,
        page=page,
        curves=curves_of(visit.session, numbers, window(today, today, 14), settings().zone),
        tickets=tickets_about(visit.session, numbers),
        themes=themes_to_ask(visit.session),
        areas=areas_to_ask(visit.session),
        asked={"thema": thema, "buurt": buurt, "stand": stand},
    )


@router.get("/signalen/{signal_id}")
def one_signal(visit: Visitor, signal_id: int, alles: bool = False) -> Response:
    merged = visit.session.get(Signal, signal_id)
    if merged is not None and merged.merged_into is not None:
        return RedirectResponse(f"/signalen/{merged.merged_into}", status_code=303)
    return signal_page(visit, signal_id, every_voice=alles)


def signal_page(visit: Visit, signal_id: int, status: int = 200, refused: Refused | None = None, every_voice: bool = False) -> Response:
    """The page of a signal; `refused` is a decision that was not written down.

    Raises:
        Refusal: there is no such signal.
    """
    signal = visit.session.get(Signal, signal_id)
    if signal is None:
        raise not_found(_("Signaal %(signal_id)s", signal_id=signal_id))
    ticket = ticket_about(visit.session, signal_id)
    town = visit.request.app.state.town_map
    return visit.page(
        "signal.html",
        status,
        story=tell(visit.session, signal, visit.now, settings().zone, visit.reader, every_voice),
        map=map_of(visit.session, signal_id, town),
        shapeless=not town,
        ticket=ticket,
        owner=visit.session.get(Department, ticket.department_id) if ticket else None,
        names=department_names(visit.session),
        every_voice=every_voice,
        decision=deciding(visit, signal),
        refused_choice=refused,
    )
