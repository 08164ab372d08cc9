"""Bringing in a municipality's areas and streets, as CBS and the BAG publish them."""

import json
import shutil
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import settings as limited
from hypothesis import strategies as st
from typer.testing import CliRunner

from ingest.gazetteer import GazetteerError, Outcome, bring_in
from ingest.gazetteer.rows import Row, read_rows
from ingest.gazetteer.shapes import MOST_POINTS, shapes_of
from luisterpost import app
from models.gazetteer import IMPORTED, Places, entries, load_places
from models.settings import ROOT, settings
from models.shapes import SHAPES, read_shapes

OWN = """
municipality: {id: veldstad, name: Veldstad}
districts: [{id: kern, name: Kern, code: WK099901}]
neighbourhoods:
  - {id: centrum, name: Centrum, district: kern, aliases: [de stad in], streets: [{name: Markt, aliases: [de Botermarkt]}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "places.yaml").write_text(OWN, encoding="utf-8")
    return tmp_path


def square(east: float, north: float) -> dict[str, Any]:
    ring = [[east, north], [east + 1, north], [east + 1, north + 1], [east, north + 1], [east, north]]
    return {"type": "Polygon", "coordinates": [ring]}


def neighbourhood(code: str, name: str, east: float, inhabitants: int = 1000, **more: object) -> dict[str, Any]:
    known = {"buurtcode": code, "buurtnaam": name, "gemeentenaam": "Veldstad", "aantalInwoners": inhabitants}
    return {"type": "Feature", "properties": known | more, "geometry": square(east, 0)}


TOWN = [
    neighbourhood("BU09990101", "Centrum", 0),
    neighbourhood("BU09990102", "Zuid", 1, 2000),
    neighbourhood("BU09990201", "Molendorp", 3),
]


def areas(folder: Path, features: list[dict[str, Any]] = TOWN) -> Path:
    path = folder / "buurten.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def streets(folder: Path, text: str) -> Path:
    path = folder / "straten.csv"
    path.write_text(text, encoding="utf-8")
    return path


LIST = """openbareruimtenaam;type;woonplaats;x;y
Markt;Weg;Veldstad;0.5;0.5
Kerkstraat;Weg;Veldstad;0.2;0.2
Kerkstraat;Weg;Molendorp;3.5;0.5
Lange Laan;Weg;Veldstad;0.9;0.5
Lange Laan;Weg;Veldstad;1.2;0.5
Lange Laan;Weg;Veldstad;1.4;0.5
Molenplas;Water;Molendorp;3.1;0.1
Spoorlijn;Spoorbaan;Veldstad;0.5;0.5
"""


def brought(folder: Path, *files: Path) -> tuple[Outcome, list[str]]:
    complaints: list[str] = []
    return bring_in(folder, files, complaints.append), complaints


def ids(places: Places) -> set[str]:
    return {entry.id for entry in entries(places)}


def test_streets_lie_in_the_neighbourhood_that_holds_most_of_them(folder: Path) -> None:
    outcome, complaints = brought(folder, areas(folder), streets(folder, LIST))
    found = ids(load_places(folder))
    assert {"centrum/markt", "centrum/kerkstraat", "molendorp/kerkstraat", "zuid/lange-laan", "molendorp/molenplas"} < found
    assert "centrum/lange-laan" not in found and not any("spoorlijn" in id for id in found)
    assert (outcome.refused, complaints) == (0, [])
    assert "2 buurten erbij: Zuid, Molendorp." in outcome.changed


def test_what_people_wrote_stays_and_inhabitants_and_borders_are_added(folder: Path) -> None:
    brought(folder, areas(folder), streets(folder, LIST))
    places = {entry.id: entry for entry in entries(load_places(folder))}
    assert places["centrum"].aliases == ["de stad in"] and places["centrum"].inhabitants == 1000
    assert places["centrum/markt"].aliases == ["de Botermarkt"]
    assert (places["centrum"].near, places["molendorp"].near) == (["zuid"], [])


def test_the_same_import_again_changes_nothing(folder: Path) -> None:
    files = areas(folder), streets(folder, LIST)
    brought(folder, *files)
    first = (folder / IMPORTED).read_bytes()
    outcome, _ = brought(folder, *files)
    assert (outcome.changed, (folder / IMPORTED).read_bytes()) == ((), first)


def test_a_neighbourhood_with_a_new_name_keeps_its_id_and_its_streets_theirs(folder: Path) -> None:
    brought(folder, areas(folder), streets(folder, LIST))
    before = ids(load_places(folder))
    renamed = [TOWN[0], neighbourhood("BU09990102", "Zonnewijk", 1, 2100), TOWN[2]]
    outcome, _ = brought(folder, areas(folder, renamed))
    assert ids(load_places(folder)) == before
    assert "Zuid heet nu Zonnewijk." in outcome.changed
    assert "Van 1 buurt is het aantal inwoners anders." in outcome.changed


def test_a_list_of_streets_alone_uses_the_areas_that_are_known(folder: Path) -> None:
    brought(folder, areas(folder), streets(folder, LIST))
    brought(folder, streets(folder, "straatnaam,buurtcode\nNieuwe Weg,9990102\nKerkstraat,BU09990101\n"))
    found = ids(load_places(folder))
    assert "zuid/nieuwe-weg" in found and "zuid/lange-laan" not in found


def test_a_postcode_tells_the_neighbourhood_where_nothing_else_does(folder: Path) -> None:
    postcodes = folder / "pc6.csv"
    postcodes.write_text('"PC6";"Huisnummer";"Buurt2026"\n"1234AB";"1";"9990102"\n"12AB";"1";"9990102"\n', encoding="utf-8")
    outcome, complaints = brought(folder, areas(folder), postcodes, streets(folder, "straatnaam;postcode\nRietweg;1234 ab\n"))
    assert "zuid/rietweg" in ids(load_places(folder))
    assert (outcome.refused, complaints[0].partition(":")[0]) == (1, "pc6.csv, rij 3")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Kerkweg;Weg;Elders;9.5;9.5", "ligt in geen van de buurten"),
        ("Kerkweg;Weg;Elders;90000;440000", "ander stelsel"),
        ("Kerkweg;Weg;Elders;;", "in welke buurt"),
        (";Weg;Veldstad;0.5;0.5", "geen straatnaam"),
        ("12;Weg;Veldstad;0.5;0.5", "geen straatnaam"),
        ("Kerkweg;Weg", "2 velden"),
    ],
)
def test_a_damaged_row_is_refused_by_number_and_the_rest_goes_on(folder: Path, line: str, reason: str) -> None:
    outcome, complaints = brought(folder, areas(folder), streets(folder, LIST + line + "\nLaatste Weg;Weg;Veldstad;0.5;0.5\n"))
    assert outcome.refused == 1 and complaints[0].startswith("straten.csv, rij 10: ") and reason in complaints[0]
    assert "centrum/laatste-weg" in ids(load_places(folder))


def test_other_municipalities_and_water_are_left_out_and_damaged_areas_refused(folder: Path) -> None:
    others = [
        neighbourhood("BU01010101", "Verweg", 7, gemeentenaam="Anderstad"),
        neighbourhood("BU09990109", "Veldplas", 8, water="JA"),
        neighbourhood("BU1", "Kapot", 9),
        {
            "type": "Feature",
            "properties": {"buurtcode": "BU09990108", "buurtnaam": "Krom"},
            "geometry": {"type": "Polygon", "coordinates": [1]},
        },
    ]
    outcome, complaints = brought(folder, areas(folder, TOWN + others))
    assert (outcome.refused, outcome.elsewhere) == (2, 1)
    assert [complaint.partition(":")[0] for complaint in complaints] == ["buurten.geojson, rij 7", "buurten.geojson, rij 6"]
    assert ids(load_places(folder)) & {"verweg", "veldplas", "kapot", "krom"} == set()


def test_streets_without_any_area_known_are_refused_as_a_whole(folder: Path) -> None:
    with pytest.raises(GazetteerError, match="wijken en buurten"):
        brought(folder, streets(folder, LIST))
    assert not (folder / IMPORTED).exists()


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"{}", b'{"features": 3}', b"[" * 10_000, b"een woord"])
def test_a_file_that_is_something_else_is_refused_as_a_whole(folder: Path, content: bytes) -> None:
    path = folder / "vreemd.csv"
    path.write_bytes(content)
    with pytest.raises(GazetteerError, match=r"vreemd\.csv"):
        brought(folder, path)


def test_the_example_takes_real_shaped_columns_of_cbs(tmp_path: Path) -> None:
    shutil.copy(ROOT / "config" / "rivierstad" / "places.yaml", tmp_path)
    table = tmp_path / "kerncijfers.csv"
    table.write_text(
        "gwb_code_10;regio;gm_naam;recs;a_inw\nGM9999;Rivierstad;Rivierstad;Gemeente;88400\nWK999901;Centrum;Rivierstad;Wijk;13200\n"
        "BU99990101;Binnenstad;Rivierstad;Buurt;4222\n",
        encoding="utf-8",
    )
    outcome, complaints = brought(tmp_path, table)
    assert (outcome.refused, complaints) == (0, [])
    places = {entry.id: entry for entry in entries(load_places(tmp_path))}
    assert places["binnenstad"].inhabitants == 4100, "what people wrote in places.yaml stands"
    assert places["binnenstad"].parent == "centrum"


@given(st.binary(max_size=300))
def test_whatever_stands_in_a_file_it_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("rows") / "any.csv"
    path.write_bytes(content)
    try:
        for row in read_rows(path):
            assert row.number >= 1 and (isinstance(row, Row) or row.reason)
    except GazetteerError as refused:
        assert "any.csv" in str(refused)


def test_the_command_says_what_changed_and_refuses_rows_with_status_1(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUISTERPOST_CONFIG", str(folder))
    settings.cache_clear()
    files = [str(areas(folder)), str(streets(folder, LIST))]
    first = CliRunner().invoke(app, ["places", "import", *files])
    again = CliRunner().invoke(app, ["places", "import", *files])
    damaged = CliRunner().invoke(app, ["places", "import", files[0], str(streets(folder, LIST + ";Weg;Veldstad;0.5;0.5\n"))])
    settings.cache_clear()
    assert (first.exit_code, "2 buurten erbij: Zuid, Molendorp." in first.stdout) == (0, True)
    assert (again.exit_code, again.stdout) == (0, "Er is niets veranderd.\n")
    assert (damaged.exit_code, "straten.csv, rij 10: er staat geen straatnaam." in damaged.stderr) == (1, True)


def drawn(folder: Path) -> dict[str | None, shapely.Geometry]:
    """The shapes that an import kept."""
    return {one.properties.id: shapely.from_geojson(one.geometry.model_dump_json()) for one in read_shapes(folder).features}


def test_an_import_keeps_the_shapes_by_the_ids_of_the_neighbourhoods_and_water_beside_them(folder: Path) -> None:
    sea = neighbourhood("BU09990299", "Water", 4, water="JA")
    brought(folder, areas(folder, [*TOWN, sea]))
    shapes = drawn(folder)
    assert shapes.keys() == {"centrum", "zuid", "molendorp", None}
    assert shapes["centrum"].touches(shapes["zuid"]) and shapes[None].touches(shapes["molendorp"])
    assert "water" not in ids(load_places(folder))


def test_the_same_shapes_again_are_the_same_file_and_an_import_without_shapes_leaves_them(folder: Path) -> None:
    brought(folder, areas(folder))
    first = (folder / SHAPES).read_bytes()
    brought(folder, areas(folder))
    brought(folder, streets(folder, LIST))
    plain = folder / "kerncijfers.csv"
    plain.write_text("buurtcode;buurtnaam;gemeentenaam\nBU09990101;Centrum;Veldstad\nBU09990102;Zuid;Veldstad\n", encoding="utf-8")
    brought(folder, plain)
    assert (folder / SHAPES).read_bytes() == first


def test_a_neighbourhood_with_a_new_name_keeps_its_shape_under_its_id(folder: Path) -> None:
    brought(folder, areas(folder))
    brought(folder, areas(folder, [TOWN[0], neighbourhood("BU09990102", "Zonnewijk", 1), TOWN[2]]))
    assert set(drawn(folder)) == {"centrum", "zuid", "molendorp"}


def test_a_file_of_areas_without_shapes_makes_no_map(folder: Path) -> None:
    bare = [{**feature, "geometry": None} for feature in TOWN]
    brought(folder, areas(folder, bare))
    assert not (folder / SHAPES).exists() and read_shapes(folder).features == []


@limited(deadline=None, max_examples=20)
@given(st.integers(2, 5), st.integers(0, 2**32), st.floats(0.05, 1) | st.floats(2_000, 60_000))
def test_however_crooked_the_borders_are_those_that_touched_still_do_and_nothing_overlaps(side: int, seed: int, size: float) -> None:
    faces = town_of(side, seed, size)
    before = {(a, b) for a in faces for b in faces if a < b and faces[a].intersects(faces[b])}
    simple = {one.properties.id or "": shapely.from_geojson(one.geometry.model_dump_json()) for one in shapes_of(faces, []).features}
    assert simple.keys() == faces.keys()
    assert {(a, b) for a in simple for b in simple if a < b and simple[a].intersects(simple[b])} == before
    assert abs(sum(face.area for face in simple.values()) - shapely.union_all(list(simple.values())).area) < size**2 / 500


def test_a_large_municipality_fits_in_a_page() -> None:
    faces = town_of(8, 7, 20_000, crooked=250)
    assert sum(map(shapely.get_num_coordinates, faces.values())) > 60_000
    kept = shapes_of(faces, [])
    assert sum(len(ring) for one in kept.features for ring in one.rings) <= MOST_POINTS
    assert len(kept.model_dump_json(exclude_none=True)) < 250_000


def town_of(side: int, seed: int, size: float, crooked: int = 12) -> dict[str, shapely.Geometry]:
    """A town of side by side neighbourhoods, with borders of so many crooked pieces that both sides share; as wide as `size`."""
    chance, step = Random(seed), size / side
    corners = {(x, y): (x * step, y * step) for x in range(side + 1) for y in range(side + 1)}
    borders: dict[tuple[tuple[int, int], tuple[int, int]], list[tuple[float, float]]] = {}

    def border(one: tuple[int, int], other: tuple[int, int]) -> list[tuple[float, float]]:
        if (other, one) in borders:
            return borders[other, one][::-1]
        (x0, y0), (x1, y1) = corners[one], corners[other]
        parts = [n / crooked for n in range(crooked + 1)]
        wide = [0.0, *(chance.uniform(-0.06, 0.06) * min(t, 1 - t) for t in parts[1:-1]), 0.0]
        return borders.setdefault(
            (one, other),
            [(x0 + (x1 - x0) * t - (y1 - y0) * w, y0 + (y1 - y0) * t + (x1 - x0) * w) for t, w in zip(parts, wide, strict=True)],
        )

    faces = {}
    for x in range(side):
        for y in range(side):
            around = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)]
            ring = [point for one, other in pairwise(around) for point in border(one, other)[:-1]]
            faces[f"buurt-{x}-{y}"] = shapely.Polygon(ring)
    return faces
