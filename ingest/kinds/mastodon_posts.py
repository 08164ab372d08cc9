"""What Mastodon calls a status, read as a message: one that a timeline gave, or that came down a stream."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ingest.errors import SourceError
from ingest.lists.listing import Listed, Unreadable, count_at, name_at, sort_out
from ingest.page import Item
from ingest.written.markup import text_of
from outside.guard import origin


@dataclass(frozen=True, slots=True)
class Posts:
    """How the statuses of one server become messages."""

    base: str
    medium: str
    own_accounts: frozenset[str]

    def listed(self, statuses: Iterable[Any]) -> Listed:
        """The messages among statuses; boosts and pictures without a word are none."""
        return sort_out(statuses, lambda status: name_at(status, "id"), self._item)

    def _item(self, status: Mapping[str, Any]) -> Item | None:
        if status.get("reblog") is not None:
            return None
        published, account = _moment(status.get("created_at")), status.get("account")
        if published is None or not isinstance(account, Mapping) or not isinstance(status.get("content"), str):
            raise Unreadable("het bericht mist zijn inhoud, moment of account")
        acct = name_at(account, "acct")
        full = acct if "@" in acct else f"{acct}@{origin(self.base)[0]}"
        number = name_at(status, "id")
        return Item(
            external_id=number,
            text=_text(status),
            published_at=published,
            author=full,
            url=f"{self.base}/statuses/{number}",
            in_reply_to=name_at(status, "in_reply_to_id") or None,
            medium=self.medium,
            private=status.get("visibility") in ("private", "direct"),
            by_municipality=bool({full.casefold(), acct.casefold()} & self.own_accounts),
            reach=1 + count_at(status, "reblogs_count"),
            edited_at=_moment(status.get("edited_at")),
            identity=name_at(status, "uri") or None,
        )


@dataclass(frozen=True, slots=True)
class Heard:
    """What one frame of the stream brings: a status that is new or edited, or the id of one that is gone."""

    status: Mapping[str, Any] | None = None
    gone: str | None = None


def subscriptions(hashtags: Iterable[str], mentions: bool) -> list[str]:
    """What is said to the streaming server to hear these."""
    wanted: list[dict[str, str]] = [{"stream": "hashtag", "tag": tag.lstrip("#")} for tag in hashtags]
    wanted += [{"stream": "user:notification"}] if mentions else []
    return [json.dumps({"type": "subscribe"} | one) for one in wanted]


def heard(frame: str, source: str) -> Heard:
    """What a frame says; nothing where it is not about a post.

    Raises:
        SourceError: the server refuses a subscription.
    """
    try:
        said = json.loads(frame)
        if isinstance(said, Mapping) and "error" in said:
            raise SourceError(
                f"{source}: de server laat ons niet meeluisteren.",
                "Geef het token de rechten read:statuses en read:notifications.",
            )
        event, payload = name_at(said, "event"), said.get("payload") if isinstance(said, Mapping) else None
        if event == "delete" and isinstance(payload, str):
            return Heard(gone=payload)
        if event in ("update", "status.update", "notification"):
            about = json.loads(payload) if isinstance(payload, str) else payload
            if event == "notification":
                about = about.get("status") if isinstance(about, Mapping) and about.get("type") == "mention" else None
            return Heard(about if isinstance(about, Mapping) else None)
    except (ValueError, RecursionError):
        return Heard()
    return Heard()


def _moment(written: Any) -> datetime | None:
    """A moment as the library read it, or as the stream writes it."""
    try:
        found = datetime.fromisoformat(written) if isinstance(written, str) else written
        return found.astimezone(UTC) if isinstance(found, datetime) and found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _text(status: Mapping[str, Any]) -> str:
    """Content warning and content; where both are empty, what the pictures are said to show."""
    said = "\n\n".join(part for part in (str(status.get("spoiler_text") or "").strip(), text_of(status["content"])) if part)
    shown = [str(media.get("description") or "").strip() for media in status.get("media_attachments") or [] if isinstance(media, Mapping)]
    return said or "\n".join(filter(None, shown))
