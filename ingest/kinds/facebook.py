"""Facebook: what is said below the posts of our own Page, what visitors post on it, and the messages sent to it.

Comments are asked for newest first, of every post of the last `post_days`, down to where the last whole reading began and an hour further.
Oldest first would read a busy post from its beginning each time; a kept cursor dies with the comment that it points to. A comment has no
moment of editing: those of the last days are asked for again by id, which shows what was edited and what is gone.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

from ingest.entry import Reading
from ingest.kinds.graph import Graph, before
from ingest.kinds.meta import MESSAGE, Meta, Shape
from ingest.lists.listing import Unreadable, at, count_at, name_at, sort_out, words_at
from ingest.page import Item, Page
from ingest.written.moments import moment

COMMENT = "id,message,created_time,from{id},parent{id},permalink_url"
POST = "id,message,created_time,from{id},permalink_url,shares"
NEWEST_FIRST = {"filter": "stream", "order": "reverse_chronological"}
WORDS = frozenset({"comment", "status", "post", "photo", "video", "share"})
"""What of a Page's feed holds words; reactions and the like do not."""


class Facebook(Meta):
    """`kind: facebook`."""

    object: ClassVar[str] = "page"
    platform: ClassVar[str] = "messenger"

    kind: Literal["facebook"]
    medium: str = "Facebook"

    def remarks(self, graph: Graph, cursor: dict[str, Any], since: datetime) -> Iterator[Page]:
        """Posts with their newest comments in one answer; of a post with more of them, the rest."""
        reading = graph.reading
        nested = f"comments.filter(stream).order(reverse_chronological).limit(50){{{COMMENT}}}"
        for posts in graph.pages(f"{self.account}/feed", {"fields": f"{POST},{nested}", "limit": 25}):
            listed = sort_out(posts, _id, lambda post: self._post(post, reading))
            yield Page(cursor, listed.items, listed.rejected)
            for post in posts:
                below = at(post, "comments")
                if below is None:
                    continue
                for comments in graph.pages(f"{_id(post)}/comments", {"fields": COMMENT, "limit": 100, **NEWEST_FIRST}, below):
                    listed = sort_out(comments, _id, lambda comment: self._comment(comment, reading))
                    yield Page(cursor, listed.items, listed.rejected)
                    if before(comments, "created_time", since, reading):
                        break
            if before(posts, "created_time", reading.now - timedelta(days=self.post_days), reading):
                return

    def shape_of(self, number: str, reading: Reading) -> Shape:
        """Posts are numbered after the Page, comments after their post."""
        if number.startswith(f"{self.account}_"):
            return Shape(POST, lambda post: self._post(post, reading))
        if "_" in number and number.replace("_", "").isdecimal():
            return Shape(COMMENT, lambda comment: self._comment(comment, reading))
        return Shape(MESSAGE, lambda sent: self.message(sent, reading))

    def changed(self, change: Mapping[str, Any], at_time: Any) -> Mapping[str, Any] | str | None:
        """A post or comment, from the field `feed`."""
        value = at(change, "value")
        item, verb = name_at(value, "item"), name_at(value, "verb")
        number = name_at(value, "comment_id" if item == "comment" else "post_id")
        if name_at(change, "field") != "feed" or item not in WORDS or not number:
            return None
        if verb == "remove":
            return number
        if verb not in ("add", "edit", "edited"):
            return None
        return {
            "id": number,
            "message": at(value, "message"),
            "created_time": at(value, "created_time") or at_time,
            "from": {"id": name_at(value, "from", "id")},
            "parent": {"id": name_at(value, "parent_id")},
        }

    def _post(self, post: Mapping[str, Any], reading: Reading) -> Item | None:
        return self._item(post, reading, _id(post).rpartition("_")[2], None)

    def _comment(self, comment: Mapping[str, Any], reading: Reading) -> Item | None:
        post, parent = _id(comment).partition("_")[0], name_at(comment, "parent", "id")
        return self._item(comment, reading, post, parent or f"{self.account}_{post}")

    def _item(self, entry: Mapping[str, Any], reading: Reading, conversation: str, answers: str | None) -> Item:
        """Meta leaves the author out for who did not allow the app to see him."""
        author = name_at(entry, "from", "id") or None
        if at(entry, "created_time") is None:
            raise Unreadable("het bericht mist zijn moment")
        return Item(
            external_id=_id(entry),
            text=words_at(entry, "message"),
            published_at=moment(at(entry, "created_time"), reading.zone),
            author=author,
            url=name_at(entry, "permalink_url") or None,
            conversation=conversation,
            in_reply_to=answers,
            medium=self.medium,
            by_municipality=author == self.account,
            reach=1 + count_at(entry, "shares", "count"),
        )


def _id(entry: Any) -> str:
    return name_at(entry, "id")
