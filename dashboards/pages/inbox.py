"""A department's inbox: what waits, in the order in which it should be done; one ticket beside it; several done at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query
from sqlalchemy.orm import Session
from starlette.responses import Response, StreamingResponse

from dashboards.errors import not_found, not_yours
from dashboards.people.rights import Right
from dashboards.signals.story import window
from dashboards.tickets.news import EVENT_STREAM, TicketNews
from dashboards.tickets.page import content
from dashboards.visit import CheckedForm, Visit, Visitor, needs, see_other
from models.account import may_handle, names_of
from models.database import transaction
from models.language import _
from models.settings import settings
from models.signal import curves_of
from models.ticket import Ticket, helpers_of
from models.town import Department, departments
from models.tray import Tray, TrayOrder, count_tray, in_tray
from models.trend import areas_to_ask, themes_to_ask
from models.words import CLOSED, TicketStatus
from routing.errors import TicketError
from routing.tickets import changes

router = APIRouter(prefix="/afdelingen", dependencies=[needs(Right.READ)])

MOST = 200
OPEN = "open"
DONE = "afgehandeld"
STATES = {
    "nieuw": TicketStatus.OPEN,
    "opgepakt": TicketStatus.ACCEPTED,
    "in-behandeling": TicketStatus.IN_HAND,
    "wacht": TicketStatus.WAITING,
}


@dataclass(frozen=True)
class Asked:
    """What the address of an inbox asks; all of it stands in the address."""

    stand: str = OPEN
    dringend: bool = False
    te_laat: bool = False
    mijn: bool = False
    thema: str = ""
    buurt: str = ""
    woorden: str = ""
    volgorde: TrayOrder = TrayOrder.TERM

    def tray(self, department_id: str, account_id: int) -> Tray:
        return Tray(
            department_id,
            closed=self.stand == DONE,
            status=STATES.get(self.stand),
            urgent=self.dringend,
            late=self.te_laat,
            mine=account_id if self.mijn else None,
            theme=self.thema or None,
            area=self.buurt or None,
            words=self.woorden,
            order=self.volgorde,
        )

    def address(self, department_id: str, **more: object) -> str:
        """The address that asks this, without what goes without saying."""
        said = {name: value for name, value in vars(self).items() if value != getattr(Asked, name)}
        query = urlencode({name: "ja" if value is True else value for name, value in {**said, **more}.items()})
        return f"/afdelingen/{department_id}" + (f"?{query}" if query else "")

    @property
    def narrowed(self) -> bool:
        """Whether anything but the state was asked."""
        return any(getattr(self, name) != getattr(Asked, name) for name in ("dringend", "te_laat", "mijn", "thema", "buurt", "woorden"))


def asked(
    stand: str = OPEN,
    dringend: str = "",
    te_laat: str = "",
    mijn: str = "",
    thema: str = "",
    buurt: str = "",
    woorden: Annotated[str, Query(max_length=200)] = "",
    volgorde: str = TrayOrder.TERM.value,
) -> Asked:
    known = stand if stand in (OPEN, DONE, *STATES) else OPEN
    order = TrayOrder.WEIGHT if volgorde == TrayOrder.WEIGHT else TrayOrder.TERM
    return Asked(known, bool(dringend), bool(te_laat), bool(mijn), thema, buurt, " ".join(woorden.replace("\x00", "").split()), order)


Asking = Annotated[Asked, Depends(asked)]


@dataclass(frozen=True)
class Report:
    """What came of doing several at once."""

    done: int
    refused: tuple[str, ...] = ()


@router.get("/{department_id}")
def inbox(visit: Visitor, department_id: str, asking: Asking, ticket: str = "", gedaan: str = "") -> Response:
    report = Report(int(gedaan)) if gedaan.isdecimal() and len(gedaan) < 5 else None
    return _page(visit, _department(visit, department_id), asking, ticket, report)


@router.post("/{department_id}/samen", dependencies=[needs(Right.HANDLE), CheckedForm])
def together(
    visit: Visitor,
    department_id: str,
    asking: Asking,
    wat: Annotated[str, Form()],
    kies: Annotated[list[str] | None, Form()] = None,
    afdeling: Annotated[str, Form()] = "",
) -> Response:
    """Do the same with several tickets, each in a transaction of its own: one that was changed meanwhile holds up no other."""
    department = _department(visit, department_id)
    act = _act(visit, wat, afdeling)
    if act is None or not kies:
        what_now = _("Kies een of meer tickets en wat ermee moet gebeuren.")
        return _page(visit, department, asking, "", Report(0, (what_now,)), 422)
    report = _done(visit, [_chosen(one) for one in kies[:MOST]], act)
    if report.refused:
        return _page(visit, department, asking, "", report, 409)
    return see_other(asking.address(department_id, gedaan=report.done))


@router.get("/{department_id}/gebeurtenissen")
async def events(visit: Visitor, department_id: str) -> Response:
    """Tells at once when a ticket of this department has a new line of history (server-sent events)."""
    news: TicketNews = visit.request.app.state.ticket_news
    heard = news.subscribe(department_id)
    if heard is None:
        return Response(_("Te veel open vensters. De lijst ververst als u de pagina herlaadt."), 503, {"Retry-After": "60"})
    return StreamingResponse(heard, media_type=EVENT_STREAM, headers={"X-Accel-Buffering": "no"})


Act = Callable[[Session, int, int], object]


def _act(visit: Visit, what: str, department_id: str) -> Act | None:
    """What is to be done with each ticket; None where nothing readable was asked."""
    actor, now = visit.account.name, visit.now
    match what:
        case "oppakken":
            return lambda session, id, version: changes.accept(session, id, version, actor, now)
        case "nemen":
            return lambda session, id, version: changes.assign(session, id, version, actor, now, visit.account.id)
        case "overdragen" if department_id:
            return lambda session, id, version: changes.hand_over(session, id, version, actor, now, department_id)
    return None


def _chosen(value: str) -> tuple[int, int]:
    """Number and version of a ticket as its box in the list names them: `12.3`."""
    number, _, version = value.partition(".")
    readable = number.isdecimal() and version.isdecimal() and max(len(number), len(version)) < 10
    return (int(number), int(version)) if readable else (0, 0)


def _done(visit: Visit, chosen: list[tuple[int, int]], act: Act) -> Report:
    refused, done = [], 0
    for ticket_id, version in sorted(chosen):
        try:
            with transaction() as session:
                _refuse_others(visit, session, ticket_id)
                act(session, ticket_id, version)
            done += 1
        except TicketError as error:
            refused.append(str(error))
    return Report(done, tuple(refused))


def _refuse_others(visit: Visit, session: Session, ticket_id: int) -> None:
    ticket = session.get(Ticket, ticket_id)
    if ticket is not None and not may_handle(visit.account, [ticket.department_id, *helpers_of(session, [ticket_id])[ticket_id]]):
        raise not_yours(_("Een van de gekozen tickets ligt bij een andere afdeling. Alleen die afdeling kan het veranderen."))


def _page(visit: Visit, department: Department, asking: Asked, beside: str, report: Report | None = None, status: int = 200) -> Response:
    session = visit.session
    tray = asking.tray(department.id, visit.account.id)
    tickets = in_tray(session, tray, visit.now, MOST)
    today = visit.now.astimezone(settings().zone).date()
    numbers = [ticket.id for ticket, _ in tickets]
    return visit.page(
        "inbox.html",
        status,
        department=department,
        asked=asking,
        address=asking.address,
        tickets=tickets,
        total=count_tray(session, tray, visit.now) if len(tickets) == MOST else len(tickets),
        curves=curves_of(session, [signal.id for _, signal in tickets], window(today, today, 14), settings().zone),
        helping=helpers_of(session, numbers),
        people=names_of(session, [ticket.assignee_id for ticket, _ in tickets if ticket.assignee_id]),
        themes=themes_to_ask(session),
        areas=areas_to_ask(session),
        others=[other for other in departments(session) if other.id != department.id],
        mine=may_handle(visit.account, [department.id]),
        closed=CLOSED,
        report=report,
        beside=_beside(visit, beside),
    )


def _beside(visit: Visit, number: str) -> dict[str, object] | None:
    """The ticket that is shown beside the list; None where none was asked, or it is not there."""
    ticket = visit.session.get(Ticket, int(number)) if number.isdecimal() and len(number) < 10 else None
    return None if ticket is None else content(visit, ticket)


def _department(visit: Visit, department_id: str) -> Department:
    department = visit.session.get(Department, department_id)
    if department is None:
        raise not_found(_("Deze afdeling"))
    return department
