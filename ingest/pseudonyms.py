"""Authors are stored only as keyed pseudonyms: the same person is recognised again, nobody is named."""

import hashlib
import hmac
import os
import secrets
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.errors import SourceError

FILE = "pseudonym.key"
KEY_BYTES = 32
NAMELESS = frozenset(
    {"", "-", "anoniem", "anonymous", "anonieme gebruiker", "onbekend", "unknown", "n.v.t.", "nvt", "none", "null", "gast", "guest"}
)
"""What systems write where nobody is named: no author, rather than one very talkative one."""


@dataclass(frozen=True)
class Pseudonyms:
    """Makes pseudonyms with one municipality's key."""

    key: bytes

    def of(self, handle: str | None, network: str) -> str | None:
        """32 hexadecimal digits for this handle on this network, the same every time; None where nobody is named."""
        if handle is None:
            return None
        name = plain(handle)
        return None if name in NAMELESS else _digest(self.key, name, network.casefold())


def plain(handle: str) -> str:
    """The handle without what does not tell people apart: letter case, a leading @, width of characters."""
    return unicodedata.normalize("NFKC", handle).strip().lstrip("@").strip().casefold()


def pseudonyms(folder: Path) -> Pseudonyms:
    """The maker with the key in `folder`; the key is made at first use.

    Raises:
        SourceError: the key file is damaged. A new key would make strangers of everybody, so none is made over it.
    """
    path = folder / FILE
    if not path.exists():
        _make(path)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise _damaged(path) from error
    if len(key) != KEY_BYTES:
        raise _damaged(path)
    return Pseudonyms(key)


@lru_cache(maxsize=8192)
def _digest(key: bytes, name: str, network: str) -> str:
    return hmac.digest(key, f"{network}\0{name}".encode("utf-8", "replace"), hashlib.sha256).hex()[:32]


def _make(path: Path) -> None:
    """Whole or not at all, and only once, also where two processes begin together."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f".{FILE}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(unfinished, path)
        except FileExistsError:
            return
    finally:
        unfinished.unlink(missing_ok=True)


def _damaged(path: Path) -> SourceError:
    return SourceError(
        f"De sleutel van de pseudoniemen ({path}) is beschadigd of onleesbaar.",
        "Zet haar terug uit de reservekopie; met een nieuwe sleutel herkent Luisterpost niemand van vroeger meer.",
    )
