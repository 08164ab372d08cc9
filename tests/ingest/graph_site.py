"""As much of Meta's Graph API as we ask of it, on loopback. Its lists name a next page with a token in the address, as Meta's do."""

import hmac
import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

from ingest.entry import Call
from tests.ingest.conftest import Answer, Asked, Site

TOKEN, SECRET, WORD = "geheim-token-van-meta", "geheim-van-de-app", "afgesproken-woord"
SECRETS = {"META_TOKEN": TOKEN, "META_SECRET": SECRET, "META_WORD": WORD}
PROOF = hmac.new(SECRET.encode(), TOKEN.encode(), sha256).hexdigest()
OURS = "111"


def entry(site: Site, **more: Any) -> dict[str, Any]:
    return {
        "base": f"{site.url}/v26.0",
        "account": OURS,
        "token": {"env": "META_TOKEN"},
        "app_secret": {"env": "META_SECRET"},
        "verify": {"env": "META_WORD"},
        "allow_private": True,
    } | more


class Graph:
    """Nodes by id, lists by path (newest first). A list below a node in another answer is given by `within`."""

    def __init__(self, site: Site, page: int = 100) -> None:
        self.site = site
        self.page = page
        self.lists: dict[str, list[dict[str, Any]]] = {}
        self.nodes: dict[str, dict[str, Any]] = {}
        self.headers: dict[str, Any] = {}
        site.say["/v26.0/*"] = self.answer

    def answer(self, asked: Asked) -> Answer:
        query = parse_qs(asked.query)
        assert asked.headers["authorization"] == f"Bearer {TOKEN}" and TOKEN not in asked.query
        assert query["appsecret_proof"] == [PROOF]
        path = asked.path.removeprefix("/v26.0/")
        if path in self.lists:
            return Answer.json(self.within(path, query.get("after", [""])[0]), **self.headers)
        wanted = query["ids"][0].split(",") if "ids" in query else [path]
        if any(name not in self.nodes for name in wanted):
            return refusal(100, 33)
        found = {name: self.nodes[name] for name in wanted}
        return Answer.json(found if "ids" in query else found[path], **self.headers)

    def within(self, path: str, after: str = "") -> dict[str, Any]:
        """A page of a list, in the shape that Meta gives it alone and within another answer."""
        everything = self.lists[path]
        start = next((n + 1 for n, one in enumerate(everything) if one["id"] == after), 0)
        shown = everything[start : start + self.page]
        paging: dict[str, Any] = {"cursors": {"before": shown[0]["id"], "after": shown[-1]["id"]}} if shown else {}
        if everything[start + self.page :]:
            paging["next"] = f"{self.site.url}/v26.0/{path}?access_token={TOKEN}&after={shown[-1]['id']}"
        return {"data": shown, "paging": paging}


def refusal(code: int, below: int | None = None, status: int = 400, **headers: Any) -> Answer:
    """As Meta refuses, with words that quote."""
    error = {"message": "(#100) een inwoner schreef: de bak is vol", "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
    return Answer.json({"error": error | ({"error_subcode": below} if below else {})}, status, **headers)


def call(told: Any, secret: str = SECRET) -> Call:
    """A call as Meta signs it."""
    body = json.dumps(told).encode()
    return Call("POST", {"x-hub-signature-256": "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()}, {}, body)


def changes(sort: str, account: str, field: str, values: Sequence[dict[str, Any]], time: int) -> dict[str, Any]:
    return {"object": sort, "entry": [{"id": account, "time": time, "changes": [{"field": field, "value": value} for value in values]}]}


def messaging(sort: str, account: str, events: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"object": sort, "entry": [{"id": account, "time": 1, "messaging": list(events)}]}
