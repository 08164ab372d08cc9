"""A ticket's history cannot be altered unnoticed: not by us, not by whoever owns the database."""

import threading
from datetime import timedelta

import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from luisterpost import app
from models import Account, Ticket, TicketEvent
from models.database import alembic_config, transaction
from models.ticket import lines_of
from models.words import TicketStep
from routing.tickets import changes
from routing.tickets.history import break_in, write_down
from tests.conftest import NOW
from tests.routing.tickets.conftest import Opens


@pytest.fixture
def story(session: Session, ticket: Ticket) -> Ticket:
    """A ticket with five lines of history."""
    changes.accept(session, ticket.id, ticket.version, "Ans", NOW)
    changes.note(session, ticket.id, ticket.version, "Ans", NOW + timedelta(hours=1), "Gebeld met de leverancier")
    changes.hand_over(session, ticket.id, ticket.version, "Ans", NOW + timedelta(hours=2), "openbare-ruimte", "een put")
    changes.settle(session, ticket.id, ticket.version, "Bo", NOW + timedelta(hours=3), "De put is dicht.")
    changes.reopen(session, ticket.id, ticket.version, "Bo", NOW + timedelta(hours=4), "toch niet")
    session.commit()
    return ticket


def tampered(session: Session, statement: str) -> None:
    """What whoever owns the database can do."""
    session.execute(text("ALTER TABLE ticket_event DISABLE TRIGGER USER"))
    session.execute(text(statement))
    session.execute(text("ALTER TABLE ticket_event ENABLE TRIGGER USER"))
    session.commit()
    session.expire_all()


def test_what_nobody_touched_holds(session: Session, story: Ticket) -> None:
    assert [line.number for line in lines_of(session, story.id)] == [5, 4, 3, 2, 1]
    assert break_in(session, story.id) is None


@pytest.mark.parametrize("statement", [update(TicketEvent).values(note="x"), delete(TicketEvent), text("TRUNCATE ticket_event")])
def test_the_database_refuses_to_change_or_delete_a_line(session: Session, story: Ticket, statement: object) -> None:
    with pytest.raises(DBAPIError, match="never changed"):
        session.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("tampering", "number", "why"),
    [
        ("UPDATE ticket_event SET note = 'Nooit gebeld' WHERE number = 2", 2, "is veranderd"),
        ("UPDATE ticket_event SET actor = 'Bo' WHERE number = 1", 1, "is veranderd"),
        ("UPDATE ticket_event SET at = at + interval '1 microsecond' WHERE number = 3", 3, "is veranderd"),
        ("UPDATE ticket_event SET department_id = 'groen' WHERE number = 3", 3, "is veranderd"),
        ("DELETE FROM ticket_event WHERE number = 1", 1, "ontbreekt"),
        ("DELETE FROM ticket_event WHERE number = 3", 3, "ontbreekt"),
        ("DELETE FROM ticket_event WHERE number = 5", 5, "verdwenen"),
        ("DELETE FROM ticket_event", 1, "verdwenen"),
        ("UPDATE ticket_event SET before = sha256('x') WHERE number = 4", 4, "sluit niet aan"),
        (
            "UPDATE ticket_event e SET note = 'x', hash = ticket_event_hash(ROW(e.id, e.ticket_id, e.at, e.step, e.actor, e.department_id, "
            "'x', e.number, e.before, e.hash)::ticket_event) WHERE number = 2",
            3,
            "sluit niet aan",
        ),
    ],
)
def test_tampering_is_found_at_its_first_line(session: Session, story: Ticket, tampering: str, number: int, why: str) -> None:
    tampered(session, tampering)
    broken = break_in(session, story.id)
    assert broken is not None
    assert (broken.ticket_id, broken.number) == (story.id, number)
    assert why in broken.why


def test_the_command_line_names_the_first_broken_link_of_each_ticket(session: Session, story: Ticket, opens: Opens) -> None:
    other = opens(title="Lantaarn kapot")
    write_down(session, other, TicketStep.OPENED, "luisterpost", NOW)
    session.commit()
    whole = CliRunner().invoke(app, ["tickets", "verify"])
    assert (whole.exit_code, whole.stdout) == (0, "2 tickets, 6 regels: alle geschiedenissen kloppen.\n")
    tampered(session, f"UPDATE ticket_event SET note = 'x' WHERE ticket_id = {story.id} AND number = 4")
    found = CliRunner().invoke(app, ["tickets", "verify"])
    assert found.exit_code == 1
    assert found.stderr == f"Ticket {story.id}, regel 4: deze regel is veranderd.\n"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(
    note=st.text(st.characters(codec="utf-8", exclude_characters="\x00")),
    actor=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20),
    after=st.timedeltas(timedelta(0), timedelta(days=4000)),
)
def test_the_database_and_we_work_out_the_same_hash(session: Session, ticket: Ticket, note: str, actor: str, after: timedelta) -> None:
    write_down(session, ticket, TicketStep.NOTED, actor, NOW + after, note, "groen")
    assert break_in(session, ticket.id) is None


def test_lines_written_at_the_same_moment_make_one_chain(session: Session, ticket: Ticket) -> None:
    start = threading.Barrier(4)

    def write(name: str) -> None:
        start.wait()
        for turn in range(5):
            with transaction() as own:
                write_down(own, own.get_one(Ticket, ticket.id), TicketStep.NOTED, name, NOW, str(turn))

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [line.number for line in lines_of(session, ticket.id)] == list(range(20, 0, -1))
    assert break_in(session, ticket.id) is None


def test_histories_from_before_the_chain_are_chained_by_the_migration(session: Session, story: Ticket) -> None:
    told = [(line.step, line.note) for line in lines_of(session, story.id)]
    session.rollback()
    command.downgrade(alembic_config(), "0011")
    command.upgrade(alembic_config(), "head")
    session.expire_all()
    assert [(line.step, line.note) for line in session.scalars(select(TicketEvent).order_by(TicketEvent.number.desc()))] == told
    assert break_in(session, story.id) is None


def test_a_ticket_without_a_history_holds(session: Session, ticket: Ticket, samira: Account) -> None:
    assert break_in(session, ticket.id) is None
    assert break_in(session, 404) is None
