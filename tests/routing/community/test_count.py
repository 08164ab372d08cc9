"""A month of conversation, counted: who carries it, how fast it is answered, what nobody reacts to."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count as numbers

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from models import Annotation, CommunityMonth, Message, Source
from models.community import unanswered_in_the_open
from models.settings import settings
from models.sight import OPEN, readable
from models.words import Channel, Kind
from routing.community.count import count, count_months, counted
from routing.community.month import Month, carried

NOW = datetime(2026, 11, 19, 7, 45, tzinfo=UTC)
MONTH = date(2026, 10, 1)
MONDAY = datetime(2026, 10, 5, 10, 0, tzinfo=UTC)
Writes = Callable[..., Message]


@pytest.fixture
def writes(session: Session) -> Writes:
    """Somebody writes a message in October, understood at once."""
    session.add(
        Source(id="plein", name="Plein", kind="feed", channel=Channel.SOCIAL, purpose="-", legal_basis="-", retention_days=9, audience="-")
    )
    session.flush()
    number = numbers(1)

    def write(
        author: str | None = "a",
        at: datetime = MONDAY,
        kind: Kind = Kind.QUESTION,
        answered_after: float | None = None,
        channel: Channel = Channel.SOCIAL,
        medium: str = "Mastodon",
        parent: Message | None = None,
        own: bool = False,
        private: bool = False,
    ) -> Message:
        message = Message(
            source_id="plein",
            channel=channel,
            medium=medium,
            text=f"Bericht {next(number)}",
            author=author,
            published_at=at,
            received_at=at,
            answered_at=None if answered_after is None else at + timedelta(hours=answered_after),
            parent_id=parent.id if parent else None,
            by_municipality=own,
            private=private,
            annotation_due=False,
        )
        session.add(message)
        session.flush()
        session.add(Annotation(message_id=message.id, model="hand", language="nl", kind=kind, tone=0, urgency=0, annotated_at=at))
        session.flush()
        return message

    return write


def october(session: Session) -> Month:
    return count(session, MONTH, NOW, settings().zone)


def test_the_wait_counts_those_who_still_wait(session: Session, writes: Writes) -> None:
    for hours in (1, 2, 3, 30, None):
        writes(author=f"p{hours}", answered_after=hours)
    fared = october(session).all
    assert (fared.wanting, fared.people, fared.answered, fared.within_day, fared.median, fared.ninetieth) == (5, 5, 4, 3, 3.0, None)


def test_answers_before_the_town_hall_opens_again_are_told_apart(session: Session, writes: Writes) -> None:
    friday_night = datetime(2026, 10, 9, 18, 0, tzinfo=UTC)
    for hours in (2, 60, 70):  # the town hall opens on Monday at 9, 61 hours later
        writes(at=friday_night, answered_after=hours)
    writes(answered_after=1)
    month = october(session)
    assert (month.shut_hours.wanting, month.shut_hours.came_shut, month.shut_hours.met_shut) == (3, 3, 2)
    assert (month.open_hours.wanting, month.open_hours.met_shut) == (1, 0)


def test_a_call_of_which_no_answer_is_ever_known_does_not_look_like_a_resident_who_waits(session: Session, writes: Writes) -> None:
    writes(author=None, channel=Channel.CONTACT_CENTRE, medium="telefoon")
    writes(author=None, channel=Channel.CONTACT_CENTRE, medium="formulier", answered_after=1)
    writes(author=None, channel=Channel.SOCIAL, medium="Facebook")
    month = october(session)
    assert (month.all.wanting, month.all.answered) == (2, 1)
    assert {one.medium: one.fared.wanting for one in month.media} == {"telefoon": 1, "formulier": 1, "Facebook": 1}


def test_what_is_too_young_to_be_called_unanswered_is_left_out(session: Session, writes: Writes) -> None:
    writes(at=NOW - timedelta(days=2))
    writes(at=NOW - timedelta(days=4))
    assert count(session, date(2026, 11, 1), NOW, settings().zone).all.wanting == 1


def test_a_reaction_of_somebody_else_ends_loneliness_and_of_oneself_does_not(session: Session, writes: Writes) -> None:
    first, second, third = (writes(author=name) for name in "abc")
    writes(author="b", parent=first)
    writes(author="b", parent=second)
    writes(author="d", answered_after=1)
    broadcast = writes(author="gemeente", own=True)
    writes(author="gemeente", own=True, parent=third)
    writes(author="a", parent=broadcast)
    month = october(session)
    assert (month.residents.begun, month.residents.reactions, month.residents.alone) == (4, 2, 1)
    assert (month.municipality.begun, month.municipality.reactions, month.municipality.alone) == (1, 1, 0)
    assert (month.own, month.own_replies, month.own_joined) == (2, 1, 1)


def test_newcomers_wrote_nothing_in_the_year_before(session: Session, writes: Writes) -> None:
    writes(author="old", at=MONDAY - timedelta(days=60))
    for name in ("old", "new", "new"):
        writes(author=name)
    assert october(session).newcomers == 1


def test_nobody_is_called_new_while_the_month_before_is_unknown(session: Session, writes: Writes) -> None:
    writes(author="new")
    assert october(session).newcomers is None


def test_writers_are_counted_in_the_open_only(session: Session, writes: Writes) -> None:
    writes(author="a")
    writes(author="a", at=MONDAY + timedelta(days=1))
    writes(author="b")
    writes(author="c", private=True)
    writes(author="d", channel=Channel.CONTACT_CENTRE)
    writes(author="gemeente", own=True)
    month = october(session)
    assert (month.posts_by_writer, month.writers, month.posts, month.active) == (((2, 1, 1), (1, 1, 0)), 2, 3, 1)


def test_ideas_the_municipality_went_into(session: Session, writes: Writes) -> None:
    writes(kind=Kind.IDEA, answered_after=5)
    writes(kind=Kind.IDEA)
    assert (october(session).ideas, october(session).ideas_met) == (2, 1)


def test_a_month_that_changes_no_more_is_counted_once(session: Session, writes: Writes) -> None:
    writes(at=NOW - timedelta(days=120), answered_after=1)
    session.commit()
    assert count_months(NOW) == 5
    assert count_months(NOW + timedelta(hours=1)) == 2  # October and November; those before no longer change
    session.expire_all()
    assert len(session.query(CommunityMonth).all()) == 5
    assert counted(session, date(2026, 7, 1), date(2026, 7, 1))[date(2026, 7, 1)].all.answered == 1


def test_an_empty_database_has_no_months(database: str) -> None:
    assert count_months(NOW) == 0


def test_who_waits_in_the_open_is_listed_longest_first_and_nothing_private(session: Session, writes: Writes) -> None:
    late, early = writes(author="a"), writes(author="b", at=MONDAY - timedelta(days=1))
    writes(author="c", private=True)
    writes(author="d", answered_after=3)
    writes(author="e", kind=Kind.COMPLIMENT)
    waiting = unanswered_in_the_open(session, MONDAY - timedelta(days=9), NOW, readable(OPEN), 10)
    assert [message.id for message in waiting] == [early.id, late.id]


def test_the_busiest_hundredth_is_shown_where_it_is_five_people() -> None:
    parts = carried([(40, 5, 5), (4, 45, 20), (1, 450, 0)])
    assert [(part.people, part.posts) for part in parts] == [(5, 200), (45, 180), (450, 450)]


def test_a_part_of_fewer_than_five_people_goes_into_the_next() -> None:
    assert [part.name for part in carried([(9, 1, 1), (1, 99, 0)])] == ["de drukste 10%", "de andere 90%"]
    assert carried([(9, 1, 1), (1, 20, 0)]) == []


@given(st.dictionaries(st.integers(1, 60), st.integers(1, 400), max_size=8))
def test_the_parts_hold_everybody_and_everything_once_and_none_is_small(distribution: dict[int, int]) -> None:
    rows = [(posts, writers, 0) for posts, writers in sorted(distribution.items(), reverse=True)]
    parts = carried(rows)
    if parts:
        assert sum(part.people for part in parts) == sum(distribution.values())
        assert sum(part.posts for part in parts) == sum(posts * writers for posts, writers in distribution.items())
        assert min(part.people for part in parts) >= 5
        means = [part.posts / part.people for part in parts]
        assert means == sorted(means, reverse=True)


def test_an_answer_within_so_many_working_hours_does_not_count_nights_and_weekends(session: Session, writes: Writes) -> None:
    friday = datetime(2026, 10, 9, 14, 30, tzinfo=UTC)  # half past four in the afternoon: half an hour before it shuts
    writes("a", friday, answered_after=64.25)  # Monday at a quarter to nine: still shut
    writes("b", friday, answered_after=66)  # Monday at half past ten: two hours of work
    writes("c", friday, answered_after=71)  # Monday at half past three: seven hours
    writes("d", friday + timedelta(hours=20), answered_after=1)  # asked and answered on Saturday
    writes("e", friday)
    found = october(session).all
    assert {hours: found.worked[hours] for hours in (1, 2, 4, 8)} == {1: 2, 2: 3, 4: 3, 8: 4}
    assert found.answered == 4
