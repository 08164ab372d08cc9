"""Trends: questions that can be asked, and those that cannot."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from dashboards.csv_file import cell
from dashboards.trends.question import Choices, understood
from models.search import keep_words
from models.settings import settings
from models.trend import Trend, by_area, by_day, by_medium, by_theme, total
from tests.conftest import NOW
from tests.dashboards.conftest import SignIn

TODAY = date(2026, 11, 19)
CHOICES = Choices(frozenset({"afval"}), frozenset({"haven"}), frozenset({"meldingen"}), frozenset({"nl"}))


IMPOSSIBLE = {
    "thema=onzin": "kennen wij niet",
    "plek=atlantis": "kennen wij niet",
    "van=2027-01-01&tot=2026-01-01": "na de laatste",
    "van=2030-01-01&tot=2031-01-01": "nog komen",
    "van=gisteren": "geen datum",
    "van=1900-01-01": "tien jaar",
    "dagen=3": "niet in het menu",
    "per=eeuw": "kennen wij niet",
    "met=de-maan": "kennen wij niet",
    "beeld=3d": "kennen wij niet",
    "taal=elfs": "kennen wij niet",
    "van=2017-01-01&per=uur": "u ziet maanden",
}


def test_an_impossible_question_is_answered_kindly(as_person: SignIn) -> None:
    client = as_person("redactie")
    for query, words in IMPOSSIBLE.items():
        answer = client.get(f"/trends?{query}")
        assert answer.status_code == 200
        assert words in answer.text, query


def test_a_question_narrows_to_theme_and_place(as_person: SignIn) -> None:
    client = as_person("redactie")
    assert "62 berichten" in client.get("/trends?thema=afval").text
    assert "14 berichten" in client.get("/trends?plek=spoorzicht&thema=verkeersveiligheid/oversteek").text
    assert "geen bericht dat hierbij past" in client.get("/trends?thema=parkeren").text


def test_counts_agree_with_each_other(seeded: Session) -> None:
    zone = settings().zone
    trend = Trend(TODAY - timedelta(days=29), TODAY)
    assert total(seeded, trend, zone) == sum(by_day(seeded, trend, zone).values()) == sum(by_medium(seeded, trend, zone).values()) == 86
    assert by_theme(seeded, trend, zone)["afval"] == 62
    haven = Trend(trend.first, trend.last, area="haven")
    assert total(seeded, haven, zone) == sum(by_area(seeded, haven, zone).values()) == 62


def test_the_csv_has_the_same_figures_as_the_page(as_person: SignIn) -> None:
    answer = as_person("redactie").get("/trends/cijfers.csv?thema=afval&per=week")
    assert answer.headers["content-disposition"].startswith("attachment")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("wanneer;vanaf;dagen;berichten")
    assert sum(int(line.split(";")[3]) for line in lines[1:]) == 62


def test_the_chart_is_drawn_and_defined_for_light_and_dark(as_person: SignIn) -> None:
    client = as_person("redactie")
    for ink in ("licht", "donker"):
        svg = client.get(f"/trends/grafiek.svg?thema=afval&inkt={ink}")
        assert svg.headers["content-type"] == "image/svg+xml"
        assert svg.text.startswith("<svg")
        assert client.get(f"/trends/grafiek.json?thema=afval&inkt={ink}").json()["layer"]


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "thema",
                "plek",
                "kanaal",
                "soort",
                "toon",
                "taal",
                "bron",
                "woorden",
                "met",
                "beeld",
                "naar",
                "maat",
                "per",
                "van",
                "tot",
                "dagen",
                "x",
            ]
        ),
        st.text(max_size=30),
    )
)
def test_any_address_is_understood_as_some_question(given_words: dict[str, str]) -> None:
    question = understood(given_words, CHOICES, TODAY)
    assert question.trend.first <= question.trend.last <= TODAY
    again = understood(question.address, CHOICES, TODAY)
    assert (again.trend, again.per, again.link()) == (question.trend, question.per, question.link())


@given(st.text())
def test_no_cell_can_be_run_by_a_spreadsheet(text: str) -> None:
    assert not cell(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert cell(text).removeprefix("'").endswith(text.removeprefix("'"))


VIEWS = ("", "naast-elkaar", "naast-elkaar&naar=plek", "buurten", "kaart", "week", "woorden")


def test_every_view_has_a_sentence_and_the_same_figures_as_its_files(as_person: SignIn) -> None:
    client = as_person("redactie")
    for view in VIEWS:
        page = client.get(f"/trends?beeld={view}")
        assert page.status_code == 200, view
        assert 'class="lead">' in page.text, view
        for form in ("csv", "xlsx", "parquet"):
            assert client.get(f"/trends/cijfers.{form}?beeld={view}").status_code == 200, (view, form)
        if "/trends/grafiek.svg" in page.text:
            assert client.get(f"/trends/grafiek.svg?beeld={view}").text.startswith("<svg"), view


def test_a_chart_can_be_taken_away_as_a_picture(as_person: SignIn) -> None:
    png = as_person("redactie").get("/trends/grafiek.png?thema=afval")
    assert png.headers["content-type"] == "image/png"
    assert png.content.startswith(b"\x89PNG")


def test_of_fewer_than_five_people_nothing_is_told(as_person: SignIn) -> None:
    client = as_person("redactie")
    narrow = "thema=groen&plek=singelkwartier"
    page = client.get(f"/trends?{narrow}").text
    assert "minder dan vijf mensen" in page
    assert "groenploeg" not in page
    assert client.get(f"/trends/grafiek.svg?{narrow}").status_code == 404
    assert len(client.get(f"/trends/cijfers.csv?{narrow}").content.decode("utf-8-sig").splitlines()) == 1


def test_small_counts_of_narrow_questions_are_withheld(as_person: SignIn) -> None:
    client = as_person("redactie")
    assert "&lt;5" in client.get("/trends?thema=verkeersveiligheid&plek=spoorzicht").text
    days = client.get("/trends/cijfers.csv?thema=verkeersveiligheid&plek=spoorzicht").content.decode("utf-8-sig").splitlines()[1:]
    assert {line.split(";")[3] for line in days} <= {"0", "<5", "5", "niet getoond"}


def test_words_are_a_filter(as_person: SignIn, seeded: Session) -> None:
    keep_words(seeded, NOW - timedelta(days=40), NOW + timedelta(days=1))
    seeded.commit()
    client = as_person("redactie")
    assert "14 berichten" in client.get("/trends?woorden=oversteek&met=niets").text
    assert "geen bericht dat hierbij past" in client.get("/trends?woorden=olifant").text


def test_an_area_can_be_compared_by_inhabitants(as_person: SignIn) -> None:
    page = as_person("redactie").get("/trends?plek=havenkwartier&met=oude-haven&maat=inwoners").text
    assert "in Oude Haven" in page
    assert "per 1.000 inwoners" in page
