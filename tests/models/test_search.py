"""Searching what residents wrote: Dutch forms, phrases, words left out, beginnings; and never what is gone or not theirs to read."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Message, MessageWords, Source
from models.message import Message as Said
from models.search import Search, asks_something, highlighted, search, words_in_use
from models.settings import settings
from models.sight import OPEN, Reader, readable
from models.tally import count_due
from models.words import Channel
from tests.conftest import NOW

ZONE = settings().zone
TEXTS = (
    "De bomen in het park zijn gesnoeid",
    "Er ligt een omgevallen boom op de stoep",
    "Zakken naast de ondergrondse container, de pas doet het niet",
    "Mijn containerpas werkt niet meer",
    "Het café op de hoek maakt lawaai",
    "Losse hond in het park, erg gevaarlijk",
)


@pytest.fixture
def said(session: Session) -> Session:
    """A few messages, an hour apart, the first the newest; their words kept."""
    kept = {"purpose": "", "legal_basis": "", "retention_days": 1, "audience": "", "cursor": {}}
    session.add(Source(id="proef", name="proef", kind="files", channel=Channel.SOCIAL, **kept))
    session.flush()
    for n, text in enumerate(TEXTS):
        says(session, text, NOW - timedelta(hours=n))
    return counted(session)


def says(session: Session, text: str, at: datetime, private: bool = False) -> Said:
    message = Message(source_id="proef", channel=Channel.SOCIAL, text=text, author=None, published_at=at, received_at=at, private=private)
    session.add(message)
    return message


def counted(session: Session) -> Session:
    session.commit()
    count_due(NOW, ZONE)
    return session


def finds(session: Session, words: str, reader: Reader = OPEN) -> list[str]:
    found = search(session, Search(words), readable(reader))
    return [session.get_one(Message, match.message_id).text for match in found.matches]


def test_a_word_is_found_in_its_other_forms_the_newest_first(said: Session) -> None:
    assert finds(said, "boom") == [TEXTS[0], TEXTS[1]]
    assert finds(said, "snoeien") == [] and finds(said, "gesnoeid") == [TEXTS[0]]


def test_a_phrase_a_word_left_out_either_word_and_a_beginning(said: Session) -> None:
    assert finds(said, '"op de stoep"') == [TEXTS[1]]
    assert finds(said, "park -hond") == [TEXTS[0]]
    assert finds(said, "hond or lawaai") == [TEXTS[4], TEXTS[5]]
    assert finds(said, "contain*") == [TEXTS[2], TEXTS[3]]
    assert finds(said, "contain* pas") == [TEXTS[2]]


def test_accents_do_not_matter(said: Session) -> None:
    assert finds(said, "cafe") == finds(said, "café") == [TEXTS[4]]


def test_small_words_alone_ask_nothing(said: Session) -> None:
    assert not any(asks_something(said, words) for words in ("de", "", "-hond", "het een", "* ? !"))
    assert finds(said, "-hond") == []


def test_what_was_deleted_is_gone_at_once_and_so_are_its_words(said: Session) -> None:
    message = said.scalars(select(Message).where(Message.text == TEXTS[5])).one()
    message.text, message.deleted_at = "", NOW
    said.commit()
    assert finds(said, "hond") == []
    assert said.get(MessageWords, message.id) is None
    counted(said)
    assert said.get(MessageWords, message.id) is None


def test_an_edit_is_found_by_its_new_words_only(said: Session) -> None:
    message = said.scalars(select(Message).where(Message.text == TEXTS[5])).one()
    message.text = "Losse kat in het park"
    counted(said)
    assert finds(said, "hond") == [] and finds(said, "kat") == ["Losse kat in het park"]


def test_words_of_an_older_text_are_made_anew_however_they_came_there(said: Session) -> None:
    words = said.scalars(select(MessageWords)).first()
    assert words is not None
    kept = words.words
    words.digest, words.words = UUID(int=7), "'anders':1"
    said.get_one(Message, words.message_id).medium = "telefoon"
    counted(said)
    said.expire_all()
    assert said.get_one(MessageWords, words.message_id).words == kept


def test_who_may_not_read_a_message_does_not_find_it(said: Session) -> None:
    says(said, "Alleen voor u: de fontein lekt", NOW, private=True)
    counted(said)
    assert finds(said, "fontein") == []
    assert finds(said, "fontein", Reader(True)) == ["Alleen voor u: de fontein lekt"]
    assert "fontein" not in words_in_use(said)


def test_what_lies_years_back_is_found_as_well(said: Session) -> None:
    says(said, "De oude molen draait weer", NOW - timedelta(days=3000))
    counted(said)
    assert finds(said, "molen") == ["De oude molen draait weer"]
    assert search(said, Search("molen", since=NOW - timedelta(days=30)), readable(OPEN)).matches == []


def test_of_an_everyday_word_the_newest_are_looked_at_and_it_says_how_far_back(said: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.search.NEWEST", 20)
    for n in range(25):
        says(said, "regen", NOW - timedelta(minutes=n))
    counted(said)
    found = search(said, Search("regen"), readable(OPEN))
    assert len(found.matches) == 20
    assert found.back_to == NOW - timedelta(minutes=19)


def test_what_was_looked_for_is_marked_and_marks_in_a_text_mean_nothing(said: Session) -> None:
    message = says(said, "Een \ue000boom\ue001 en <b>bomen</b>", NOW)
    counted(said)
    pieces = highlighted(said, "boom", [message.id])[message.id]
    assert [text for text, marked in pieces if marked] == ["boom", "bomen"]
    assert "".join(text for text, _ in pieces) == "Een boom en <b>bomen</b>"


@tried(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=60) | st.text(alphabet="\"'*-()&|!:<>\\ abé\0", max_size=30))
def test_anything_can_be_typed(said: Session, words: str) -> None:
    search(said, Search(words.encode("utf-8", "replace").decode()), readable(OPEN))
