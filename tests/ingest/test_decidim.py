"""Decidim: a GraphQL server of ours with as much of its schema as we ask of it, and its limits."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any

import pytest
from graphql import FieldNode, GraphQLError, Visitor, build_schema, graphql_sync, parse, visit

from models.words import RunOutcome
from tests.ingest.conformance import US, Conformance, Fake, Said
from tests.ingest.conftest import NOW, Answer, Asked, Post, Site

HOUR = timedelta(hours=1)
SCHEMA = build_schema("""
type Query {
  participatoryProcess(id: ID, slug: String): ParticipatoryProcess
  component(id: ID!): ComponentInterface
  commentable(id: String!, type: String!, locale: String!, toggleTranslations: Boolean!): CommentableInterface
}
type ParticipatoryProcess { id: ID!, slug: String!, components: [ComponentInterface] }
interface ComponentInterface { id: ID! }
type Meetings implements ComponentInterface { id: ID! }
type Proposals implements ComponentInterface { id: ID!, proposals(first: Int, after: String, order: ProposalSort): ProposalConnection }
input ProposalSort { id: String, publishedAt: String }
type ProposalConnection { nodes: [Proposal], pageInfo: PageInfo! }
type PageInfo { hasNextPage: Boolean!, endCursor: String }
interface Author { name: String!, nickname: String! }
type User implements Author { id: ID!, name: String!, nickname: String! }
type UserGroup implements Author { name: String!, nickname: String! }
type TranslatedField { translations: [LocalizedString!]! }
type LocalizedString { locale: String!, text: String }
interface CommentableInterface { id: ID!, comments(orderBy: String): [Comment!]!, hasComments: Boolean! }
type Proposal implements CommentableInterface {
  id: ID!, title: TranslatedField, body: TranslatedField, author: Author, official: Boolean, publishedAt: String, answeredAt: String
  comments(orderBy: String): [Comment!]!, hasComments: Boolean!
}
type Comment implements CommentableInterface {
  id: ID!, body: String!, createdAt: String, author: Author!, comments(orderBy: String): [Comment!]!, hasComments: Boolean!
}
""")


class Nesting(Visitor):
    """Decidim refuses a field within itself within itself."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.deepest = 0

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self.open.append(node.name.value)
        self.deepest = max(self.deepest, self.open.count("comments"))

    def leave_field(self, *_: Any) -> None:
        self.open.pop()


def person(nickname: str = "piet", number: str = "9") -> dict[str, Any]:
    return {"__typename": "User", "id": number, "name": "Piet Zilvervloot", "nickname": f"@{nickname}"}


def comment(number: int, minutes_ago: int, body: str = "Hier ook", below: Sequence[dict[str, Any]] = (), **more: Any) -> dict[str, Any]:
    at = (NOW - timedelta(minutes=minutes_ago)).isoformat()
    said = {"__typename": "Comment", "id": str(number), "body": body, "createdAt": at, "author": person()}
    return said | {"comments": list(below), "hasComments": bool(below)} | more


def proposal(number: int, minutes_ago: int, body: str = "<p>De bak is <b>vol</b></p>", **more: Any) -> dict[str, Any]:
    dutch = {"translations": [{"locale": "en", "text": "The bin is full"}, {"locale": "nl", "text": body}]}
    said = {"__typename": "Proposal", "id": str(number), "title": {"translations": [{"locale": "nl", "text": "Bakken"}]}, "body": dutch}
    at = (NOW - timedelta(minutes=minutes_ago)).isoformat()
    return said | {"publishedAt": at, "official": False, "author": person(), "comments": [], "hasComments": False} | more


class Server:
    """One process, `afval`, with its proposals in component 7."""

    def __init__(self, site: Site, page: int = 20) -> None:
        self.page = page
        self.proposals: list[dict[str, Any]] = []
        self.hidden: str | None = None
        """A list that the server fails to answer for in part."""
        site.say["/api"] = self.answer

    def answer(self, asked: Asked) -> Answer:
        assert asked.method == "POST" and asked.headers["content-type"] == "application/json"
        question = json.loads(asked.body)
        nesting = Nesting()
        visit(parse(question["query"]), nesting)
        assert nesting.deepest <= 2
        root = {"participatoryProcess": self.process, "component": self.component, "commentable": self.commentable}
        result = graphql_sync(SCHEMA, question["query"], root, variable_values=question["variables"])
        return Answer.json(result.formatted)

    def process(self, _: Any, slug: str | None = None) -> Any:
        components = [{"__typename": "Meetings", "id": "6"}, {"__typename": "Proposals", "id": "7"}]
        return {"id": "1", "slug": slug, "components": components} if slug == "afval" else None

    def component(self, _: Any, id: str) -> Any:
        def proposals(_: Any, first: int, after: str | None = None, order: Any = None) -> Any:
            assert order == {"id": "ASC"}
            rest = [p for p in sorted(self.proposals, key=lambda p: int(p["id"])) if after is None or int(p["id"]) > int(after)]
            shown = rest[: min(first, self.page)]
            if self.hidden in [p["id"] for p in shown]:
                raise GraphQLError("You are not authorized to see this")
            return {"nodes": shown, "pageInfo": {"hasNextPage": len(rest) > len(shown), "endCursor": shown[-1]["id"] if shown else None}}

        assert id == "7"
        return {"__typename": "Proposals", "id": "7", "proposals": proposals}

    def commentable(self, _: Any, id: str, type: str, **__: Any) -> Any:
        assert type == "Decidim::Comments::Comment"
        return next(c for p in self.proposals for c in _all(p["comments"]) if c["id"] == id)


def _all(comments: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for c in comments for one in (c, *_all(c["comments"]))]


@pytest.fixture
def api(site: Site) -> Server:
    return Server(site)


@pytest.fixture
def decidim(post: Post, site: Site, api: Server) -> Post:
    post.source("decidim", base=site.url, processes=["afval"], allow_private=True)
    return post


def test_a_proposal_and_what_is_below_it_become_messages_that_name_nobody(decidim: Post, api: Server, site: Site) -> None:
    api.proposals = [proposal(3, 60, comments=[comment(12, 30, "Eens met @kees")], answeredAt=(NOW - HOUR).isoformat())]
    decidim.hear()
    heard = decidim.by_id()
    assert heard["proposal-3"].text == "Bakken\n\nDe bak is vol"
    assert (heard["proposal-3"].url, heard["proposal-3"].answered_at) == (f"{site.url}/processes/afval/f/7/proposals/3", NOW - HOUR)
    assert (heard["comment-12"].text, heard["comment-12"].in_reply_to) == ("Eens met [account]", "proposal-3")
    assert heard["comment-12"].url == f"{site.url}/processes/afval/f/7/proposals/3?commentId=12"
    assert heard["comment-12"].conversation == heard["proposal-3"].conversation


def test_comments_are_followed_to_the_bottom(decidim: Post, api: Server) -> None:
    deep = comment(1, 90, below=[comment(2, 80, below=[comment(3, 70, below=[comment(4, 60)])])])
    api.proposals = [proposal(3, 100, comments=[deep, comment(5, 50)])]
    decidim.hear()
    heard = decidim.by_id()
    assert [heard[f"comment-{n}"].in_reply_to for n in range(1, 6)] == ["proposal-3", "comment-1", "comment-2", "comment-3", "proposal-3"]


def test_what_the_municipality_proposes_and_says_is_its_own(decidim: Post, api: Server) -> None:
    ours = comment(2, 10, "Dank!", author=person("gemeente"))
    api.proposals = [proposal(3, 60, author=None, official=True), proposal(4, 60, comments=[comment(1, 30, below=[ours])])]
    decidim.hear()
    heard = decidim.by_id()
    assert heard["proposal-3"].by_municipality and heard["comment-2"].by_municipality
    assert heard["comment-1"].answered_at == NOW - timedelta(minutes=10)


def test_a_group_is_somebody_too(decidim: Post, api: Server) -> None:
    api.proposals = [proposal(3, 60, author={"__typename": "UserGroup", "name": "Buurt", "nickname": "@buurt"})]
    decidim.hear()
    author = decidim.messages()[0].author
    assert author is not None and "buurt" not in author


def test_what_the_site_fails_to_show_is_not_taken_to_be_gone(decidim: Post, api: Server) -> None:
    api.proposals = [proposal(n, 60) for n in range(1, 5)]
    decidim.hear()
    api.hidden = "3"
    outcome = decidim.hear(now=NOW + HOUR)
    assert outcome.removed == 0 and "niet helemaal beantwoorden" in outcome.problem and all(decidim.texts())


def test_a_site_that_lost_its_proposals_deletes_nothing_here(decidim: Post, api: Server) -> None:
    api.proposals = [proposal(n, 60) for n in range(1, 30)]
    decidim.hear()
    api.proposals = api.proposals[:3]
    outcome = decidim.hear(now=NOW + HOUR)
    assert outcome.removed == 0 and "er is niets gewist" in outcome.problem and all(decidim.texts())


def test_a_process_that_is_not_there_is_named(post: Post, site: Site, api: Server) -> None:
    post.source("decidim", base=site.url, processes=["aval"], allow_private=True)
    outcome = post.hear()
    assert outcome.outcome is RunOutcome.FAILED and "geen openbaar proces aval" in outcome.problem and "processes" in outcome.mend


def test_a_process_that_is_closed_hides_nothing_and_deletes_nothing(decidim: Post, api: Server, site: Site) -> None:
    api.proposals = [proposal(3, 60)]
    decidim.hear()
    api.proposals.append(proposal(4, 50))
    decidim.source("decidim", base=site.url, processes=["gesloten", "afval"], allow_private=True)
    outcome = decidim.hear(now=NOW + HOUR)
    assert (outcome.outcome, outcome.added, outcome.removed) == (RunOutcome.PARTLY, 1, 0) and "gesloten" in outcome.problem


def test_a_site_that_asks_who_we_are_is_told_as_such(decidim: Post, site: Site) -> None:
    site.say["/api"] = Answer.json({"error": "x"}, 401)
    outcome = decidim.hear()
    assert "niet openbaar lezen (401)" in outcome.problem and "token" not in outcome.mend


def test_a_question_that_the_site_does_not_know_is_one_clear_failed_run(decidim: Post, site: Site) -> None:
    site.say["/api"] = Answer.json({"errors": [{"message": "Field 'components' doesn't exist on type 'ParticipatoryProcess'"}]})
    outcome = decidim.hear()
    assert outcome.outcome is RunOutcome.FAILED and "niet beantwoorden" in outcome.problem and "components" not in outcome.problem


class DecidimFake(Fake):
    kind = "decidim"
    needs_no_secret = "the API is public"
    later = HOUR

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.server = Server(site, self.page)

    def entry(self) -> dict[str, Any]:
        return {"base": self.site.url, "processes": ["afval"], "allow_private": True}

    def serve(self, everything: Sequence[Said]) -> None:
        answers = {one.answers.number: self._comment(one) for one in everything if one.answers}
        self.server.proposals = [self._proposal(one, answers.get(one.number)) for one in everything if not one.answers]

    def name(self, one: Said) -> str:
        return f"comment-{one.number + 100}" if one.answers else f"proposal-{one.number + 100}"

    def _author(self, one: Said) -> dict[str, Any]:
        return person("gemeente" if one.author is US else one.author.handle, f"u-{one.author.handle}") | {"name": one.author.name}

    def _proposal(self, one: Said, answer: dict[str, Any] | None) -> dict[str, Any]:
        said = proposal(one.number + 100, 0, f"<p>{escape(one.text)}</p>", author=self._author(one), publishedAt=_stamp(one))
        return said | ({"comments": [answer], "hasComments": True} if answer else {})

    def _comment(self, one: Said) -> dict[str, Any]:
        return comment(one.number + 100, 0, one.text, author=self._author(one), createdAt=_stamp(one))


def _stamp(one: Said) -> str | None:
    stamp: datetime = one.at
    return None if one.broken else stamp.isoformat()


class TestDecidim(Conformance):
    fake = DecidimFake
