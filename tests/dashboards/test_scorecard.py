"""The scorecard: every number says what it is counted from, how sure it is and where it comes from; what is too little says so."""

import json
import re
from collections.abc import Sequence
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader
from scipy.stats import binomtest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from dashboards.meetlat.interval import wilson
from dashboards.scorecard.drawing import HEIGHT, WIDTH, draw
from dashboards.scorecard.entering import Entered, TypedFigure
from dashboards.scorecard.figures import counted, own
from dashboards.scorecard.figures.margins import Measured, mean, net_promoter, satisfied
from dashboards.scorecard.goals import Counted, GoalsFile, Own, Survey, Target, schemas
from dashboards.scorecard.reading import load_goals, parse_goals
from dashboards.scorecard.standing import Point, State, end_of, stand
from dashboards.scorecard.surveys.answers import SurveyError, read_survey
from dashboards.scorecard.surveys.bring_in import bring_in
from ingest.exports.rows.row import Broken, Row
from launcher.surveyed import bring_surveyed, survey_file
from models import HandFigure, Measure, MeasuredDay, SurveyImport, SurveyMonth
from models.community import keep_month
from models.configuration import ConfigurationError
from models.settings import ROOT, settings
from routing.community.count import MONTH, earlier
from routing.community.month import Answering, Month
from tests.conftest import NOW
from tests.dashboards.conftest import SignIn, csrf_of

TODAY = date(2026, 11, 19)
ZONE = settings().zone
GOALS = load_goals(ROOT / "config" / "rivierstad")
SURVEY = GOALS.surveys[0]
scores = st.dictionaries(st.integers(0, 10), st.integers(0, 400), max_size=11)


# What answers say, and how sure that is


@given(scores, st.one_of(st.none(), st.integers(0, 5000)))
def test_a_figure_lies_within_its_margin_and_the_margin_on_the_scale(counts: dict[int, int], more: int | None) -> None:
    population = None if more is None else sum(counts.values()) + more
    told = (
        (net_promoter(counts, population), -100, 100),
        (satisfied(counts, 7, population), 0, 100),
        (mean(counts, (0, 10), population), 0, 10),
    )
    for figure, least, most in told:
        assert (figure is None) == (not sum(counts.values()))
        if figure is not None and figure.low is not None and figure.high is not None:
            assert least - 1e-9 <= figure.low <= figure.value + 1e-9
            assert figure.value - 1e-9 <= figure.high <= most + 1e-9


@given(scores.filter(lambda counts: sum(counts.values()) > 1), st.integers(2, 50))
def test_more_answers_of_the_same_kind_never_make_the_margin_wider(counts: dict[int, int], times: int) -> None:
    many = {score: count * times for score, count in counts.items()}
    for few, more in (
        (net_promoter(counts), net_promoter(many)),
        (satisfied(counts, 7), satisfied(many, 7)),
        (mean(counts, (0, 10)), mean(many, (0, 10))),
    ):
        assert width(more) <= width(few) + 1e-9


@given(scores.filter(lambda counts: sum(counts.values()) > 1), st.integers(1, 10_000))
def test_a_finite_group_makes_the_margin_smaller_and_asking_everybody_leaves_none(counts: dict[int, int], more: int) -> None:
    n = sum(counts.values())
    for everybody, some, endless in (
        [net_promoter(counts, group) for group in (n, n + more, None)],
        [satisfied(counts, 7, group) for group in (n, n + more, None)],
        [mean(counts, (0, 10), group) for group in (n, n + more, None)],
    ):
        assert width(everybody) == pytest.approx(0)
        assert width(some) <= width(endless) + 1e-9


@given(st.integers(1, 3000), st.data())
def test_the_interval_of_a_share_is_wilson_s(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    known = binomtest(part, whole).proportion_ci(0.95, method="wilson")
    assert wilson(part / whole, whole) == pytest.approx((known.low, known.high), abs=1e-9)


def width(figure: Measured | None) -> float:
    assert figure is not None and figure.low is not None and figure.high is not None
    return figure.high - figure.low


def test_the_net_promoter_score_is_promoters_less_detractors() -> None:
    figure = net_promoter({10: 40, 9: 20, 8: 10, 7: 10, 6: 5, 0: 15})
    assert figure is not None
    assert (figure.value, figure.of) == (40, 100)
    # (60.75 - 20.75) / 103, and 1.96 times the root of (81.5/103 - (40/103)²) / 103
    assert figure.low == pytest.approx(23.4, abs=0.1)
    assert figure.high == pytest.approx(54.3, abs=0.1)


def test_ten_people_who_all_agree_do_not_speak_for_everybody() -> None:
    figure = net_promoter({10: 10})
    assert figure is not None and figure.low is not None
    assert figure.value == 100 and figure.low < 60


# Where an indicator stands


def months(*values: float | None, margin: float = 1.0, enough: bool = True) -> list[Point]:
    return [
        Point(
            earlier(date(2026, 10, 1), len(values) - 1 - number),
            Measured(value, 40, value - margin, value + margin) if value is not None else None,
            enough,
        )
        for number, value in enumerate(values)
    ]


TARGET = Target(at_least=80, by=date(2026, 12, 31), start=60, since=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("value", "state", "certain"),
    [
        (85, State.REACHED, True),
        (80.5, State.REACHED, False),
        (79.5, State.ON_THE_WAY, False),
        (77, State.ON_THE_WAY, True),
        (75, State.BEHIND, True),
    ],
)
def test_on_the_way_is_who_is_on_the_straight_line_to_the_target(value: float, state: State, certain: bool) -> None:
    standing = stand(TARGET, months(value))
    assert (standing.state, standing.certain) == (state, certain)


def test_a_wait_is_better_when_it_is_shorter() -> None:
    shorter = Target(at_most=4, by=date(2026, 12, 31))
    assert stand(shorter, months(12, 8, 3)).state is State.REACHED
    assert stand(shorter, months(12, 9, 5.5)).state is State.ON_THE_WAY
    assert stand(shorter, months(12, 11, 10)).state is State.BEHIND


def test_after_its_day_a_target_that_is_not_reached_is_missed() -> None:
    past = Target(at_least=80, by=date(2026, 9, 30))
    assert stand(past, months(60, 79)).state is State.BEHIND


def test_of_one_month_the_way_cannot_be_told_and_of_few_nothing() -> None:
    assert stand(Target(at_least=80, by=date(2026, 12, 31)), months(60)).state is State.NOT_YET
    assert stand(TARGET, months(None, 90, enough=False)).state is State.TOO_FEW
    assert stand(TARGET, months(None, None)).state is State.UNKNOWN


def test_a_survey_of_an_earlier_month_is_the_present_one_until_there_is_a_newer() -> None:
    present = stand(TARGET, months(77, None)).present
    assert present is not None and present.month == date(2026, 9, 1)


@given(st.lists(st.one_of(st.none(), st.floats(-1000, 1000)), min_size=1, max_size=12), st.floats(-1000, 1000), st.booleans())
def test_a_better_month_never_stands_worse(values: list[float | None], aim: float, high: bool) -> None:
    target = Target(**({"at_least": aim} if high else {"at_most": aim}), by=date(2027, 3, 1), start=0, since=date(2026, 1, 1))
    order = [State.REACHED, State.ON_THE_WAY, State.BEHIND]
    last = values[-1] if values[-1] is not None else 0.0
    before = stand(target, months(*values[:-1], last)).state
    after = stand(target, months(*values[:-1], last + (5 if high else -5))).state
    if (aim >= 0) == high:  # the way leads up to a high target, and down to a low one
        assert order.index(after) <= order.index(before)


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), max_size=12), st.floats(-1e6, 1e6))
def test_the_drawing_stays_in_its_box_and_breaks_where_a_month_is_missing(values: list[float | None], target: float) -> None:
    drawing = draw(months(*values), target)
    known = [value for value in values if value is not None]
    assert (drawing is None) == (not known)
    if drawing is not None:
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in [*drawing.dots, (0, drawing.target)])
        assert len(drawing.dots) == len(known)
        runs = re.findall(r"1{2,}", "".join("1" if value is not None else "0" for value in values))
        assert [len(line.split()) for line in drawing.lines] == [len(run) for run in runs]


# What a municipality writes


def test_the_example_s_goals_can_be_used_and_its_figures_are_all_known() -> None:
    assert 4 <= len(GOALS.goals) <= 6
    assert set(own.KNOWN) == set(Own)
    assert set(counted.KNOWN) == set(Counted)
    assert {indicator.source for indicator in GOALS.indicators} == {"luisterpost", "matomo", "survey", "hand"}


def test_the_schema_for_editors_is_that_of_today() -> None:
    written = json.loads((ROOT / "config" / "schemas" / "goals.json").read_text(encoding="utf-8"))
    assert written == schemas()["goals"], "run `luisterpost scorecard schema`"
    first = (ROOT / "config" / "rivierstad" / "goals.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../schemas/goals.json"


GOAL = """goals:
  - id: doel
    name: Een doel
    why: Daarom
    owner: Redactie
    indicators:
      - {id: cijfer, from: luisterpost, figure: dialoog, target: {at_least: 50, by: 2027-01-01}}
"""
INDICATOR = "{id: cijfer, from: luisterpost, figure: dialoog, target: {at_least: 50, by: 2027-01-01}}"
LIST = "surveys:\n  - {id: lijst, name: Lijst, among: iedereen, questions: [{id: vraag, asks: Hoe was het, scale: [1, 5]}]}\n"


@pytest.mark.parametrize(
    ("instead", "line", "what"),
    [
        ("{id: cijfer, from: luisterpost, figure: dialog, target: {at_least: 50, by: 2027-01-01}}", 7, "dialog"),
        ("{id: cijfer, from: elders, figure: dialoog, target: {at_least: 50, by: 2027-01-01}}", 7, "luisterpost"),
        ("{id: cijfer, from: luisterpost, figure: dialoog, target: {by: 2027-01-01}}", 7, "precies een van de twee"),
        ("{id: cijfer, from: luisterpost, figure: binnen-werkuren, target: {at_least: 50, by: 2027-01-01}}", 7, "hours"),
        ("{id: cijfer, from: matomo, figure: bezoeken, target: {at_least: 50, by: 2027-01-01}}", 7, "nummer van de site"),
        ("{id: cijfer, from: survey, survey: x, question: y, figure: nps, target: {at_least: 5, by: 2027-01-01}}", 7, "schrijf haar erbij"),
        ("{id: cijfer, from: survey, survey: lijst, question: vraag, figure: nps, target: {at_least: 5, by: 2027-01-01}}", 7, "0 tot 10"),
        (
            "{id: cijfer, from: survey, survey: lijst, question: vraag, figure: tevreden, target: {at_least: 5, by: 2027-01-01}}",
            7,
            "satisfied_from",
        ),
        (f"{INDICATOR}\n      - {INDICATOR}", 8, "geef elk een eigen `id`"),
    ],
)
def test_a_mistake_names_its_line_and_what_to_do(instead: str, line: int, what: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        parse_goals(GOAL.replace(INDICATOR, instead) + LIST, "goals.yaml")
    assert f"goals.yaml, regel {line}:" in str(refused.value)
    assert what in str(refused.value)


def test_without_goals_there_are_none(tmp_path: Path) -> None:
    assert load_goals(tmp_path) == GoalsFile()


def test_what_is_typed_is_read_as_a_dutch_person_means_it() -> None:
    by_hand = GOALS.by_hand

    def typed(value: str, month: str = "2026-10", source: str = "geteld op de lijst", figure: str = "initiatieven") -> Entered | str:
        return TypedFigure(figure, month, value, source).read(by_hand, TODAY)

    good = typed("7,5")
    assert isinstance(good, Entered) and good.value == 7.5 and good.month == date(2026, 10, 1)
    for wrong in (
        typed("1.204"),
        typed("zeven"),
        typed("-1"),
        typed("7", month="2026-12"),
        typed("7", month="oktober"),
        typed("7", source="ja"),
        typed("7", figure="iets"),
        typed("9" * 18),
    ):
        assert isinstance(wrong, str)


# What a survey's file says


def rows(*lines: Sequence[object]) -> list[Row | Broken]:
    return [Row(number, line) for number, line in enumerate(lines, 1)]


def told(found: Sequence[Row | Broken], survey: Survey = SURVEY) -> dict[tuple[str, str], dict[int, int]]:
    return {(one.question, f"{one.month:%Y-%m}"): dict(one.counts) for one in read_survey(found, survey, TODAY, ZONE).scores}


@given(
    st.lists(
        st.tuples(st.sampled_from(["2026-08", "2026-09"]), st.integers(1, 5), st.one_of(st.none(), st.integers(0, 10))),
        min_size=1,
        max_size=40,
    )
)
def test_the_three_shapes_of_a_file_say_the_same(answers: list[tuple[str, int, int | None]]) -> None:
    wide = rows(
        ("Maand", "respondent", "tevreden", "aanbevelen", "toelichting"),
        *((month, "r7", one, other, "=1+1") for month, one, other in answers),
    )
    each = [(month, "tevreden", one) for month, one, _ in answers] + [
        (month, "aanbevelen", two) for month, _, two in answers if two is not None
    ]
    long = rows(("datum", "vraag", "score"), *each)
    summed = rows(("maand", "vraag", "score", "aantal"), *((*one, each.count(one)) for one in sorted(set(each))))
    assert told(wide) == told(long) == told(summed)


BAD = [
    ("2026-10", "tevreden", "6"),
    ("2026-10", "tevreden", "vier"),
    ("2026-10", "tevreden", None),
    ("2026-10", "tevreden", "4,5"),
    ("2027-10", "tevreden", "4"),
    ("2026-13", "tevreden", "4"),
    ("gisteren", "tevreden", "4"),
    (None, "tevreden", "4"),
    ("2026-10", "iets anders", "4"),
    ("2026-10", "tevreden", "٤"),
    ("2026-10", "tevreden", True),
]


@given(st.lists(st.one_of(st.sampled_from(BAD), st.just(("2026-10-03", "tevreden", "4"))), max_size=30))
def test_one_bad_row_is_named_by_number_and_the_rest_goes_on(lines: list[tuple[object, ...]]) -> None:
    found = rows(("datum", "vraag", "score"), ("2026-10-01", "tevreden", 5), *lines)
    read = read_survey(found, SURVEY, TODAY, ZONE)
    bad = [number for number, line in enumerate(lines, 3) if line in BAD]
    assert [number for number, _ in read.refused] == bad
    assert read.answers == len(lines) - len(bad) + 1
    assert not any(str(line[2]) in why for line in BAD if line[2] in ("vier", "4,5") for _, why in read.refused)


cells = st.one_of(
    st.none(), st.text(max_size=12), st.integers(), st.floats(), st.booleans(), st.sampled_from(["datum", "score", "vraag", "tevreden"])
)


@given(st.lists(st.lists(cells, max_size=6), max_size=12))
def test_whatever_a_file_holds_it_is_read_or_refused_in_words(table: list[list[object]]) -> None:
    try:
        read = read_survey(rows(*table), SURVEY, TODAY, ZONE)
    except SurveyError as refused:
        assert str(refused).endswith(".")
    else:
        assert read.answers == sum(sum(one.counts.values()) for one in read.scores)


def test_a_row_that_is_no_row_is_left_out_and_an_empty_one_is_nothing() -> None:
    found = [*rows(("datum", "vraag", "score"), ("2026-10-01", "tevreden", 5), (None, "", "  ")), Broken(9, "de regel is geen CSV")]
    read = read_survey(found, SURVEY, TODAY, ZONE)
    assert (read.answers, read.refused) == (1, ((9, "de regel is geen CSV"),))


def test_too_many_rows_and_no_headings_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboards.scorecard.surveys.answers.MAX_ROWS", 50)
    with pytest.raises(SurveyError, match="Kijk naar de eerste regel"):
        read_survey(rows(("naam", "cijfer"), ("x", 5)), SURVEY, TODAY, ZONE)
    with pytest.raises(SurveyError, match="Regel 2: de score is geen heel getal"):
        read_survey(rows(("datum", "vraag", "score"), ("2026-10", "tevreden", "x")), SURVEY, TODAY, ZONE)
    with pytest.raises(SurveyError, match="geen enkel antwoord"):
        read_survey(rows(("datum", "vraag", "score")), SURVEY, TODAY, ZONE)
    with pytest.raises(SurveyError, match="Splits het"):
        read_survey(rows(("datum", "vraag", "score"), *[("2026-10", "tevreden", 5)] * 51), SURVEY, TODAY, ZONE)


# The pages


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
