"""Tickets change hands: what is allowed, what is written down, and what a stale page may not do."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Ticket, TicketEvent
from models.municipality import Municipality
from models.words import TicketStatus, TicketStep
from routing.errors import StaleTicket, TicketError, UnknownTicket
from routing.tickets import changes as tickets
from tests.conftest import NOW


def history(session: Session, ticket: Ticket) -> list[tuple[TicketStep, str, str | None, str]]:
    events = session.scalars(select(TicketEvent).where(TicketEvent.ticket_id == ticket.id).order_by(TicketEvent.number))
    return [(event.step, event.actor, event.department_id, event.note) for event in events]


def test_a_ticket_is_accepted_handed_over_settled_and_reopened_and_every_step_is_written_down(session: Session, ticket: Ticket) -> None:
    tickets.accept(session, ticket.id, 1, "Ans", NOW)
    tickets.hand_over(session, ticket.id, 2, "Ans", NOW, "openbare-ruimte", "dit is een put")
    tickets.settle(session, ticket.id, 3, "Bo", NOW, "  De put is\n dicht. ")
    assert (ticket.status, ticket.outcome, ticket.settled_at) == (TicketStatus.SETTLED, "De put is dicht.", NOW)
    tickets.reopen(session, ticket.id, 4, "Bo", NOW, "toch niet")
    tickets.note(session, ticket.id, 5, "Bo", NOW, "gebeld met aannemer")
    assert (ticket.status, ticket.outcome, ticket.department_id) == (TicketStatus.OPEN, None, "openbare-ruimte")
    assert history(session, ticket) == [
        (TicketStep.ACCEPTED, "Ans", None, ""),
        (TicketStep.HANDED_OVER, "Ans", "openbare-ruimte", "dit is een put"),
        (TicketStep.SETTLED, "Bo", None, "De put is dicht."),
        (TicketStep.REOPENED, "Bo", None, "toch niet"),
        (TicketStep.NOTED, "Bo", None, "gebeld met aannemer"),
    ]


def test_a_stale_page_is_refused_with_both_versions(session: Session, ticket: Ticket) -> None:
    tickets.accept(session, ticket.id, 1, "Ans", NOW)
    with pytest.raises(StaleTicket, match="u zag versie 1, het is nu versie 2") as refused:
        tickets.settle(session, ticket.id, 1, "Bo", NOW, "klaar")
    assert (refused.value.known, refused.value.present) == (1, 2)
    assert ticket.status is TicketStatus.ACCEPTED


def test_settling_without_a_word_is_refused(session: Session, ticket: Ticket) -> None:
    with pytest.raises(TicketError, match="wat er is gedaan"):
        tickets.settle(session, ticket.id, 1, "Ans", NOW, "  ")


@pytest.mark.parametrize(("department", "told"), [("bestaat-niet", "bestaat niet"), ("reiniging", "ligt al bij Reiniging en Afval")])
def test_a_ticket_is_handed_over_only_to_another_department_that_exists(
    session: Session, ticket: Ticket, department: str, told: str
) -> None:
    with pytest.raises(TicketError, match=told):
        tickets.hand_over(session, ticket.id, 1, "Ans", NOW, department)


def test_a_settled_ticket_must_be_reopened_first_and_an_open_one_need_not_be(session: Session, ticket: Ticket) -> None:
    with pytest.raises(TicketError, match="nog niet afgehandeld"):
        tickets.reopen(session, ticket.id, 1, "Ans", NOW)
    tickets.settle(session, ticket.id, 1, "Ans", NOW, "klaar")
    with pytest.raises(TicketError, match="Heropen het eerst"):
        tickets.accept(session, ticket.id, 2, "Ans", NOW)


def test_an_unknown_ticket_is_named(session: Session, town: Municipality) -> None:
    with pytest.raises(UnknownTicket, match="Ticket 7 bestaat niet"):
        tickets.note(session, 7, 1, "Ans", NOW, "hallo")


def test_an_empty_note_is_refused(session: Session, ticket: Ticket) -> None:
    with pytest.raises(TicketError, match="leeg"):
        tickets.note(session, ticket.id, 1, "Ans", NOW, " ")
