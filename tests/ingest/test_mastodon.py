"""Mastodon, in the documented shapes: pages by Link header, edits, deletions, refusals."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from ingest.kinds.mastodon import id_at
from ingest.listen import due_sources
from models import Source
from models.words import RunOutcome
from tests.ingest.conftest import NOW, Answer, Asked, Post, Site

HOUR = timedelta(hours=1)


def status(minutes_ago: int, content: str = "<p>de bak is vol</p>", **more: Any) -> dict[str, Any]:
    at = NOW - timedelta(minutes=minutes_ago)
    return {
        "id": str(id_at(at) + 7),
        "created_at": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "edited_at": None,
        "in_reply_to_id": None,
        "visibility": "public",
        "content": content,
        "spoiler_text": "",
        "url": "https://m.example/@piet/1",
        "account": {"id": "9", "acct": "piet", "username": "piet"},
        "reblog": None,
        "reblogs_count": 0,
        "media_attachments": [],
    } | more


class Server:
    """Speaks as much of the API as we ask of it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.statuses: list[dict[str, Any]] = []
        self.mentions: list[dict[str, Any]] = []
        self.batches = True
        site.say["/api/v1/timelines/tag/rivierstad"] = lambda asked: self.page(asked, self.statuses)
        site.say["/api/v1/accounts/42/statuses"] = lambda asked: self.page(asked, self.statuses)
        site.say["/api/v1/accounts/lookup"] = Answer.json({"id": "42", "acct": "gemeente"})
        site.say["/api/v1/notifications"] = lambda asked: self.page(asked, self.mentions)
        site.say["/api/v1/statuses"] = self.by_id

    def page(self, asked: Asked, everything: list[dict[str, Any]]) -> Answer:
        query = parse_qs(asked.query)
        after, limit = int(query["min_id"][0]), int(query["limit"][0])
        newer = sorted((s for s in everything if int(s["id"]) > after), key=lambda s: int(s["id"]))[:limit][::-1]
        newest = newer[0]["id"] if newer else after
        return Answer.json(newer, Link=f'<{self.site.url}{asked.path}?limit={limit}&min_id={newest}>; rel="prev"')

    def by_id(self, asked: Asked) -> Answer:
        if not self.batches:
            return Answer(b"<html>", 404)
        wanted = parse_qs(asked.query).get("id[]", [])
        assert len(wanted) <= 20
        return Answer.json([s for s in self.statuses if s["id"] in wanted])

    def one_by_one(self) -> None:
        self.batches = False
        self.site.say["/api/v1/instance"] = Answer.json({})

        for s in self.statuses:
            self.site.say[f"/api/v1/statuses/{s['id']}"] = Answer.json(s)


@pytest.fixture
def api(site: Site) -> Server:
    return Server(site)


@pytest.fixture
def mastodon(post: Post, site: Site) -> Post:
    post.source("mastodon", base=site.url, hashtags=["rivierstad"], allow_private=True)
    return post


def test_a_hashtag_is_read_to_its_end_page_by_page_and_then_only_what_is_new(mastodon: Post, api: Server) -> None:
    api.statuses = [status(n) for n in range(100)]
    assert mastodon.hear().added == 100
    api.statuses += [status(-5)]
    again = mastodon.hear(now=NOW + timedelta(minutes=10))
    assert (again.added, again.changed, again.removed) == (1, 0, 0)


def test_a_post_becomes_a_message_that_names_nobody(mastodon: Post, api: Server) -> None:
    content = (
        '<p>Hoi <span class="h-card"><a href="https://m.example/@kees">@<span>kees</span></a></span>, de bak is vol '
        "&amp; vies 😀<br>bel 06-12345678</p>"
        '<p><a href="#">#<span>rivierstad</span></a> <a href="https://a.example/b"><span class="invisible">https://</span><span>a.example/b</span></a></p>'
    )
    api.statuses = [status(5, content, spoiler_text="afval", visibility="unlisted", reblogs_count=3, in_reply_to_id="12")]
    mastodon.hear()
    message = mastodon.messages()[0]
    assert message.text == "afval\n\nHoi [account], de bak is vol & vies 😀\nbel [telefoon]\n\n#rivierstad https://a.example/b"
    assert message.author is not None and re.fullmatch("[0-9a-f]{32}", message.author)
    assert message.url is not None and message.url.endswith(f"/statuses/{api.statuses[0]['id']}") and "piet" not in message.url
    assert (message.reach, message.private, message.in_reply_to, message.medium) == (4, False, "12", "Mastodon")
    assert message.published_at == NOW - timedelta(minutes=5)


def test_boosts_and_wordless_pictures_are_no_messages_but_a_described_picture_is(mastodon: Post, api: Server) -> None:
    picture = {"description": "een volle container"}
    api.statuses = [status(3, reblog=status(9)), status(2, ""), status(1, "", media_attachments=[picture])]
    outcome = mastodon.hear()
    assert (outcome.outcome, mastodon.texts()) == (RunOutcome.DONE, ["een volle container"])


def test_an_edited_post_is_updated_and_annotated_again(mastodon: Post, api: Server) -> None:
    api.statuses = [status(30)]
    mastodon.hear()
    for message in mastodon.messages():
        message.annotation_due = False
    mastodon.session.commit()
    api.statuses[0] |= {"content": "<p>de bak is weer leeg</p>", "edited_at": (NOW + HOUR).isoformat()}
    assert mastodon.hear(now=NOW + HOUR).changed == 1
    message = mastodon.messages()[0]
    assert (message.text, message.edited_at, message.annotation_due) == ("de bak is weer leeg", NOW + HOUR, True)


@pytest.mark.parametrize("batches", [True, False])
def test_a_deleted_post_leaves_an_empty_tombstone(mastodon: Post, api: Server, batches: bool) -> None:
    api.statuses = [status(n * 60 * 12) for n in range(1, 8)]
    mastodon.hear()
    gone = api.statuses.pop(3)
    if not batches:
        api.one_by_one()
        api.site.say[f"/api/v1/statuses/{gone['id']}"] = Answer.json({"error": "Record not found"}, 404)
    outcome = mastodon.hear(now=NOW + 2 * HOUR)
    assert (outcome.removed, outcome.problem) == (1, "")
    tombstone = mastodon.by_id()[gone["id"]]
    assert (tombstone.text, tombstone.author, tombstone.url, tombstone.deleted_at) == ("", None, None, NOW + 2 * HOUR)
    api.statuses.append(gone)
    again = mastodon.hear(now=NOW + 4 * HOUR)
    assert (again.added, again.changed) == (0, 0)
    assert mastodon.by_id()[gone["id"]].text == ""


def test_a_server_that_cannot_be_asked_by_id_deletes_nothing(mastodon: Post, api: Server) -> None:
    api.statuses = [status(n * 60) for n in range(1, 30)]
    api.batches = False
    mastodon.hear()
    outcome = mastodon.hear(now=NOW + 2 * HOUR)
    assert (outcome.removed, outcome.problem) == (0, "")


def test_a_server_that_lost_everything_deletes_nothing_here(mastodon: Post, api: Server) -> None:
    api.statuses = [status(n * 60) for n in range(1, 30)]
    mastodon.hear()
    api.statuses = []
    outcome = mastodon.hear(now=NOW + 2 * HOUR)
    assert outcome.removed == 0 and "er is niets gewist" in outcome.problem
    assert all(mastodon.texts())


def test_a_post_that_arrives_late_under_an_older_number_is_still_heard(mastodon: Post, api: Server) -> None:
    api.statuses = [status(0)]
    mastodon.hear()
    api.statuses.append(status(120, "<p>van een andere server</p>"))
    assert mastodon.hear(now=NOW + timedelta(minutes=10)).added == 1


def test_our_own_account_is_known_and_its_reply_is_the_answer(post: Post, site: Site, api: Server) -> None:
    post.source("mastodon", base=site.url, accounts=["gemeente"], allow_private=True)
    question = status(60)
    reply = status(10, "<p>Dank, we halen het op</p>", in_reply_to_id=question["id"], account={"id": "42", "acct": "gemeente"})
    api.statuses = [question, reply]
    post.hear()
    heard = post.by_id()
    assert heard[reply["id"]].by_municipality and not heard[reply["id"]].annotation_due
    assert heard[question["id"]].answered_at == NOW - timedelta(minutes=10)
    assert not heard[question["id"]].by_municipality


def test_mentions_are_read_with_the_token_and_direct_ones_are_private(
    post: Post, site: Site, api: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASTODON_TOKEN", "geheim-token")
    post.source("mastodon", base=site.url, mentions=True, token={"env": "MASTODON_TOKEN"}, allow_private=True)
    api.mentions = [{"id": "5", "type": "mention", "status": status(5, visibility="direct")}]
    assert post.hear().added == 1
    assert post.messages()[0].private
    assert site.asked[-1].headers["authorization"] == "Bearer geheim-token"


def test_a_missing_token_is_named_by_its_place(post: Post, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MASTODON_TOKEN", raising=False)
    post.source("mastodon", base=site.url, mentions=True, token={"env": "MASTODON_TOKEN"}, allow_private=True)
    assert "MASTODON_TOKEN" in post.hear().problem
    assert site.asked == []


def test_a_broken_post_stands_aside_and_can_be_tried_again(mastodon: Post, api: Server, site: Site) -> None:
    from ingest.rejected import retry

    broken = status(5) | {"created_at": None}
    api.statuses = [broken, status(3)]
    outcome = mastodon.hear()
    assert (outcome.outcome, outcome.added, outcome.rejected) == (RunOutcome.PARTLY, 1, 1)
    assert mastodon.aside()[0].location == f"bericht {broken['id']}"
    site.say[f"/api/v1/statuses/{broken['id']}"] = Answer.json(status(5))
    assert (retry("bron", NOW + HOUR).added, mastodon.aside()) == (1, [])


@pytest.mark.parametrize(
    ("answer", "says", "mend"),
    [
        (Answer.json({"error": "The access token is invalid"}, 401), r"kent ons token niet \(401\)", "nieuw token"),
        (Answer.json({"error": "This action is outside the authorized scopes"}, 403), r"staat dit niet toe \(403\)", "read:statuses"),
        (Answer.json({"error": "Record not found"}, 404), r"\(404\)", "sources.yaml"),
        (Answer.json({"error": "This method requires an authenticated user"}, 422), r"wie is aangemeld \(422\)", "token"),
        (Answer.json({"error": "x"}, 500), r"geeft een fout \(500\)", "vanzelf"),
        (Answer(b"<html>", 503), r"geeft een fout \(503\)", "vanzelf"),
        (Answer(b'[{"id": "1", "conte'), "niet te lezen", "vanzelf"),
        (Answer(b"[" + b" " * 900 + b"]", cut=300), "brak halverwege af", "vanzelf"),
        (Answer(b"x" * 5_100_000), "groter dan 5 MB", ""),
    ],
)
def test_each_refusal_is_one_clear_failed_run(mastodon: Post, api: Server, site: Site, answer: Answer, says: str, mend: str) -> None:
    site.say["/api/v1/timelines/tag/rivierstad"] = answer
    outcome = mastodon.hear()
    assert outcome.outcome is RunOutcome.FAILED
    assert outcome.problem.startswith("De bron: ") and re.search(says, outcome.problem)
    assert mend in outcome.mend


def test_too_many_requests_makes_the_source_wait_until_the_moment_the_server_names(mastodon: Post, api: Server, site: Site) -> None:
    reset = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=42)
    site.say["/api/v1/timelines/tag/rivierstad"] = Answer.json({"error": "Too many"}, 429, X_RateLimit_Reset=reset.isoformat())
    assert "(429)" in mastodon.hear(now=datetime.now(UTC)).problem
    until = mastodon.session.get_one(Source, "bron").next_read_at
    assert until is not None and abs(until - reset) < timedelta(seconds=3)
    assert due_sources(until - timedelta(seconds=1)) == [] and due_sources(until) == ["bron"]


def test_a_server_that_dies_between_pages_loses_and_doubles_nothing(mastodon: Post, api: Server, site: Site) -> None:
    api.statuses = [status(n) for n in range(100)]
    whole = site.say["/api/v1/timelines/tag/rivierstad"]
    site.say["/api/v1/timelines/tag/rivierstad"] = lambda asked: (
        Answer(status=500) if len([a for a in site.asked if "tag" in a.path]) > 1 else api.page(asked, api.statuses)
    )
    outcome = mastodon.hear()
    assert (outcome.outcome, outcome.added) == (RunOutcome.PARTLY, 40) and "(500)" in outcome.problem
    site.say["/api/v1/timelines/tag/rivierstad"] = whole
    assert mastodon.hear().added == 60
    assert len(mastodon.texts()) == 100


def test_replies_under_our_own_posts_are_read_where_their_number_changed(post: Post, site: Site, api: Server) -> None:
    post.source("mastodon", base=site.url, accounts=["gemeente"], allow_private=True)
    ours = status(60, "<p>Morgen halen we op</p>", account={"id": "42", "acct": "gemeente"})
    api.statuses = [ours]
    assert post.hear().added == 1
    reply = status(5, "<p>Ook in Noord?</p>", in_reply_to_id=ours["id"], visibility="unlisted")
    site.say[f"/api/v1/statuses/{ours['id']}/context"] = Answer.json({"ancestors": [], "descendants": [reply]})
    ours["replies_count"] = 1
    assert post.hear(now=NOW + timedelta(minutes=10)).added == 1
    assert post.by_id()[reply["id"]].in_reply_to == ours["id"]
    assert post.hear(now=NOW + timedelta(minutes=20)).added == 0
    assert len([asked for asked in site.asked if asked.path.endswith("/context")]) == 1


def test_of_many_own_posts_the_newest_are_followed_and_the_cursor_stays_small(post: Post, site: Site, api: Server) -> None:
    post.source("mastodon", base=site.url, accounts=["gemeente"], allow_private=True)
    api.statuses = [status(n, account={"id": "42", "acct": "gemeente"}) for n in range(100)]
    post.hear()
    assert sorted(post.session.get_one(Source, "bron").cursor["ours"]) == sorted(s["id"] for s in api.statuses[:40])


def test_it_stops_asking_before_the_server_has_to_refuse(mastodon: Post, api: Server, site: Site) -> None:
    api.statuses = [status(n) for n in range(100)]
    reset = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=4)
    left = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "5", "X-RateLimit-Reset": reset.isoformat()}
    site.bend = lambda _, answer: replace(answer, headers=answer.headers | left)
    outcome = mastodon.hear(now=datetime.now(UTC))
    assert (outcome.added, outcome.outcome) == (40, RunOutcome.PARTLY) and "genoeg" in outcome.problem
    assert len([asked for asked in site.asked if "tag" in asked.path]) == 1
    until = mastodon.session.get_one(Source, "bron").next_read_at
    assert until is not None and abs(until - reset) < timedelta(seconds=3)
    site.bend = lambda _, answer: answer
    assert mastodon.hear(now=until).added == 60
