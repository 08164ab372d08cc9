"""Decidim: proposals in public participatory processes, and what is said below them.

The API has no filter on what changed and gives comments only with what they are below. A process is small enough to be read whole each
time, in the order of its numbers: so edits are seen, and what was withdrawn from sight is removed. Decidim refuses questions that go
more than two levels of comments deep: what is below those is asked for by comment.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from ingest.entry import Entry, Reading, Url
from ingest.errors import SourceError
from ingest.lists.listing import Listed, Unreadable, at, entries_at, name_at, sort_out, words_at
from ingest.lists.sweep import sweep
from ingest.outside.api import Api
from ingest.outside.graphql import ask, closed
from ingest.page import Item, Page, Rejected
from ingest.written.markup import text_of
from ingest.written.moments import moment

MAX_PAGES = 500
_AUTHOR = "author { nickname ... on User { id } }"
_COMMENT = f"id body createdAt hasComments {_AUTHOR}"
_COMMENTS = f"comments {{ {_COMMENT} comments {{ {_COMMENT} }} }}"
_TEXT = "{ translations { locale text } }"
_PROPOSAL = f"id publishedAt official answeredAt title {_TEXT} body {_TEXT} {_AUTHOR} {_COMMENTS}"
PROCESS = "query ($slug: String) { participatoryProcess(slug: $slug) { id components { id __typename } } }"
PROPOSALS = f"""query ($id: ID!, $after: String) {{ component(id: $id) {{ ... on Proposals {{
  proposals(first: 20, after: $after, order: {{ id: "ASC" }}) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {_PROPOSAL} }} }} }} }} }}"""
BELOW = f"""query ($id: String!, $locale: String!) {{
  commentable(id: $id, type: "Decidim::Comments::Comment", locale: $locale, toggleTranslations: false) {{ {_COMMENTS} }} }}"""


class Decidim(Entry):
    """`kind: decidim`. `processes` are named as in their address: `/processes/<naam>`."""

    kind: Literal["decidim"]
    base: Url
    medium: str = "participatieplatform"
    processes: Annotated[list[Annotated[str, Field(pattern=r"^[\w-]{1,100}$")]], Field(min_length=1)]
    locale: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] = "nl"
    allow_private: bool = False
    every_minutes: Annotated[int, Field(ge=1, le=10_080)] = 60

    def read(self, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """All proposals and comments there are."""
        with self._api(reading) as api:
            yield from sweep(self.name, cursor, reading, self._everything(api, reading))

    def again(self, rejected: Sequence[Rejected], cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """Everything, as it is read each time: a comment cannot be asked for by itself."""
        with self._api(reading) as api:
            broken: set[str] = set()
            for listed in self._everything(api, reading):
                broken |= {row.location for row in listed.rejected}
                yield Page(cursor, listed.items, listed.rejected)
            yield Page(cursor, settled=[row.location for row in rejected if row.location not in broken])

    def _api(self, reading: Reading) -> Api:
        return Api(self.name, str(self.base), reading, allow_private=self.allow_private, explain=partial(closed, self.name))

    def _everything(self, api: Api, reading: Reading) -> Iterator[Listed]:
        for slug in self.processes:
            data, problem = ask(api, "/api", PROCESS, {"slug": slug})
            found = at(data, "participatoryProcess")
            if found is None:
                problem = SourceError(
                    f"{self.name}: de site kent geen openbaar proces {slug}.",
                    "Controleer processes in sources.yaml: de naam staat in het adres.",
                )
            yield Listed(problem=problem)
            for component in entries_at(found, "components"):
                if name_at(component, "__typename") == "Proposals":
                    yield from self._component(api, reading, slug, name_at(component, "id"))

    def _component(self, api: Api, reading: Reading, slug: str, component: str) -> Iterator[Listed]:
        after: str | None = None
        for _ in range(MAX_PAGES):
            data, problem = ask(api, "/api", PROPOSALS, {"id": component, "after": after})
            proposals = at(data, "component", "proposals")
            listed = Listed(problem=problem)
            for proposal in entries_at(proposals, "nodes"):
                address = f"{str(self.base).rstrip('/')}/processes/{slug}/f/{component}/proposals/{name_at(proposal, 'id')}"
                number = f"proposal-{name_at(proposal, 'id')}"
                listed += sort_out([proposal], lambda _, number=number: number, partial(self._proposal, reading, address))  # type: ignore[misc]
                listed += self._comments(api, reading, address, number, number, entries_at(proposal, "comments"))
            yield listed
            after = name_at(proposals, "pageInfo", "endCursor") or None
            if after is None or not at(proposals, "pageInfo", "hasNextPage"):
                return

    def _comments(self, api: Api, reading: Reading, address: str, proposal: str, above: str, comments: Sequence[Any]) -> Listed:
        """Comments with all that is below them."""
        listed = sort_out(comments, _comment_id, partial(self._comment, reading, address, proposal, above))
        for comment in comments:
            below = at(comment, "comments")
            if below is None and at(comment, "hasComments"):
                data, problem = ask(api, "/api", BELOW, {"id": name_at(comment, "id"), "locale": self.locale})
                below = at(data, "commentable", "comments")
                listed += Listed(problem=problem)
            if isinstance(below, list) and below:
                listed += self._comments(api, reading, address, proposal, _comment_id(comment), below)
        return listed

    def _proposal(self, reading: Reading, address: str, proposal: Mapping[str, Any]) -> Item:
        if at(proposal, "publishedAt") is None:
            raise Unreadable("het voorstel mist zijn moment")
        number, answered = f"proposal-{name_at(proposal, 'id')}", at(proposal, "answeredAt")
        texts = (text_of(self._translated(entries_at(proposal, part, "translations"))) for part in ("title", "body"))
        return Item(
            external_id=number,
            text="\n\n".join(filter(None, texts)),
            published_at=moment(at(proposal, "publishedAt"), reading.zone),
            author=_author(proposal),
            url=address,
            conversation=number,
            answered_at=moment(answered, reading.zone) if answered else None,
            medium=self.medium,
            by_municipality=at(proposal, "official") is True or _is_ours(proposal, reading),
        )

    def _comment(self, reading: Reading, address: str, proposal: str, above: str, comment: Mapping[str, Any]) -> Item:
        if at(comment, "createdAt") is None:
            raise Unreadable("de reactie mist haar moment")
        return Item(
            external_id=_comment_id(comment),
            text=text_of(words_at(comment, "body")),
            published_at=moment(at(comment, "createdAt"), reading.zone),
            author=_author(comment),
            url=f"{address}?commentId={name_at(comment, 'id')}",
            conversation=proposal,
            in_reply_to=above,
            medium=self.medium,
            by_municipality=_is_ours(comment, reading),
        )

    def _translated(self, translations: Sequence[Any]) -> str:
        """In our language, else in the first there is."""
        texts = {name_at(one, "locale"): words_at(one, "text") for one in translations}
        return texts.get(self.locale) or next(filter(None, texts.values()), "")


def _comment_id(comment: Mapping[str, Any]) -> str:
    number = name_at(comment, "id")
    return f"comment-{number}" if number else ""


def _author(entry: Mapping[str, Any]) -> str | None:
    """Groups have no number, only a nickname."""
    return name_at(entry, "author", "id") or name_at(entry, "author", "nickname").lstrip("@") or None


def _is_ours(entry: Mapping[str, Any], reading: Reading) -> bool:
    return name_at(entry, "author", "nickname").lstrip("@").casefold() in reading.own_accounts
