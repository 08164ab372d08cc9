"""Tickets that belong together, departments that help, people who take one, and systems that report back."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy.orm import Session

from models import Account, Ticket
from models.database import TICKETS_CHANGED, database_url, transaction
from models.ticket import found_by, helpers_of, lines_of, linked_with, merged_into, what_helped, workloads
from models.words import TicketStatus, TicketStep
from routing.errors import TicketError
from routing.tickets import changes
from routing.tickets.helping import ask_help, end_help
from routing.tickets.history import break_in
from routing.tickets.joining import link, merge, unlink
from tests.conftest import NOW
from tests.routing.tickets.conftest import Opens


def steps(session: Session, ticket: Ticket) -> list[TicketStep]:
    return [line.step for line in lines_of(session, ticket.id)][::-1]


def test_a_merged_ticket_ends_and_leads_to_the_other_and_the_shorter_term_holds(session: Session, opens: Opens) -> None:
    lead, same = opens(hours=48), opens("groen", hours=3)
    changes.note(session, same.id, same.version, "Ans", NOW, "Al gebeld")
    merge(session, same.id, same.version, "Ans", NOW, lead.id)
    assert (same.status, same.merged_into, same.outcome) == (
        TicketStatus.SETTLED,
        lead.id,
        f"Samengevoegd met ticket {lead.id}: het gaat om hetzelfde.",
    )
    assert lead.due_at == NOW + timedelta(hours=3)
    assert steps(session, same) == [TicketStep.NOTED, TicketStep.MERGED], "its history stays"
    assert steps(session, lead) == [TicketStep.TOOK_IN, TicketStep.HELP_ASKED]
    assert helpers_of(session, [lead.id]) == {lead.id: ["groen"]}


def test_what_went_into_a_ticket_goes_along_when_that_one_goes_into_another(session: Session, opens: Opens) -> None:
    first, second, third = opens(), opens(), opens()
    merge(session, first.id, first.version, "Ans", NOW, second.id)
    merge(session, second.id, second.version, "Ans", NOW, third.id)
    assert [ticket.id for ticket, _ in merged_into(session, third.id)] == [first.id, second.id]


@pytest.mark.parametrize("closed", ["itself", "other"])
def test_a_closed_ticket_is_merged_with_nothing(session: Session, opens: Opens, closed: str) -> None:
    ticket, other = opens(), opens()
    done = ticket if closed == "itself" else other
    changes.settle(session, done.id, done.version, "Ans", NOW, "Klaar.")
    with pytest.raises(TicketError, match="al afgehandeld"):
        merge(session, ticket.id, ticket.version, "Ans", NOW, other.id)


def test_a_ticket_is_merged_or_linked_only_with_another_that_is_there(session: Session, ticket: Ticket) -> None:
    for join in (merge, link):
        with pytest.raises(TicketError, match="zelf"):
            join(session, ticket.id, ticket.version, "Ans", NOW, ticket.id)
        with pytest.raises(TicketError, match="Ticket 404 bestaat niet"):
            join(session, ticket.id, ticket.version, "Ans", NOW, 404)


def test_two_who_merge_two_tickets_the_opposite_way_do_not_wait_for_each_other(session: Session, opens: Opens) -> None:
    pair = opens(), opens()
    start, came = threading.Barrier(2), []

    def go(ticket: Ticket, other: Ticket) -> None:
        start.wait()
        try:
            with transaction() as own:
                merge(own, ticket.id, 1, "Ans", NOW, other.id)
            came.append("done")
        except TicketError:
            came.append("refused")

    threads = [threading.Thread(target=go, args=order) for order in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(came) == ["done", "refused"]


def test_linked_tickets_know_each_other_until_they_are_loosened(session: Session, opens: Opens) -> None:
    one, other = opens(title="Zakken"), opens("groen", title="Meeuwen")
    link(session, other.id, other.version, "Ans", NOW, one.id)
    assert [[ticket.id for ticket, _ in linked_with(session, id)] for id in (one.id, other.id)] == [[other.id], [one.id]]
    with pytest.raises(TicketError, match="zijn al verbonden"):
        link(session, one.id, one.version, "Ans", NOW, other.id)
    unlink(session, one.id, one.version, "Ans", NOW, other.id)
    assert linked_with(session, one.id) == []
    with pytest.raises(TicketError, match="niet verbonden"):
        unlink(session, one.id, one.version, "Ans", NOW, other.id)
    assert [steps(session, ticket) for ticket in (one, other)] == [[TicketStep.LINKED, TicketStep.UNLINKED]] * 2


@pytest.mark.parametrize(("asked", "found"), [("Zakken", [0]), ("naast ZAK", [0]), ("100%", [2]), ("%", [2]), ("", []), ("niets", [])])
def test_a_ticket_is_found_by_words_of_its_title(session: Session, opens: Opens, asked: str, found: list[int]) -> None:
    tickets = [opens(title=title) for title in ("Zakken naast containers", "Lantaarn kapot", "100% vol")]
    here = opens(title="Zakken hier")
    assert [ticket.id for ticket, _ in found_by(session, asked, here.id, 5)] == [tickets[place].id for place in found]


def test_a_ticket_is_found_by_its_number(session: Session, opens: Opens) -> None:
    here, other = opens(), opens()
    assert [ticket.id for ticket, _ in found_by(session, f" #{other.id}", here.id, 5)] == [other.id]
    assert found_by(session, "9" * 30, here.id, 5) == []


def test_a_department_helps_until_it_need_not_any_more(session: Session, ticket: Ticket) -> None:
    ask_help(session, ticket.id, ticket.version, "Ans", NOW, "groen", "De bak staat in het perk")
    for department, why in (("groen", "doet al mee"), ("reiniging", "doet al mee"), ("bestaat-niet", "bestaat niet")):
        with pytest.raises(TicketError, match=why):
            ask_help(session, ticket.id, ticket.version, "Ans", NOW, department)
    end_help(session, ticket.id, ticket.version, "Ans", NOW, "groen")
    with pytest.raises(TicketError, match="helpt niet"):
        end_help(session, ticket.id, ticket.version, "Ans", NOW, "groen")
    assert steps(session, ticket) == [TicketStep.HELP_ASKED, TicketStep.HELP_ENDED]


def test_a_helper_who_gets_the_ticket_leads_from_then_on(session: Session, ticket: Ticket) -> None:
    ask_help(session, ticket.id, ticket.version, "Ans", NOW, "groen")
    changes.hand_over(session, ticket.id, ticket.version, "Ans", NOW, "groen")
    assert (ticket.department_id, helpers_of(session, [ticket.id])) == ("groen", {ticket.id: []})


def test_whoever_takes_a_new_ticket_accepts_it_and_loses_it_when_it_goes_elsewhere(
    session: Session, ticket: Ticket, samira: Account
) -> None:
    changes.assign(session, ticket.id, ticket.version, "Samira", NOW, samira.id)
    assert (ticket.status, ticket.assignee_id) == (TicketStatus.ACCEPTED, samira.id)
    changes.hand_over(session, ticket.id, ticket.version, "Samira", NOW, "groen")
    assert ticket.assignee_id is None
    for stranger in (samira.id, 404):
        with pytest.raises(TicketError, match="kan dit ticket niet doen"):
            changes.assign(session, ticket.id, ticket.version, "Samira", NOW, stranger)


@pytest.mark.parametrize("days", [0, -1, 61])
def test_waiting_has_an_end_that_is_not_far(session: Session, ticket: Ticket, days: int) -> None:
    with pytest.raises(TicketError, match="zestig dagen"):
        changes.wait(session, ticket.id, ticket.version, "Ans", NOW, "de leverancier", NOW + timedelta(days=days))


def test_waiting_names_on_whom_and_does_not_move_the_term(session: Session, ticket: Ticket) -> None:
    term = ticket.due_at
    with pytest.raises(TicketError, match="wie of wat"):
        changes.wait(session, ticket.id, ticket.version, "Ans", NOW, " ", NOW + timedelta(days=2))
    changes.wait(session, ticket.id, ticket.version, "Ans", NOW, "de leverancier", NOW + timedelta(days=2))
    assert (ticket.waiting_for, ticket.due_at) == ("de leverancier", term)
    assert workloads(session, term + timedelta(hours=1))["reiniging"].overdue == 1


@pytest.mark.parametrize(
    ("here", "there", "then"),
    [
        (TicketStatus.OPEN, TicketStatus.IN_HAND, TicketStatus.IN_HAND),
        (TicketStatus.IN_HAND, TicketStatus.WAITING, TicketStatus.WAITING),
        (TicketStatus.WAITING, TicketStatus.IN_HAND, TicketStatus.IN_HAND),
        (TicketStatus.IN_HAND, TicketStatus.ACCEPTED, TicketStatus.IN_HAND),
        (TicketStatus.IN_HAND, TicketStatus.OPEN, TicketStatus.IN_HAND),
        (TicketStatus.ACCEPTED, TicketStatus.SETTLED, TicketStatus.SETTLED),
        (TicketStatus.SETTLED, TicketStatus.IN_HAND, TicketStatus.SETTLED),
        (TicketStatus.SETTLED, TicketStatus.REFUSED, TicketStatus.SETTLED),
    ],
)
def test_what_another_system_says_wins_only_forward(
    session: Session, ticket: Ticket, here: TicketStatus, there: TicketStatus, then: TicketStatus
) -> None:
    ways: dict[TicketStatus, Callable[[], object]] = {
        TicketStatus.OPEN: lambda: None,
        TicketStatus.ACCEPTED: lambda: changes.accept(session, ticket.id, ticket.version, "Ans", NOW),
        TicketStatus.IN_HAND: lambda: changes.start(session, ticket.id, ticket.version, "Ans", NOW),
        TicketStatus.WAITING: lambda: changes.wait(session, ticket.id, ticket.version, "Ans", NOW, "x", NOW + timedelta(days=1)),
        TicketStatus.SETTLED: lambda: changes.settle(session, ticket.id, ticket.version, "Ans", NOW, "Klaar."),
    }
    ways[here]()
    assert changes.reflect(session, ticket.id, there, "Zammad", NOW) == (here is not then)
    assert not changes.reflect(session, ticket.id, there, "Zammad", NOW), "told twice, done once"
    assert ticket.status is then


def test_what_helped_before_is_what_was_done_about_the_same_most_like_this_first(session: Session, opens: Opens) -> None:
    for outcome in ("Opgeruimd.", "Extra geleegd.", "Opgeruimd."):
        earlier = opens()
        changes.settle(session, earlier.id, earlier.version, "Ans", NOW, outcome)
    refused = opens()
    changes.refuse(session, refused.id, refused.version, "Ans", NOW, "Van de provincie.")
    assert {tuple(row) for row in what_helped(session, opens(), 3)} == {("Opgeruimd.", 2), ("Extra geleegd.", 1)}


def test_control_characters_never_reach_the_database(session: Session, ticket: Ticket) -> None:
    changes.note(session, ticket.id, ticket.version, "Ans", NOW, "een\x00 twee\x1b")
    assert lines_of(session, ticket.id)[0].note == "een twee"
    assert break_in(session, ticket.id) is None


def test_every_change_is_told_to_the_inboxes_it_is_in_and_was_in(session: Session, ticket: Ticket) -> None:
    with psycopg.connect(database_url().replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute(f"LISTEN {TICKETS_CHANGED}")
        ask_help(session, ticket.id, ticket.version, "Ans", NOW, "handhaving")
        changes.hand_over(session, ticket.id, ticket.version, "Ans", NOW, "groen")
        assert list(connection.notifies(timeout=0.05)) == [], "only what is kept is told"
        session.commit()
        told = [json.loads(notice.payload) for notice in connection.notifies(timeout=0.5)]
    assert {one["ticket"] for one in told} == {ticket.id}
    assert {department for one in told for department in one["departments"]} == {"reiniging", "handhaving", "groen"}
