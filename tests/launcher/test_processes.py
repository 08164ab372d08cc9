"""What was started ends with us, however stubborn."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from launcher import processes
from launcher.processes import Children

STUBBORN_WITH_A_CHILD = """
import signal, subprocess, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
deaf = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); print('up', flush=True); signal.pause()"
child = subprocess.Popen([sys.executable, "-c", deaf])
signal.pause()
"""


def alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


@pytest.fixture(autouse=True)
def hears_again() -> Iterator[None]:
    """Leaving the block makes a process deaf to Ctrl-C; the tests go on."""
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGINT, before[0])
    signal.signal(signal.SIGTERM, before[1])


def wait_for(log: Path, word: str) -> None:
    process_is_up = psutil.Process()
    while word not in log.read_text():
        assert process_is_up.is_running()


def test_leaving_the_block_ends_children_and_theirs_even_when_they_do_not_listen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PATIENCE_SECONDS", 1)
    with Children(tmp_path) as children:
        child = children.start("stubborn", [sys.executable, "-c", STUBBORN_WITH_A_CHILD])
        wait_for(child.log, "up")
        family = [psutil.Process(child.process.pid), *psutil.Process(child.process.pid).children(recursive=True)]
    assert len(family) == 2
    assert not any(alive(process) for process in family)


def test_a_child_that_stops_by_itself_is_noticed_unless_it_was_meant_to(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        child = children.start("brief", [sys.executable, "-c", "print('done')"])
        child.process.wait()
        assert children.ended() is child
        children.forget(child)
        assert children.ended() is None
    assert child.log.read_text() == "done\n"
