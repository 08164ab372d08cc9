"""Finding the places of Rivierstad as its residents write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.model import Model
from classify.places import Gazetteer
from classify.places.evaluation import KEPT_BACK, LARGE, SEEN, read_cases, score
from classify.places.made_town import made_town
from models.gazetteer import District, Neighbourhood, Places, Street, Town, entries, joined
from models.municipality import Municipality

EVERYDAY = frozenset(
    "markt brink branding kade station ziekenhuis park brug plas centrum kapel de het oude haven achter kerk kermis".split()
)


@pytest.fixture(scope="module")
def gazetteer(rivierstad: Municipality) -> Gazetteer:
    return Gazetteer(rivierstad.places, EVERYDAY)


@pytest.mark.parametrize(
    ("text", "written", "place"),
    [
        ("zakken in de Kastanjelaan", "Kastanjelaan", "spoorzicht/kastanjelaan"),
        ("zakken in de kastanjelaan 12", "kastanjelaan", "spoorzicht/kastanjelaan"),
        ("Kastanjelaaan is donker", "Kastanjelaaan", "spoorzicht/kastanjelaan"),
        ("druk in het Havenkwatier", "Havenkwatier", "havenkwartier"),
        ("lamp Lijsterln. stuk", "Lijsterln", "vogelbuurt/lijsterlaan"),
        ("tegel los, Merelstr 4", "Merelstr", "vogelbuurt/merelstraat"),
        ("op de Oude Havenk. 3", "Oude Havenk", "oude-haven/oude-havenkade"),
        ("Burg. Vosstraat staat blank", "Burg. Vosstraat", "singelkwartier/burgemeester-vosstraat"),
        ("bij de Zaaier is het druk", "de Zaaier", "de-akkers/de-zaaier"),
        ("de Havenkwartierse jeugd", "Havenkwartier", "havenkwartier"),
        ("mooi! #Havenkwartier", "Havenkwartier", "havenkwartier"),
        ("hoek Gerststraat/Ploegstraat", "Gerststraat", "de-akkers/gerststraat"),
        ("op de Markt ligt glas", "Markt", "binnenstad/markt"),
        ("ik woon op de golfslag", "golfslag", "waterrijk/golfslag"),
        ("fietsen bij het station", "station", "stationsbuurt/station-rivierstad"),
        ("St. Jansstraat", "St. Jansstraat", "binnenstad/sint-jansstraat"),
    ],
)
def test_a_place_is_found_however_it_is_written(gazetteer: Gazetteer, text: str, written: str, place: str) -> None:
    found = gazetteer.find(text)[0]
    assert (found.id, text[found.start : found.end]) == (place, written)


@pytest.mark.parametrize(
    "text",
    [
        "de markt was gezellig",
        "de branding van de zee",
        "mevr. Brink belt over haar pas",
        "op vakantie in Noord-Holland",
        "station Utrecht is ver",
        "de parkeerplaats is vol",
        "kijk op https://kastanjelaan.example/havenkwartier",
        "@havenkwartier hoi",
    ],
)
def test_an_ordinary_word_or_a_person_is_no_place(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.find(text) == []


def test_the_longest_name_wins(gazetteer: Gazetteer) -> None:
    assert [found.name for found in gazetteer.find("in Oude Haven en aan de Oude Havenkade")] == ["Oude Haven", "Oude Havenkade"]


def test_a_street_lies_in_its_neighbourhood_and_a_district_in_none(gazetteer: Gazetteer) -> None:
    street, district = gazetteer.find("in de Merelstraat in Rivierstad-Noord")
    assert (street.area, district.area) == ("vogelbuurt", None)


TWO_VILLAGES = Places(
    municipality=Town(id="gemeente", name="Tweedorpen"),
    districts=[District(id="oost", name="Oostkant"), District(id="west", name="Westkant")],
    neighbourhoods=[
        Neighbourhood(id="aaldorp", name="Aaldorp", district="oost", streets=["Kerkstraat", "Elzenlaan"], near=["beekdorp"]),
        Neighbourhood(id="beekdorp", name="Beekdorp", district="oost", streets=["Molenpad"]),
        Neighbourhood(id="cederdorp", name="Cederdorp", district="oost", streets=["Kerkstraat", "Hoevepad"]),
        Neighbourhood(id="dennendorp", name="Dennendorp", district="west", streets=["Kerkstraat", "Beukenpad", "Hoevepad"]),
    ],
)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("in de Kerkstraat in Cederdorp", ["cederdorp/kerkstraat", "cederdorp"]),
        ("hoek Kerkstraat en Elzenlaan", ["aaldorp/kerkstraat", "aaldorp/elzenlaan"]),
        ("van het Molenpad naar de Kerkstraat", ["beekdorp/molenpad", "aaldorp/kerkstraat"]),
        ("in de Kerkstraat aan de Westkant", ["dennendorp/kerkstraat", "west"]),
        ("in de Kerkstraat ligt glas", ["gemeente"]),
        ("van de Elzenlaan naar het Hoevepad", ["aaldorp/elzenlaan", "cederdorp/hoevepad"]),
    ],
)
def test_of_streets_with_one_name_what_else_is_named_decides_and_else_what_holds_them_all(text: str, places: list[str]) -> None:
    assert [found.id for found in Gazetteer(TWO_VILLAGES).find(text)] == places


def test_the_municipality_adds_names_of_its_own_to_a_street() -> None:
    hood = Neighbourhood(id="kern", name="Kern", district="west", streets=[Street(name="Koning Willemplein", aliases=["de Ketting"])])
    places = Places(municipality=Town(id="g", name="G"), districts=[District(id="west", name="West")], neighbourhoods=[hood])
    assert [found.id for found in Gazetteer(places).find("op de Ketting is het druk")] == ["kern/koning-willemplein"]


def test_places_are_found_on_messages_written_one_by_one(rivierstad: Municipality, model: Model) -> None:
    finder = Gazetteer(rivierstad.places, frozenset(model.lower_case))
    for name in (SEEN, KEPT_BACK):
        assert score(read_cases(name, rivierstad.places), finder.find).f1 >= 0.93


def test_fifty_thousand_further_names_spoil_little(rivierstad: Municipality, model: Model) -> None:
    everyday = frozenset(model.lower_case)
    large = joined(rivierstad.places, made_town([entry.name for entry in entries(rivierstad.places)]))
    assert sum(1 for _ in entries(large)) > 50_000
    finder = Gazetteer(large, everyday)
    cases = [case for name in (SEEN, KEPT_BACK, LARGE) for case in read_cases(name, large)]
    assert len(cases) >= 600
    assert score(cases, finder.find).f1 >= 0.93


@given(st.text(max_size=200))
def test_whatever_is_written_what_is_found_lies_in_it_in_order(gazetteer: Gazetteer, text: str) -> None:
    end = 0
    for found in gazetteer.find(text):
        assert end <= found.start < found.end <= len(text)
        end = found.end


PIECES = [*"Kerk|-| |en|straat|Markt|van|der|Helmstraat|.|#|Oude|Haven|kade|op|de|12|in|Delft|\n".split("|")]


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_parts_of_names_in_any_order_are_read_without_overlap(gazetteer: Gazetteer, parts: list[str]) -> None:
    text = "".join(parts)
    end = 0
    for found in gazetteer.find(text):
        assert end <= found.start < found.end <= len(text)
        end = found.end
