"""Instagram: what is said below the posts of our own professional account, and the messages sent to it.

Comments come newest first, but an answer stands below the comment that it answers, however old: of a post whose number of comments changed
all of them are read, of the others the newest. Comments cannot be edited; those of the last days are asked for again by id, and one
that is gone is removed.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ingest.entry import Reading
from ingest.kinds.graph import Graph, before
from ingest.kinds.meta import MESSAGE, Meta, Shape
from ingest.lists.listing import Unreadable, at, count_at, name_at, sort_out, words_at
from ingest.page import Item, Page
from ingest.written.moments import moment

WRITTEN = "id,text,timestamp,from,parent_id,media{id}"
COMMENT = f"{WRITTEN},replies.limit(50){{{WRITTEN}}}"
POST = "id,caption,timestamp,permalink,comments_count"
MEDIA = "media_"
"""Stands before the number of a post: comments are numbered alike."""


class Instagram(Meta):
    """`kind: instagram`. `page` is the number of the Facebook Page that the account is joined to: its messages are read there."""

    object: ClassVar[str] = "instagram"
    platform: ClassVar[str] = "instagram"

    kind: Literal["instagram"]
    medium: str = "Instagram"
    page: Annotated[str, Field(pattern=r"^\d{1,30}$")] | None = None

    @property
    def inbox(self) -> str | None:
        """Meta keeps the messages of an account with its Page."""
        return self.page

    def node(self, number: str) -> str:
        """A post without what we put before its number."""
        return number.removeprefix(MEDIA)

    def remarks(self, graph: Graph, cursor: dict[str, Any], since: datetime) -> Iterator[Page]:  # noqa: ARG002
        """The cursor holds the number of comments of each post of the last days, under `counts`."""
        reading = graph.reading
        known, counts = cursor.get("counts", {}), {}
        for posts in graph.pages(f"{self.account}/media", {"fields": f"{POST},comments.limit(50){{{COMMENT}}}", "limit": 25}):
            listed = sort_out(posts, _post_id, lambda post: self._post(post, reading))
            yield Page(cursor, listed.items, listed.rejected)
            for post in posts:
                number = name_at(post, "id")
                counts[number] = count_at(post, "comments_count")
                yield from self._below(graph, cursor, post, whole=known.get(number) != counts[number])
            if before(posts, "timestamp", reading.now - timedelta(days=self.post_days), reading):
                break
        yield Page(cursor | {"counts": counts})

    def shape_of(self, number: str, reading: Reading) -> Shape:
        """Posts have our mark, comments are numbers, and messages are not."""
        if number.startswith(MEDIA):
            return Shape(POST, lambda post: self._post(post, reading))
        if number.isdecimal():
            return Shape(WRITTEN, lambda comment: self._comment(comment, reading))
        return Shape(MESSAGE, lambda sent: self.message(sent, reading))

    def changed(self, change: Mapping[str, Any], at_time: Any) -> Mapping[str, Any] | str | None:
        """A comment, from the field `comments`; Meta tells no moment of it but that of the call."""
        value = at(change, "value")
        if name_at(change, "field") != "comments" or not name_at(value, "id"):
            return None
        return {
            "id": name_at(value, "id"),
            "text": at(value, "text"),
            "timestamp": at_time,
            "from": at(value, "from"),
            "parent_id": at(value, "parent_id"),
            "media": at(value, "media"),
        }

    def _below(self, graph: Graph, cursor: dict[str, Any], post: Any, whole: bool) -> Iterator[Page]:
        """Comments of a post with the answers below each."""
        first = at(post, "comments")
        if first is None:
            return
        for comments in graph.pages(f"{name_at(post, 'id')}/comments", {"fields": COMMENT, "limit": 50}, first):
            written = list(comments)
            for comment in comments:
                answers = at(comment, "replies")
                if answers is not None:
                    more = graph.pages(f"{name_at(comment, 'id')}/replies", {"fields": WRITTEN, "limit": 50}, answers)
                    written += [answer for page in more for answer in page]
            listed = sort_out(written, lambda comment: name_at(comment, "id"), lambda comment: self._comment(comment, graph.reading))
            yield Page(cursor, listed.items, listed.rejected)
            if not whole:
                return

    def _post(self, post: Mapping[str, Any], reading: Reading) -> Item | None:
        return Item(
            external_id=_post_id(post),
            text=words_at(post, "caption"),
            published_at=moment(at(post, "timestamp"), reading.zone),
            author=self.account,
            url=name_at(post, "permalink") or None,
            conversation=_post_id(post),
            medium=self.medium,
            by_municipality=True,
        )

    def _comment(self, comment: Mapping[str, Any], reading: Reading) -> Item | None:
        author, media = name_at(comment, "from", "id"), name_at(comment, "media", "id")
        if at(comment, "timestamp") is None:
            raise Unreadable("het bericht mist zijn moment")
        ours = author == self.account or name_at(comment, "from", "username").casefold() in reading.own_accounts
        return Item(
            external_id=name_at(comment, "id"),
            text=words_at(comment, "text"),
            published_at=moment(at(comment, "timestamp"), reading.zone),
            author=author or None,
            conversation=f"{MEDIA}{media}" if media else None,
            in_reply_to=name_at(comment, "parent_id") or (f"{MEDIA}{media}" if media else None),
            medium=self.medium,
            by_municipality=ours,
        )


def _post_id(post: Mapping[str, Any]) -> str:
    number = name_at(post, "id")
    return f"{MEDIA}{number.removeprefix(MEDIA)}" if number else ""
