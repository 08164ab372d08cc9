"""The Graph API of Meta: pages by cursor, patience before it is asked for, and errors by Meta's own codes."""

import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import requests

from ingest.entry import Reading
from ingest.errors import SourceError
from ingest.lists.listing import at, entries_at, name_at
from ingest.outside.api import Api, Query
from ingest.written.moments import NoMoment, moment
from outside.secrets import Secret
from outside.waiting import LONGEST, until

VERSION = "v26.0"
MAX_PAGES = 200
NEARLY = 95
"""From this percentage of what Meta allows on we wait: beyond it the municipality's other applications are refused as well."""
ROLLING = timedelta(hours=1)
"""Over how long Meta counts."""
_TOO_MANY = frozenset({4, 17, 32, 613, 80001, 80002, 80006})
_NO_TOKEN = frozenset({102, 190})


class Missing(SourceError):
    """What was asked for by id is not there."""


class Graph:
    """The Graph API, as one reading of one account asks it. The token goes in a header, never in an address."""

    def __init__(self, source: str, base: str, token: Secret, app_secret: Secret, reading: Reading, allow_private: bool) -> None:
        self.reading = reading
        self._source = source
        self._place = token.place
        shown = token.reveal(source)
        self._proof = hmac.new(app_secret.reveal(source).encode(), shown.encode(), sha256).hexdigest()
        self._pause: datetime | None = None
        self._api = Api(source, base, reading, {"Authorization": f"Bearer {shown}"}, token.place, allow_private, self._explain)

    def __enter__(self) -> "Graph":
        return self

    def __exit__(self, *_: object) -> None:
        self._api.__exit__(None, None, None)

    def get(self, path: str, query: Query) -> Any:
        """What Meta answers.

        Raises:
            Missing: what was asked for by id is not there.
            SourceError: anything else; `until` also before Meta has to ask for patience.
        """
        if self._pause is not None:
            raise self._patience(self._pause)
        reply = self._api.get(path, {**query, "appsecret_proof": self._proof})
        self._pause = resume_at(reply.headers, self.reading.now)
        return reply.body

    def pages(self, path: str, query: Query, first: Any = None) -> Iterator[list[Any]]:
        """The entries of a list, page by page; `first` is its beginning where another answer already held it."""
        body = self.get(path, query) if first is None else first
        for _ in range(MAX_PAGES):
            yield entries_at(body, "data")
            after = name_at(body, "paging", "cursors", "after")
            if not after or not at(body, "paging", "next"):  # `next` itself is never used: the token is in it
                return
            body = self.get(path, {**query, "after": after})

    def nodes(self, names: Sequence[str], fields: str) -> Iterator[tuple[str, Any]]:
        """Those of these that are there, in one question; where one of them is gone Meta refuses that, and each is asked for alone."""
        try:
            found = self.get("", {"ids": ",".join(names), "fields": fields}) if len(names) > 1 else None
        except Missing:
            found = None
        if isinstance(found, Mapping):
            yield from ((name, found[name]) for name in names if name in found)
            return
        for name in names:
            try:
                yield name, self.get(name, {"fields": fields})
            except Missing:
                continue

    def _patience(self, until: datetime) -> SourceError:
        return SourceError(
            f"{self._source}: we hebben Meta genoeg gevraagd voor nu.",
            "Luisterpost wacht tot het weer mag, en gaat dan vanzelf verder.",
            until,
        )

    def _explain(self, response: requests.Response) -> SourceError | None:
        """By Meta's own code, which says more than the status. Its words are left out: they may quote."""
        try:
            error = at(response.json(), "error")
        except ValueError:
            return None
        code, below, name = at(error, "code"), at(error, "error_subcode"), self._source
        if code in _NO_TOKEN:
            return SourceError(
                f"{name}: Meta kent ons token niet ({code}).", f"Maak een nieuw token van de pagina en zet het in {self._place}."
            )
        if code in _TOO_MANY:
            return self._patience(resume_at(response.headers, self.reading.now) or until(response.headers, self.reading.now))
        if code == 803 or (code == 100 and below == 33):
            return Missing(
                f"{name}: Meta kent dit account niet, of ons token mag er niet bij.",
                f"Controleer account in sources.yaml, en het token in {self._place}.",
            )
        if code == 10 or (isinstance(code, int) and 200 <= code < 300):
            return SourceError(
                f"{name}: Meta staat dit niet toe ({code}).",
                f"Geef de app en het token in {self._place} de rechten die docs/sources.md noemt.",
            )
        if code == 100:
            return SourceError(f"{name}: Meta begrijpt onze vraag niet (100).", "Controleer account en base in sources.yaml.")
        return None


def resume_at(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Until when to wait, by what Meta says we have used of what it allows; None: go on."""
    used, minutes = 0.0, 0.0
    for name in ("X-App-Usage", "X-Business-Use-Case-Usage"):
        for usage in _usages(headers.get(name)):
            spent = [usage.get(part) for part in ("call_count", "total_time", "total_cputime")]
            used = max([used, *(value for value in spent if isinstance(value, int | float))])
            wait = usage.get("estimated_time_to_regain_access")
            minutes = max(minutes, wait if isinstance(wait, int | float) else 0)
    if used < NEARLY and minutes <= 0:
        return None
    return now + min(timedelta(minutes=min(minutes, 1_440)) if minutes > 0 else ROLLING, LONGEST)


def _usages(header: str | None) -> Iterator[Mapping[str, Any]]:
    """One for the app, or one for each account and sort of use."""
    try:
        said = json.loads(header or "{}")
    except ValueError:
        return
    if isinstance(said, Mapping):
        yield said
        for of_account in said.values():
            yield from (usage for usage in of_account if isinstance(usage, Mapping)) if isinstance(of_account, list) else ()


def before(entries: Sequence[Any], name: str, since: datetime, reading: Reading) -> bool:
    """Whether a list that begins with its newest has come to what is older than `since`, by the field `name`."""
    for entry in reversed(entries):
        try:
            return moment(at(entry, name), reading.zone) < since
        except NoMoment:
            continue
    return False
