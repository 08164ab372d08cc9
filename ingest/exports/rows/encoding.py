"""In which encoding a text file is written, found by reading it once, together with its hash."""

import codecs
import re
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from ingest.errors import FileRefused

CHUNK = 1 << 20
ZIP = b"PK\x03\x04"
_BAD = re.compile("[\udc80-\udcff]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_UNDEFINED_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Inspected:
    """A file's hash (32 hexadecimal digits), its first bytes and the encoding found."""

    digest: str
    head: bytes
    encoding: str


def inspect(path: Path) -> Inspected:
    """Read the file once, in constant memory.

    Text that is UTF-8 but for a few bytes counts as UTF-8, so that only the rows with those bytes are lost; text that mostly is not,
    is Windows-1252, or Latin-1 where it uses bytes that Windows-1252 does not know.
    """
    digest = blake2b(digest_size=16)
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    head, good, bad, undefined, ascii_only = b"", 0, 0, False, True
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            head = head or chunk[:65536]
            digest.update(chunk)
            if head.startswith(ZIP) or (ascii_only and chunk.isascii()):
                continue
            ascii_only = False
            decoded = decoder.decode(chunk)
            broken = len(_BAD.findall(decoded))
            bad += broken
            good += len(decoded) - len(decoded.encode("ascii", "ignore")) - broken
            undefined = undefined or _UNDEFINED_CP1252.search(chunk) is not None
    return Inspected(digest.hexdigest(), head, _encoding(head, good, bad, undefined))


def refuse_binary(inspected: Inspected, name: str) -> None:
    """Raises FileRefused for what is no text in any of our encodings."""
    if inspected.encoding.startswith(("utf-16", "utf-32")):
        return
    if len(_CONTROL.findall(inspected.head)) > len(inspected.head) // 100:
        raise FileRefused(f"{name} is geen tekstbestand.", "Lever CSV (UTF-8), XLSX of JSON Lines aan.")


def _encoding(head: bytes, good: int, bad: int, undefined: bool) -> str:
    for bom, encoding in BOMS:
        if head.startswith(bom):
            return encoding
    if len(head) >= 4 and head[:4000].count(0) > len(head[:4000]) // 4:
        return "utf-16-le" if head[1] == 0 else "utf-16-be"
    if bad == 0 or good > bad:
        return "utf-8"
    return "latin-1" if undefined else "cp1252"
