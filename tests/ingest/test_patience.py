"""A source that keeps failing is left alone for longer each time, told of once, and read as usual again by itself."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from ingest.errors import SourceError
from ingest.listen import due_sources
from ingest.page import Item, Page
from ingest.patience import LONGEST, OPENS_AT, wait
from ingest.run import Outcome, run
from ingest.sources import find_source
from models import Delivery, Source
from models.settings import settings
from models.words import RunOutcome
from routing.deliveries.deliver import deliver_due
from tests.ingest.conftest import NOW, Answer, Post, Site

MINUTE = timedelta(minutes=1)


@given(failures=st.integers(1, 10_000), every=st.integers(1, 10_080))
def test_the_wait_grows_from_the_sources_own_rhythm_to_six_hours(failures: int, every: int) -> None:
    whole = min(every * 2 ** (failures - 1), 360) * MINUTE
    assert 0.75 * whole <= wait("bron", failures, every * MINUTE) <= whole <= LONGEST
    assert wait("bron", failures, every * MINUTE) == wait("bron", failures, every * MINUTE)


def test_sources_that_fail_together_do_not_come_back_together() -> None:
    assert len({wait(f"bron {n}", 5, 10 * MINUTE) for n in range(20)}) == 20


@pytest.fixture
def feed(post: Post, site: Site) -> Site:
    post.source("feed", url=f"{site.url}/nieuws.rss", allow_private=True)
    site.say["/nieuws.rss"] = Answer(status=500)
    return site


RSS = b"<rss version='2.0'><channel><title>n</title><item><guid>1</guid><title>De bak is vol</title></item></channel></rss>"


def state(post: Post) -> Source:
    post.session.expire_all()
    return post.session.get_one(Source, "bron")


def test_a_source_that_fails_is_asked_less_and_less(post: Post, feed: Site) -> None:
    now = NOW
    asked: list[datetime] = []
    while len(asked) < 9:
        if "bron" in due_sources(now):
            post.hear(now=now)
            asked.append(now)
        now += 10 * MINUTE
    gaps = [(later - earlier) / MINUTE for earlier, later in pairwise(asked)]
    assert gaps[0] == 10 and gaps[:6] == sorted(set(gaps[:6]))
    assert all(270 <= gap <= 360 for gap in gaps[6:])
    assert len(feed.asked) == 9


def test_after_five_failures_the_administrator_hears_of_it_once_until_it_does_it_again(post: Post, feed: Site) -> None:
    def mails() -> list[str]:
        return list(post.session.scalars(select(Delivery.subject).order_by(Delivery.id)))

    for attempt in range(OPENS_AT + 3):
        post.hear(now=NOW + attempt * timedelta(hours=6))
        deliver_due(NOW + attempt * timedelta(hours=6))
        assert len(mails()) == (attempt >= OPENS_AT - 1)
    assert state(post).open_since == NOW + (OPENS_AT - 1) * timedelta(hours=6)
    (told,) = post.session.scalars(select(Delivery))
    assert told.subject == "Bron De bron doet het niet"
    assert "geeft een fout" in told.text and "/bronnen/bron" in told.text

    feed.say["/nieuws.rss"] = Answer(RSS)
    outcome = post.hear(now=NOW + timedelta(days=3))
    assert (outcome.outcome, outcome.problem, outcome.mend) == (RunOutcome.DONE, "", "De bron doet het weer, na 8 mislukte lezingen.")
    assert (state(post).failures, state(post).open_since, state(post).next_read_at) == (0, None, None)
    assert post.hear(now=NOW + timedelta(days=3, hours=1)).mend == ""
    deliver_due(NOW + timedelta(days=3))
    assert len(mails()) == 1

    feed.say["/nieuws.rss"] = Answer(status=500)
    for attempt in range(OPENS_AT):
        post.hear(now=NOW + timedelta(days=4 + attempt))
    deliver_due(NOW + timedelta(days=9))
    assert len(mails()) == 2, "a second time is told of again"


def test_the_alert_goes_to_the_administrator_where_one_is_named(post: Post, feed: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    about = post.folder / "municipality.yaml"
    about.write_text(about.read_text() + "newsroom_email: redactie@rivierstad.example\n")
    for attempt in range(OPENS_AT):
        post.hear(now=NOW + timedelta(days=attempt))
    about.write_text(about.read_text() + "administrator: beheer@rivierstad.example\n")
    deliver_due(NOW + timedelta(days=6))
    assert post.session.scalars(select(Delivery.recipient)).one() == "beheer@rivierstad.example"


def test_the_moment_that_the_server_names_goes_before_our_own(post: Post, feed: Site) -> None:
    feed.say["/nieuws.rss"] = Answer(status=503, headers={"Retry-After": "7200"})
    post.hear()
    assert (state(post).failures, state(post).next_read_at) == (1, NOW + timedelta(hours=2))


def bring(*pages: Page | Exception) -> Outcome:
    def read(cursor: dict[str, Any], reading: Any) -> Iterator[Page]:
        for page in pages:
            if isinstance(page, Exception):
                raise page
            yield page

    return run(find_source(settings().config, "bron"), read, NOW)


def test_being_asked_for_patience_halfway_is_no_failure(post: Post) -> None:
    post.source("files", path="x/*")
    bring(Page({"n": 1}, [Item("1", "de bak is vol", NOW)]), SourceError("Rustig aan.", "Wacht.", NOW + timedelta(hours=1)))
    assert (state(post).failures, state(post).next_read_at) == (0, NOW + timedelta(hours=1))


def test_a_problem_with_one_file_does_not_keep_the_next_one_waiting(post: Post) -> None:
    post.source("files", path="x/*")
    assert bring(Page({}, problem=SourceError("Dit bestand is stuk.", "Maak het."))).outcome is RunOutcome.FAILED
    assert (state(post).failures, state(post).next_read_at) == (0, None)


def test_what_nobody_expected_counts_as_a_failure_too(post: Post) -> None:
    post.source("files", path="x/*")
    with pytest.raises(KeyError):
        bring(KeyError("wat"))
    assert state(post).failures == 1


def test_sources_that_failed_are_read_after_the_others(post: Post, site: Site) -> None:
    post.source("feed", "a", url=f"{site.url}/a.rss", allow_private=True)
    post.source("files", "b", path="x/*")
    post.hear("a")
    assert due_sources(NOW + timedelta(hours=1)) == ["b", "a"]
