"""The key of the pseudonyms is renewed, and a person stays one person."""

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.border.key_ring import NoOldKey, forget_oldest, read_ring, rotate
from ingest.border.pseudonyms import pseudonyms
from ingest.errors import SourceError
from ingest.page import Item, Page, Rejected
from ingest.rejected import retry
from ingest.run import Outcome, run
from ingest.sources import find_source
from models.settings import settings
from tests.ingest.conftest import NOW, Post

AT = datetime(2026, 11, 19, 6, 0, tzinfo=UTC)


def item(name: str, author: str = "piet", **more: Any) -> Item:
    return Item(name, f"bericht {name}", AT, author=author, medium="X", **more)


@pytest.fixture
def bring(post: Post) -> Callable[..., Outcome]:
    for name in ("een", "twee"):
        post.source("files", name, path="x/*")

    def bring(source: str, *items: Item, **more: Any) -> Outcome:
        page = Page({}, list(items), **more)
        return run(find_source(settings().config, source), lambda cursor, reading: iter([page]), NOW)

    return bring


def authors(post: Post) -> dict[str, str | None]:
    return {name: message.author for name, message in post.by_id().items()}


def test_who_is_seen_again_gets_the_new_pseudonym_in_all_messages_of_all_sources(post: Post, bring: Callable[..., Outcome]) -> None:
    bring("een", item("1"), item("2", "jan"))
    bring("twee", item("3"))
    before = authors(post)
    rotate(settings().keys)
    assert bring("een", item("4")).added == 1
    after = authors(post)
    assert after["1"] == after["3"] == after["4"] == pseudonyms(settings().keys).of("piet", "X") != before["1"]
    assert after["2"] == before["2"]


def test_the_same_items_under_a_new_key_are_no_edits(post: Post, bring: Callable[..., Outcome]) -> None:
    items = [item("1"), item("2", "jan"), item("3", "")]
    bring("een", *items)
    for _ in range(2):
        rotate(settings().keys)
        outcome = bring("een", *items)
        assert (outcome.added, outcome.changed, outcome.unchanged) == (0, 0, 3)
        maker = pseudonyms(settings().keys)
        assert authors(post) == {"1": maker.of("piet", "X"), "2": maker.of("jan", "X"), "3": None}
    while len(read_ring(settings().keys)) > 1:
        forget_oldest(settings().keys)
    assert bring("een", *items).unchanged == 3


def test_a_post_keeps_its_name_under_a_new_key(post: Post, bring: Callable[..., Outcome]) -> None:
    url = "https://x.com/piet/status/1"
    bring("een", item("1", url=url), item("2", url="https://x.com/piet/status/2"))
    rotate(settings().keys)
    assert bring("twee", item("a", url=url)).added == 0
    forget_oldest(settings().keys)
    assert bring("twee", item("b", url=url)).added == 0, "it was named anew when it was seen again"
    assert bring("twee", item("c", url="https://x.com/piet/status/2")).added == 1, "this one was forgotten with its key"


def test_rows_that_stand_aside_are_renamed_with_the_rest(post: Post, bring: Callable[..., Outcome]) -> None:
    fields = {"text": "de bak is vol", "date": "ooit", "author": "piet", "medium": "X"}
    bring("een", rejected=[Rejected("a.csv, rij 1", "geen datum", {"file": "a.csv", "row": 1, "fields": fields})])
    rotate(settings().keys)
    bring("een", item("1"))
    (row,) = post.aside()
    assert row.item["fields"]["author"]["pseudonym"] == pseudonyms(settings().keys).of("piet", "X")
    assert retry("een", NOW).rejected == 1


def test_after_its_key_is_forgotten_nobody_is_recognised_by_it(post: Post, bring: Callable[..., Outcome]) -> None:
    bring("een", item("1"))
    rotate(settings().keys)
    forget_oldest(settings().keys)
    bring("een", item("2"))
    assert len(set(authors(post).values())) == 2
    with pytest.raises(NoOldKey, match="key rotate"):
        forget_oldest(settings().keys)


def test_rotations_at_the_same_time_lose_no_key(tmp_path: Path) -> None:
    first = read_ring(tmp_path)
    crowd = [threading.Thread(target=rotate, args=(tmp_path,)) for _ in range(8)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    ring = read_ring(tmp_path)
    assert len(set(ring)) == 9 and ring[-1:] == first
    assert [path.name for path in tmp_path.iterdir()] == ["pseudonym.key"]


@pytest.mark.parametrize("broken", ["replace", "fsync"])
def test_a_rotation_that_is_broken_off_leaves_the_keys_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    def breaks(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = read_ring(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(Path if broken == "replace" else os, broken, breaks)
        with pytest.raises(OSError, match="No space"):
            rotate(tmp_path)
    assert read_ring(tmp_path) == before
    assert rotate(tmp_path) == 2


def test_a_ring_with_a_damaged_key_is_refused_whole(tmp_path: Path) -> None:
    rotate(tmp_path)
    path = tmp_path / "pseudonym.key"
    path.write_text(path.read_text()[:-3])
    for use in (pseudonyms, rotate, forget_oldest):
        with pytest.raises(SourceError, match="reservekopie"):
            use(tmp_path)
