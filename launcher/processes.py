"""Child processes that end with us: each in a process group of its own, asked to stop first, and made to after."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import psutil

PATIENCE_SECONDS = 15


@dataclass(frozen=True)
class Child:
    """A started process, what people call it, and where it writes."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


class Children:
    """The processes of one run. Leaving the block stops them all, the last started first.

    From then on this process hears no Ctrl-C any more: a second one, of the impatient, must not leave half of them running.
    """

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: list[Child] = []

    def start(self, name: str, command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> Child:
        """Start a process; its output goes to `<name>.log`."""
        self._logs.mkdir(parents=True, exist_ok=True)
        log = self._logs / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        child = Child(name, process, log)
        self._children.append(child)
        return child

    def ended(self) -> Child | None:
        """A child that has stopped by itself, if any has."""
        return next((child for child in self._children if child.process.poll() is not None), None)

    def forget(self, child: Child) -> None:
        """A child that was meant to end, and has."""
        self._children.remove(child)

    def __enter__(self) -> "Children":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        families = [_family(child.process.pid) for child in self._children]
        for child in reversed(self._children):
            child.process.send_signal(signal.SIGINT)
        everyone = [process for family in families for process in family]
        _, stubborn = psutil.wait_procs(everyone, timeout=PATIENCE_SECONDS)
        for process in stubborn:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(stubborn, timeout=PATIENCE_SECONDS)
        for child in self._children:
            with suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGKILL)
        for child in self._children:
            child.process.wait()


def _family(pid: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
