"""Files in, gazetteer.json out: areas and streets get the ids they had, and a report says what changed."""

import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.gazetteer.areas import Area, area_of, is_area, water_of
from ingest.gazetteer.changes import changes
from ingest.gazetteer.gather import gathered
from ingest.gazetteer.rows import GazetteerError, Refused, Row, read_rows
from ingest.gazetteer.shapes import shapes_of
from ingest.gazetteer.streets import Streets, is_postcode, postcode_of
from models.configuration import read_yaml
from models.gazetteer import IMPORTED, OWN, Places, joined, read_imported
from models.shapes import SHAPES, Shapes


@dataclass(frozen=True)
class Outcome:
    """What an import did: Dutch lines about what changed, and how many rows were refused or belong to other municipalities."""

    changed: tuple[str, ...]
    refused: int
    elsewhere: int


def bring_in(folder: Path, files: Sequence[Path], complain: Callable[[str], None]) -> Outcome:
    """Read files of areas, streets or postcodes into `gazetteer.json` in the municipality's folder, and shapes into `shapes.geojson`.

    Of what no file speaks, what an earlier import brought stays. Each refused row is told to `complain`; the rest goes on.

    Raises:
        GazetteerError: a file as a whole cannot be used, or no area is known yet.
        ConfigurationError: places.yaml or gazetteer.json cannot be used.
    """
    own = read_yaml(folder / OWN, Places)
    path = folder / IMPORTED
    before = read_imported(path) if path.exists() else None
    known = joined(own, before) if before else own
    reading = _Reading(own.municipality.name, complain)
    rows = {file: list(reading.rows(file)) for file in files}
    areas = {area.code: area for file, read in rows.items() for area in reading.areas(file, read)}
    streets = Streets(areas or _areas_of(known))
    for file, read in rows.items():
        reading.postcodes(file, read, streets)
    if not streets.areas:
        raise GazetteerError("Er zijn nog geen buurten. Geef ook het bestand van CBS met wijken en buurten mee.")
    for file, read in rows.items():
        reading.streets(file, read, streets)
    after = gathered(own, before, areas, streets)
    shapes = _shapes(after, areas, rows)
    if shapes.features:
        _write(folder / SHAPES, shapes.model_dump_json(exclude_none=True))
    _write(path, after.model_dump_json(indent=1, exclude_defaults=True))
    return Outcome(tuple(changes(known if before else own, joined(own, after))), reading.refused, reading.elsewhere)


class _Reading:
    """Reads files and counts what is left out."""

    def __init__(self, municipality: str, complain: Callable[[str], None]) -> None:
        self.refused = self.elsewhere = 0
        self._municipality = municipality.lower()
        self._complain = complain

    def rows(self, file: Path) -> Iterable[Row]:
        """The rows of this municipality."""
        for row in read_rows(file):
            if isinstance(row, Refused):
                self._refuse(file, row)
            elif (row.first("gemeentenaam", "gmnaam").lower() or self._municipality) != self._municipality:
                self.elsewhere += 1
            else:
                yield row

    def areas(self, file: Path, rows: Iterable[Row]) -> Iterable[Area]:
        for row in rows:
            if is_area(row):
                area = area_of(row)
                if isinstance(area, Refused):
                    self._refuse(file, area)
                elif area is not None:
                    yield area

    def postcodes(self, file: Path, rows: Iterable[Row], streets: Streets) -> None:
        for row in rows:
            if is_postcode(row) and not is_area(row):
                pair = postcode_of(row)
                if isinstance(pair, Refused):
                    self._refuse(file, pair)
                else:
                    streets.postcodes.setdefault(*pair)

    def streets(self, file: Path, rows: Iterable[Row], streets: Streets) -> None:
        for row in rows:
            if not is_area(row) and not is_postcode(row):
                refusal = streets.take(row)
                if refusal is not None:
                    self._refuse(file, refusal)

    def _refuse(self, file: Path, refusal: Refused) -> None:
        self.refused += 1
        self._complain(f"{file.name}, rij {refusal.number}: {refusal.reason}.")


def _areas_of(places: Places) -> dict[str, Area]:
    """What earlier imports know, for a file of streets alone; without shapes."""
    return {n.code: Area(n.code, n.name, "WK" + n.code[2:8], "", n.inhabitants, None) for n in places.neighbourhoods if n.code is not None}


def _shapes(places: Places, areas: Mapping[str, Area], rows: Mapping[Path, Sequence[Row]]) -> Shapes:
    """The shapes that these rows bring, of the neighbourhoods by the ids they have now, and of water."""
    ids = {n.code: n.id for n in places.neighbourhoods if n.code is not None}
    drawn = {ids[code]: area.geometry for code, area in areas.items() if code in ids and area.geometry is not None}
    water = [shape for read in rows.values() for row in read if is_area(row) and (shape := water_of(row)) is not None]
    return shapes_of(drawn, water) if drawn else Shapes()


def _write(path: Path, text: str) -> None:
    """At once or not at all: a reader finds the old file or the new one."""
    handle, name = tempfile.mkstemp(prefix=".places-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
