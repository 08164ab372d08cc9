"""Consul Democracy: a GraphQL server of ours with as much of its schema as we ask of it."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from graphql import build_schema, graphql_sync

from models.words import RunOutcome
from tests.ingest.conformance import US, Conformance, Fake, Said
from tests.ingest.conftest import NOW, Answer, Asked, Post, Site

HOUR = timedelta(hours=1)
SCHEMA = build_schema("""
type Query {
  proposals(first: Int, after: String): ProposalConnection!
  debates(first: Int, after: String): DebateConnection!
  comments(first: Int, after: String): CommentConnection!
  proposal(id: ID!): Proposal!
  debate(id: ID!): Debate!
  comment(id: ID!): Comment!
}
type PageInfo { hasNextPage: Boolean!, endCursor: String }
type ProposalConnection { edges: [ProposalEdge], pageInfo: PageInfo! }
type DebateConnection { edges: [DebateEdge], pageInfo: PageInfo! }
type CommentConnection { edges: [CommentEdge], pageInfo: PageInfo! }
type ProposalEdge { node: Proposal }
type DebateEdge { node: Debate }
type CommentEdge { node: Comment }
type User { id: ID!, username: String }
type Proposal { id: ID!, title: String, summary: String, description: String, public_author: User, public_created_at: String }
type Debate { id: ID!, title: String, description: String, public_author: User, public_created_at: String }
type Comment {
  id: ID!, body: String, ancestry: String, commentable_id: Int, commentable_type: String, public_author: User, public_created_at: String
}
""")


def hour(at: datetime) -> str:
    """As Consul tells moments: of the hour, not of the minute."""
    return at.replace(minute=0, second=0).strftime("%Y-%m-%d %H:%M:%S UTC")


def written(number: int, hours_ago: int, author: str | None = "piet") -> dict[str, Any]:
    by = {"id": f"n-{author}", "username": author} if author else None
    return {"id": str(number), "public_author": by, "public_created_at": hour(NOW - hours_ago * HOUR)}


def comment(number: int, hours_ago: int, body: str = "Hier ook", below: str = "Proposal", ancestry: str | None = None) -> dict[str, Any]:
    said = {"body": body, "commentable_type": below, "commentable_id": 3, "ancestry": ancestry}
    return written(number, hours_ago) | said


class Server:
    """Lists in the order in which the database happens to give them."""

    def __init__(self, site: Site, page: int = 25) -> None:
        self.site = site
        self.page = page
        self.lists: dict[str, list[dict[str, Any]]] = {"proposals": [], "debates": [], "comments": []}
        site.say["/graphql"] = self.answer

    def answer(self, asked: Asked) -> Answer:
        question: dict[str, Any] = json.loads(asked.body) if asked.method == "POST" else {"query": parse_qs(asked.query)["query"][0]}
        root: dict[str, Any] = {name: self.connection(name) for name in self.lists}
        missing: list[str] = []

        def one(name: str) -> Any:
            def resolve(_: Any, id: str) -> Any:
                found = next((entry for entry in self.lists[name] if entry["id"] == id), None)
                if found is None:
                    missing.append(id)
                return found

            return resolve

        root |= {name.removesuffix("s"): one(name) for name in self.lists}
        result = graphql_sync(SCHEMA, question["query"], root, variable_values=question.get("variables"))
        return Answer(b"<h1>Not found</h1>", 404) if missing else Answer.json(result.formatted)

    def connection(self, name: str) -> Any:
        def resolve(_: Any, first: int, after: str | None = None) -> Any:
            start = int(after or 0)
            end = start + min(first, self.page)
            shown = self.lists[name][start:end]
            end = start + len(shown)
            page = {"hasNextPage": end < len(self.lists[name]), "endCursor": str(end) if shown else None}
            return {"edges": [{"node": entry} for entry in shown], "pageInfo": page}

        return resolve


@pytest.fixture
def api(site: Site) -> Server:
    return Server(site)


@pytest.fixture
def consul(post: Post, site: Site, api: Server) -> Post:
    post.source("consul", base=site.url, allow_private=True)
    return post


def test_proposals_debates_and_comments_become_messages_that_name_nobody(consul: Post, api: Server, site: Site) -> None:
    api.lists["proposals"] = [written(3, 9) | {"title": "Meer bakken", "summary": "Kort", "description": "<p>De bak is <b>vol</b></p>"}]
    api.lists["debates"] = [written(3, 8) | {"title": "Afval?", "description": "<p>Wat vindt u?</p>"}]
    api.lists["comments"] = [comment(1, 7, "3 < 4, @kees"), comment(2, 6, ancestry="1"), comment(4, 5, below="Debate")]
    consul.hear()
    heard = consul.by_id()
    assert heard["proposal-3"].text == "Meer bakken\n\nKort\n\nDe bak is vol"
    assert (heard["debate-3"].text, heard["debate-3"].url) == ("Afval?\n\nWat vindt u?", f"{site.url}/debates/3")
    assert (heard["comment-1"].text, heard["comment-1"].in_reply_to) == ("3 < 4, [account]", "proposal-3")
    assert (heard["comment-2"].in_reply_to, heard["comment-2"].conversation) == ("comment-1", "proposal-3")
    assert heard["comment-4"].in_reply_to == "debate-3"
    assert heard["comment-1"].published_at == datetime.fromisoformat("2026-11-19T00:00:00+00:00")


def test_who_shows_nobody_what_he_does_has_no_name(consul: Post, api: Server) -> None:
    api.lists["debates"] = [written(3, 8, author=None) | {"title": "Afval?"}]
    consul.hear()
    assert consul.messages()[0].author is None


def test_between_whole_readings_only_the_end_of_each_list_is_asked_for(consul: Post, api: Server, site: Site) -> None:
    api.page = 5
    api.lists["comments"] = [comment(n, 9) for n in range(1, 60)]
    consul.hear()
    before = len(site.asked)
    api.lists["comments"].append(comment(99, 0))
    assert consul.hear(now=NOW + HOUR).added == 1
    assert len(site.asked) - before == 3


def test_what_the_order_of_the_list_hid_is_heard_at_the_next_whole_reading(consul: Post, api: Server) -> None:
    api.page = 5
    api.lists["comments"] = [comment(n, 9) for n in range(1, 30)]
    consul.hear()
    api.lists["comments"].insert(0, comment(99, 0))
    assert consul.hear(now=NOW + HOUR).added == 0
    assert consul.hear(now=NOW + 7 * HOUR).added == 1


def test_what_a_whole_reading_missed_is_removed_only_when_the_site_says_that_it_is_gone(consul: Post, api: Server, site: Site) -> None:
    api.lists["comments"] = [comment(n, 9) for n in range(1, 5)]
    consul.hear()
    hidden = api.lists["comments"].pop(1)

    def without(name: str) -> Any:
        return lambda _, first, after=None: {
            "edges": [{"node": entry} for entry in api.lists[name] if entry is not hidden],
            "pageInfo": {"hasNextPage": False, "endCursor": None},
        }

    api.connection = without  # type: ignore[method-assign]
    api.lists["comments"].append(hidden)
    assert consul.hear(now=NOW + 7 * HOUR).removed == 0
    api.lists["comments"].remove(hidden)
    assert consul.hear(now=NOW + 14 * HOUR).removed == 1


def test_a_site_that_was_emptied_deletes_nothing_here(consul: Post, api: Server) -> None:
    api.lists["comments"] = [comment(n, 9) for n in range(1, 30)]
    consul.hear()
    api.lists["comments"] = []
    outcome = consul.hear(now=NOW + 7 * HOUR)
    assert outcome.removed == 0 and "er is niets gewist" in outcome.problem and all(consul.texts())


def test_a_question_that_the_site_does_not_know_is_one_clear_failed_run(consul: Post, site: Site) -> None:
    site.say["/graphql"] = Answer.json({"errors": [{"message": "Field 'public_created_at' doesn't exist on type 'Proposal'"}]})
    outcome = consul.hear()
    assert outcome.outcome is RunOutcome.FAILED and "niet beantwoorden" in outcome.problem


class ConsulFake(Fake):
    kind = "consul"
    needs_no_secret = "the API is public"
    later = 7 * HOUR

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.server = Server(site, self.page)

    def entry(self) -> dict[str, Any]:
        return {"base": self.site.url, "allow_private": True}

    def serve(self, everything: Sequence[Said]) -> None:
        self.server.lists["comments"] = [self._comment(one) for one in sorted(everything, key=lambda one: one.at)]

    def name(self, one: Said) -> str:
        return f"comment-{one.number + 100}"

    def _comment(self, one: Said) -> dict[str, Any]:
        author = "gemeente" if one.author is US else one.author.handle
        said = comment(one.number + 100, 0, one.text, ancestry=str(one.answers.number + 100) if one.answers else None)
        moment = None if one.broken else one.at.strftime("%Y-%m-%d %H:%M:%S UTC")
        return said | {"public_author": {"id": f"n-{author}", "username": author}, "public_created_at": moment}


class TestConsul(Conformance):
    """Consul tells the hour alone; this server tells more, so that the promises about moments can be kept to."""

    fake = ConsulFake
