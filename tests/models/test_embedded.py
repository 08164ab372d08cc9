"""One process owns the embedded server, the others connect; what a crash leaves behind is recovered without a hand."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from models import embedded
from models.settings import ROOT

OWNER = """
import sys, time
from pathlib import Path
from models import embedded
with embedded.server(Path(sys.argv[1])) as server:
    server.ensure_database("town")
    print("ready", flush=True)
    sys.stdin.read()
"""


WAITING = """
import sys
from pathlib import Path
from models import embedded
print("waiting", flush=True)
with embedded.server(Path(sys.argv[1])):
    print("owner", flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "postgres"


@pytest.fixture
def owner(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that owns the server over `folder`."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", OWNER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield process
    process.communicate()


def rows(server: embedded.Server) -> int:
    with psycopg.connect(host=str(server.sockets), user="postgres", dbname="town") as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (id int)")
        connection.execute("INSERT INTO kept VALUES (1)")
        answer = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert answer is not None
    return int(answer[0])


def test_a_second_process_connects_to_the_owners_server_and_leaves_it_running(owner: subprocess.Popen[str], folder: Path) -> None:
    with embedded.server(folder) as guest:
        assert rows(guest) == 1
    assert embedded.running(folder) is not None


def test_the_server_stops_with_its_owner(owner: subprocess.Popen[str], folder: Path) -> None:
    owner.communicate()
    assert embedded.running(folder) is None


def test_after_the_owner_was_killed_the_next_one_takes_over_and_nothing_is_lost(owner: subprocess.Popen[str], folder: Path) -> None:
    with embedded.server(folder) as guest:
        rows(guest)
    owner.kill()
    owner.wait()
    with embedded.server(folder) as heir:
        assert rows(heir) == 2
    assert embedded.running(folder) is None


def test_after_owner_and_server_were_killed_a_new_server_recovers(owner: subprocess.Popen[str], folder: Path) -> None:
    with embedded.server(folder) as guest:
        rows(guest)
    owner.kill()
    os.kill(int((folder / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    psutil.wait_procs([p for p in psutil.process_iter() if str(folder) in " ".join(_cmdline(p))], timeout=10)
    with embedded.server(folder) as heir:
        assert rows(heir) == 2


def test_whoever_waits_for_an_owner_that_dies_takes_over(owner: subprocess.Popen[str], folder: Path) -> None:
    with embedded.server(folder) as guest:
        rows(guest)
    command = [sys.executable, "-W", "ignore", "-c", WAITING, str(folder)]
    os.kill(int((folder / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as waiting:
        assert waiting.stdout is not None
        assert waiting.stdout.readline() == "waiting\n"
        owner.kill()
        assert waiting.stdout.readline() == "owner\n"


def test_a_lock_left_by_a_reboot_is_recovered_even_when_its_number_now_belongs_to_another_process(folder: Path) -> None:
    with embedded.server(folder) as server:
        server.ensure_database("town")
        left_behind = (folder / "postmaster.pid").read_text().splitlines()
    (folder / "postmaster.pid").write_text("\n".join([str(os.getpid()), *left_behind[1:]]) + "\n")
    with embedded.server(folder) as server:
        assert rows(server) == 1


def test_a_torn_lock_file_is_recovered(folder: Path) -> None:
    with embedded.server(folder) as server:
        server.ensure_database("town")
    (folder / "postmaster.pid").write_text("")
    with embedded.server(folder) as server:
        assert rows(server) == 1


def test_the_data_folder_may_be_moved(folder: Path, tmp_path: Path) -> None:
    with embedded.server(folder) as server:
        server.ensure_database("town")
        rows(server)
    moved = tmp_path / "elsewhere"
    shutil.move(folder.parent, moved)
    with embedded.server(moved / "postgres") as server:
        assert rows(server) == 2


def test_a_folder_with_a_path_too_long_for_a_socket_works(tmp_path: Path) -> None:
    with embedded.server(tmp_path / ("lang" * 20) / "postgres") as server:
        server.ensure_database("town")
        assert rows(server) == 1


def test_a_folder_made_by_a_newer_postgresql_is_refused_with_what_to_do(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "PG_VERSION").write_text("99\n")
    with pytest.raises(embedded.EmbeddedError, match=r"nieuwere PostgreSQL \(99.*LUISTERPOST_DATA"), embedded.server(folder):
        pass


def _cmdline(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []
