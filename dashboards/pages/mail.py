"""Post: what was sent, what waits, and what did not arrive; the newsroom and the administrator may have it sent again."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from starlette.responses import HTMLResponse, Response

from dashboards.errors import not_found
from dashboards.headers import MAIL_POLICY
from dashboards.people.rights import Right
from dashboards.readers.personal import hidden_addresses, shown_to
from dashboards.visit import CheckedForm, Visit, Visitor, needs, see_other
from models.delivery import Delivery, WantedDeliveries, deliveries_wanted, delivery_counts, delivery_for, resends_of
from models.language import _
from models.town import departments
from models.words import DeliveryStatus, DeliveryWay
from routing.deliveries.resend import ResendRefused, resend, resend_all

router = APIRouter(prefix="/post", dependencies=[needs(Right.POST)])

A_PAGE = 40
LATELY = timedelta(days=7)
STATES: Mapping[str, DeliveryStatus] = {
    "wacht": DeliveryStatus.WAITING,
    "verzonden": DeliveryStatus.SENT,
    "niet-gelukt": DeliveryStatus.DEAD,
}
WAYS: Mapping[str, DeliveryWay] = {
    "mail": DeliveryWay.SMTP,
    "chat": DeliveryWay.CHAT,
    "eigen-systeem": DeliveryWay.TARGET,
    "pagina": DeliveryWay.PAGE,
}


@router.get("")
def every_delivery(
    visit: Visitor,
    stand: str = "",
    weg: str = "",
    afdeling: str = "",
    voor: Annotated[int | None, Query(ge=1, lt=2**62)] = None,
    opnieuw: Annotated[int | None, Query(ge=0, lt=10_000)] = None,
) -> Response:
    own = visit.account.department_id
    wanted = WantedDeliveries(STATES.get(stand), WAYS.get(weg), own or afdeling or None)
    found = deliveries_wanted(visit.session, wanted, A_PAGE + 1, voor)
    return visit.page(
        "mail.html",
        deliveries=found[:A_PAGE],
        hidden=hidden_addresses(visit, found),
        more=len(found) > A_PAGE,
        asked={"stand": stand, "weg": weg, "afdeling": afdeling},
        asking=urlencode([(name, value) for name, value in (("stand", stand), ("weg", weg), ("afdeling", afdeling)) if value]),
        counts=delivery_counts(visit.session, own, visit.now - LATELY),
        states=STATES,
        ways=WAYS,
        departments=() if own else departments(visit.session),
        may_resend=visit.may(Right.RESEND),
        resent=opnieuw,
    )


@router.get("/{delivery_id}")
def one_delivery(visit: Visitor, delivery_id: int) -> Response:
    return _page(visit, _found(visit, delivery_id))


@router.get("/{delivery_id}/html")
def as_mail(visit: Visitor, delivery_id: int) -> Response:
    """The mail as its reader sees it, for the frame on the page."""
    return mail_frame(shown_to(visit, _found(visit, delivery_id).html))


@router.post("/opnieuw", dependencies=[needs(Right.RESEND), CheckedForm])
def send_all_again(visit: Visitor, weg: Annotated[str, Form()] = "") -> Response:
    """Every dead delivery of one way."""
    if weg not in WAYS:
        raise not_found(_("Deze weg"))
    count = resend_all(visit.session, WAYS[weg], visit.account.name, visit.now)
    return see_other(f"/post?stand=wacht&weg={weg}&opnieuw={count}")


@router.post("/{delivery_id}/opnieuw", dependencies=[needs(Right.RESEND), CheckedForm])
def send_again(visit: Visitor, delivery_id: int, aan: Annotated[str, Form(max_length=320)] = "") -> Response:
    try:
        resend(visit.session, delivery_id, visit.account.name, visit.now, aan)
    except ResendRefused as refused:
        return _page(visit, _found(visit, delivery_id), 422, refused=str(refused), typed=aan)
    return see_other(f"/post/{delivery_id}")


def mail_frame(html: str) -> Response:
    """A mail in its own world: no scripts, nothing fetched, shown only within our own pages."""
    return HTMLResponse(html, headers={"Content-Security-Policy": MAIL_POLICY})


def _page(visit: Visit, delivery: Delivery, status: int = 200, refused: str = "", typed: str = "") -> Response:
    return visit.page(
        "delivery.html",
        status,
        delivery=delivery,
        hidden=(hidden := hidden_addresses(visit, [delivery])),
        text=shown_to(visit, delivery.text),
        resends=resends_of(visit.session, delivery.id),
        may_resend=visit.may(Right.RESEND) and delivery.status is not DeliveryStatus.SENT,
        refused=refused,
        typed=typed or ("" if delivery.recipient in hidden else delivery.recipient),
    )


def _found(visit: Visit, delivery_id: int) -> Delivery:
    delivery = delivery_for(visit.session, delivery_id, visit.account.department_id)
    if delivery is None:
        raise not_found(_("Dit bericht"))
    return delivery
