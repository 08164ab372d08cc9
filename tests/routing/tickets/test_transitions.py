"""Every step from every state: what is allowed stands in one table, and the real database agrees with it."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from models import Account, Ticket
from models.ticket import lines_of
from models.words import CLOSED, TicketStatus, TicketStep
from routing.errors import TicketError
from routing.tickets import changes
from routing.tickets.history import break_in
from routing.tickets.transitions import MOVES, after, allowed
from tests.conftest import NOW

TABLE = {
    "geopend": "......",
    "opgepakt": "O.....",
    "in behandeling genomen": "OA.W..",
    "laten wachten": "OAIW..",
    "toegewezen": "OAIW..",
    "overgedragen": "OAIW..",
    "afgehandeld": "OAIW..",
    "geweigerd": "OAIW..",
    "samengevoegd": "OAIW..",
    "heropend": "....SR",
    "hulp gevraagd": "OAIW..",
    "hulp beëindigd": "OAIW..",
    "ander ticket erbij genomen": "OAIW..",
    "gegroeid": "OAIW..",
    "herinnerd": "OAIW..",
    "opgeschaald": "OAIW..",
    "verbonden": "OAIWSR",
    "losgemaakt": "OAIWSR",
    "aangetekend": "OAIWSR",
}
"""By step: from which of open, accepted, in hand, waiting, settled, refused it may be taken."""
LEADS_TO = {
    TicketStep.ACCEPTED: TicketStatus.ACCEPTED,
    TicketStep.STARTED: TicketStatus.IN_HAND,
    TicketStep.WAITS: TicketStatus.WAITING,
    TicketStep.HANDED_OVER: TicketStatus.OPEN,
    TicketStep.SETTLED: TicketStatus.SETTLED,
    TicketStep.REFUSED: TicketStatus.REFUSED,
    TicketStep.MERGED: TicketStatus.SETTLED,
    TicketStep.REOPENED: TicketStatus.OPEN,
}


def test_every_step_has_its_row() -> None:
    assert set(TABLE) == {step.value for step in TicketStep}


@pytest.mark.parametrize(("step", "status"), list(itertools.product(TicketStep, TicketStatus)))
def test_each_step_from_each_state_goes_where_the_table_says_or_nowhere(step: TicketStep, status: TicketStatus) -> None:
    place = list(TicketStatus).index(status)
    assert allowed(status, step) == (TABLE[step.value][place] != ".")
    if not allowed(status, step):
        with pytest.raises(TicketError, match="Ticket 7 is"):
            after(7, status, step)
    elif step is TicketStep.ASSIGNED:
        assert after(7, status, step) is (TicketStatus.ACCEPTED if status is TicketStatus.OPEN else status)
    else:
        assert after(7, status, step) is LEADS_TO.get(step, status)


def test_from_every_state_a_ticket_can_be_brought_to_an_end_and_back() -> None:
    for status in TicketStatus:
        step = TicketStep.REOPENED if status in CLOSED else TicketStep.SETTLED
        assert status in MOVES[step]


def test_whatever_people_do_the_ticket_says_what_its_history_says(session: Session, ticket: Ticket, samira: Account) -> None:
    class Life(RuleBasedStateMachine):
        """Two departments and another system do as they please with one ticket."""

        def __init__(self) -> None:
            super().__init__()
            session.rollback()
            self.lines = len(lines_of(session, ticket.id))

        def act(self, step: TicketStep, what: object, *given: object) -> None:
            before, may = ticket.status, allowed(ticket.status, step)
            try:
                with session.begin_nested():
                    what(session, ticket.id, ticket.version, "Ans", NOW, *given)  # type: ignore[operator]
            except TicketError:
                assert not may
                assert ticket.status is before
            else:
                assert may
                assert ticket.status is after(ticket.id, before, step)
                self.lines += 1

        @rule()
        def accept(self) -> None:
            self.act(TicketStep.ACCEPTED, changes.accept)

        @rule()
        def start(self) -> None:
            self.act(TicketStep.STARTED, changes.start)

        @rule(days=st.integers(1, 60))
        def wait(self, days: int) -> None:
            self.act(TicketStep.WAITS, changes.wait, "de leverancier", NOW + timedelta(days=days))

        @rule()
        def take(self) -> None:
            if ticket.department_id == samira.department_id:
                self.act(TicketStep.ASSIGNED, changes.assign, samira.id)

        @rule()
        def hand_over(self) -> None:
            other = "groen" if ticket.department_id == "reiniging" else "reiniging"
            self.act(TicketStep.HANDED_OVER, changes.hand_over, other, "past daar")

        @rule()
        def settle(self) -> None:
            self.act(TicketStep.SETTLED, changes.settle, "Opgeruimd.")

        @rule()
        def refuse(self) -> None:
            self.act(TicketStep.REFUSED, changes.refuse, "Dit is van de provincie.")

        @rule()
        def reopen(self) -> None:
            self.act(TicketStep.REOPENED, changes.reopen, "toch niet")

        @rule(text=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=30))
        def note(self, text: str) -> None:
            if changes.one_line(text):
                self.act(TicketStep.NOTED, changes.note, text)

        @rule(status=st.sampled_from(TicketStatus))
        def reflect(self, status: TicketStatus) -> None:
            before = ticket.status
            changed = changes.reflect(session, ticket.id, status, "Zammad", NOW)
            assert changed == (ticket.status is not before)
            assert not (before in CLOSED and changed)
            self.lines += changed

        @invariant()
        def state_and_fields_agree(self) -> None:
            closed = ticket.status in CLOSED
            assert (ticket.settled_at is not None, bool(ticket.outcome)) == (closed, closed)
            assert (ticket.waiting_until is not None) == (ticket.status is TicketStatus.WAITING)
            assert len(lines_of(session, ticket.id)) == self.lines
            assert break_in(session, ticket.id) is None

    Life.TestCase.settings = settings(
        max_examples=8, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )
    run_state_machine_as_test(Life, settings=Life.TestCase.settings)
