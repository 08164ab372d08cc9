"""Exports that are fetched before they are read: over HTTPS or SFTP, into data/fetched/{source}/, each version once.

What was fetched stands in the cursor (`Fetched`). A download gets its own name only when it is whole, so that no half file is read; one
that was killed before its cursor was stored is fetched again, and recognised by its content.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator

from ingest.entry import Reading, Url
from ingest.errors import SourceError
from ingest.outside.http import get
from models.configuration import Written
from outside.guard import guarded_session, origin
from outside.secrets import Secret
from outside.waiting import until

FOLDER = "fetched"
MAX_DOWNLOAD = 100_000_000
"""Bytes of an answer over HTTPS, which is in memory whole; SFTP goes to disk piece by piece."""
MAX_SECONDS = 300.0
LONGEST_NAME = 150
Word = Annotated[str, StringConstraints(min_length=1)]


class Https(Written):
    """An export at an address, as it is now. With `username` the `token` is its password, without one it is a bearer token."""

    url: Url
    username: str | None = None
    token: Secret | None = None

    @model_validator(mode="after")
    def _safe(self) -> "Https":
        if self.token and self.url.scheme != "https" and self.url.host not in ("127.0.0.1", "localhost"):
            raise ValueError("een wachtwoord of token gaat alleen over https")
        if self.username and not self.token:
            raise ValueError("bij `username` hoort een `token` met het wachtwoord")
        return self


class Sftp(Written):
    """Exports on an SFTP server. `host_key` is what the server must prove to be: a line of `ssh-keyscan` without the host's name."""

    host: Word
    port: Annotated[int, Field(ge=1, le=65_535)] = 22
    username: Word
    password: Secret | None = None
    key: Secret | None = None
    """A private key in OpenSSH's form, without a passphrase."""
    host_key: Annotated[str, StringConstraints(pattern=r"^(ssh|ecdsa|sk)-\S+ \S+")]
    files: Word
    """Which files, with wildcards: `uit/*.csv`."""

    @model_validator(mode="after")
    def _one_proof(self) -> "Sftp":
        if (self.password is None) == (self.key is None):
            raise ValueError("noem of een wachtwoord (password) of een sleutel (key)")
        return self


def _way(written: Any) -> str:
    names = written if isinstance(written, dict) else vars(written)
    return "https" if "url" in names else "sftp"


Fetch = Annotated[Annotated[Https, Tag("https")] | Annotated[Sftp, Tag("sftp")], Discriminator(_way)]
"""Whichever of the two is written down: an address (`url`) or a server (`host`)."""


@dataclass(frozen=True)
class Fetched:
    """What was fetched: how each remote file looked (`marks`), and since when each local one is here (`kept`)."""

    marks: dict[str, Any]
    kept: dict[str, str]

    @classmethod
    def of(cls, cursor: dict[str, Any]) -> "Fetched":
        found = cursor.get("fetched", {})
        return cls(dict(found.get("marks", {})), dict(found.get("kept", {})))

    def written(self) -> dict[str, Any]:
        return {"marks": self.marks, "kept": self.kept}


def fetch_export(way: Https, source: str, folder: Path, before: Fetched, reading: Reading, allow_private: bool) -> Fetched:
    """The export at an address, unless it did not change. Each version is a file of its own: one may still wait to be read.

    Raises:
        SourceError: it cannot be had.
    """
    url = str(way.url)
    mark = before.marks.get(url, {})
    headers = {"Accept": "*/*"} | _conditions(mark)
    if way.token and not way.username:
        headers["Authorization"] = f"Bearer {way.token.reveal(source)}"
    with guarded_session(reading.user_agent, [origin(url)] if allow_private else [], MAX_DOWNLOAD, MAX_SECONDS) as session:
        if way.token and way.username:
            session.auth = (way.username, way.token.reveal(source))
        response = get(session, url, source, headers)
    if response.status_code == 304:
        return before
    _refuse(response.status_code, source, way, until(response.headers, reading.now) if response.status_code in (429, 503) else None)
    digest = blake2b(response.content, digest_size=16).hexdigest()
    seen = {"etag": response.headers.get("ETag"), "modified": response.headers.get("Last-Modified"), "hash": digest}
    marks = before.marks | {url: seen}
    if not response.content or digest == mark.get("hash"):
        return Fetched(marks, before.kept)
    last = PurePosixPath(urlsplit(url).path)
    name = safe_name(f"{last.stem or 'export'}-{reading.now:%Y%m%dT%H%M%S}{last.suffix or '.csv'}")
    put_down(folder / name, response.content)
    return Fetched(marks, before.kept | {name: reading.now.isoformat()})


def sweep(folder: Path, fetched: Fetched, keep: timedelta, now: datetime) -> Fetched:
    """Remove what has been here for as long as the source's messages may be kept.

    A file that the cursor does not know (fetched just before we were killed) counts from now on.
    """
    strangers = {path.name: now.isoformat() for path in folder.glob("*") if path.is_file() and path.name not in fetched.kept}
    fetched = Fetched(fetched.marks, fetched.kept | strangers)
    old = [name for name, since in fetched.kept.items() if datetime.fromisoformat(since) < now - keep]
    for name in old:
        (folder / name).unlink(missing_ok=True)
    return Fetched(fetched.marks, {name: since for name, since in fetched.kept.items() if name not in old}) if old else fetched


def safe_name(remote: str) -> str:
    """A name for a local file: none that leads out of the folder, hides, or is too long."""
    name = "".join(c if c.isalnum() or c in "-_. " else "-" for c in remote).strip(" .-") or "export"
    return name if len(name) <= LONGEST_NAME else f"{blake2b(name.encode(), digest_size=8).hexdigest()}-{name[-100:]}"


def put_down(path: Path, content: bytes) -> None:
    """A whole file or none; for nobody but us, for it is not masked."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f"{path.name}.part")
    part.touch(mode=0o600)
    part.write_bytes(content)
    part.replace(path)


def _conditions(mark: dict[str, Any]) -> dict[str, str]:
    named = {"If-None-Match": mark.get("etag"), "If-Modified-Since": mark.get("modified")}
    return {name: value for name, value in named.items() if value}


def _refuse(status: int, source: str, way: Https, patience: datetime | None) -> None:
    host = origin(str(way.url))[0]
    match status:
        case 200:
            return
        case 401 | 403:
            place = way.token.place if way.token else "sources.yaml"
            raise SourceError(
                f"{source}: {host} weigert de export ({status}).", f"Kijk of het geheim in {place} nog klopt en dit mag lezen."
            )
        case 404 | 410:
            raise SourceError(
                f"{source}: de export staat niet op dit adres ({status}).", "Verbeter het adres onder `fetch` in sources.yaml."
            )
        case 429 | 503:
            raise SourceError(
                f"{source}: {host} vraagt om later terug te komen ({status}).", "Luisterpost wacht en probeert het weer.", patience
            )
        case _:
            raise SourceError(f"{source}: {host} geeft een fout ({status}).", f"Blijft het zo, vraag de beheerder van {host}.")
