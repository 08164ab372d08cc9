"""A signal knows in which language its messages are, and its title says so."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Routing, Signal
from models.words import Channel, Kind
from routing.signals.languages import language_name
from routing.signals.summary import Heard, summarise, title
from tests.routing.conftest import Says, run

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def heard(*languages: str) -> list[Heard]:
    return [
        Heard(i, NOW - timedelta(hours=1), f"message {i}", f"author {i}", Channel.SOCIAL, "x", 0, False, Kind.REPORT, 0.0, 0.1, language)
        for i, language in enumerate(languages)
    ]


@pytest.mark.parametrize(
    ("languages", "called"),
    [
        (("nl", "nl", "en"), "Grofvuil in Spoorzicht"),
        (("en", "en", "nl"), "Grofvuil (Engels) in Spoorzicht"),
        (("tr",), "Grofvuil (Turks) in Spoorzicht"),
        (("und",), "Grofvuil in Spoorzicht"),
    ],
)
def test_the_title_names_the_language_of_most_messages_unless_it_is_dutch(languages: tuple[str, ...], called: str) -> None:
    assert title("Grofvuil", [("Spoorzicht", 3)], summarise(heard(*languages), NOW)) == called


def test_a_language_without_a_dutch_name_is_called_by_its_code() -> None:
    assert language_name("xx") == "taal xx"


def test_what_nobody_here_can_read_goes_to_webcare_whatever_it_is_about(session: Session, says: Says) -> None:
    says("ኣብ ገዛና ማይ የለን", "", None, language="ti")
    says("mooi weer hè", "", None)
    run()
    (signal,) = session.scalars(select(Signal))
    routing = session.scalars(select(Routing).where(Routing.signal_id == signal.id)).one()
    assert (signal.messages, routing.department_id) == (1, "klantcontact")
    assert "taal ti" in signal.title
