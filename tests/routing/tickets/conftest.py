"""Tickets to do something with."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from models import Account, Signal, Ticket
from models.municipality import Municipality
from models.words import Role
from tests.conftest import NOW

Opens = Callable[..., Ticket]


@pytest.fixture
def opens(session: Session, town: Municipality) -> Opens:
    """Opens a ticket at a department, about a signal of its own."""

    def open_one(department: str = "reiniging", title: str = "Zakken naast containers", hours: float = 24, **more: object) -> Ticket:
        moments = {"first_at": NOW, "last_at": NOW, "created_at": NOW, "summarised_at": NOW}
        signal = Signal(theme="afval", sub="afval/bijplaatsing", title=title, **moments)
        session.add(signal)
        session.flush()
        ticket = Ticket(signal_id=signal.id, department_id=department, **{"opened_at": NOW, "due_at": NOW + timedelta(hours=hours), **more})
        session.add(ticket)
        session.commit()
        return ticket

    return open_one


@pytest.fixture
def ticket(opens: Opens) -> Ticket:
    return opens()


@pytest.fixture
def samira(session: Session, town: Municipality) -> Account:
    """Somebody of Reiniging."""
    account = Account(name="Samira", role=Role.DEPARTMENT, department_id="reiniging", created_at=NOW)
    session.add(account)
    session.commit()
    return account
