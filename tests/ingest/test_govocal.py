"""Go Vocal, public API v2, in the documented shapes."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from models import Source
from models.words import RunOutcome
from tests.ingest.conformance import US, Conformance, Fake, Said
from tests.ingest.conftest import NOW, Answer, Asked, Post, Site

HOUR = timedelta(hours=1)
SECRETS = {"GOVOCAL_CLIENT": "onze-toepassing", "GOVOCAL_SECRET": "geheim-van-govocal"}
TOKEN = "geheim-voor-een-dag"


def entry(number: str, minutes_ago: int, **more: Any) -> dict[str, Any]:
    at = (NOW - timedelta(minutes=minutes_ago)).isoformat()
    shared = {"author_id": "u-piet", "project_id": "open", "publication_status": "published", "created_at": at, "updated_at": at}
    return {"id": number} | shared | more


def idea(number: str, minutes_ago: int, body: str = "<p>De bak is <b>vol</b></p>", **more: Any) -> dict[str, Any]:
    said = {"title": "Meer bakken", "body": body, "type": "idea", "href": f"https://denkmee.rivierstad.example/ideas/{number}"}
    return entry(number, minutes_ago) | said | {"author_name": "Piet Zilvervloot"} | more


def comment(number: str, minutes_ago: int, body: str = "<p>Hier ook</p>", **more: Any) -> dict[str, Any]:
    return entry(number, minutes_ago) | {"body": body, "idea_id": "i-1", "parent_id": None, "body_updated_at": None} | more


class Server:
    """Lists newest first, by number of page; what was deleted by day."""

    def __init__(self, site: Site, page: int = 100) -> None:
        self.site = site
        self.page = page
        self.projects = [{"id": "open", "visible_to": "public", "publication_status": "published"}]
        self.projects += [{"id": "besloten", "visible_to": "groups", "publication_status": "published"}]
        self.lists: dict[str, list[dict[str, Any]]] = {"ideas": [], "comments": []}
        self.deleted: dict[str, list[tuple[str, datetime]]] = {"ideas": [], "comments": []}
        site.say["/api/v2/authenticate"] = self.sign_in
        site.say["/api/v2/*"] = self.answer

    def sign_in(self, asked: Asked) -> Answer:
        auth = json.loads(asked.body)["auth"]
        good = auth == {"client_id": SECRETS["GOVOCAL_CLIENT"], "client_secret": SECRETS["GOVOCAL_SECRET"]}
        return Answer.json({"jwt": TOKEN}, 201) if good else Answer(status=404)

    def answer(self, asked: Asked) -> Answer:
        assert asked.headers["authorization"] == f"Bearer {TOKEN}"
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        sort, _, more = asked.path.removeprefix("/api/v2/").partition("/")
        if sort == "projects":
            return self.list("projects", self.projects, query)
        if more == "deleted":
            first, last = query["deleted_at"].split(",")
            gone = [(number, at) for number, at in self.deleted[sort] if first <= f"{at:%Y-%m-%d}" <= last]
            told = [{"id": number, "type": sort.removesuffix("s").title(), "deleted_at": at.isoformat()} for number, at in gone]
            return self.list("deleted_items", told, query)
        if more:
            found = next((one for one in self.lists[sort] if one["id"] == more), None)
            return Answer.json({sort.removesuffix("s"): found}) if found else Answer(status=404)
        since = query["updated_at"].split(",")[0]
        changed = [one for one in self.lists[sort] if datetime.fromisoformat(one["updated_at"]) >= datetime.fromisoformat(since)]
        return self.list(sort, sorted(changed, key=lambda one: str(one["created_at"]), reverse=True), query)

    def list(self, name: str, everything: Sequence[dict[str, Any]], query: dict[str, str]) -> Answer:
        size, number = min(int(query["page_size"]), self.page), int(query["page_number"])
        shown = everything[(number - 1) * size : number * size]
        return Answer.json({name: shown, "meta": {"current_page": number, "total_pages": -(-len(everything) // size)}})


def source(site: Site) -> dict[str, Any]:
    return {
        "base": site.url,
        "client": {"env": "GOVOCAL_CLIENT"},
        "secret": {"env": "GOVOCAL_SECRET"},
        "own_authors": ["u-gemeente"],
        "allow_private": True,
    }


@pytest.fixture
def api(site: Site) -> Server:
    return Server(site)


@pytest.fixture
def govocal(post: Post, site: Site, api: Server, monkeypatch: pytest.MonkeyPatch) -> Post:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    post.source("govocal", **source(site))
    return post


def test_ideas_and_comments_become_messages_that_name_nobody(govocal: Post, api: Server) -> None:
    api.lists["ideas"] = [idea("i-1", 60, published_at=(NOW - HOUR).isoformat())]
    mention = '<p><span class="cl-mention-user" data-user-id="3">@Saskia Nachtwacht</span> eens!</p>'
    api.lists["comments"] = [comment("c-1", 30, mention), comment("c-2", 10, parent_id="c-1", author_id="u-gemeente")]
    govocal.hear()
    heard = govocal.by_id()
    assert (heard["i-1"].text, heard["i-1"].conversation) == ("Meer bakken\n\nDe bak is vol", "i-1")
    assert heard["i-1"].url == "https://denkmee.rivierstad.example/ideas/i-1"
    assert (heard["c-1"].text, heard["c-1"].in_reply_to, heard["c-1"].conversation) == ("[account] eens!", "i-1", "i-1")
    assert (heard["c-2"].in_reply_to, heard["c-2"].by_municipality) == ("c-1", True)
    assert heard["c-1"].answered_at == NOW - timedelta(minutes=10)


def test_what_not_everybody_can_see_is_left_out(govocal: Post, api: Server) -> None:
    api.lists["ideas"] = [
        idea("i-1", 60, project_id="besloten"),
        idea("i-2", 60, type="survey"),
        idea("i-3", 60, publication_status="draft"),
        idea("i-4", 60, project_id=None),
        idea("i-5", 60),
    ]
    outcome = govocal.hear()
    assert (outcome.added, outcome.rejected, list(govocal.by_id())) == (1, 0, ["i-5"])


def test_what_is_withdrawn_from_sight_is_removed(govocal: Post, api: Server) -> None:
    api.lists["ideas"] = [idea("i-1", 60)]
    api.lists["comments"] = [comment("c-1", 60), comment("c-2", 60)]
    govocal.hear()
    later = (NOW + HOUR).isoformat()
    api.lists["comments"][0] |= {"publication_status": "deleted", "body": "", "updated_at": later}
    api.lists["ideas"][0] |= {"project_id": "besloten", "updated_at": later}
    assert govocal.hear(now=NOW + 2 * HOUR).removed == 2
    assert list(filter(None, govocal.texts())) == ["Hier ook"]


def test_the_token_is_kept_nowhere(govocal: Post, api: Server) -> None:
    api.lists["ideas"] = [idea("i-1", 60)]
    govocal.hear()
    assert TOKEN not in str(govocal.session.get_one(Source, "bron").cursor)


@pytest.mark.parametrize(
    ("path", "answer", "says", "mend"),
    [
        ("/api/v2/authenticate", Answer(status=404), "kent onze sleutel niet", "GOVOCAL_SECRET"),
        ("/api/v2/ideas", Answer(status=401), "kent ons token niet (401)", "GOVOCAL_CLIENT"),
        ("/api/v2/ideas", Answer(b"<html>", 500), "geeft een fout (500)", "vanzelf"),
    ],
)
def test_each_refusal_is_one_clear_failed_run(govocal: Post, site: Site, path: str, answer: Answer, says: str, mend: str) -> None:
    site.say[path] = answer
    outcome = govocal.hear()
    assert outcome.outcome is RunOutcome.FAILED and says in outcome.problem and mend in outcome.mend


class GoVocalFake(Fake):
    kind = "govocal"
    secrets = SECRETS

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.server = Server(site, self.page)
        self.known: set[tuple[str, str]] = set()

    def entry(self) -> dict[str, Any]:
        return source(self.site)

    def serve(self, everything: Sequence[Said]) -> None:
        self.server.lists["ideas"] = [self._idea(one) for one in everything if not one.answers]
        self.server.lists["comments"] = [self._comment(one) for one in everything if one.answers]
        now = {(sort, one["id"]) for sort, entries in self.server.lists.items() for one in entries}
        self.server.deleted = {
            sort: [(number, NOW + HOUR) for of, number in self.known | now if of == sort and (sort, number) not in now]
            for sort in ("ideas", "comments")
        }
        self.known |= now

    def name(self, one: Said) -> str:
        return f"{'c' if one.answers else 'i'}-{one.number}"

    def _moments(self, one: Said) -> dict[str, Any]:
        changed = (one.edited_at or one.at).isoformat()
        return {"created_at": None if one.broken else one.at.isoformat(), "updated_at": changed, "author_id": f"u-{one.author.handle}"}

    def _idea(self, one: Said) -> dict[str, Any]:
        return idea(self.name(one), 0, f"<p>{one.text}</p>", author_name=one.author.name) | self._moments(one)

    def _comment(self, one: Said) -> dict[str, Any]:
        assert one.author is US and one.answers
        return comment(self.name(one), 0, f"<p>{one.text}</p>", idea_id=self.name(one.answers)) | self._moments(one)


class TestGoVocal(Conformance):
    fake = GoVocalFake
