"""What holds for every kind of source, whatever its protocol. A kind supplies a `Fake`: its server, as far as we ask anything of it.

    class TestTracker(Conformance):
        fake = TrackerFake

A kind that cannot do something says why in its `Fake`, and is then held to what it does instead.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar

import pytest
from sqlalchemy import select, text

from ingest.listen import due_sources
from ingest.rejected import retry
from ingest.run import Outcome
from models import Base, Message, Origin, Source
from models.words import RunOutcome
from tests.ingest.conftest import NOW, Answer, Asked, Post, Site

MINUTES = timedelta(minutes=10)
HOUR = timedelta(hours=1)
EMOJI = "De bak is vol 🗑️👩🏽‍🔧 en het stinkt 🤢"
RIGHT_TO_LEFT = "الحاوية ممتلئة جدا — הפח מלא \u200fוהרחוב מלוכלך"
LONG = "de bak is vol en niemand komt " * 10_000


@dataclass(frozen=True)
class Author:
    """Somebody at the source, with more about him than we may keep. `handle` is what tells him apart there."""

    handle: str
    name: str
    mail: str
    phone: str


PIET = Author("piet.hein1577", "Piet Zilvervloot", "piet@zilvervloot.example", "+31612345678")
SASKIA = Author("saskia.vu1612", "Saskia Nachtwacht", "saskia@nachtwacht.example", "+31687654321")
US = Author("gemeente", "Gemeente Rivierstad", "webcare@rivierstad.example", "14030")


@dataclass(frozen=True)
class Said:
    """One thing that somebody wrote, before a fake server puts it in the shape of its protocol.

    `number` tells it from the others and stays when it is edited. `answers` is what it replies to. A `broken` one is malformed in the way
    that this protocol knows: its moment is missing, say. `at` has whole seconds.
    """

    number: int
    text: str
    at: datetime
    author: Author = PIET
    edited_at: datetime | None = None
    answers: "Said | None" = None
    broken: bool = False

    @property
    def by_us(self) -> bool:
        return self.author is US


def said(number: int, words: str = "", minutes_ago: int | None = None, now: datetime = NOW, **more: Any) -> Said:
    """The higher its number, the longer ago."""
    at = now - timedelta(minutes=10 * number if minutes_ago is None else minutes_ago)
    return Said(number, words or f"de bak in straat {number} is vol", at, **more)


class Fake(ABC):
    """A server of one kind, on loopback. The faults are those of HTTP; a kind that speaks something else says how its server fails."""

    kind: ClassVar[str]
    secrets: ClassVar[dict[str, str]] = {}
    """What the environment holds while a test runs, by name. The entry refers to these names, and no value may be seen anywhere."""
    page: ClassVar[int] = 3
    """How many items the server gives at once; a kind without pages leaves it."""
    later: ClassVar[timedelta] = 2 * HOUR
    """After how long a reading sees what was edited and deleted."""
    keeps_old_text: ClassVar[str] = ""
    """Why an edit is not followed, where it cannot be; likewise below."""
    keeps_deleted: ClassVar[str] = ""
    names_nobody: ClassVar[str] = ""
    needs_no_secret: ClassVar[str] = ""
    knows_no_answers: ClassVar[str] = ""
    breaks_nothing: ClassVar[str] = ""
    has_no_patience: ClassVar[str] = ""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.failed = False

    @abstractmethod
    def entry(self) -> dict[str, Any]:
        """What sources.yaml says of it beyond what every source has."""

    @abstractmethod
    def serve(self, everything: Sequence[Said]) -> None:
        """From now on the server has these, and nothing else. Authors' handles are in it; names, mail and phones where it has them."""

    @abstractmethod
    def name(self, one: Said) -> str:
        """The external id under which this is known."""

    def dies(self, at: int) -> None:
        """The answer to the request with this number, from 0 on, breaks off halfway; `failed` tells that it came so far."""
        self.failed, asked = False, count()

        def bend(_: Asked, answer: Answer) -> Answer:
            if self.failed or next(asked) < at or not answer.body:
                return answer
            self.failed = True
            return replace(answer, cut=len(answer.body) // 2)

        self.site.bend = bend

    def asks_patience(self, until: datetime, now: datetime) -> None:
        """Every request is one too many."""
        self._always(Answer.json({"error": "too many"}, 429, Retry_After=str(int((until - now).total_seconds()))))

    def refuses(self) -> None:
        """Our token is no good."""
        self._always(Answer.json({"error": "unauthorized"}, 401))

    def heals(self) -> None:
        """All is well again."""
        self.site.bend = lambda _, answer: answer

    def close(self) -> None:  # noqa: B027 - a site on loopback closes by itself
        """The test is over."""

    def told(self) -> str:
        """All that the server ever answered."""
        return self.site.told.decode("utf-8", "replace")

    def _always(self, answer: Answer) -> None:
        self.site.bend = lambda _, __: answer


class Conformance:
    """Every kind of source keeps these promises."""

    fake: ClassVar[type[Fake]]

    @pytest.fixture(autouse=True)
    def _quietly(self, post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
        """Whatever a test does: afterwards nothing personal and no secret is in any table, error or log."""
        for name, value in self.fake.secrets.items():
            monkeypatch.setenv(name, value)
        caplog.set_level(logging.DEBUG)
        yield
        seen = _everything_stored(post) + caplog.text
        for author in (PIET, SASKIA):
            for personal in (author.handle, author.name, author.name.split()[1], author.mail, author.phone):
                assert personal.casefold() not in seen.casefold(), "nothing personal is stored or logged"
        for value in self.fake.secrets.values():
            assert value not in seen, "no secret is stored or logged"

    @pytest.fixture
    def remote(self, site: Site, post: Post) -> Iterator[Fake]:
        remote = self.fake(site)
        remote.serve([])
        post.source(remote.kind, **remote.entry())
        yield remote
        remote.close()

    def test_it_is_read_page_by_page_to_the_end_and_a_second_reading_adds_nothing(self, remote: Fake, post: Post) -> None:
        everything = [said(n) for n in range(1, 2 * remote.page + 2)]
        remote.serve(everything)
        first = post.hear()
        assert (first.outcome, first.added, first.problem) == (RunOutcome.DONE, len(everything), "")
        assert sorted(_names(post)) == sorted(map(remote.name, everything))
        again = post.hear(now=NOW + MINUTES)
        assert (again.outcome, again.added, again.changed, again.removed) == (RunOutcome.DONE, 0, 0, 0)
        remote.serve([said(0, minutes_ago=-5), *everything])
        assert post.hear(now=NOW + 2 * MINUTES).added == 1

    def test_where_nothing_is_nothing_is_wrong(self, remote: Fake, post: Post) -> None:
        nothing = post.hear()
        assert (nothing.outcome, nothing.added, nothing.rejected, nothing.problem) == (RunOutcome.DONE, 0, 0, "")
        remote.serve([said(0, minutes_ago=-5)])
        assert post.hear(now=NOW + MINUTES).added == 1

    def test_an_edit_is_followed(self, remote: Fake, post: Post) -> None:
        everything = [said(n) for n in range(1, 8)]
        remote.serve(everything)
        post.hear()
        everything[2] = replace(everything[2], text="de bak is weer leeg", edited_at=NOW + MINUTES)
        remote.serve(everything)
        outcome = post.hear(now=NOW + remote.later)
        edited = post.by_id()[remote.name(everything[2])]
        if remote.keeps_old_text:
            assert (outcome.changed, "straat 3" in edited.text) == (0, True)
        else:
            assert (outcome.added, outcome.changed, "weer leeg" in edited.text, "straat 3" in edited.text) == (0, 1, True, False)
            assert edited.edited_at is not None and edited.annotation_due

    def test_a_deletion_leaves_a_tombstone_that_does_not_rise(self, remote: Fake, post: Post) -> None:
        everything = [said(n) for n in range(1, 8)]
        remote.serve(everything)
        post.hear()
        remote.serve([one for one in everything if one.number != 3])
        outcome = post.hear(now=NOW + remote.later)
        gone = post.by_id()[remote.name(everything[2])]
        if remote.keeps_deleted:
            assert (outcome.removed, bool(gone.text)) == (0, True)
            return
        assert (outcome.removed, outcome.problem, gone.text, gone.author, gone.url) == (1, "", "", None, None)
        remote.serve(everything)
        assert post.hear(now=NOW + 2 * remote.later).added == 0
        assert post.by_id()[remote.name(everything[2])].text == ""

    def test_patience_is_given_and_then_it_goes_on(self, remote: Fake, post: Post) -> None:
        now = datetime.now(UTC).replace(microsecond=0)  # libraries take no other
        everything = [said(n, now=now) for n in range(1, 2 * remote.page + 2)]
        remote.serve(everything)
        if not remote.has_no_patience:
            remote.asks_patience(now + HOUR, now)
            refused = post.hear(now=now)
            assert (refused.outcome, refused.added) == (RunOutcome.FAILED, 0) and refused.problem and refused.mend
            until = post.session.get_one(Source, "bron").next_read_at
            assert until is not None and abs(until - (now + HOUR)) < timedelta(minutes=2)
            assert (due_sources(until - timedelta(seconds=1)), due_sources(until)) == ([], ["bron"])
            remote.heals()
        assert post.hear(now=now + HOUR + MINUTES).added == len(everything)

    def test_a_refused_secret_is_named_by_its_place(self, remote: Fake, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        remote.serve([said(1)])
        if remote.needs_no_secret:
            post.hear()
            assert not [asked for asked in remote.site.asked if "authorization" in asked.headers]
            return
        remote.refuses()
        refused = post.hear()
        assert refused.outcome is RunOutcome.FAILED and refused.problem.startswith("De bron")
        assert any(name in refused.mend for name in remote.secrets), refused.mend
        _says_no_secret(remote, refused)
        remote.heals()
        for name in remote.secrets:
            monkeypatch.delenv(name)
        absent = post.hear(now=NOW + HOUR)
        assert absent.outcome is RunOutcome.FAILED and any(name in absent.problem + absent.mend for name in remote.secrets)

    def test_a_malformed_item_stands_aside_and_comes_in_once_it_is_mended(self, remote: Fake, post: Post) -> None:
        everything = [said(n) for n in range(1, 6)]
        remote.serve([*everything[:2], replace(everything[2], broken=True), *everything[3:]])
        outcome = post.hear()
        if remote.breaks_nothing:
            assert (outcome.added, outcome.rejected) == (5, 0)
            return
        assert (outcome.outcome, outcome.added, outcome.rejected, len(post.aside())) == (RunOutcome.PARTLY, 4, 1, 1)
        assert "straat 3" not in str(post.aside()[0].reason)
        remote.serve(everything)
        retry("bron", NOW + MINUTES)
        assert (post.aside(), sorted(_names(post))) == ([], sorted(map(remote.name, everything)))

    def test_a_huge_item_is_bounded_and_the_others_are_whole(self, remote: Fake, post: Post) -> None:
        remote.serve([said(1), said(2, LONG), said(3)])
        assert post.hear().added == 3
        found = post.by_id()
        assert 50_000 < len(found[remote.name(said(2))].text) <= 100_000
        assert "straat 3" in found[remote.name(said(3))].text

    @pytest.mark.parametrize("change", [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)])
    def test_moments_are_right_on_both_sides_of_a_change_of_clock(self, remote: Fake, post: Post, change: datetime) -> None:
        around = [Said(n, f"straat {n}", change + timedelta(minutes=minutes)) for n, minutes in enumerate((-90, -30, -1, 0, 30, 90), 1)]
        remote.serve(around)
        post.hear(now=change + 3 * HOUR)
        found = post.by_id()
        assert {one.number: found[remote.name(one)].published_at for one in around} == {one.number: one.at for one in around}

    def test_every_script_survives(self, remote: Fake, post: Post) -> None:
        remote.serve([said(1, EMOJI), said(2, RIGHT_TO_LEFT)])
        post.hear()
        found = post.by_id()
        assert EMOJI in found[remote.name(said(1))].text
        assert RIGHT_TO_LEFT in found[remote.name(said(2))].text

    def test_a_server_that_dies_in_any_answer_loses_and_doubles_nothing(self, remote: Fake, post: Post) -> None:
        everything = [said(n) for n in range(1, 2 * remote.page + 2)]
        remote.serve(everything)
        for at in _fibonacci():
            source = f"bron{at}"
            post.sources.clear()
            post.source(remote.kind, source, **remote.entry())
            remote.dies(at)
            broken = post.hear(source)
            if not remote.failed:
                break
            assert broken.outcome is not RunOutcome.DONE and broken.problem and broken.mend
            remote.heals()
            post.hear(source, NOW + HOUR)
            assert sorted(_names(post, source)) == sorted(map(remote.name, everything)), f"after a death in answer {at}"
        assert at > 0, "the first answer breaks off halfway"

    def test_people_are_told_apart_and_nobody_is_named(self, remote: Fake, post: Post) -> None:
        everything = [said(1), said(2), said(3, author=SASKIA)]
        remote.serve(everything)
        post.hear()
        found = post.by_id()
        authors = [found[remote.name(one)].author for one in everything]
        if remote.names_nobody:
            assert authors == [None, None, None]
        else:
            assert PIET.handle in remote.told()
            assert authors[0] == authors[1] != authors[2] and None not in authors

    def test_our_own_answer_is_known_as_such(self, remote: Fake, post: Post) -> None:
        question = said(9)
        answer = said(2, "Dank voor uw melding, we halen het op", author=US, answers=question)
        remote.serve([question, answer])
        post.hear()
        if remote.knows_no_answers:
            return
        found = post.by_id()
        assert found[remote.name(question)].answered_at == answer.at
        assert (found[remote.name(question)].by_municipality, found[remote.name(answer)].by_municipality) == (False, True)
        assert not found[remote.name(answer)].annotation_due


def _fibonacci() -> Iterator[int]:
    """0, 1, 2, 3, 5, 8, ...: the first answers one by one, later ones further and further apart."""
    here, there = 1, 2
    yield 0
    while True:
        yield here
        here, there = there, here + there


def _names(post: Post, source: str = "bron") -> list[str]:
    post.session.expire_all()
    heard = select(Origin.external_id).join(Message, Message.id == Origin.message_id)
    return list(post.session.scalars(heard.where(Origin.source_id == source, Message.deleted_at.is_(None))))


def _says_no_secret(remote: Fake, outcome: Outcome) -> None:
    assert not [value for value in remote.secrets.values() if value in outcome.problem + outcome.mend]


def _everything_stored(post: Post) -> str:
    post.session.rollback()
    rows = (post.session.scalars(text(f'SELECT t::text FROM "{table.name}" t')) for table in Base.metadata.sorted_tables)
    return "\n".join(row for table in rows for row in table)
