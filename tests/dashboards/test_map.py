"""Maps: shapes become a drawing, figures become five classes, and a small group stays one."""

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from dashboards.maps.choropleth import Look, Value, choropleth, scale_of
from dashboards.maps.classes import class_of, classes
from dashboards.maps.labels import Box, apart, room_for
from dashboards.maps.places import story_map
from dashboards.maps.town import WIDTH, TownMap, drawn, town_map
from models import Message
from models.configuration import ConfigurationError
from models.gazetteer import areas, load_places
from models.settings import ROOT
from models.shapes import SHAPES, Shapes, read_shapes
from models.words import PlaceKind
from tests.dashboards.conftest import SignIn

EXAMPLE = ROOT / "config" / "rivierstad"
NAMES = {n.id: n.name for n in load_places(EXAMPLE).neighbourhoods}


@pytest.fixture(scope="module")
def town() -> TownMap:
    return town_map(EXAMPLE, NAMES)


def faces() -> dict[str, shapely.Geometry]:
    found = ((one.properties.id, one.geometry) for one in read_shapes(EXAMPLE).features)
    return {id: shapely.from_geojson(geometry.model_dump_json()) for id, geometry in found if id is not None}


def test_the_example_town_has_a_shape_for_each_neighbourhood_and_those_that_touch_are_its_neighbours() -> None:
    shapes = faces()
    near = {e.id: set(e.near) for e in areas(load_places(EXAMPLE)) if e.kind is PlaceKind.NEIGHBOURHOOD}
    assert shapely.coverage_is_valid(list(shapes.values()))
    assert {id: {other for other in shapes if other != id and shapes[other].intersects(shapes[id])} for id in shapes} == near


def test_every_name_of_the_example_town_fits_in_its_neighbourhood(town: TownMap) -> None:
    assert [spot.name for spot in town.spots if not spot.lines] == []
    assert all(0 <= spot.x <= WIDTH and 0 <= spot.y <= town.height for spot in town.spots)


def test_a_map_in_degrees_is_as_wide_as_it_is_there() -> None:
    ring = [[5.0, 52.0], [5.2, 52.0], [5.2, 52.1], [5.0, 52.1], [5.0, 52.0]]
    shapes = Shapes.model_validate({"features": [{"properties": {"id": "a"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}]})
    made = drawn(shapes, {"a": "Alleen"})
    assert made.height == pytest.approx(WIDTH / (2 * 0.6157), abs=12)


def test_a_neighbourhood_that_is_a_line_or_a_speck_still_gives_a_map() -> None:
    rings = {
        "lijn": [[0, 0], [900, 0], [900, 0], [0, 0]],
        "stip": [[0, 0], [1, 0], [1, 1], [0, 0]],
        "groot": [[0, 0], [999, 0], [0, 999], [0, 0]],
    }
    shapes = Shapes.model_validate(
        {"features": [{"properties": {"id": id}, "geometry": {"type": "Polygon", "coordinates": [ring]}} for id, ring in rings.items()]}
    )
    made = drawn(shapes, dict.fromkeys(rings, "Een heel lange naam voor een buurt"))
    assert [spot.lines for spot in made.spots if spot.id != "groot"] == [(), ()]


@pytest.mark.parametrize(
    "written",
    [
        "{",
        '{"features": [{"properties": {}, "geometry": {"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,0]]]}}]}',
        '{"features": 3}',
    ],
)
def test_a_damaged_file_of_shapes_is_said_with_what_to_do(tmp_path: Path, written: str) -> None:
    (tmp_path / SHAPES).write_text(written, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"shapes\.geojson.*places import"):
        read_shapes(tmp_path)


@given(st.lists(st.integers(0, 5000)))
def test_every_figure_is_in_the_one_class_that_says_so(figures: list[int]) -> None:
    made = classes(figures)
    assert len(made) <= 5 and bool(made) == any(figures)
    for figure in figures:
        holding = [n for n, one in enumerate(made, 1) if one.first <= figure <= one.last]
        assert holding == ([class_of(figure, made)] if figure else [])
    assert all(one.first in figures and one.last in figures for one in made)


def test_a_place_that_stands_out_is_alone_in_the_strongest_class() -> None:
    made = classes([5, 6, 7, 9, 12, 14, 20, 60, 300])
    assert (made[-1].first, made[-1].last) == (300, 300)


@given(st.lists(st.tuples(st.floats(0, 800), st.floats(0, 600)), max_size=6))
def test_names_on_a_small_map_stay_on_it(points: list[tuple[float, float]]) -> None:
    for box in apart([Box(x, y, 200, 30) for x, y in points], (820, 640)):
        assert 100 <= box.x <= 720 and 15 <= box.y <= 625


def test_names_side_by_side_move_apart(town: TownMap) -> None:
    made = story_map(town, ["havenkwartier", "oude-haven", "binnenstad", "stationsbuurt", "onbekend"])
    assert made is not None and [word.text for word in made.words] == ["Havenkwartier", "Oude Haven", "Binnenstad", "Stationsbuurt"]
    rows = sorted(word.y for word in made.words)
    assert all(below - above > 15 for above, below in pairwise(rows))
    assert story_map(town, ["onbekend"]) is None


@given(st.floats(20, 300), st.floats(10, 120))
def test_words_are_written_only_where_they_fit(width: float, height: float) -> None:
    face = shapely.Polygon([(0, 0), (300, 40), (280, 200), (120, 160), (30, 220)])
    found = room_for(face, width, height)
    if found is not None:
        x, y = found
        corners = [
            (x - width / 2, y - height / 2),
            (x + width / 2, y - height / 2),
            (x - width / 2, y + height / 2),
            (x + width / 2, y + height / 2),
        ]
        assert all(face.buffer(0.01).covers(shapely.Point(corner)) for corner in corners)


def test_what_is_withheld_says_so_in_words_and_is_hatched(town: TownMap) -> None:
    values: dict[str, Value] = {"binnenstad": 12, "werfeiland": Look.FEW, "zandhoven": Look.OUTSIDE, "weg": 7}
    made = choropleth(town, values, scale_of(values.values(), False), lambda area: f"/{area}", str)
    said = {one.spot.id: (one.look, one.figure, one.said, one.link) for one in made.painted}
    assert said["binnenstad"] == ("class-5", "12", "Binnenstad: 12 berichten", "/binnenstad")
    assert said["werfeiland"] == ("few", "<5", "Werfeiland: te weinig", "/werfeiland")
    assert said["zandhoven"][1:] == ("", "Zandhoven: niet gevraagd", None)
    assert said["uiterwaard"][:3] == ("nothing", "0", "Uiterwaard: geen berichten")
    assert made.missing == ("weg",)
    assert [(entry.words, entry.areas) for entry in made.legend][:2] == [("7", 0), ("12", 1)][::-1]


def test_the_map_has_a_link_a_name_and_a_figure_for_each_neighbourhood(as_person: SignIn) -> None:
    html = as_person("redactie").get("/trends?beeld=kaart&thema=afval").text
    links = dict(re.findall(r'<a class="([a-z0-9-]+)" href="/trends\?[^"]*plek=havenkwartier[^"]*" aria-label="([^"]+)"', html))
    assert links == {"class-5": "Havenkwartier: 47 berichten"}
    assert len(re.findall(r'aria-label="[^"]+: geen berichten"', html)) == 23
    assert "style=" not in html.split('class="map"')[1].split("</svg>")[0]
    assert "beeld=kaart" not in re.findall(r'href="([^"]*plek=havenkwartier[^"]*)"', html)[0]


def test_the_map_by_inhabitants_and_of_before_keep_the_question(as_person: SignIn) -> None:
    client = as_person("redactie")
    rated = client.get("/trends?beeld=kaart&thema=afval&maat=inwoners").text
    assert "Havenkwartier: 8,1 per 1.000 inwoners" in rated
    short = client.get("/trends?beeld=kaart&thema=afval&dagen=1").text
    [toggle] = re.findall(r'href="([^"]*kaart=ervoor[^"]*)"', short)[:1]
    before = client.get(toggle.replace("&amp;", "&")).text
    assert before.count('class="map"') == 1 and "kaart=ervoor" not in re.findall(r'<a href="([^"]+)">Nu</a>', before)[0]


def test_where_nothing_was_heard_before_the_map_shows_now(as_person: SignIn) -> None:
    html = as_person("redactie").get("/trends?beeld=kaart&thema=afval&kaart=ervoor").text
    assert "Havenkwartier: 47 berichten" in html and ">Nu</a>" not in html


def test_a_neighbourhood_with_fewer_than_five_people_shows_no_figure_even_when_it_has_more_messages(
    as_person: SignIn, seeded: Session
) -> None:
    page = "/trends?beeld=kaart&thema=verkeersveiligheid"
    assert "Spoorzicht: 14 berichten" in as_person("redactie").get(page).text
    seeded.execute(update(Message).values(author="een mens".ljust(32, "0")))
    seeded.commit()
    html = as_person("redactie").get("/trends?beeld=kaart").text
    assert "Spoorzicht: te weinig" in html and "url(#arcering)" in html
    table = as_person("redactie").get("/trends/cijfers.csv?beeld=kaart").content.decode("utf-8-sig")
    assert "Spoorzicht;<5" in table


def test_within_a_district_the_other_neighbourhoods_are_not_asked(as_person: SignIn) -> None:
    html = as_person("redactie").get("/trends?beeld=kaart&plek=haven").text
    assert "Zandhoven: niet gevraagd" in html and "Werfeiland: geen berichten" in html


def test_the_map_can_be_taken_away_as_drawing_picture_and_table(as_person: SignIn) -> None:
    client = as_person("redactie")
    svg = client.get("/trends/grafiek.svg?beeld=kaart&thema=afval")
    assert svg.headers["content-type"] == "image/svg+xml"
    words = [element.text for element in ElementTree.fromstring(svg.text).iter("{http://www.w3.org/2000/svg}text")]
    assert {"Havenkwartier", "47", "Afval: berichten per buurt"} <= set(words)
    assert client.get("/trends/grafiek.png?beeld=kaart&thema=afval").content.startswith(b"\x89PNG")
    assert client.get("/trends/grafiek.json?beeld=kaart&thema=afval").status_code == 404
    for form in ("csv", "xlsx", "parquet"):
        assert client.get(f"/trends/cijfers.{form}?beeld=kaart&thema=afval").status_code == 200


def test_a_signal_and_its_ticket_show_where_it_is(as_person: SignIn) -> None:
    client = as_person("redactie")
    for path in ("/signalen/1", "/tickets/1"):
        html = client.get(path).text
        assert "Kaart van de buurten die genoemd worden: Havenkwartier en Oude Haven." in html and "Liever een kaart?" not in html


def test_without_shapes_there_are_lists_and_a_word_on_how_to_get_a_map(as_person: SignIn) -> None:
    client = as_person("redactie")
    client.app.state.town_map = TownMap(0, (), "")  # type: ignore[attr-defined]
    for path in ("/signalen/1", "/tickets/1", "/trends?beeld=kaart&thema=afval"):
        html = client.get(path).text
        assert "places import" in html and 'class="map"' not in html and "Havenkwartier" in html
