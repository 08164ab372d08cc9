"""BAG openbare ruimten, or a list of addresses: what a row says of a street, and in which neighbourhood that puts it."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from shapely import Point, STRtree
from shapely.geometry.base import BaseGeometry

from ingest.gazetteer.areas import Area
from ingest.gazetteer.rows import Refused, Row

_NAME = ("openbareruimtenaam", "straatnaam", "straat", "sttnaam", "naam")
_TYPE = ("typeopenbareruimte", "openbareruimtetype", "type")
_LANDMARKS = {"water": "water", "terrein": "landmark", "kunstwerk": "bridge", "landschappelijkgebied": "park"}
_LEFT_OUT = ("spoorbaan", "administratiefgebied")
STREET = "street"


@dataclass(frozen=True)
class Street:
    """A public space; `kind` is `street`, or what sort of landmark it is."""

    name: str
    town: str
    kind: str


@dataclass
class Streets:
    """The streets of some files, each with how often it was seen in which neighbourhood: it lies where most of it lies."""

    areas: Mapping[str, Area]
    seen: dict[Street, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    postcodes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._with_shape = [area for area in self.areas.values() if area.geometry is not None and area.code.startswith("BU")]
        self._tree = STRtree([area.geometry for area in self._with_shape])
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for area in self.areas.values():
            if area.code.startswith("BU"):
                self._by_name[area.name.lower()].append(area.code)

    def take(self, row: Row) -> Refused | None:
        """Count one row; a refusal says why it cannot be."""
        street = street_of(row)
        if street is None:
            return None
        if isinstance(street, Refused):
            return street
        places = self._places(row, street)
        if isinstance(places, Refused):
            return places
        self.seen[street].update(places)
        return None

    def _places(self, row: Row, street: Street) -> Counter[str] | Refused:
        code = _code(row.first("buurtcode", "bucode", "buurt"))
        if code in self.areas:
            return Counter([code])
        named = self._by_name.get(row.first("buurtnaam", "bunaam", "buurt").lower(), [])
        if len(named) == 1:
            return Counter(named)
        if row.geometry is not None and self._with_shape:
            return self._under(row.geometry, row.number)
        postcode = row.first("postcode", "pc6").replace(" ", "").upper()
        if self.postcodes.get(postcode) in self.areas:
            return Counter([self.postcodes[postcode]])
        town = self._by_name.get(street.town.lower(), [])
        if len(town) == 1:
            return Counter(town)
        return Refused(
            row.number,
            "er staat niet bij in welke buurt deze straat ligt. Geef een buurtcode, een punt op de kaart of een postcode, "
            "en neem het buurtenbestand mee",
        )

    def _under(self, geometry: BaseGeometry, number: int) -> Counter[str] | Refused:
        """In which neighbourhoods a shape lies, with the metres (or so) in each."""
        large = [abs(bounds) > 180 for bounds in (geometry.bounds[0], self._with_shape[0].geometry.bounds[0])]  # type: ignore[union-attr]
        if large[0] != large[1]:
            return Refused(number, "de plek staat in een ander stelsel dan de buurten (RD of lengte en breedte). Neem beide in hetzelfde")
        found: Counter[str] = Counter()
        for i in self._tree.query(geometry, predicate="intersects"):
            area = self._with_shape[int(i)]
            part = geometry.intersection(area.geometry)
            metres = part.length * (1 if large[0] else 100_000)
            found[area.code] += 1 if isinstance(geometry, Point) else max(1, round(metres))
        return found or Refused(number, "de plek ligt in geen van de buurten")

    def lying(self) -> dict[str, list[Street]]:
        """The streets of each neighbourhood."""
        found: dict[str, list[Street]] = defaultdict(list)
        for street, counts in self.seen.items():
            best = min(counts, key=lambda code: (-counts[code], code))
            found[best].append(street)
        return found


def is_postcode(row: Row) -> bool:
    """Whether a row only says in which neighbourhood a postcode lies."""
    return any(name in row.fields for name in ("pc6", "postcode")) and not any(name in row.fields for name in _NAME)


def postcode_of(row: Row) -> tuple[str, str] | Refused:
    postcode = row.first("pc6", "postcode").replace(" ", "").upper()
    code = _code(next((value for name, value in row.fields.items() if re.fullmatch(r"buurt(code|\d{4})?|bucode", name)), ""))
    if not re.fullmatch(r"[1-9]\d{3}[A-Z]{2}", postcode) or not code:
        return Refused(row.number, "hier horen een postcode (1234AB) en een buurtcode te staan")
    return postcode, code


def street_of(row: Row) -> Street | Refused | None:
    """The street of a row; None for what residents do not call a place, or what is a street no more."""
    name = row.first(*_NAME)
    if not name:
        return Refused(row.number, "er staat geen straatnaam")
    if len(name) > 80 or not any(letter.isalpha() for letter in name) or "\ufffd" in name:
        return Refused(row.number, f"{name[:30]!r} is geen straatnaam")
    sort = re.sub(r"[^a-z]", "", row.first(*_TYPE).lower())
    if sort in _LEFT_OUT or "ingetrokken" in row.first("status", "openbareruimtestatus").lower():
        return None
    return Street(" ".join(name.split()), row.first("woonplaatsnaam", "woonplaats", "wpsnaam"), _LANDMARKS.get(sort, STREET))


def _code(written: str) -> str:
    """A neighbourhood's code as CBS writes it; some of its files leave out the letters and the zeros before."""
    return f"BU{int(written):08d}" if re.fullmatch(r"\d{5,8}", written) else written.upper()
