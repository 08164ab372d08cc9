"""The step boundaries of a process: before and after each commit, each answer of a server, and each mail handed over.

Installed in a victim only; the product knows nothing of it.
"""

import os
import signal
import smtplib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import requests


class Boundaries:
    """Counts the boundaries this process crosses, and kills it with SIGKILL at the one it was told."""

    def __init__(self, kill_at: int | None) -> None:
        self.kill_at = kill_at
        self.crossed: list[str] = []

    def cross(self, name: str) -> None:
        self.crossed.append(name)
        if len(self.crossed) == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def install(self) -> None:
        """Stand around every effect on the outside world."""
        self._around(psycopg.Connection, "commit", "commit")
        self._around(requests.Session, "send", "answer")
        self._around(smtplib.SMTP, "sendmail", "mail")
        self._around(smtplib.SMTP, "data", "mail data")
        self._around(Path, "rename", "rename")
        self._around(Path, "replace", "rename")

    def _around(self, owner: type[Any], method: str, name: str) -> None:
        plain: Callable[..., Any] = getattr(owner, method)

        def watched(*arguments: Any, **named: Any) -> Any:
            self.cross(f"before {name}")
            result = plain(*arguments, **named)
            self.cross(f"after {name}")
            return result

        setattr(owner, method, watched)
