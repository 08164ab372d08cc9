"""The scorecard's pages: every number says where it comes from; what is too little says so."""

import json
import re
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from dashboards.scorecard.standing import end_of
from dashboards.scorecard.surveys.bring_in import bring_in
from launcher.surveyed import bring_surveyed, survey_file
from models import HandFigure, Measure, MeasuredDay, SurveyImport, SurveyMonth
from models.community import keep_month
from models.settings import settings
from routing.community.count import MONTH, earlier
from routing.community.month import Answering, Month
from tests.conftest import NOW
from tests.dashboards.conftest import SignIn, csrf_of
from tests.dashboards.scorecard.example import GOALS, SURVEY, TODAY


@pytest.fixture
def measured(seeded: Session) -> Session:
    """The town with four months of conversation, Matomo with a gap, a survey and figures of the example."""
    for back in range(1, 5):
        fared = Answering(wanting=200, people=150, answered=180, within_day=170 - 10 * back, worked={4: 90})
        keep_month(seeded, earlier(date(2026, 11, 1), back), MONTH.dump_python(Month(all=fared, own=20, own_replies=5), mode="json"), NOW)
    for back in range(1, 60):
        day = TODAY - timedelta(days=back)
        if date(2026, 10, 10) <= day <= date(2026, 10, 12):
            continue
        seeded.add(MeasuredDay(source="matomo", site="2", day=day, fetched_at=NOW, settled=True))
        seeded.add(Measure(source="matomo", site="2", name="visits", day=day, value=200))
        seeded.add(Measure(source="matomo", site="2", name="goal_conversions", dimension="reactie geplaatst", day=day, value=8))
        seeded.add(Measure(source="matomo", site="2", name="goal_conversions", dimension="reactie geplaatst en meer", day=day, value=99))
    seeded.commit()
    bring_surveyed(settings(), NOW)
    return seeded


def sent(client: TestClient, path: str, data: dict[str, str], **more: object) -> tuple[int, str, str]:
    page = client.get("/scorekaart/cijfers").text
    seen = re.search(r'name="gezien" value="(\d+)"', page)
    fields = {"_csrf": csrf_of(client.get("/afmelden").text), "gezien": seen[1] if seen else "0", **data}
    answer = client.post(path, data=fields, **more)  # type: ignore[arg-type]
    return answer.status_code, answer.text, answer.headers.get("location", "")


def part_of(page: str, indicator: str) -> str:
    """What the page says of one indicator."""
    found = re.search(rf'<article class="indicator" id="{indicator}".*?</article>', page, re.S)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def test_under_every_number_stands_where_it_comes_from(as_person: SignIn, measured: Session) -> None:
    page = as_person("Samira").get("/scorekaart?maand=2026-10").text
    answered = part_of(page, "binnen-een-dag")
    assert "80%" in answered and "op weg" in answered and "minstens 85%" in answered
    assert "van 200 vragen, meldingen en klachten" in answered.lower()
    assert "Luisterpost zelf" in answered and "/gemeenschap?maand=2026-10" in page
    assert "45%" in part_of(page, "binnen-vier-werkuren")
    promoters = part_of(page, "aanbevelen")
    assert "+11" in promoters and "antwoorden" in promoters and "Rocks" in promoters and "eindige groep" in promoters
    assert "te weinig om te zeggen" in part_of(page, "dialoog") and "pas vanaf 30" in part_of(page, "dialoog")
    assert page.count("Waar komt dit vandaan") == len(GOALS.indicators)
    assert "Cijfers en vragenlijsten aanleveren" not in page


def test_a_day_that_matomo_did_not_count_is_a_gap_and_no_zero(as_person: SignIn, measured: Session) -> None:
    page = as_person("Samira").get("/scorekaart?maand=2026-10").text
    visits = part_of(page, "bezoek-denkmee")
    assert "200 " in visits and "van 28 dagen; 3 dagen niet geteld" in visits.lower()
    assert "Matomo, denkmee.rivierstad.example" in visits
    assert part_of(page, "reacties-denkmee").startswith("Reacties op plannen 8 ")


def test_the_scorecard_can_be_taken_away(as_person: SignIn, measured: Session) -> None:
    client = as_person("Samira")
    listed = client.get("/scorekaart/maand.csv?maand=2026-10").content.decode("utf-8-sig").splitlines()
    assert listed[0].startswith("maand;doel;eigenaar;cijfer;waarde")
    assert any(line.startswith("2026-10;Wie iets vraagt") and ";80,0;" in line for line in listed)
    sheet = load_workbook(BytesIO(client.get("/scorekaart/maand.xlsx?maand=2026-10").content)).active
    assert sheet is not None and sheet.max_row == len(listed)
    paper = PdfReader(BytesIO(client.get("/scorekaart/maand.pdf?maand=2026-10&taal=en").content))
    text = " ".join("".join(page.extract_text() for page in paper.pages).split())
    assert "Scorekaart van Rivierstad, oktober 2026" in text and "Waar komt dit vandaan" in text and "op weg" in text.lower()


def test_a_town_without_goals_is_told_how_to_write_them_and_one_with_a_mistake_where_it_is(
    own_config: Path, as_person: SignIn, seeded: Session
) -> None:
    client = as_person("redactie")
    (own_config / "goals.yaml").write_text("goals: [{id: x}]\n", encoding="utf-8")
    wrong = client.get("/scorekaart").text
    assert "goals.yaml kan niet gelezen worden" in wrong and "regel 1" in wrong
    assert client.get("/scorekaart/cijfers").status_code == 200
    (own_config / "goals.yaml").unlink()
    assert "Er zijn nog geen doelen." in client.get("/scorekaart").text
    assert client.get("/scorekaart/maand.pdf").status_code == 200


def test_a_correction_counts_and_what_it_corrected_stays(as_person: SignIn, measured: Session) -> None:
    client = as_person("redactie")
    given = {"cijfer": "initiatieven", "maand": "2026-10", "waarde": "13", "bron": "lijst <b>buurtmakelaars</b>, opnieuw geteld"}
    assert sent(client, "/scorekaart/cijfers", given)[0] == 303
    assert sent(client, "/scorekaart/cijfers", given)[0] == 303
    kept = measured.query(HandFigure).filter_by(month=date(2026, 10, 1)).order_by(HandFigure.id).all()
    assert [(row.value, row.entered_by) for row in kept] == [(10, "voorbeeld"), (13, "redactie")]
    page = client.get("/scorekaart?maand=2026-10").text
    assert "13 gehaald" in part_of(page, "initiatieven") and "door redactie" in page
    entry = client.get("/scorekaart/cijfers").text
    assert "verbeterd" in entry and "lijst &lt;b&gt;buurtmakelaars&lt;/b&gt;" in entry
    status, refused, _ = sent(client, "/scorekaart/cijfers", {**given, "waarde": "9", "gezien": "0"})
    assert status == 409 and "redactie vulde intussen 13 in" in refused


def test_the_same_survey_twice_changes_nothing_and_a_bad_row_is_named(as_person: SignIn, measured: Session) -> None:
    client = as_person("redactie")
    again = {"bestand": ("export.csv", survey_file(date(2026, 11, 1)), "text/csv")}
    assert sent(client, "/scorekaart/cijfers/vragenlijst", {"vragenlijst": "webcare"}, files=again)[2].endswith("opnieuw=1#vragenlijsten")
    assert measured.query(SurveyImport).count() == 1
    new = "datum;respondent;tevreden;toelichting\r\n3-10-2026;r1;5;Jan de Boer hielp mij\r\n4-10-2026;r2;9;slecht\r\n".encode("cp1252")
    assert client.get(f"/scorekaart/cijfers?gekomen={10**30}").status_code == 404
    status, _, location = sent(
        client, "/scorekaart/cijfers/vragenlijst", {"vragenlijst": "webcare"}, files={"bestand": ("o.csv", new, "text/csv")}
    )
    assert status == 303
    page = client.get(location).text
    assert "1 antwoord is geteld" in page and "regel 3: de score ligt niet tussen 1 en 5" in page
    month = measured.get(SurveyMonth, ("webcare", "tevreden", date(2026, 10, 1)), populate_existing=True)
    assert month is not None and month.counts == {"5": 1}
    assert "Jan de Boer" not in page + json.dumps([row.refused for row in measured.query(SurveyImport)])
    assert "pas vanaf 30" in part_of(client.get("/scorekaart?maand=2026-10").text, "tevreden-over-antwoord")


@pytest.mark.parametrize(
    ("content", "people", "why"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "", "geen tekstbestand"),
        (b"PK\x03\x04 en verder niets", "", "Dit bestand.xlsx"),
        (b"naam;leeftijd\n1;2\n", "", "Kijk naar de eerste regel"),
        (b"maand;vraag;score;aantal\n2026-10;tevreden;4;50\n", "20", "meer antwoorden dan mensen"),
        (b"maand;vraag;score;aantal\n2026-10;tevreden;4;50\n", "veel", "heel getal"),
    ],
)
def test_a_survey_that_cannot_be_used_changes_nothing(as_person: SignIn, content: bytes, people: str, why: str, seeded: Session) -> None:
    client = as_person("redactie")
    fields = {"vragenlijst": "webcare", "mensen": people}
    status, page, _ = sent(client, "/scorekaart/cijfers/vragenlijst", fields, files={"bestand": ("o.csv", content, "text/csv")})
    assert (status, why in page) == (422, True)
    assert seeded.query(SurveyImport).count() == seeded.query(SurveyMonth).count() == 0


def test_an_excel_export_with_a_column_for_each_question_is_counted(seeded: Session) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Datum", "Naam", SURVEY.questions[0].asks, "aanbevelen", "Opmerking"])
    sheet.append([date(2026, 10, 3), "Jan de Boer", 4, 9, "=1+1"])
    sheet.append([date(2026, 10, 4), "Piet", None, 3.0, None])
    sheet.append([date(2026, 10, 4), "Piet", 7, 3, None])
    file = BytesIO()
    book.save(file)
    brought, new = bring_in(seeded, SURVEY, file.getvalue(), None, "Anouk", NOW)
    assert (new, brought.answers, brought.left_out, brought.refused[0][0]) == (True, 3, 1, 4)
    kept = {row.question: row.counts for row in seeded.query(SurveyMonth)}
    assert kept == {"tevreden": {"4": 1}, "aanbevelen": {"9": 1, "3": 1}}


def test_the_example_s_figures_come_once_and_say_that_they_are_made_up(measured: Session) -> None:
    assert bring_surveyed(settings(), NOW) == 0
    assert {row.source[:8] for row in measured.query(HandFigure)} == {"Verzonne"}
    assert max(row.month for row in measured.query(SurveyMonth)) == date(2026, 10, 1)
    assert end_of(date(2026, 2, 1)) == date(2026, 2, 28)
