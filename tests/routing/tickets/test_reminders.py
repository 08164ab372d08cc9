"""Reminders before and at the term, and to the head and the newsroom after it: each once, none while it waits, none for what is closed."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Delivery
from models.municipality import Reminders
from models.settings import settings
from models.ticket import lines_of
from models.words import TicketStep
from routing.tickets import changes
from routing.tickets.reminders import Reminder, Term, reached, remind_due
from tests.conftest import NOW
from tests.routing.tickets.conftest import Opens

ZONE = settings().zone
WANTED = Reminders()
MORNING = NOW + timedelta(minutes=15)
"""Thursday, nine o'clock in Rivierstad."""


def at(day: int, hour: float) -> datetime:
    """A moment of November 2026 in Rivierstad; the 19th is a Thursday."""
    return datetime(2026, 11, day, tzinfo=ZONE) + timedelta(hours=hour)


def told(term: Term, now: datetime, wanted: Reminders = WANTED) -> list[Reminder]:
    return list(reached(term, now, wanted, ZONE))


def test_the_department_hears_at_three_quarters_of_the_term_and_once_more_at_its_end() -> None:
    term = Term(at(19, 9), at(19, 17))
    assert told(term, at(19, 14.9)) == []
    assert told(term, at(19, 15)) == [Reminder.NEARLY]
    assert told(term, at(19, 17)) == [Reminder.DUE]


def test_after_the_term_the_head_hears_after_four_working_hours_and_the_newsroom_after_two_days() -> None:
    term = Term(at(19, 9), at(19, 17))
    assert told(term, at(20, 12.9)) == [Reminder.DUE]
    assert told(term, at(20, 13)) == [Reminder.DUE, Reminder.HEAD]
    assert told(term, at(23, 16.9)) == [Reminder.DUE, Reminder.HEAD], "the weekend does not count"
    assert told(term, at(23, 17)) == [Reminder.DUE, Reminder.HEAD, Reminder.NEWSROOM]


def test_a_holiday_inside_the_term_does_not_count() -> None:
    christmas = Term(datetime(2026, 12, 24, 13, tzinfo=ZONE), datetime(2026, 12, 28, 13, tzinfo=ZONE))
    assert told(christmas, datetime(2026, 12, 26, 12, tzinfo=ZONE)) == []
    assert told(christmas, datetime(2026, 12, 28, 11, tzinfo=ZONE)) == [Reminder.NEARLY]


def test_the_term_of_an_alert_goes_by_the_clock() -> None:
    saturday = Term(at(21, 10), at(21, 14))
    assert told(saturday, at(21, 13)) == [Reminder.NEARLY]
    assert told(saturday, at(21, 18)) == [Reminder.DUE, Reminder.HEAD]


def test_while_it_waits_nobody_hears_and_when_the_day_comes_the_department_is_asked_how_it_stands() -> None:
    term = Term(at(18, 9), at(18, 17), waiting_until=at(20, 9))
    assert told(term, at(20, 8.9)) == []
    assert told(term, at(20, 9)) == [Reminder.WAITED, Reminder.HEAD]


def test_a_municipality_may_want_less() -> None:
    less = Reminders(share=None, head_after_hours=None, newsroom_after_hours=None)
    assert told(Term(at(17, 9), at(17, 17)), at(27, 9), less) == [Reminder.DUE]


@given(hours=st.floats(0.1, 200), passed=st.floats(0, 400), more=st.floats(0, 100))
def test_what_was_reached_stays_reached_and_the_department_hears_one_thing_at_a_time(hours: float, passed: float, more: float) -> None:
    term = Term(MORNING, MORNING + timedelta(hours=hours))
    before, after = (told(term, MORNING + timedelta(hours=moment)) for moment in (passed, passed + more))
    to_others = [{Reminder.HEAD, Reminder.NEWSROOM} & set(one) for one in (before, after)]
    assert to_others[0] <= to_others[1]
    assert all(len({Reminder.NEARLY, Reminder.DUE, Reminder.WAITED} & set(one)) <= 1 for one in (before, after))


def sent(session: Session) -> list[tuple[str, str]]:
    return [(row.subject, row.recipient) for row in session.scalars(select(Delivery).order_by(Delivery.id))]


def test_each_is_put_into_the_outbox_once_and_stands_in_the_history(session: Session, opens: Opens) -> None:
    ticket = opens(opened_at=at(17, 9), due_at=at(17, 17))
    for _ in range(2):
        remind_due(session, at(18, 14))
        session.commit()
    assert sent(session) == [
        ("Over de termijn: Zakken naast containers", "reiniging@rivierstad.example"),
        ("Over de termijn: Zakken naast containers", "hoofd.reiniging@rivierstad.example"),
    ]
    assert remind_due(session, at(19, 17)) == 1
    assert sent(session)[-1][1] == "newsroom@rivierstad.example"
    assert [line.step for line in lines_of(session, ticket.id)] == [TicketStep.ESCALATED, TicketStep.ESCALATED, TicketStep.REMINDED]


def test_a_reminder_makes_no_half_filled_form_stale(session: Session, opens: Opens) -> None:
    ticket = opens(opened_at=at(17, 9), due_at=at(17, 17))
    seen = ticket.version
    remind_due(session, at(17, 17))
    session.commit()
    changes.accept(session, ticket.id, seen, "Ans", NOW)


def test_who_gets_it_handed_over_is_reminded_too_and_a_department_without_a_head_goes_to_the_newsroom(
    session: Session, opens: Opens
) -> None:
    ticket = opens("burgerzaken", opened_at=at(17, 9), due_at=at(17, 17))
    assert remind_due(session, at(18, 14)) == 1
    changes.hand_over(session, ticket.id, ticket.version, "Ans", NOW, "groen")
    assert remind_due(session, at(18, 15)) == 1
    assert sent(session)[-1][1] == "groen@rivierstad.example"


def test_closed_and_waiting_tickets_remind_nobody(session: Session, opens: Opens) -> None:
    settled, refused, waiting = (opens("groen", opened_at=at(10, 9), due_at=at(10, 17)) for _ in range(3))
    changes.settle(session, settled.id, settled.version, "Ans", at(11, 9), "Opgeruimd.")
    changes.refuse(session, refused.id, refused.version, "Ans", at(11, 9), "Van de provincie.")
    changes.wait(session, waiting.id, waiting.version, "Ans", at(11, 9), "de leverancier", at(25, 9))
    assert remind_due(session, at(24, 9)) == 0
    assert remind_due(session, at(25, 9)) == 2, "the waiting is over: the department, and the newsroom because the term ran on"


def test_a_reopened_ticket_gets_a_term_as_long_as_its_first_and_its_own_reminders(session: Session, opens: Opens) -> None:
    ticket = opens(opened_at=at(17, 9), due_at=at(17, 17))
    remind_due(session, at(17, 17))
    changes.settle(session, ticket.id, ticket.version, "Ans", at(17, 17), "Opgeruimd.")
    changes.reopen(session, ticket.id, ticket.version, "Ans", at(19, 13))
    assert ticket.due_at == at(20, 13)
    assert remind_due(session, at(20, 12)) == 1
    assert sent(session)[-1][0] == "Bijna aan de termijn: Zakken naast containers"


def test_a_mistake_in_the_configuration_is_no_reason_to_remind_nobody(
    session: Session, opens: Opens, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    opens(opened_at=at(17, 9), due_at=at(17, 17))
    monkeypatch.setattr(settings(), "config", tmp_path)
    assert remind_due(session, at(17, 17)) == 1
