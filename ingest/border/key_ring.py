"""The keys of the pseudonyms in data/keys/pseudonym.key: the present one on the first line, older ones below it.

The file is only ever replaced as a whole: whatever is cut off halfway, there is the ring of before or the ring of after.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ingest.errors import SourceError

FILE = "pseudonym.key"
KEY_BYTES = 32


class NoOldKey(SourceError):
    """There is nothing to forget: the present key is the only one."""


def read_ring(folder: Path) -> list[bytes]:
    """The keys, the present one first; the first is made at first use.

    Raises:
        SourceError: the file is damaged. A new key would make strangers of everybody, so none is made over it.
    """
    path = folder / FILE
    if not path.exists():
        with _alone(folder):
            if not path.exists():
                _write(path, [secrets.token_bytes(KEY_BYTES)])
    try:
        keys = [bytes.fromhex(line) for line in path.read_text(encoding="ascii").split()]
    except (OSError, ValueError) as error:
        raise _damaged(path) from error
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise _damaged(path)
    return keys


def rotate(folder: Path) -> int:
    """Put a new key before the present one; gives how many there are now.

    Raises:
        SourceError: as `read_ring`.
    """
    read_ring(folder)
    with _alone(folder):
        keys = [secrets.token_bytes(KEY_BYTES), *read_ring(folder)]
        _write(folder / FILE, keys)
    return len(keys)


def forget_oldest(folder: Path) -> int:
    """Drop the oldest key; gives how many are left. Who was not seen since it was replaced is a stranger from now on.

    Raises:
        NoOldKey: the present key is the only one.
        SourceError: as `read_ring`.
    """
    read_ring(folder)
    with _alone(folder):
        keys = read_ring(folder)
        if len(keys) == 1:
            raise NoOldKey("Er is maar één sleutel, en die is in gebruik.", "Maak eerst een nieuwe met `luisterpost key rotate`.")
        _write(folder / FILE, keys[:-1])
    return len(keys) - 1


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(path: Path, keys: Sequence[bytes]) -> None:
    """Under the lock, so that one name for the unfinished file is enough."""
    unfinished = path.with_name(f".{path.name}.part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("\n".join(key.hex() for key in keys))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _damaged(path: Path) -> SourceError:
    return SourceError(
        f"De sleutel van de pseudoniemen ({path}) is beschadigd of onleesbaar.",
        "Zet haar terug uit de reservekopie; met een nieuwe sleutel herkent Luisterpost niemand van vroeger meer.",
    )
