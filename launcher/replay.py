"""A small loopback server that replays the example's feeds and Mastodon posts in the documented shapes.

Atom and RSS with ETag and Last-Modified; Mastodon's hashtag and account timelines, paged by Link header, and statuses by id.
"""

import html
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import JSONResponse

from classify.examples import Voice
from launcher.example import Scheduled

PAGE = 40
ACCOUNT = {"id": "1", "username": "gemeente", "acct": "gemeente", "url": "https://rivierstad.example/@gemeente"}


def create_replay(messages: Sequence[Scheduled]) -> FastAPI:
    """An application that serves the feeds and the Mastodon posts among `messages`."""
    app = FastAPI(title="Rivierstad, nagespeeld", openapi_url=None)
    news = _rss([m for m in messages if m.example.voice is Voice.NEWS])
    participation = _atom([m for m in messages if m.example.voice is Voice.PARTICIPATION])
    statuses = sorted((_status(m) for m in messages if m.example.voice is Voice.MASTODON), key=lambda status: -int(status["id"]))

    @app.get("/nieuws.rss")
    def news_feed(request: Request) -> Response:
        return _conditional(request, news, "application/rss+xml")

    @app.get("/denkmee.atom")
    def participation_feed(request: Request) -> Response:
        return _conditional(request, participation, "application/atom+xml")

    @app.get("/api/v1/timelines/tag/{tag}")
    def hashtag(request: Request, tag: str, limit: int = 20, min_id: int = 0, since_id: int = 0, max_id: int | None = None) -> Response:
        tagged = [s for s in statuses if tag.lower() in {t["name"] for t in s["tags"]}]
        return _page(request, tagged, limit, min_id, since_id, max_id)

    @app.get("/api/v1/accounts/lookup")
    def lookup(acct: str) -> Response:
        return JSONResponse(ACCOUNT) if acct.split("@")[0] == ACCOUNT["acct"] else JSONResponse({"error": "Record not found"}, 404)

    @app.get("/api/v1/accounts/{account}/statuses")
    def account_timeline(
        request: Request, account: str, limit: int = 20, min_id: int = 0, since_id: int = 0, max_id: int | None = None
    ) -> Response:
        return _page(request, [s for s in statuses if s["account"]["id"] == account], limit, min_id, since_id, max_id)

    @app.get("/api/v1/statuses")
    def by_id(wanted: Annotated[list[str], Query(alias="id[]")] = []) -> Response:  # noqa: B006 - FastAPI copies it
        return JSONResponse([s for s in statuses if s["id"] in wanted[:20]])

    return app


def _conditional(request: Request, body: bytes, media_type: str) -> Response:
    etag = f'"{sha256(body).hexdigest()[:16]}"'
    headers = {"ETag": etag}
    if request.headers.get("If-None-Match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def _page(request: Request, statuses: Sequence[dict[str, Any]], limit: int, min_id: int, since_id: int, max_id: int | None) -> Response:
    """Newest first; `min_id` takes the oldest beyond it, `since_id` the newest, as the documentation has it."""
    limit = min(limit, PAGE)
    wanted = [s for s in statuses if int(s["id"]) > max(min_id, since_id) and (max_id is None or int(s["id"]) < max_id)]
    page = wanted[-limit:] if min_id else wanted[:limit]
    headers = {}
    if page:
        base = str(request.url.include_query_params(limit=limit).remove_query_params(["min_id", "since_id", "max_id"]))
        headers["Link"] = f'<{base}&max_id={page[-1]["id"]}>; rel="next", <{base}&min_id={page[0]["id"]}>; rel="prev"'
    return JSONResponse(page, headers=headers)


def _status(message: Scheduled) -> dict[str, Any]:
    """One status; its id grows with time, as Mastodon's do."""
    number = str((int(message.at.timestamp() * 1000) << 16) + int(message.key[:4], 16))
    handle = message.author or "iemand"
    url = f"https://mastodon.example/@{handle}/{number}"
    text = message.example.text
    words = {word.lstrip("#").rstrip(".,!?:").lower() for word in text.split() if word.startswith("#")}
    content = html.escape(text, quote=False).replace("\n", "<br />")
    return {
        "id": number,
        "uri": url,
        "url": url,
        "created_at": f"{message.at.astimezone().isoformat(timespec='milliseconds')}",
        "edited_at": None,
        "in_reply_to_id": None,
        "visibility": "public",
        "language": "nl",
        "content": f"<p>{content}</p>",
        "account": {"id": handle, "username": handle, "acct": handle, "url": f"https://mastodon.example/@{handle}"},
        "tags": [{"name": word, "url": f"https://mastodon.example/tags/{word}"} for word in sorted(words | {"rivierstad"})],
        "mentions": [],
        "media_attachments": [],
        "emojis": [],
        "reblogs_count": 0,
        "favourites_count": 0,
        "replies_count": 0,
    }


def _rss(messages: Sequence[Scheduled]) -> bytes:
    items = "".join(
        f"<item><title>Reactie op het nieuws</title><link>https://nieuws.rivierstad.example/{m.key}</link>"
        f"<guid isPermaLink='false'>{m.key}</guid>"
        f"<pubDate>{format_datetime(m.at)}</pubDate><author>{html.escape(m.author or 'anoniem')}</author>"
        f"<description>{html.escape(html.escape(m.example.text, quote=False))}</description></item>"
        for m in reversed(messages)
    )
    link = "https://nieuws.rivierstad.example/"
    head = f"<title>Rivierstads Nieuws: reacties</title><link>{link}</link><description>Reacties van lezers</description>"
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>{head}{items}</channel></rss>".encode()


def _atom(messages: Sequence[Scheduled]) -> bytes:
    entries = "".join(
        f"<entry><id>urn:rivierstad:denkmee:{m.key}</id><title>Reactie</title>"
        f"<updated>{_moment(m.at)}</updated><published>{_moment(m.at)}</published>"
        f"<link href='https://denkmee.rivierstad.example/{m.key}'/><author><name>{html.escape(m.author or 'anoniem')}</name></author>"
        f"<content type='text'>{html.escape(m.example.text)}</content></entry>"
        for m in reversed(messages)
    )
    updated = _moment(messages[-1].at) if messages else "2026-01-01T00:00:00Z"
    head = f"<id>urn:rivierstad:denkmee</id><title>Denk mee met Rivierstad</title><updated>{updated}</updated>"
    return f"<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom'>{head}{entries}</feed>".encode()


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
