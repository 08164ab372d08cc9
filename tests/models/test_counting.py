"""What was counted is kept, found again and never stale; parts of days are counted to the moment, also when the clock changes."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Message, Source
from models import trend as asked
from models.ahead import read_ahead
from models.cells import counted, counted_between, hold_still
from models.counting import Chosen
from models.database import engine
from models.fitting import Along
from models.kept import OVERHEAD, Kept
from models.municipality import Municipality
from models.settings import settings
from models.tally import Side, count_due
from models.trend import Trend
from models.words import Channel
from tests.conftest import NOW

ZONE = settings().zone
AUTUMN, SPRING = datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)
"""When the clock goes back and forward."""
EVERYTHING = {Side.WAY: Along()}


@pytest.fixture
def heard(session: Session, town: Municipality) -> Session:
    """A town with one source."""
    kept = {"purpose": "", "legal_basis": "", "retention_days": 1, "audience": "", "cursor": {}}
    session.add(Source(id="bellen", name="bellen", kind="files", channel=Channel.SOCIAL, **kept))
    session.commit()
    return session


def hears(session: Session, at: datetime, author: str | None = None, words: str = "iets") -> int:
    message = Message(
        source_id="bellen", channel=Channel.SOCIAL, medium="telefoon", text=words, author=author, published_at=at, received_at=NOW
    )
    session.add(message)
    session.flush()
    return message.id


@pytest.mark.parametrize("change", [AUTUMN, SPRING])
@pytest.mark.parametrize("marked", [True, False])
def test_the_hours_around_a_change_of_the_clock_are_counted_once(heard: Session, change: datetime, marked: bool) -> None:
    moments = [change + timedelta(minutes=7 * n) for n in range(-40, 40)]
    for at in moments:
        hears(heard, at)
    heard.commit()
    if not marked:
        count_due(NOW, ZONE)
    random = Random(1)
    edges = [*moments, *(change + timedelta(hours=n) for n in range(-4, 4)), *(at - timedelta(microseconds=1) for at in moments)]
    for _ in range(25):
        since, until = sorted(random.sample(edges, 2))
        plain = Counter(at.astimezone(ZONE).date() for at in moments if since < at <= until)
        assert Chosen(counted_between(heard, since, until, ZONE), EVERYTHING).by_day() == plain, (since, until)


def test_a_whole_month_is_counted_once_until_something_in_it_changes(heard: Session) -> None:
    for n in range(60):
        hears(heard, datetime(2026, 9, 1, 9, tzinfo=UTC) + timedelta(hours=12 * n))
    heard.commit()
    count_due(NOW, ZONE)
    september = date(2026, 9, 1), date(2026, 9, 30), ZONE

    def stretch() -> object:
        return counted(heard, *september).stretches[0]

    once = stretch()
    assert stretch() is once
    assert counted(heard, date(2026, 8, 20), date(2026, 10, 3), ZONE).stretches[1] is once
    hears(heard, datetime(2026, 9, 12, 9, tzinfo=UTC))
    assert stretch() is not once
    assert asked.total(heard, Trend(september[0], september[1]), ZONE) == 61
    heard.commit()
    count_due(NOW, ZONE)
    assert asked.total(heard, Trend(september[0], september[1]), ZONE) == 61


def test_a_session_that_holds_still_sees_one_moment_and_the_next_sees_the_next(heard: Session) -> None:
    at = datetime(2026, 9, 12, 9, tzinfo=UTC)
    hears(heard, at)
    heard.commit()
    day = Trend(at.date(), at.date())
    with Session(engine()) as page, Session(engine()) as later:
        hold_still(page)
        assert asked.by_day(page, day, ZONE) == {at.date(): 1}
        hears(heard, at)
        heard.commit()
        assert asked.by_day(page, day, ZONE) == {at.date(): 1}
        assert asked.by_medium(page, day, ZONE) == {"telefoon": 1}
        hold_still(later)
        assert asked.by_day(later, day, ZONE) == {at.date(): 2}


def test_the_newest_are_named_by_the_hour(heard: Session) -> None:
    begin = datetime(2026, 9, 28, 9, 5, tzinfo=UTC)
    numbers = [hears(heard, begin + timedelta(minutes=30 * n)) for n in range(240)]
    chosen = Chosen(counted(heard, begin.date(), begin.date() + timedelta(days=6), ZONE), EVERYTHING)
    for wanted in (1, 2, 5, 48, 200):
        newest = set(chosen.newest(wanted))
        assert wanted <= len(newest) <= wanted + 1
        assert newest == set(numbers[-len(newest) :])
    assert set(chosen.newest(1000)) == set(numbers)


@pytest.mark.parametrize("people", [1, 4, 5, 9])
def test_people_are_counted_however_often_each_wrote(heard: Session, people: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "LOOKED_AT", 3)
    begin = datetime(2026, 9, 3, 9, tzinfo=UTC)
    for n in range(40):
        hears(heard, begin + timedelta(hours=9 * n), author=f"{min(n, people - 1):032x}")
    heard.commit()
    assert asked.fewer_people(heard, Trend(date(2026, 9, 1), date(2026, 9, 30)), ZONE, 5) is (people < 5)
    assert asked.fewer_people(heard, Trend(date(2026, 8, 1), date(2026, 8, 30)), ZONE, 5)


def test_messages_with_words_are_counted_where_the_tallies_name_them(heard: Session) -> None:
    begin = datetime(2026, 9, 3, 9, tzinfo=UTC)
    for n in range(30):
        hears(heard, begin + timedelta(hours=20 * n), words="de lantaarn is kapot" if n % 3 else "de heg is hoog")
    heard.commit()
    count_due(NOW, ZONE)
    month = Trend(date(2026, 9, 1), date(2026, 9, 30), words="lantaarns")
    with Session(engine()) as page:
        plain = page.scalar(
            select(func.count()).where(Message.text.contains("lantaarn"), Message.published_at < datetime(2026, 9, 30, 22, tzinfo=UTC))
        )
        assert asked.total(page, month, ZONE) == plain == 20
        assert asked.total(page, Trend(month.first, month.last, words="parkeren"), ZONE) == 0


def test_what_is_counted_can_be_read_ahead_and_stopped(heard: Session) -> None:
    for month in (7, 8, 9):
        hears(heard, datetime(2026, month, 12, 9, tzinfo=UTC))
    heard.commit()
    count_due(NOW, ZONE)
    assert read_ahead(ZONE, lambda: True) == 0
    assert read_ahead(ZONE) == 3


def test_the_arrays_asked_last_are_kept() -> None:
    kept, counts = Kept(3 * (800 + OVERHEAD)), Counter[str]()

    def ask(key: str) -> None:
        def count() -> np.ndarray[tuple[int], np.dtype[np.int64]]:
            counts[key] += 1
            return np.zeros(100, np.int64)

        assert not kept.counted(key, count).flags.writeable

    for key in ("a", "b", "c", "a", "d", "a", "b"):
        ask(key)
    assert counts == {"a": 1, "b": 2, "c": 1, "d": 1}
    assert kept.bytes <= kept.most
