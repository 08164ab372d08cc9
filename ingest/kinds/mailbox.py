"""A mailbox, over IMAP with TLS: what residents mail, and with `sent` what they were answered. Folders are opened for reading only: nothing
is marked as read, moved or removed, and attachments stay where they are.

Increments: mails have numbers that only grow while the server keeps the folder's UIDVALIDITY. When it does not, the last days are read
again; mails are known by their Message-ID. A mail is never edited. One that leaves the folder was filed by somebody here, not taken back by
its sender: it stays.
"""

import ssl
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from ingest.entry import Follows, Reading
from ingest.errors import SourceError
from ingest.outside.imap import Connection, Server, explain
from ingest.outside.oauth import OAuth
from ingest.page import Item, Page, Rejected
from ingest.written.letters import read_letter
from outside.secrets import Secret

BATCH = 20
MAX_MAIL = 200_000
"""Bytes of a mail that are fetched: its text comes before its attachments."""
RENEW = timedelta(minutes=9)
"""So long we wait for a server to say something; many forget a connection after ten minutes."""
Word = Annotated[str, StringConstraints(min_length=1)]


class Mailbox(Follows):
    """`kind: mailbox`. `token` is the password of `username`, or what `oauth` says."""

    kind: Literal["mailbox"]
    host: Word
    port: Annotated[int, Field(ge=1, le=65_535)] = 993
    starttls: bool = False
    """Whether the connection begins in the open and turns to TLS; without TLS no password is sent."""
    authority: Path | None = None
    """A file with the certificates that are trusted, where the server's is of the municipality's own."""
    username: Word
    token: Secret
    oauth: OAuth | None = None
    medium: str = "e-mail"
    folders: Annotated[list[Word], Field(min_length=1)] = ["INBOX"]
    sent: str | None = None
    """The folder with our answers."""
    own: list[str] = []
    """Addresses, and domains with an @ before them, whose mails are the municipality's own."""
    allow_private: bool = False
    first_days: Annotated[int, Field(ge=1, le=3_650)] = 60

    def read(self, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """What came since the last reading, folder by folder. In the cursor: of each folder its UIDVALIDITY and the last number."""
        with explain(self.name, self.host, self.token.place, reading.now), self._open(reading) as connection:
            for folder in filter(None, (*self.folders, self.sent)):
                for page in self._folder(connection, folder, cursor, reading):
                    cursor = page.cursor
                    yield page

    def again(self, rejected: Sequence[Rejected], cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:  # noqa: ARG002
        """No mail is ever set aside; what was once is settled."""
        yield Page(cursor, settled=[row.location for row in rejected])

    def follow(self, cursor: dict[str, Any], reading: Reading, stopping: Event) -> Iterator[Page]:
        """What comes into the first folder, as it comes. The cursor stays: `read` sees these once more, and that nothing is new."""
        with explain(self.name, self.host, self.token.place, reading.now), self._open(reading) as connection:
            folder = connection.examine(self.folders[0])
            last = _last(cursor, self.folders[0], folder.validity) or folder.next - 1
            while not stopping.is_set():
                for numbers in _batches(connection.after(last)):
                    yield Page(cursor, self._items(connection, self.folders[0], numbers))
                    last = numbers[-1]
                connection.wait(RENEW, stopping)

    def _open(self, reading: Reading) -> AbstractContextManager[Connection]:
        bearer = self.oauth.token(self.name, self.token, reading, self.allow_private) if self.oauth else None
        private = [(self.host.lower(), self.port)] if self.allow_private else []
        server = Server(self.host, self.port, self._trusted(reading), self.starttls, private)
        return server.signed_in(self.username, bearer or self.token.reveal(self.name), bearer is not None)

    def _trusted(self, reading: Reading) -> ssl.SSLContext:
        file = reading.data / self.authority if self.authority else None
        if file is not None and not file.is_file():
            raise SourceError(f"{self.name}: het bestand {file} is er niet.", "Zet daar het certificaat neer, of verbeter `authority`.")
        return ssl.create_default_context(cafile=file)

    def _folder(self, connection: Connection, folder: str, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        validity = connection.examine(folder).validity
        last = _last(cursor, folder, validity)
        first: date = (reading.now - timedelta(days=self.first_days)).date()
        for numbers in _batches(connection.since(first) if last is None else connection.after(last)):
            items = self._items(connection, folder, numbers)
            cursor = cursor | {"folders": cursor.get("folders", {}) | {folder: {"validity": validity, "last": numbers[-1]}}}
            yield Page(cursor, items)

    def _items(self, connection: Connection, folder: str, numbers: Sequence[int]) -> list[Item]:
        mails = connection.fetch(numbers, MAX_MAIL)
        items = (self._item(mail.raw, mail.received, f"{folder}/{mail.number}@{self.host}", folder == self.sent) for mail in mails)
        return [item for item in items if item is not None]

    def _item(self, raw: bytes, received: datetime, fallback: str, sent: bool) -> Item | None:
        """The message; None for what a machine wrote, and for a mail without a word."""
        letter = read_letter(raw, fallback)
        ours = sent or letter.sender in self._ours or f"@{letter.sender.rpartition('@')[2]}" in self._ours
        if letter.automatic or not letter.text:
            return None
        return Item(
            external_id=letter.name,
            text=letter.text,
            published_at=received.astimezone(UTC),
            author=letter.sender or None,
            conversation=letter.thread,
            in_reply_to=letter.answers,
            medium=self.medium,
            private=True,
            by_municipality=ours,
            identity=f"mail:{letter.name}",
        )

    @property
    def _ours(self) -> set[str]:
        return {address.casefold() for address in self.own}


def _last(cursor: dict[str, Any], folder: str, validity: int) -> int | None:
    """The last number that was read of a folder; None where its numbers are not, or no longer, known."""
    known = cursor.get("folders", {}).get(folder)
    return int(known["last"]) if known and known["validity"] == validity else None


def _batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH))
