"""Lists that begin with their newest entry: whatever breaks off, nothing is lost."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import SourceError
from ingest.lists.listing import Listed
from ingest.lists.newest import Leg, newest_first
from ingest.page import Item

NOW = datetime(2026, 11, 19, 7, 45, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Wall:
    """A list of minutes, newest first, three at a time; pages are named by the minute that they follow."""

    def __init__(self) -> None:
        self.minutes: list[int] = []
        self.heard: set[int] = set()
        self.asked = 0
        self.fails_at: int | None = None
        self.forgets = False

    def leg(self, since: datetime, page: str | None) -> Leg:
        self.asked += 1
        if self.asked == self.fails_at or (page is not None and self.forgets):
            raise SourceError("bron: stuk.", "Wacht.")
        after = sorted((minute for minute in self.minutes if page is None or minute < int(page)), reverse=True)
        shown, more = after[:3], after[3:]
        items = [Item(str(minute), "vol", NOW + minute * MINUTE) for minute in shown]
        return Leg(Listed(items), NOW + shown[-1] * MINUTE if shown else None, str(shown[-1]) if more else None)

    def hear(self, cursor: dict[str, Any], minute: int) -> dict[str, Any]:
        self.asked = 0
        try:
            for page in newest_first(cursor, "muur", NOW + minute * MINUTE, timedelta(days=1), 5 * MINUTE, self.leg):
                cursor = page.cursor
                self.heard |= {int(item.external_id) for item in page.items}
        except SourceError:
            pass
        return cursor


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(1, 12), st.booleans()), max_size=12))
def test_wherever_walks_break_off_every_entry_is_heard_in_the_end(turns: Sequence[tuple[int, int, bool]]) -> None:
    wall, cursor, minute = Wall(), dict[str, Any](), 0
    for new, fails_at, forgets in turns:
        wall.minutes += range(minute, minute + new)
        minute += 10
        wall.fails_at, wall.forgets = fails_at, forgets
        cursor = wall.hear(cursor, minute)
    wall.fails_at, wall.forgets = None, False
    cursor = wall.hear(cursor, minute + 10)
    wall.hear(cursor, minute + 20)
    assert wall.heard == set(wall.minutes)


def test_a_walk_stops_where_the_last_one_began() -> None:
    wall = Wall()
    wall.minutes = list(range(-100, 0))
    cursor = wall.hear({}, 0)
    assert wall.asked == 34
    wall.minutes.append(5)
    wall.hear(cursor, 10)
    assert (wall.asked, 5 in wall.heard) == (3, True)


def test_a_walk_that_broke_off_goes_on_where_it_was() -> None:
    wall = Wall()
    wall.minutes = list(range(-100, 0))
    wall.fails_at = 30
    cursor = wall.hear({}, 0)
    wall.fails_at = None
    wall.hear(cursor, 10)
    assert (wall.asked, wall.heard) == (5, set(wall.minutes))


def test_a_page_that_the_server_no_longer_knows_begins_the_walk_anew() -> None:
    wall = Wall()
    wall.minutes = list(range(-10, 0))
    wall.fails_at = 3
    cursor = wall.hear({}, 0)
    assert len(wall.heard) == 6
    wall.minutes.append(5)
    wall.fails_at, wall.forgets = None, True
    cursor = wall.hear(cursor, 10)
    assert 5 in wall.heard
    wall.forgets = False
    wall.hear(cursor, 20)
    assert wall.heard == set(wall.minutes)


def test_patience_that_the_server_asks_for_is_no_reason_to_begin_anew() -> None:
    begun = {"lists": {"muur": {"since": None, "top": NOW.isoformat(), "next": "7"}}}
    asked: list[str | None] = []

    def leg(_: datetime, page: str | None) -> Leg:
        asked.append(page)
        raise SourceError("bron: genoeg.", "Wacht.", NOW + MINUTE)

    with pytest.raises(SourceError):
        list(newest_first(begun, "muur", NOW, timedelta(days=1), MINUTE, leg))
    assert asked == ["7"]
