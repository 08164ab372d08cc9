"""Gesprekken: one conversation as who looks may read it, and one message by itself."""

from fastapi import APIRouter
from starlette.responses import Response

from dashboards.errors import not_found
from dashboards.people.rights import Right
from dashboards.signals.conversation import Conversation, conversation, message_alone
from dashboards.visit import Visit, Visitor, needs
from models.language import _

router = APIRouter(dependencies=[needs(Right.READ)])
LARGEST = 2**63 - 1


@router.get("/gesprekken/{message_id}")
def one_conversation(visit: Visitor, message_id: int) -> Response:
    told = conversation(visit.session, message_id, visit.reader) if message_id <= LARGEST else None
    return _page(visit, told, _("Gesprek %(message_id)s", message_id=message_id))


@router.get("/berichten/{message_id}")
def one_message(visit: Visitor, message_id: int) -> Response:
    told = message_alone(visit.session, message_id, visit.reader) if message_id <= LARGEST else None
    return _page(visit, told, _("Bericht %(message_id)s", message_id=message_id))


def _page(visit: Visit, told: Conversation | None, what: str) -> Response:
    if told is None:
        raise not_found(what)
    return visit.page("conversation.html", told=told, answers=visit.may(Right.DECIDE))
