"""Rows of a CSV or GeoJSON file, with their number, their fields and, where it has one, their shape on the map."""

import csv
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from shapely import Point, is_valid, make_valid
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

MAX_BYTES = 1_000_000_000
_EAST = ("lon", "lng", "lengtegraad", "longitude", "x", "xcoordinaat", "xrd")
_NORTH = ("lat", "breedtegraad", "latitude", "y", "ycoordinaat", "yrd")


class GazetteerError(Exception):
    """A file of places cannot be used; the message is Dutch and says which, why, and what to do."""


@dataclass(frozen=True)
class Row:
    """One row. Field names are in small letters without marks: `aantalInwoners` and `aantal_inwoners` are both `aantalinwoners`."""

    number: int
    """Counted from 1; in a CSV the heading is the first."""
    fields: Mapping[str, str]
    geometry: BaseGeometry | None

    def first(self, *names: str) -> str:
        """The first of these fields that holds something; else nothing."""
        return next((value for name in names if (value := self.fields.get(name, ""))), "")


@dataclass(frozen=True)
class Refused:
    """A row that cannot be used, and why."""

    number: int
    reason: str


def read_rows(path: Path) -> Iterator[Row | Refused]:
    """The rows of one file, one by one; damaged ones as a refusal.

    Raises:
        GazetteerError: the file as a whole cannot be read.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise GazetteerError(f"{path.name} is groter dan {MAX_BYTES // 1_000_000} MB. Maak een uitsnede van alleen uw gemeente.")
        source = path.read_bytes()
    except OSError as error:
        raise GazetteerError(f"{path.name} kan niet gelezen worden ({error.strerror}). Kijk of het bestand er staat.") from error
    text = _decoded(source)
    return _features(path.name, text) if text.lstrip()[:1] in ("{", "[") else _lines(path.name, text)


def _decoded(source: bytes) -> str:
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError:
        return source.decode("cp1252", errors="replace")


def _features(name: str, text: str) -> Iterator[Row | Refused]:
    try:
        features = json.loads(text)["features"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise GazetteerError(f"{name} is geen GeoJSON met een lijst 'features'. Download het bestand opnieuw.") from error
    if not isinstance(features, list):
        raise GazetteerError(f"{name}: 'features' is geen lijst. Download het bestand opnieuw.")
    for number, feature in enumerate(features, 1):
        yield _feature(number, feature)


def _feature(number: int, feature: Any) -> Row | Refused:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        return Refused(number, "er staan geen gegevens in")
    fields = {_field(str(key)): _value(value) for key, value in feature["properties"].items()}
    try:
        geometry = shape(feature["geometry"]) if feature.get("geometry") else None
        if geometry is not None and not is_valid(geometry):
            geometry = make_valid(geometry)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        return Refused(number, "de vorm op de kaart is beschadigd")
    return Row(number, fields, geometry if geometry is not None and not geometry.is_empty else _point(fields))


def _lines(name: str, text: str) -> Iterator[Row | Refused]:
    heading = text.partition("\n")[0]
    separator = max(";,\t", key=heading.count)
    if separator not in heading:
        raise GazetteerError(f"{name} is geen CSV met een kopregel en geen GeoJSON. Kijk of u het goede bestand koos.")
    rows = csv.reader(StringIO(text.replace("\0", "")), delimiter=separator)
    try:
        names = [_field(column) for column in next(rows)]
        for row in rows:
            if not any(value.strip() for value in row):
                continue
            if len(row) != len(names):
                yield Refused(rows.line_num, f"er staan {len(row)} velden, en de kopregel heeft er {len(names)}")
                continue
            fields = {column: value.strip() for column, value in zip(names, row, strict=True)}
            yield Row(rows.line_num, fields, _point(fields))
    except csv.Error as error:
        raise GazetteerError(f"{name}, regel {rows.line_num}: geen geldige CSV ({error}). Sla het bestand opnieuw op.") from error


def _point(fields: Mapping[str, str]) -> BaseGeometry | None:
    east, north = (_figure(next((fields[name] for name in names if fields.get(name)), "")) for names in (_EAST, _NORTH))
    return None if east is None or north is None else Point(east, north)


def _figure(written: str) -> float | None:
    return float(written.replace(",", ".")) if re.fullmatch(r"-?\d{1,9}([.,]\d{1,15})?", written) else None


def _field(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", ascii_of(name).lower())


def _value(value: object) -> str:
    return "" if value is None else str(value).strip()


def ascii_of(text: str) -> str:
    """A text without accents."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
