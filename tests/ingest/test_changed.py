"""A list by moment of change is read to its end, whatever moves while it is read."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from ingest.lists.changed import Turn, changed_since, newest
from ingest.lists.listing import Listed
from ingest.page import Item
from models.settings import settings

NOW = datetime(2026, 11, 19, 7, 45, tzinfo=UTC)
DAY = timedelta(days=1)
Changes = dict[str, datetime]


def turn(changes: Changes, since: datetime, number: int, size: int) -> Turn:
    found = sorted((item for item in changes.items() if item[1] >= since), key=lambda item: (item[1], item[0]))[(number - 1) * size :][
        :size
    ]
    items = [Item(name, "tekst", at) for name, at in found]
    return Turn(Listed(items), max((at for _, at in found), default=None), len(found) == size)


@given(
    st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(0, 300), max_size=40),
    st.lists(st.tuples(st.integers(1, 20), st.text("abcdefgh", min_size=1, max_size=3)), max_size=20),
    st.integers(1, 7),
)
@example({"a": 1, "b": 0, "c": 0, "d": 0, "aa": 0, "ab": 0, "aaa": 1}, [(9, "a")], 1)
def test_nothing_is_missed_that_changes_during_the_walk(minutes: dict[str, int], during: Sequence[tuple[int, str]], size: int) -> None:
    changes: Changes = {name: NOW - timedelta(minutes=400 - ago) for name, ago in minutes.items()}
    asked = 0

    def fetch(since: datetime, number: int) -> Turn:
        nonlocal asked
        asked += 1
        for at, name in during:
            if at == asked:
                changes[name] = NOW + timedelta(seconds=asked)
        return turn(changes, since, number, size)

    heard: set[str] = set()
    cursor: dict[str, str] = {}
    for now in (NOW, NOW + timedelta(minutes=10)):
        for page in changed_since(cursor, now, DAY, timedelta(minutes=5), fetch):
            cursor = page.cursor
            heard |= {item.external_id for item in page.items}
    assert heard == set(changes)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30), st.integers(1, 6), st.integers(0, 10))
def test_broken_off_anywhere_it_goes_on_without_loss(minutes: list[int], size: int, after: int) -> None:
    changes = {str(number): NOW - timedelta(minutes=ago) for number, ago in enumerate(minutes)}
    heard: set[str] = set()
    cursor: dict[str, str] = {}
    for number, page in enumerate(changed_since(cursor, NOW, DAY, timedelta(), lambda since, number: turn(changes, since, number, size))):
        if number == after:
            break
        cursor = page.cursor
        heard |= {item.external_id for item in page.items}
    for page in changed_since(cursor, NOW, DAY, timedelta(), lambda since, number: turn(changes, since, number, size)):
        heard |= {item.external_id for item in page.items}
    assert heard == set(changes)


def test_a_moment_in_the_future_does_not_hide_what_changes_before_it() -> None:
    changes = {"verkeerde klok": NOW + timedelta(days=300)}
    page = list(changed_since({}, NOW, DAY, timedelta(), lambda since, number: turn(changes, since, number, 10)))[-1]
    changes["nieuw"] = NOW + timedelta(minutes=1)
    later = NOW + timedelta(minutes=10)
    again = changed_since(page.cursor, later, DAY, timedelta(), lambda since, number: turn(changes, since, number, 10))
    assert "nieuw" in [item.external_id for page in again for item in page.items]


def test_moments_that_cannot_be_read_do_not_count() -> None:
    assert newest(["2026-11-19T07:45:00Z", None, "morgen", 7], settings().zone) == NOW
    assert newest([], settings().zone) is None
