"""CBS wijken en buurten: what a row says of a district or a neighbourhood."""

import re
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from ingest.gazetteer.rows import Refused, Row

_BUURT = ("buurtcode", "bucode", "gwbcode", "gwbcode10", "statcode", "code")
_WIJK = ("wijkcode", "wkcode", "gwbcode", "gwbcode10", "statcode", "code")
_INHABITANTS = ("aantalinwoners", "ainw", "inwoners")


@dataclass(frozen=True)
class Area:
    """A district (`WK...`) or neighbourhood (`BU...`) as CBS numbers them."""

    code: str
    name: str
    district: str
    """The code of its district; of a district its own."""
    district_name: str
    inhabitants: int | None
    geometry: BaseGeometry | None


def is_area(row: Row) -> bool:
    """Whether a row has the fields of a file of areas."""
    return bool({"buurtnaam", "bunaam", "wijknaam", "wknaam", "regio", "statnaam"} & set(row.fields)) and not (
        {"openbareruimtenaam", "straatnaam", "straat"} & set(row.fields)
    )


def water_of(row: Row) -> BaseGeometry | None:
    """The shape of a neighbourhood that is all water: nobody lives there, and a map shows it."""
    code = next((row.fields[name] for name in _BUURT if row.fields.get(name, "").upper().startswith("BU")), None)
    return row.geometry if code is not None and _is_water(row) else None


def area_of(row: Row) -> Area | Refused | None:
    """The area of a row; None for what is none of ours to know: a municipality as a whole, water."""
    code = next((row.fields[name].upper() for name in _BUURT if row.fields.get(name, "").upper().startswith("BU")), "")
    if not code:
        code = next((row.fields[name].upper() for name in _WIJK if row.fields.get(name, "").upper().startswith("WK")), "")
    if not code:
        whole = any(value.upper().startswith(("GM", "NL")) for name, value in row.fields.items() if name in (*_BUURT, "gemeentecode"))
        return None if whole else Refused(row.number, "er staat geen buurtcode (BU...) of wijkcode (WK...)")
    if not re.fullmatch(r"BU\d{8}|WK\d{6}", code):
        return Refused(row.number, f"de code {code[:12]!r} is geen buurtcode (BU en 8 cijfers) of wijkcode (WK en 6 cijfers)")
    if _is_water(row):
        return None
    own = ("buurtnaam", "bunaam") if code.startswith("BU") else ("wijknaam", "wknaam")
    name = row.first(*own, "regio", "statnaam", "naam")
    if not name:
        return Refused(row.number, "er staat geen naam")
    inhabitants = row.first(*_INHABITANTS)
    if inhabitants and not re.fullmatch(r"-?\d+([.,]0+)?", inhabitants):
        return Refused(row.number, f"het aantal inwoners {inhabitants[:12]!r} is geen getal")
    return Area(
        code, name, "WK" + code[2:8], row.first("wijknaam", "wknaam"), _count(inhabitants), row.geometry if code.startswith("BU") else None
    )


def _is_water(row: Row) -> bool:
    return row.first("water", "indwater").upper() in ("JA", "B")


def _count(written: str) -> int | None:
    """CBS writes figures below zero where there is none to tell."""
    count = int(float(written.replace(",", "."))) if written else -1
    return count if count >= 0 else None
