"""Authors are stored only as keyed pseudonyms: the same person is recognised again, nobody is named.

The key can be renewed. Old keys are kept behind the new one until they are forgotten: somebody seen again under an old pseudonym gets
the new one.
"""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.border.key_ring import read_ring

NAMELESS = frozenset(
    {"", "-", "anoniem", "anonymous", "anonieme gebruiker", "onbekend", "unknown", "n.v.t.", "nvt", "none", "null", "gast", "guest"}
)
"""What systems write where nobody is named: no author, rather than one very talkative one."""


@dataclass(frozen=True)
class Pseudonyms:
    """Makes pseudonyms with one municipality's key. `old` keys say how the same person was called before."""

    key: bytes
    old: tuple[bytes, ...] = ()

    def of(self, handle: str | None, network: str) -> str | None:
        """32 hexadecimal digits for this handle on this network, the same every time; None where nobody is named."""
        return None if handle is None else _pseudonym(self.key, handle, network)

    def former(self, handle: str | None, network: str) -> list[str]:
        """What `of` said under each old key."""
        found = (None if handle is None else _pseudonym(key, handle, network) for key in self.old)
        return [pseudonym for pseudonym in found if pseudonym]

    def digests(self, name: str) -> list[bytes]:
        """16 bytes for the name of a post, by the present key first: it may hold a handle, so it is not stored itself."""
        written = name.encode("utf-8", "replace")
        return [hashlib.blake2b(written, key=key, digest_size=16, person=b"post").digest() for key in (self.key, *self.old)]


def plain(handle: str) -> str:
    """The handle without what does not tell people apart: letter case, a leading @, width of characters."""
    return unicodedata.normalize("NFKC", handle).strip().lstrip("@").strip().casefold()


def pseudonyms(folder: Path) -> Pseudonyms:
    """The maker with the keys in `folder`; a key is made at first use.

    Raises:
        SourceError: the key file is damaged. A new key would make strangers of everybody, so none is made over it.
    """
    key, *old = read_ring(folder)
    return Pseudonyms(key, tuple(old))


@lru_cache(maxsize=16_384)
def _pseudonym(key: bytes, handle: str, network: str) -> str | None:
    name = plain(handle)
    return None if name in NAMELESS else hmac.digest(key, f"{network.casefold()}\0{name}".encode("utf-8", "replace"), "sha256").hex()[:32]
