"""Finding the places of Rivierstad as its residents write them."""

import pytest

from classify.places import Gazetteer
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
