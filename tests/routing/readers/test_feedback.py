"""What readers say of items, counted by audience."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from models import DigestFeedback, Signal
from models.words import Opinion
from routing.readers.feedback import MOST, Asked, asked, feedback_link, hints, say
from routing.readers.report import reading
from tests.conftest import NOW
from tests.routing.readers.conftest import Goes, Reads, content, story


@pytest.fixture
def bags(session: Session, goes: Goes) -> Asked:
    """The item about bags in today's digest of the cleaning department."""
    signal = Signal(theme="afval", sub="afval/bijplaatsing", first_at=NOW, last_at=NOW, created_at=NOW, summarised_at=NOW)
    session.add(signal)
    session.flush()
    digest = goes(content(story(signal.id)))
    return asked(session, feedback_link(digest.id, signal.id, Opinion.USEFUL).rsplit("/", 1)[1])


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(DigestFeedback)) or 0


def test_an_item_takes_no_more_answers_than_a_department_has_people(session: Session, bags: Asked) -> None:
    kept = [say(session, bags, Opinion.USEFUL, uuid4(), NOW) for _ in range(MOST + 5)]
    assert kept == [True] * MOST + [False] * 5
    assert count(session) == MOST


def test_a_form_answers_for_its_own_item_alone(session: Session, bags: Asked) -> None:
    form = uuid4()
    assert say(session, bags, Opinion.USEFUL, form, NOW)
    assert not say(session, Asked(bags.digest, None, Opinion.SEEN), Opinion.SEEN, form, NOW)
    assert session.get_one(DigestFeedback, form).opinion is Opinion.USEFUL


def test_nothing_that_is_kept_of_an_answer_leads_to_who_gave_it(session: Session, bags: Asked) -> None:
    form = UUID("3f0b8a1e-0000-4000-8000-000000000000")
    say(session, bags, Opinion.USEFUL, form, NOW)
    kept = session.get_one(DigestFeedback, form)
    columns = {column.key for column in inspect(DigestFeedback).columns}
    assert columns == {"id", "digest_id", "audience", "signal_id", "sub", "rule", "opinion", "at"}
    assert kept.id == form


def test_who_owns_it_is_asked_from_the_second_refusal_and_not_where_more_find_it_useful(session: Session, bags: Asked) -> None:
    say(session, bags, Opinion.NOT_FOR_US, uuid4(), NOW)
    assert hints(session, NOW) == []
    say(session, bags, Opinion.NOT_FOR_US, uuid4(), NOW)
    (hint,) = hints(session, NOW)
    assert hint.sentence == "Reiniging en Afval zei 2 keer “niet voor ons” bij Zakken en spullen naast containers. Wie gaat hierover?"
    assert hints(session, NOW + timedelta(days=31)) == []
    for _ in range(2):
        say(session, bags, Opinion.USEFUL, uuid4(), NOW)
    assert hints(session, NOW) == []


def test_a_report_counts_by_audience(session: Session, bags: Asked, reads: Reads) -> None:
    reads()
    say(session, bags, Opinion.USEFUL, uuid4(), NOW)
    say(session, Asked(bags.digest, None, Opinion.SEEN), Opinion.SEEN, uuid4(), NOW)
    told = {one.audience: one for one in reading(session, NOW)}["reiniging"]
    assert (told.readers, told.useful, told.seen, told.not_for_us, told.taken) == (1, 1, 1, 0, 0)
