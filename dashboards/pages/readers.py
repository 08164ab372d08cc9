"""Abonnementen: who reads the digests, and whether they are read. Addresses are personal data: only administrators see them."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from dashboards.errors import not_found
from dashboards.people.rights import Right
from dashboards.visit import CheckedForm, Visit, Visitor, needs, see_other
from models.feedback import next_feed_turn
from models.language import _
from models.reader import Reader, every_reader, readers_with_account
from models.words import DeliveryWay, Opinion
from routing.deliveries.address import Address
from routing.readers.feedback import hints
from routing.readers.report import WITHIN, reading
from routing.readers.shapes.feed import feed_link
from routing.readers.subscribing import ReaderError, add, audience_names, mend, preferences_link, unsubscribe

router = APIRouter(prefix="/abonnementen", dependencies=[needs(Right.READ)])


@router.get("")
def every_subscription(visit: Visitor) -> Response:
    return _page(visit)


@router.post("", dependencies=[needs(Right.READERS), CheckedForm])
def add_reader(
    visit: Visitor,
    afdeling: Annotated[str, Form()] = "",
    adres: Annotated[str, Form()] = "",
    naam: Annotated[str, Form()] = "",
    weg: Annotated[str, Form()] = DeliveryWay.SMTP,
) -> Response:
    try:
        add(visit.session, afdeling, Address(DeliveryWay(weg), adres), naam, visit.now)
    except (ReaderError, ValueError) as error:
        return _page(visit, str(error), {"afdeling": afdeling, "adres": adres, "naam": naam, "weg": weg})
    return see_other("/abonnementen#lezers")


@router.post("/{reader_id}/stoppen", dependencies=[needs(Right.READERS), CheckedForm])
def stop(visit: Visitor, reader_id: int) -> Response:
    unsubscribe(_found(visit, reader_id), visit.now)
    return see_other("/abonnementen#lezers")


@router.post("/{reader_id}/werkt-weer", dependencies=[needs(Right.READERS), CheckedForm])
def works_again(visit: Visitor, reader_id: int) -> Response:
    mend(_found(visit, reader_id), visit.now)
    return see_other("/abonnementen#lezers")


@router.post("/feed/{audience}", dependencies=[needs(Right.READERS), CheckedForm])
def renew_feed(visit: Visitor, audience: str) -> Response:
    if audience not in audience_names(visit.session):
        raise not_found(_("Deze afdeling"))
    next_feed_turn(visit.session, audience, visit.now)
    return see_other("/abonnementen#feeds")


def _page(visit: Visit, problem: str = "", typed: dict[str, str] | None = None) -> Response:
    keeper = visit.may(Right.READERS)
    called = audience_names(visit.session)
    mine = readers_with_account(visit.session, visit.account.id)
    own = visit.account.department_id
    return visit.page(
        "readers.html",
        422 if problem else 200,
        keeper=keeper,
        names=called,
        readers=every_reader(visit.session) if keeper else [],
        mine=[(called.get(reader.audience, reader.audience), preferences_link(reader.id)) for reader in mine],
        feeds=[(audience, name, feed_link(visit.session, audience)) for audience, name in called.items() if own in (None, audience)],
        reading=reading(visit.session, visit.now),
        days=WITHIN.days,
        opinions=list(Opinion),
        hints=hints(visit.session, visit.now),
        problem=problem,
        typed=typed or {},
    )


def _found(visit: Visit, reader_id: int) -> Reader:
    reader = visit.session.get(Reader, reader_id)
    if reader is None:
        raise not_found(_("Deze lezer"))
    return reader
