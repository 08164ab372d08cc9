"""Chatwoot: what people write in conversations and what agents answer them; private notes stay where they are.

Increments: conversations that were updated since the last reading; a new message and a deleted one both do that. Each is read whole for
as long as it goes back: messages are known by number, so what was read before changes nothing. After a day of silence, and the first time,
the list of conversations is walked from the newest activity down. The webhook only rings: what it tells of is asked for at Chatwoot itself.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Annotated, Any, Literal

from pydantic import Field

from ingest.entry import Call, NotAuthentic, Reading, Receives, Url
from ingest.errors import SourceError
from ingest.lists.listing import Listed, Unreadable, at, entries_at, name_at, sort_out, words_at
from ingest.lists.newest import Leg, newest_first
from ingest.lists.tickets import answered
from ingest.outside.api import Api
from ingest.page import Item, Page, Rejected
from ingest.written.moments import moment
from outside.secrets import Secret

LIST = "conversations"
MEDIA = {
    "Channel::Email": "e-mail",
    "Channel::WebWidget": "chat",
    "Channel::Whatsapp": "WhatsApp",
    "Channel::FacebookPage": "Facebook",
    "Channel::Instagram": "Instagram",
    "Channel::Telegram": "Telegram",
    "Channel::Sms": "sms",
    "Channel::TwilioSms": "sms",
}
INCOMING, OUTGOING = 0, 1
SILENCE = timedelta(days=1)
FRESH = timedelta(minutes=5)
MAX_TURNS = 50
"""So many times twenty messages of one conversation."""


class Chatwoot(Receives):
    """`kind: chatwoot`. `account` is the number in the addresses of Chatwoot; `webhook` is the secret of its webhook to `/in/{id}`."""

    kind: Literal["chatwoot"]
    base: Url
    account: Annotated[int, Field(ge=1)]
    token: Secret
    webhook: Secret | None = None
    inboxes: list[int] = []
    """Numbers of the inboxes that are listened to; empty: all."""
    allow_private: bool = False
    first_days: Annotated[int, Field(ge=1, le=3_650)] = 60
    overlap_minutes: Annotated[int, Field(ge=0, le=1_440)] = 15

    def read(self, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """Every message of the conversations that were updated since the last reading."""
        overlap = timedelta(minutes=self.overlap_minutes)
        since = at(cursor, "lists", LIST, "since")
        with _Account(self, reading) as account:
            if since and not at(cursor, "lists", LIST, "next") and reading.now - datetime.fromisoformat(since) < SILENCE:
                for conversation in account.updated_within(reading.now - datetime.fromisoformat(since) + overlap):
                    yield account.page(conversation, cursor)
                yield Page(cursor | {"lists": {LIST: {"since": reading.now.isoformat()}}})
            else:
                yield from newest_first(cursor, LIST, reading.now, timedelta(days=self.first_days), overlap, account.leg)

    def again(self, rejected: Sequence[Rejected], cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """The conversation of each."""
        with _Account(self, reading) as account:
            for row in rejected:
                page = account.page(account.conversation(str(row.item.get("id", "")).split("/")[0]), cursor)
                still = [broken for broken in page.rejected if broken.location == row.location]
                yield Page(cursor, page.items, still, page.removed, settled=[] if still else [row.location])

    def receive(self, call: Call, reading: Reading) -> Iterator[Page]:
        """The conversation that the call is about, as Chatwoot gives it when asked."""
        if self.webhook is None or not _is_authentic(call, self.webhook.reveal(self.name), reading.now):
            raise NotAuthentic
        told = _parsed(call.body, self.name)
        number = name_at(told, "conversation", "id") if str(told.get("event", "")).startswith("message_") else ""
        if number:
            with _Account(self, reading) as account:
                if conversation := account.conversation(number):
                    yield account.page(conversation, {})

    def delivery(self, call: Call) -> str | None:
        """Chatwoot names its calls."""
        return call.headers.get("x-chatwoot-delivery") or super().delivery(call)


@dataclass
class _Account:
    """The account, as one reading asks it."""

    entry: Chatwoot
    reading: Reading
    _api: Api = field(init=False)

    def __post_init__(self) -> None:
        token = self.entry.token
        headers = {"api_access_token": token.reveal(self.entry.name)}
        base = f"{str(self.entry.base).rstrip('/')}/api/v1/accounts/{self.entry.account}"
        self._api = Api(self.entry.name, base, self.reading, headers, token.place, self.entry.allow_private)
        self._first = self.reading.now - timedelta(days=self.entry.first_days)

    def __enter__(self) -> "_Account":
        return self

    def __exit__(self, *_: object) -> None:
        self._api.__exit__(None, None, None)

    def updated_within(self, time: timedelta) -> list[Any]:
        """All conversations that were updated in this time until now."""
        body = self._api.get("conversations", {"status": "all", "updated_within": int(time.total_seconds()) + 1}).body
        return entries_at(body, "data", "payload")

    def conversation(self, number: str) -> Any:
        """One conversation, or None."""
        reply = self._api.find(f"conversations/{number}") if number.isdigit() else None
        return reply.body if reply else None

    def leg(self, since: datetime, page: str | None) -> Leg:
        """A page of conversations by last activity, with their messages."""
        body = self._api.get("conversations", {"status": "all", "sort_by": "last_activity_at_desc", "page": page or "1"}).body
        conversations = entries_at(body, "data", "payload")
        active = [conversation for conversation in conversations if _activity(conversation) >= since]
        pages = [self.page(conversation, {}) for conversation in active]
        listed = Listed([item for p in pages for item in p.items], [row for p in pages for row in p.rejected])
        return Leg(listed, min(map(_activity, conversations), default=None), str(int(page or "1") + 1) if conversations else None)

    def page(self, conversation: Any, cursor: dict[str, Any]) -> Page:
        """The messages of one conversation; what was deleted in it is removed here."""
        number, medium = name_at(conversation, "id"), MEDIA.get(name_at(conversation, "meta", "channel"), self.entry.medium)
        if not number or (self.entry.inboxes and at(conversation, "inbox_id") not in self.entry.inboxes):
            return Page(cursor)
        messages = [message for message in self._messages(number) if _is_conversation(message)]
        gone = [f"{number}/{name_at(message, 'id')}" for message in messages if _is_deleted(message)]
        there = [message for message in messages if not _is_deleted(message)]
        listed = sort_out(there, lambda message: _name(number, message), lambda message: self._item(number, medium, message))
        return Page(cursor, answered(listed.items), listed.rejected, gone)

    def _messages(self, conversation: str) -> list[Any]:
        """Oldest first, back to where the first reading would begin."""
        found: list[Any] = []
        for _ in range(MAX_TURNS):
            before = {"before": name_at(found[0], "id")} if found else None
            reply = self._api.find(f"conversations/{conversation}/messages", before)
            earlier = entries_at(reply.body, "payload") if reply else []
            found = earlier + found
            if not earlier or _at(at(earlier[0], "created_at")) < self._first:
                break
        return found

    def _item(self, conversation: str, medium: str, message: Mapping[str, Any]) -> Item:
        ours, sender = at(message, "message_type") == OUTGOING, name_at(message, "sender", "id")
        replied = name_at(message, "content_attributes", "in_reply_to")
        written = at(message, "created_at")
        if not isinstance(written, int):
            raise Unreadable("het bericht mist zijn moment")
        return Item(
            external_id=_name(conversation, message),
            text=words_at(message, "content"),
            published_at=moment(written, self.reading.zone),
            author=f"{self.entry.id}/{sender}" if sender and not ours else None,
            conversation=conversation,
            in_reply_to=f"{conversation}/{replied}" if replied else None,
            medium=medium,
            private=True,
            by_municipality=ours,
        )


def _is_authentic(call: Call, secret: str, now: datetime) -> bool:
    """Signed over the moment and the body, and not long ago: an old call that is sent again proves nothing."""
    sent = call.headers.get("x-chatwoot-timestamp", "")
    signature = "sha256=" + digest(secret.encode(), f"{sent}.".encode() + call.body, sha256).hex()
    fresh = sent.isascii() and sent.isdigit() and abs(int(sent[:12]) - now.timestamp()) <= FRESH.total_seconds()
    return compare_digest(signature.encode(), call.headers.get("x-chatwoot-signature", "").encode()) and fresh


def _parsed(body: bytes, source: str) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise SourceError(f"{source}: de melding van Chatwoot is geen JSON.", "Maak de webhook in Chatwoot opnieuw.")
    return told


def _name(conversation: str, message: Any) -> str:
    number = name_at(message, "id")
    return f"{conversation}/{number}" if number else ""


def _is_conversation(message: Any) -> bool:
    """Whether a resident or an agent said this to the other: no note, no greeting of the system."""
    return at(message, "message_type") in (INCOMING, OUTGOING) and at(message, "private") is not True


def _is_deleted(message: Any) -> bool:
    return at(message, "content_attributes", "deleted") is True


def _activity(conversation: Any) -> datetime:
    return _at(at(conversation, "last_activity_at"))


def _at(seconds: Any) -> datetime:
    """Unix seconds; now where there are none, so that nothing is passed over."""
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) and 0 < seconds < 4_000_000_000 else datetime.now(UTC)
