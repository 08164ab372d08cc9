"""RSS and Atom: news, participation platforms, fora. Conditional requests, so that a feed that did not change costs nothing."""

import io
from calendar import timegm
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from time import struct_time
from typing import Any, Literal
from xml.sax import SAXException

import feedparser
import requests

from ingest.entry import Entry, Reading, Url
from ingest.errors import SourceError
from ingest.outside.http import get
from ingest.page import Item, Page, Rejected
from ingest.written.markup import text_of
from outside.guard import guarded_session, origin
from outside.waiting import until

PAGE = 500


class Feed(Entry):
    """`kind: feed`. `title: false` leaves out titles that say nothing, such as "Reactie"."""

    kind: Literal["feed"]
    url: Url
    title: bool = True
    allow_private: bool = False

    def read(self, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """The entries of the feed as it is now; nothing where the server says that nothing changed."""
        response = self._fetch(cursor, reading)
        if response.status_code == 304:
            return
        _refuse_status(response, self.name, reading.now)
        parsed = parse(response, self.name)
        items, rejected = [], []
        for number, entry in enumerate(parsed.entries, 1):
            item = self._item(entry)
            if isinstance(item, Item):
                items.append(item)
            else:
                rejected.append(Rejected(f"feed, bericht {number}", item, {}))
        broken_off = isinstance(parsed.get("bozo_exception"), SAXException)
        whole = {} if broken_off else _validators(response)
        for start in range(0, max(len(items), 1), PAGE):
            last = start + PAGE >= len(items)
            yield Page(
                whole if last else cursor, items[start : start + PAGE], rejected if last else [], restarts="feed" if start == 0 else None
            )

    def again(self, rejected: Sequence[Rejected], cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:  # noqa: ARG002
        """The whole feed, as if it had changed: an entry is only known by its place in it."""
        yield from self.read({}, reading)

    def _fetch(self, cursor: dict[str, Any], reading: Reading) -> requests.Response:
        url = str(self.url)
        headers = {"Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"}
        headers |= {"If-None-Match": cursor["etag"]} if cursor.get("etag") else {}
        headers |= {"If-Modified-Since": cursor["modified"]} if cursor.get("modified") else {}
        with guarded_session(reading.user_agent, [origin(url)] if self.allow_private else []) as session:
            return get(session, url, self.name, headers)

    def _item(self, entry: Mapping[str, Any]) -> Item | str:
        body = _body(entry)
        title = text_of(str(entry.get("title") or "")) if self.title else ""
        text = body if not title or body.startswith(title) else f"{title}\n\n{body}".strip()
        if not text:
            return "er staat geen tekst"
        url = str(entry.get("link") or "") or None
        return Item(
            external_id=str(entry.get("id") or url or sha256(text.encode("utf-8", "replace")).hexdigest()),
            text=text,
            published_at=_moment(entry.get("published_parsed")) or _moment(entry.get("updated_parsed")),
            author=str(entry.get("author") or "").strip() or None,
            url=url if url and url.startswith(("http://", "https://")) else None,
            medium=self.medium,
        )


def parse(response: requests.Response, source: str) -> Any:
    """The feed, as feedparser's own dictionary.

    Raises:
        SourceError: it declares XML entities, or is no feed at all.
    """
    if b"<!ENTITY" in response.content.replace(b"\0", b"").upper():
        raise SourceError(
            f"{source}: de feed bevat XML-entiteiten, en die worden om veiligheid geweigerd.",
            "Vraag de beheerder van de feed ze weg te laten.",
        )
    headers = {name.lower(): value for name, value in response.headers.items() if name.lower() in ("content-type", "content-language")}
    parsed = feedparser.parse(io.BytesIO(response.content), response_headers=headers | {"content-location": response.url})
    if parsed.get("version") or parsed.entries:
        return parsed
    if b"<html" in response.content[:5000].lower():
        raise SourceError(
            f"{source}: het adres geeft een webpagina, geen feed.",
            "Zoek op die pagina de link naar RSS of Atom, en zet die in sources.yaml.",
        )
    raise SourceError(f"{source}: het adres geeft geen RSS of Atom.", "Controleer het adres van de feed in sources.yaml.")


def _refuse_status(response: requests.Response, source: str, now: datetime) -> None:
    status = response.status_code
    if status == 200:
        return
    host = origin(response.url)[0]
    match status:
        case 401 | 403:
            raise SourceError(
                f"{source}: {host} weigert de feed ({status}).", "Vraag de beheerder van die site of de gemeente haar mag lezen."
            )
        case 404 | 410:
            raise SourceError(
                f"{source}: de feed bestaat niet meer op dit adres ({status}).", "Zoek het nieuwe adres, en zet dat in sources.yaml."
            )
        case 429 | 503:
            raise SourceError(
                f"{source}: {host} vraagt om later terug te komen ({status}).",
                "Luisterpost wacht en probeert het vanzelf weer.",
                until(response.headers, now),
            )
        case _:
            raise SourceError(
                f"{source}: {host} geeft een fout ({status}).",
                "Luisterpost probeert het vanzelf weer; blijft het zo, vraag de beheerder van die site.",
            )


def _body(entry: Mapping[str, Any]) -> str:
    """The longest of what the entry offers: summaries are often cut off, content often missing."""
    offered = [part.get("value", "") for part in entry.get("content") or []] + [entry.get("summary") or ""]
    return max((text_of(str(part)) for part in offered), key=len, default="")


def _moment(parsed: struct_time | None) -> datetime | None:
    """feedparser gives UTC."""
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _validators(response: requests.Response) -> dict[str, str]:
    wanted = {"etag": response.headers.get("ETag"), "modified": response.headers.get("Last-Modified")}
    return {name: value for name, value in wanted.items() if value and len(value) < 1000}
