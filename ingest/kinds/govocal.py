"""Go Vocal (CitizenLab before), public API v2: ideas and proposals in projects that everybody can see, and the comments below them.

Asked for is what changed since a day before the last reading began: pages are numbered, so a deletion meanwhile moves others up unseen, and
the next reading meets those still. The API names what was deleted by day. What is no longer published is removed too. The API shows an
application everything: answers to surveys, drafts and projects for some are left out here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, Literal

import requests
from pydantic import Field

from ingest.entry import Entry, Reading, Url
from ingest.errors import SourceError
from ingest.lists.listing import Listed, Unreadable, at, entries_at, name_at, sort_out, words_at
from ingest.lists.recheck import once_more
from ingest.outside.api import Api, Query
from ingest.page import Item, Page, Rejected
from ingest.written.markup import text_of
from ingest.written.moments import moment
from outside.secrets import Secret

LIMIT = 100
MAX_PAGES = 1_000
SORTS = ("ideas", "comments")
PUBLIC = frozenset({"published", "archived"})
_MENTION = re.compile(r"<span\b[^>]*\bcl-mention-user\b[^>]*>[^<]*</span>")


class GoVocal(Entry):
    """`kind: govocal`. `client` and `secret` come from the page on the public API in the platform's own administration."""

    kind: Literal["govocal"]
    base: Url
    medium: str = "participatieplatform"
    client: Secret
    secret: Secret
    own_authors: list[str] = []
    """Numbers of the accounts with which the municipality itself reacts."""
    locale: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] = "nl-NL"
    allow_private: bool = False
    first_days: Annotated[int, Field(ge=1, le=3_650)] = 365
    overlap_hours: Annotated[int, Field(ge=0, le=168)] = 24

    def read(self, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """The cursor holds when the last whole reading began."""
        heard = cursor.get("since")
        overlap = timedelta(hours=self.overlap_hours)
        since = datetime.fromisoformat(heard) - overlap if heard else reading.now - timedelta(days=self.first_days)
        with self._api(reading) as api:
            visible = self._visible(api)
            for sort in SORTS:
                for entries in self._pages(api, sort, sort, {"updated_at": f"{since.isoformat()},"}):
                    listed, removed = self._sort_out(reading, visible, entries)
                    yield Page(cursor, listed.items, listed.rejected, removed)
                if heard:
                    until = reading.now + timedelta(days=2)
                    for entries in self._pages(
                        api, f"{sort}/deleted", "deleted_items", {"deleted_at": f"{since:%Y-%m-%d},{until:%Y-%m-%d}"}
                    ):
                        yield Page(cursor, removed=[name_at(entry, "id") for entry in entries if name_at(entry, "id")])
        yield Page(cursor | {"since": reading.now.isoformat()})

    def again(self, rejected: Sequence[Rejected], cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """Each by its number."""
        with self._api(reading) as api:
            yield from once_more(rejected, cursor, partial(self._by_id, api, reading, self._visible(api)))

    def _api(self, reading: Reading) -> Api:
        place = f"{self.client.place} en {self.secret.place}"
        base = f"{str(self.base).rstrip('/')}/api/v2"
        asked = {"client_id": self.client.reveal(self.name), "client_secret": self.secret.reveal(self.name)}
        with Api(self.name, base, reading, {}, place, self.allow_private, self._unknown) as door:
            token = name_at(door.post("authenticate", json={"auth": asked}).body, "jwt")
        return Api(self.name, base, reading, {"Authorization": f"Bearer {token}"}, place, self.allow_private)

    def _unknown(self, response: requests.Response) -> SourceError | None:
        """Go Vocal answers an unknown application as if there were no such address."""
        if response.status_code != 404:
            return None
        return SourceError(
            f"{self.name}: Go Vocal kent onze sleutel niet, of base klopt niet (404).",
            f"Controleer base in sources.yaml; maak anders een nieuwe sleutel en zet die in {self.client.place} en {self.secret.place}.",
        )

    def _visible(self, api: Api) -> frozenset[str]:
        """The projects that everybody can see."""
        return frozenset(
            name_at(project, "id")
            for projects in self._pages(api, "projects", "projects", {})
            for project in projects
            if name_at(project, "visible_to") == "public" and name_at(project, "publication_status") in PUBLIC
        )

    def _pages(self, api: Api, path: str, name: str, query: Query) -> Iterator[list[Any]]:
        for number in range(1, MAX_PAGES):
            body = api.get(path, {**query, "locale": self.locale, "page_size": LIMIT, "page_number": number}).body
            yield entries_at(body, name)
            total = at(body, "meta", "total_pages")
            if not isinstance(total, int) or number >= total:
                return

    def _by_id(self, api: Api, reading: Reading, visible: frozenset[str], numbers: Sequence[str]) -> Listed:
        listed = Listed()
        for number in numbers:
            for sort in SORTS:
                if reply := api.find(f"{sort}/{number}", {"locale": self.locale}):
                    listed += self._sort_out(reading, visible, [at(reply.body, sort.removesuffix("s"))])[0]
        return listed

    def _sort_out(self, reading: Reading, visible: frozenset[str], entries: Sequence[Any]) -> tuple[Listed, list[str]]:
        """What everybody can see, and the numbers of what nobody can see any more."""
        public = [entry for entry in entries if not isinstance(entry, Mapping) or _is_public(entry, visible)]
        removed = [name_at(entry, "id") for entry in entries if entry not in public and name_at(entry, "id")]
        return sort_out(public, lambda entry: name_at(entry, "id"), partial(self._item, reading)), removed

    def _item(self, reading: Reading, entry: Mapping[str, Any]) -> Item:
        number, idea = name_at(entry, "id"), name_at(entry, "idea_id")
        created = at(entry, "published_at") or at(entry, "created_at")
        if created is None:
            raise Unreadable("het bericht mist zijn moment")
        edited = at(entry, "body_updated_at")
        author = name_at(entry, "author_id") or None
        texts = (text_of(_MENTION.sub("[account]", words_at(entry, part))) for part in ("title", "body"))
        return Item(
            external_id=number,
            text="\n\n".join(filter(None, texts)),
            published_at=moment(created, reading.zone),
            author=author,
            url=name_at(entry, "href") or None,
            conversation=idea or number,
            in_reply_to=name_at(entry, "parent_id") or idea or None,
            medium=self.medium,
            by_municipality=author in self.own_authors,
            edited_at=moment(edited, reading.zone) if edited else None,
        )


def _is_public(entry: Mapping[str, Any], visible: frozenset[str]) -> bool:
    shown = name_at(entry, "publication_status") == "published" and name_at(entry, "project_id") in visible
    return shown and name_at(entry, "type") != "survey"
