"""XLSX: read row by row, bounded in what it may unpack to."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook

from ingest.errors import FileRefused
from ingest.exports.rows.row import MAX_COLUMNS, Row

MAX_UNPACKED = 1_000_000_000
MAX_SHARED_STRINGS = 150_000_000
"""The table of strings is the one part that must be in memory whole."""
MAX_PARTS = 5_000
DAMAGED = "Vraag het bestand opnieuw op, of open het in Excel en sla het opnieuw op als .xlsx."


def read_workbook(path: Path, name: str, sheet: str | None) -> Iterator[Row]:
    """The rows of one sheet (the first, unless named) with the row numbers that Excel shows; empty rows are skipped.

    Raises:
        FileRefused: too large, damaged, or no such sheet.
    """
    refuse_bomb(path, name)
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, ParseError, TypeError, AttributeError) as error:
        raise FileRefused(f"{name} is beschadigd of nog niet helemaal gekopieerd.", DAMAGED) from error
    try:
        if sheet is not None and sheet not in book.sheetnames:
            raise FileRefused(
                f"{name} heeft geen werkblad {sheet!r}, wel: {', '.join(book.sheetnames)[:200]}.", "Verbeter `sheet` in sources.yaml."
            )
        if not book.worksheets:
            raise FileRefused(f"{name} heeft geen werkblad.", DAMAGED)
        chosen = book[sheet] if sheet else book.worksheets[0]
        chosen.reset_dimensions()
        for number, cells in enumerate(chosen.iter_rows(values_only=True, max_col=MAX_COLUMNS), 1):
            if any(cell is not None and cell != "" for cell in cells):
                yield Row(number, cells)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, ParseError, TypeError, EOFError, zipfile.LargeZipFile) as error:
        raise FileRefused(f"{name} is beschadigd.", DAMAGED) from error
    finally:
        book.close()


def refuse_bomb(path: Path, name: str) -> None:
    """Raises FileRefused for what unpacks beyond its bounds, is locked with a password, or declares XML entities."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            strings = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED or strings > MAX_SHARED_STRINGS:
                raise FileRefused(f"{name} is uitgepakt groter dan is toegestaan.", "Exporteer een kortere periode, of lever CSV aan.")
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    with archive.open(part) as file:
                        if b"<!" in file.read(4096).replace(b"<!--", b""):
                            raise FileRefused(f"{name} bevat XML-definities die niet in een werkblad horen.", DAMAGED)
    except (zipfile.BadZipFile, RuntimeError, OSError, NotImplementedError) as error:
        raise FileRefused(f"{name} is beschadigd, met een wachtwoord beveiligd of nog niet helemaal gekopieerd.", DAMAGED) from error
