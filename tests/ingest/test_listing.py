"""Whatever a server puts where something else was expected: the entry stands aside or comes in, and nothing breaks."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.entry import Reading
from ingest.kinds import reddit, x
from ingest.kinds.consul import Consul
from ingest.kinds.decidim import Decidim
from ingest.kinds.facebook import Facebook
from ingest.kinds.govocal import GoVocal
from ingest.kinds.instagram import Instagram
from ingest.kinds.youtube import YouTube
from ingest.lists.listing import sort_out
from ingest.page import Item
from tests.ingest import test_consul, test_decidim, test_facebook, test_govocal, test_instagram, test_reddit, test_x, test_youtube
from tests.ingest.conftest import NOW, WHY

READING = Reading(NOW, ZoneInfo("Europe/Amsterdam"), Path(), "Luisterpost", frozenset({"gemeente"}), lambda _: [])
SECRET = {"env": "NERGENS"}
META = {"account": "111", "token": SECRET, "app_secret": SECRET}
Read = Callable[[Mapping[str, Any]], Item | None]
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["9" * 40, "2026-02-30", "0001-01-01T00:00:00+14:00"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "name", "value", "data"]), inner, max_size=2),
    max_leaves=4,
)


def made(kind: type[Any], **more: Any) -> Any:
    return kind.model_validate({"id": "bron", "name": "De bron", "kind": kind.__name__.lower(), "channel": "social"} | WHY | more)


def readers() -> Iterator[tuple[str, Read, dict[str, Any]]]:
    """For each sort of entry how it is read, and a good one."""
    page = made(Facebook, **META)
    yield "facebook", page.shape_of("500_1", READING).read, test_facebook.comment(1, 5, parent="500_2")
    yield (
        "facebook, bericht",
        page.shape_of("m_1", READING).read,
        {"id": "m_1", "message": "Hallo", "created_time": 1.7e9, "from": {"id": "8"}},
    )
    account = made(Instagram, **META)
    yield "instagram", account.shape_of("17", READING).read, test_instagram.comment(17, 5, parent="2")
    yield (
        "youtube",
        partial(made(YouTube, account="UC1", key=SECRET)._item, reading=READING),
        test_youtube.comment("Ug1.2", 5) | {"video": "v"},
    )
    subreddits = object.__new__(reddit._Server)
    subreddits._entry, subreddits._reading = made(reddit.Reddit, subreddits=["rivierstad"], client=SECRET, secret=SECRET), READING
    yield "reddit", subreddits._item, test_reddit.submission("a", 5)
    posts = object.__new__(x._Server)
    posts.entry, posts.reading, posts.ours = made(x.X, search="a", token=SECRET), READING, []
    yield "x", posts._item, test_x.tweet(5, note_tweet={"text": "lang"}, referenced_tweets=[{"type": "replied_to", "id": "5"}])
    process = made(Decidim, base="https://denkmee.example", processes=["afval"])
    yield "decidim", partial(process._proposal, READING, "https://denkmee.example/1"), test_decidim.proposal(3, 5)
    yield (
        "decidim, reactie",
        partial(process._comment, READING, "https://d.example/1", "proposal-3", "proposal-3"),
        test_decidim.comment(3, 5),
    )
    yield (
        "consul",
        partial(made(Consul, base="https://consul.example")._item, READING, "comment"),
        test_consul.comment(3, 5, ancestry="1/2"),
    )
    platform = made(GoVocal, base="https://govocal.example", client=SECRET, secret=SECRET)
    yield "govocal", partial(platform._item, READING), test_govocal.idea("i-1", 5) | {"published_at": NOW.isoformat()}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in inner:
        yield (*path, step)
        yield from places(part, (*path, step))


@pytest.mark.parametrize(("read", "good"), [pytest.param(read, good, id=name) for name, read, good in readers()])
@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_an_entry_with_anything_anywhere_in_it_breaks_nothing(read: Read, good: dict[str, Any], data: st.DataObject) -> None:
    entry = deepcopy(good)
    *path, last = data.draw(st.sampled_from(list(places(good))))
    inside: Any = entry
    for step in path:
        inside = inside[step]
    inside[last] = data.draw(ANYTHING)
    listed = sort_out([entry, good], lambda one: str(one.get("id") or one.get("name") or "?"), read)
    assert [item.text for item in listed.items][-1:] == [read(good).text]  # type: ignore[union-attr]
    for item in listed.items:
        assert isinstance(item.text, str) and isinstance(item.external_id, str)
        assert item.published_at is None or item.published_at.tzinfo is not None
        assert item.published_at is None or datetime(1990, 1, 1, tzinfo=UTC) <= item.published_at
    for rejected in listed.rejected:
        assert set(rejected.item) <= {"id"}


@given(st.lists(ANYTHING, max_size=4))
def test_what_is_no_entry_at_all_stands_aside_unnamed(entries: list[Any]) -> None:
    listed = sort_out(entries, lambda _: "", lambda _: None)
    assert (len(listed.rejected), listed.seen, listed.items) == (len(entries), set(), [])
    assert all(rejected.item == {} for rejected in listed.rejected)
