"""Keys of this installation: files of one secret each, made once, readable by this user only."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def made_once(path: Path) -> str:
    """The secret in this file; made at first use, the same for all who come at the same moment."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = path.with_name(f"{path.name}.{os.getpid()}")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(unfinished, path)
        unfinished.unlink()
    return path.read_text()
