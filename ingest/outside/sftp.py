"""Exports on an SFTP server: what is new or has changed is copied here. The server must prove to be the one in sources.yaml; nothing there
is changed or removed."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import asyncssh

from ingest.errors import RequestRefused, SourceError
from ingest.exports.fetching import Fetched, Sftp, safe_name
from outside.guard import guarded_socket

MAX_FILE = 1_000_000_000
MAX_FILES = 2_000
MAX_SECONDS = 900.0
PIECE = 1 << 20
HIDDEN = (".part", ".tmp", ".filepart", ".crdownload")


@dataclass(frozen=True)
class _Remote:
    path: str
    mark: dict[str, Any]
    """Its size and time: the same ones are the same file."""

    @property
    def name(self) -> str:
        return safe_name("-".join(PurePosixPath(self.path).parts))


def fetch_files(way: Sftp, source: str, folder: Path, before: Fetched, now: str, allow_private: bool) -> tuple[Fetched, SourceError | None]:
    """Copy what is new, oldest first; with a problem, what was copied before it counts.

    Raises:
        SourceError: the server cannot be reached, is another one than it should be, or refuses us.
    """
    try:
        return asyncio.run(asyncio.wait_for(_fetch(way, source, folder, before, now, allow_private), MAX_SECONDS))
    except TimeoutError as error:
        raise SourceError(
            f"{source}: {way.host} was na {MAX_SECONDS / 60:.0f} minuten niet klaar.", "Luisterpost probeert het weer."
        ) from error
    except asyncssh.HostKeyNotVerifiable as error:
        raise RequestRefused(
            f"{source}: {way.host} bewijst zich met een andere sleutel dan `host_key` in sources.yaml.",
            "Vraag de leverancier of de sleutel vernieuwd is. Neem een nieuwe alleen over als hij dat bevestigt.",
        ) from error
    except asyncssh.PermissionDenied as error:
        secret = way.key or way.password
        place = secret.place if secret else "sources.yaml"
        raise SourceError(f"{source}: {way.host} laat {way.username} niet binnen.", f"Kijk of het geheim in {place} nog klopt.") from error
    except asyncssh.SFTPError as error:
        raise SourceError(
            f"{source}: {way.host} geeft de map van `files` niet vrij.", "Verbeter `files` onder `fetch` in sources.yaml."
        ) from error
    except (asyncssh.Error, OSError) as error:
        raise SourceError(f"{source}: {way.host} is niet bereikbaar.", "Kijk of het adres klopt en of die server het doet.") from error


async def _fetch(
    way: Sftp, source: str, folder: Path, before: Fetched, now: str, allow_private: bool
) -> tuple[Fetched, SourceError | None]:
    marks: dict[str, Any] = {}
    kept = dict(before.kept)
    problem: SourceError | None = None
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    connection = await _connect(way, source, allow_private)
    async with connection, connection.start_sftp_client() as sftp:
        for remote in await _listed(sftp, way.files):
            if before.marks.get(remote.path) == remote.mark:
                marks[remote.path] = remote.mark
                continue
            try:
                await _copy(sftp, remote, folder / remote.name)
            except _TooLarge:
                name = PurePosixPath(remote.path).name
                problem = RequestRefused(
                    f"{source}: {name} is groter dan {MAX_FILE // 1_000_000} MB.", "Vraag een export van een kortere periode."
                )
                continue
            marks[remote.path] = remote.mark
            kept[remote.name] = now
    return Fetched(marks, kept), problem


async def _connect(way: Sftp, source: str, allow_private: bool) -> asyncssh.SSHClientConnection:
    key = [asyncssh.import_private_key(way.key.reveal(source))] if way.key else None
    sock = guarded_socket(way.host, way.port, [(way.host.lower(), way.port)] if allow_private else [])
    sock.setblocking(False)
    return await asyncssh.connect(
        way.host,
        way.port,
        sock=sock,
        config=None,
        known_hosts=([asyncssh.import_public_key(way.host_key)], [], []),
        username=way.username,
        password=way.password.reveal(source) if way.password else None,
        client_keys=key,
        agent_path=None,
        login_timeout=20,
    )


async def _listed(sftp: asyncssh.SFTPClient, pattern: str) -> list[_Remote]:
    """Files by time, the oldest first."""
    found = [
        _Remote(str(entry.filename), {"size": entry.attrs.size or 0, "mtime": entry.attrs.mtime or 0})
        for entry in await sftp.glob_sftpname(pattern, error_handler=False)
        if entry.attrs.type == asyncssh.FILEXFER_TYPE_REGULAR
    ]
    shown = [one for one in found if not PurePosixPath(one.path).name.startswith(".") and not one.path.lower().endswith(HIDDEN)]
    return sorted(shown, key=lambda one: (one.mark["mtime"], one.path))[-MAX_FILES:]


class _TooLarge(Exception):
    """A file is larger than we take, whatever it says it is."""


async def _copy(sftp: asyncssh.SFTPClient, remote: _Remote, path: Path) -> None:
    if remote.mark["size"] > MAX_FILE:
        raise _TooLarge
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    size = 0
    async with sftp.open(remote.path, "rb") as there:
        with part.open("wb") as here:
            while piece := await there.read(PIECE):
                size += len(piece)
                if size > MAX_FILE:
                    raise _TooLarge
                here.write(piece if isinstance(piece, bytes) else piece.encode())
    os.utime(part, (remote.mark["mtime"], remote.mark["mtime"]))
    part.replace(path)
