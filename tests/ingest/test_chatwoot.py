"""Chatwoot, in the documented shapes: the conformance suite, private notes, deletions, and the webhook that only rings."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import digest
from typing import Any
from urllib.parse import parse_qs

import pytest

from ingest.entry import Call, NotAuthentic
from ingest.receive import receive
from tests.ingest.conformance import US, Author, Conformance, Fake, Said, said
from tests.ingest.conftest import NOW, Answer, Asked, Post, Site
from tests.ingest.test_ticket_systems import person


class ChatwootFake(Fake):
    """A conversation of each question with its answers. What is no longer served was deleted, which Chatwoot marks."""

    kind = "chatwoot"
    secrets = {"CHATWOOT_TOKEN": "geheim-van-chatwoot", "CHATWOOT_WEBHOOK": "geheim-van-de-webhook"}

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.said: dict[int, Said] = {}
        self.there: set[int] = set()
        root = "/api/v1/accounts/7/conversations"
        site.say[root] = self._list
        site.say[f"{root}/*"] = self._one

    def entry(self) -> dict[str, Any]:
        token, webhook = {"env": "CHATWOOT_TOKEN"}, {"env": "CHATWOOT_WEBHOOK"}
        return {"base": self.site.url, "account": 7, "token": token, "webhook": webhook, "allow_private": True, "first_days": 400}

    def serve(self, everything: Sequence[Said]) -> None:
        self.said |= {one.number: one for one in everything}
        self.there = {one.number for one in everything}

    def name(self, one: Said) -> str:
        return f"{self._conversation(one)}/{one.number}"

    def _conversation(self, one: Said) -> int:
        return one.answers.number if one.answers else one.number

    def _list(self, asked: Asked) -> Answer:
        query = parse_qs(asked.query)
        questions = sorted((one for one in self.said.values() if not one.answers), key=lambda one: one.at, reverse=True)
        if "updated_within" not in query:
            page = int(query["page"][0])
            questions = questions[(page - 1) * self.page : page * self.page]
        return Answer.json({"data": {"meta": {"all_count": len(self.said)}, "payload": [self.conversation(one) for one in questions]}})

    def conversation(self, one: Said) -> dict[str, Any]:
        return {
            "id": one.number,
            "inbox_id": 1,
            "meta": {"channel": "Channel::WebWidget", "sender": _contact(one.author)},
            "last_activity_at": int(one.at.timestamp()),
            "messages": [self.message(one)],
        }

    def _one(self, asked: Asked) -> Answer:
        number, _, part = asked.path.removeprefix("/api/v1/accounts/7/conversations/").partition("/")
        if int(number) not in self.said:
            return Answer.json({"error": "Resource could not be found"}, 404)
        if not part:
            return Answer.json(self.conversation(self.said[int(number)]))
        before = int(parse_qs(asked.query).get("before", ["0"])[0])
        inside = sorted((one for one in self.said.values() if self._conversation(one) == int(number)), key=lambda one: one.at)
        return Answer.json({"meta": {}, "payload": [] if before else [self.message(one) for one in inside]})

    def message(self, one: Said, **more: Any) -> dict[str, Any]:
        deleted = one.number not in self.there
        return {
            "id": one.number,
            "content": "This message was deleted" if deleted else one.text,
            "conversation_id": self._conversation(one),
            "message_type": 1 if one.author is US else 0,
            "private": False,
            "content_attributes": {"deleted": True} if deleted else {},
            "created_at": None if one.broken else int(one.at.timestamp()),
            "sender": _contact(one.author),
        } | more


def _contact(author: Author) -> dict[str, Any]:
    return {"id": person(author), "name": author.name, "email": author.mail, "phone_number": author.phone, "identifier": author.handle}


class TestChatwoot(Conformance):
    fake = ChatwootFake

    def test_a_note_between_agents_and_a_greeting_are_left_out(self, remote: ChatwootFake, post: Post, site: Site) -> None:
        question = said(3)
        remote.serve([question])
        told = [remote.message(question), remote.message(question, id=4, private=True), remote.message(question, id=5, message_type=3)]
        site.say["/api/v1/accounts/7/conversations/3/messages"] = lambda asked: Answer.json({"payload": [] if asked.query else told})
        assert post.hear().added == 1
        assert (post.messages()[0].private, post.messages()[0].medium) == (True, "chat")

    def test_a_webhook_rings_and_what_it_tells_of_is_asked_for(self, remote: ChatwootFake, post: Post) -> None:
        remote.serve([said(3), said(2, "dank", author=US, answers=said(3))])
        first, second = (receive("bron", call(remote), NOW) for _ in range(2))
        assert (first.added, first.repeated, second.repeated) == (2, False, True)
        assert post.by_id()["3/3"].answered_at == said(2).at
        assert post.hear(now=NOW + timedelta(minutes=10)).added == 0

    @pytest.mark.parametrize("wrong", ["secret", "age", "body", "absent"])
    def test_a_call_that_proves_nothing_is_refused_unread(self, remote: ChatwootFake, post: Post, wrong: str) -> None:
        remote.serve([said(3)])
        asked = len(remote.site.asked)
        with pytest.raises(NotAuthentic):
            receive("bron", call(remote, wrong), NOW)
        assert len(remote.site.asked) == asked

    def test_after_a_day_of_silence_the_list_is_walked_again(self, remote: ChatwootFake, post: Post) -> None:
        remote.serve([said(n) for n in range(1, 8)])
        post.hear()
        remote.serve([said(0, minutes_ago=-60), *(said(n) for n in range(1, 8))])
        later = datetime(2026, 11, 22, tzinfo=UTC)
        assert post.hear(now=later).added == 1
        assert "updated_within" not in str([asked.query for asked in remote.site.asked])


def call(remote: ChatwootFake, wrong: str = "") -> Call:
    """A call by Chatwoot about conversation 3, or one that something is wrong with."""
    body = json.dumps({"event": "message_created", "id": 3, "content": "x", "conversation": {"id": 3}}).encode()
    sent = str(int(NOW.timestamp()) - (600 if wrong == "age" else 0))
    secret = b"ander" if wrong == "secret" else remote.secrets["CHATWOOT_WEBHOOK"].encode()
    signature = "sha256=" + digest(secret, f"{sent}.".encode() + body, sha256).hex()
    headers = {} if wrong == "absent" else {"x-chatwoot-timestamp": sent, "x-chatwoot-signature": signature}
    return Call("POST", headers, {}, body + b" " if wrong == "body" else body)
