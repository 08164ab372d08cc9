"""Post: what was sent, or would have been where no mail server is set."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from dashboards.errors import not_found
from dashboards.headers import MAIL_POLICY
from dashboards.visit import Visit, Visitor
from models.delivery import Delivery, deliveries_for, delivery_for

router = APIRouter(prefix="/post")

A_PAGE = 40


@router.get("")
def every_delivery(visit: Visitor, voor: int | None = None) -> Response:
    found = deliveries_for(visit.session, visit.account.department_id, A_PAGE + 1, voor)
    return visit.page("mail.html", deliveries=found[:A_PAGE], more=len(found) > A_PAGE)


@router.get("/{delivery_id}")
def one_delivery(visit: Visitor, delivery_id: int) -> Response:
    return visit.page("delivery.html", delivery=_found(visit, delivery_id))


@router.get("/{delivery_id}/html")
def as_mail(visit: Visitor, delivery_id: int) -> Response:
    """The mail as its reader sees it, for the frame on the page."""
    return mail_frame(_found(visit, delivery_id).html)


def mail_frame(html: str) -> Response:
    """A mail in its own world: no scripts, nothing fetched, shown only within our own pages."""
    return HTMLResponse(html, headers={"Content-Security-Policy": MAIL_POLICY})


def _found(visit: Visit, delivery_id: int) -> Delivery:
    delivery = delivery_for(visit.session, delivery_id, visit.account.department_id)
    if delivery is None:
        raise not_found("Dit bericht")
    return delivery
