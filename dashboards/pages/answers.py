"""Antwoorden: webcare's list, and for each ticket its answer: written, agreed to, and the conversations that wait for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from dashboards.csv_file import csv_file
from dashboards.errors import not_found, not_yours
from dashboards.people.rights import Right
from dashboards.tickets.answering import answering
from dashboards.tickets.page import found, may_act
from dashboards.visit import CheckedForm, Visit, Visitor, kept, needs, see_other
from dashboards.words.notation import moment, web_address
from models.answer import Answer, answer_lines, answer_to, answers_by_status, ticked_off, waiting_counts
from models.language import _
from models.settings import settings
from models.sight import readable
from models.signal import Signal
from models.ticket import Ticket
from models.town import Place, department_names
from models.words import AnswerStatus
from routing.answers.conversations import Conversation, tick_off, untick, waiting_conversations
from routing.answers.drafts import approve, give_back, hash_of, offer, write
from routing.answers.first_text import first_text
from routing.answers.questions import questions_asked
from routing.errors import AnswerError, StaleAnswer
from routing.signals.assess import names

router = APIRouter(dependencies=[needs(Right.READ)])

TICKED = 30
SHOWN = 20
"""Conversations at once: the next come as these are ticked off."""
WAITS_FOR_US = (AnswerStatus.OFFERED,)
AGREED = (AnswerStatus.APPROVED, AnswerStatus.USED)
BEING_WRITTEN = (AnswerStatus.DRAFT, AnswerStatus.RETURNED)
Version = Annotated[int, Form(alias="antwoordversie")]


@dataclass(frozen=True)
class Refused:
    """What was not done: why, what was typed, and whether somebody else was first."""

    why: str
    typed: str = ""
    stale: bool = False


@router.get("/antwoorden")
def every_answer(visit: Visitor) -> Response:
    mine = None if visit.reader.everything else visit.account.department_id
    offered, agreed, written = (answers_by_status(visit.session, of, mine) for of in (WAITS_FOR_US, AGREED, BEING_WRITTEN))
    waiting = waiting_counts(visit.session, [signal.id for _, _, signal in agreed], readable(visit.reader))
    return visit.page(
        "answers.html",
        offered=offered,
        agreed=[row for row in agreed if waiting.get(row[2].id)],
        written=written,
        waiting=waiting,
        names=department_names(visit.session),
        agrees=visit.may(Right.DECIDE),
    )


@router.get("/tickets/{ticket_id}/antwoord")
def one_answer(visit: Visitor, ticket_id: int) -> Response:
    return _page(visit, found(visit, ticket_id))


@router.post("/tickets/{ticket_id}/antwoord", dependencies=[needs(Right.HANDLE), CheckedForm])
def write_down(
    visit: Visitor, ticket_id: int, version: Version, text: Annotated[str, Form(alias="tekst")] = "", doen: Annotated[str, Form()] = ""
) -> Response:
    ticket = found(visit, ticket_id)
    if not _may_write(visit, ticket):
        raise not_yours(_("Dit ticket ligt bij een andere afdeling. Die schrijft het antwoord; u kunt meelezen."))

    def change() -> None:
        answer = write(visit.session, ticket_id, version, text, visit.account, visit.now)
        if doen == "voorleggen":
            offer(visit.session, answer.id, answer.version, visit.account, visit.now)

    return _change(visit, ticket, change, text)


@router.post("/tickets/{ticket_id}/antwoord/akkoord", dependencies=[needs(Right.DECIDE), CheckedForm])
def agree(
    visit: Visitor,
    ticket_id: int,
    version: Version,
    gelezen: Annotated[str, Form(max_length=64)],
    naam: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    ticket, answer = _to_judge(visit, ticket_id)
    return _change(visit, ticket, lambda: approve(visit.session, answer.id, version, gelezen, naam, visit.account, visit.now))


@router.post("/tickets/{ticket_id}/antwoord/terug", dependencies=[needs(Right.DECIDE), CheckedForm])
def not_like_this(visit: Visitor, ticket_id: int, version: Version, opmerking: Annotated[str, Form(max_length=4000)] = "") -> Response:
    ticket, answer = _to_judge(visit, ticket_id)
    return _change(visit, ticket, lambda: give_back(visit.session, answer.id, version, opmerking, visit.account, visit.now))


@router.post("/tickets/{ticket_id}/antwoord/gesprek/{message_id}", dependencies=[needs(Right.DECIDE), CheckedForm])
def answered(visit: Visitor, ticket_id: int, message_id: int) -> Response:
    ticket, answer = _to_judge(visit, ticket_id)
    eyes = readable(visit.reader)
    return _change(
        visit, ticket, lambda: tick_off(visit.session, answer.id, message_id, eyes, visit.account, visit.now), back="#gesprekken"
    )


@router.post("/tickets/{ticket_id}/antwoord/gesprek/{message_id}/toch-niet", dependencies=[needs(Right.DECIDE), CheckedForm])
def not_answered(visit: Visitor, ticket_id: int, message_id: int) -> Response:
    ticket, answer = _to_judge(visit, ticket_id)
    return _change(visit, ticket, lambda: untick(visit.session, answer.id, message_id, visit.account), back="#gesprekken")


@router.get("/tickets/{ticket_id}/antwoord/gesprekken.csv", dependencies=[needs(Right.HANDLE)])
def as_csv(visit: Visitor, ticket_id: int) -> Response:
    ticket = found(visit, ticket_id)
    answer = answer_to(visit.session, ticket_id)
    if not _may_write(visit, ticket):
        raise not_yours(_("Dit ticket ligt bij een andere afdeling."))
    waiting = [] if answer is None else waiting_conversations(visit.session, answer, readable(visit.reader))
    header = ("kanaal", "datum", "soort", "berichten", "adres", "bericht", "antwoord")
    return csv_file(f"gesprekken-ticket-{ticket_id}.csv", header, (_row(one) for one in waiting))


def _row(one: Conversation) -> tuple[object, ...]:
    said, zone = one.newest, settings().zone
    link = web_address(said.url) or ""
    return said.medium, moment(said.published_at, zone), one.kind.value, len(one.messages), link, said.text, one.text


def _change(visit: Visit, ticket: Ticket, make: Callable[[], object], typed: str = "", back: str = "") -> Response:
    try:
        with kept(visit.session):
            make()
    except StaleAnswer as stale:
        visit.session.expire_all()
        return _page(visit, ticket, 409, Refused(str(stale), typed, stale=True))
    except AnswerError as refused:
        visit.session.expire_all()
        return _page(visit, ticket, 422, Refused(str(refused), typed))
    return see_other(f"/tickets/{ticket.id}/antwoord{back}")


def _page(visit: Visit, ticket: Ticket, status: int = 200, refused: Refused | None = None) -> Response:
    session, eyes = visit.session, readable(visit.reader)
    signal = session.get_one(Signal, ticket.signal_id)
    told = answering(visit, ticket)
    answer = told.answer
    called = names(session)
    areas = [place.name for area in signal.areas if (place := session.get(Place, area)) is not None]
    return visit.page(
        "answer.html",
        status,
        ticket=ticket,
        signal=signal,
        told=told,
        answer=answer,
        text_hash=hash_of(answer.text) if answer else "",
        first=first_text(called.get(signal.sub, signal.sub), areas, signal.people, ticket.outcome),
        questions=questions_asked(session, signal.id),
        lines=answer_lines(session, answer.id) if answer else (),
        conversations=waiting_conversations(session, answer, eyes) if answer else [],
        ticked=ticked_off(session, answer.id, eyes, TICKED) if answer else (),
        shown=SHOWN,
        names=department_names(session),
        writes=_may_write(visit, ticket),
        agrees=visit.may(Right.DECIDE),
        refused=refused,
    )


def _to_judge(visit: Visit, ticket_id: int) -> tuple[Ticket, Answer]:
    """The ticket and its answer, for who may agree to it.

    Raises:
        Refusal: there is none.
    """
    ticket = found(visit, ticket_id)
    answer = answer_to(visit.session, ticket_id)
    if answer is None:
        raise not_found(_("Het antwoord van ticket %(ticket_id)s", ticket_id=ticket_id))
    return ticket, answer


def _may_write(visit: Visit, ticket: Ticket) -> bool:
    return visit.may(Right.DECIDE) or may_act(visit, ticket)
