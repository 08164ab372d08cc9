"""The yardstick: the same evidence gives the same phase, and a file tells others nothing but phases."""

import json
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from dashboards.meetlat.evidence import ENDLESS, of_months, share
from dashboards.meetlat.exchange import Exchanged, ExchangeError, among, read, sender, write
from dashboards.meetlat.method import PHASES, Better, method
from dashboards.meetlat.score import Figure, Scored, score
from models import Assessment, AssessmentAnswer, PeerAssessment
from models.community import keep_month
from models.ticket import ticket_about
from routing.community.count import MONTH
from routing.community.month import Answering, Medium, Month
from tests.conftest import NOW
from tests.dashboards.conftest import SignIn, csrf_of

MEASURES = [measure for line in method().lines for measure in line.measures]
KEY = "sleutel"


def everything_in(phase: int) -> Scored:
    """A year in which every figure has come to this phase and no further."""
    figures = {}
    for measure in MEASURES:
        bounds = [0.0 if measure.better is Better.HIGH else ENDLESS, *measure.at]
        figures[measure.id] = Figure(bounds[phase - 1], measure.least)
    return score(method(), figures, dict.fromkeys(method().questions, phase))


@pytest.mark.parametrize("phase", range(1, PHASES + 1))
def test_each_bound_belongs_to_the_phase_it_begins(phase: int) -> None:
    scored = everything_in(phase)
    assert {line.phase for line in scored.lines} == {phase}
    assert scored.whole == phase


def test_of_too_little_nothing_is_said() -> None:
    few = {measure.id: Figure(1.0, measure.least - 1) for measure in MEASURES}
    scored = score(method(), few, {})
    assert {line.phase for line in scored.lines} == {None}
    assert scored.whole is None
    assert scored.lines[0].pieces[0].figure is not None


def test_one_thing_that_lags_holds_nothing_up_and_is_named_as_what_brings_the_next_phase_nearer() -> None:
    line = method().lines[0]
    figures = {measure.id: Figure(0.99, 100) for measure in line.measures}
    scored = score(method(), figures, {"plekken": 1, "vragen": 4}).lines[0]
    assert scored.phase == 4
    slower = score(method(), figures | {"dialoog": Figure(0.3, 100)}, {"plekken": 1, "vragen": 4}).lines[0]
    assert slower.phase == 2
    assert [piece.id for piece in slower.short_of_next] == ["plekken", "dialoog"]


@given(st.dictionaries(st.sampled_from(sorted(method().questions)), st.integers(1, 4)), st.data())
def test_a_better_answer_never_lowers_a_phase(answers: dict[str, int], data: st.DataObject) -> None:
    figures = {measure.id: Figure(data.draw(st.floats(0, 1)), 100) for measure in MEASURES}
    before = score(method(), figures, answers)
    for question, phase in answers.items():
        after = score(method(), figures, answers | {question: min(PHASES, phase + 1)})
        for old, new in zip(before.lines, after.lines, strict=True):
            assert (new.phase or 0) >= (old.phase or 0)


def test_what_is_left_out_of_the_method_s_names_cannot_hide() -> None:
    names = [*(measure.id for measure in MEASURES), *method().questions]
    assert len(names) == len(set(names)) == len(method().pieces)


def month(**more: object) -> Month:
    fared = Answering(wanting=100, people=80, answered=90, within_day=60, came_shut=40, met_shut=10, median=5.0, ninetieth=None)
    slow = Answering(wanting=30, people=30, answered=10, within_day=9)
    silent = Answering(wanting=500, people=400)
    media = (Medium("social", "Facebook", fared), Medium("social", "X", slow), Medium("contact_centre", "telefoon", silent))
    given: dict[str, object] = {"own": 40, "own_replies": 10, "own_joined": 4, "ideas": 10, "ideas_met": 6, "judged": 12, "helped": 3}
    return Month(all=fared, shut_hours=fared, media=media, **given | more)  # type: ignore[arg-type]


def test_the_months_of_a_year_are_added() -> None:
    figures = of_months([month(), month()])
    assert (figures["dialoog"].value, figures["dialoog"].of) == (0.25, 80)
    assert (figures["beantwoord"].value, figures["buiten"].value, figures["ideeen"].value) == (0.9, 0.25, 0.6)
    assert (figures["aansluiten"].value, figures["hielp"].of) == (0.4, 24)
    assert (figures["kanalen"].value, figures["kanalen"].of) == (0.5, 2)
    assert figures["gelijk"].value == pytest.approx(0.3 / 0.6)


def test_the_usual_wait_is_that_of_most_messages() -> None:
    slow = Month(all=Answering(wanting=300, people=9, median=None))
    assert of_months([month()])["snelheid"].value == 5.0
    assert of_months([month(), slow])["snelheid"].value == ENDLESS


def test_a_year_without_messages_has_no_figures() -> None:
    assert of_months([]) == {}
    assert of_months([Month()]) == {}


def test_a_share_of_few_has_wide_bounds() -> None:
    few, many = share(4, 5), share(800, 1000)
    assert few.low is not None
    assert many.low is not None
    assert few.low < 0.4 < 0.77 < many.low < few.value == many.value


def test_the_file_tells_phases_and_nothing_else() -> None:
    told = json.loads(write(everything_in(3), 2026, KEY))
    assert set(told) == {"schema", "sender", "year", "method", "lines", "pieces"}
    assert told["lines"] == dict.fromkeys(("interactie", "initiatief", "organisatie", "beleving"), 3)
    assert set(told["pieces"].values()) == {3}
    assert KEY not in json.dumps(told)


def test_a_sender_s_years_cannot_be_laid_side_by_side() -> None:
    assert sender(KEY, 2025) != sender(KEY, 2026)


@given(st.integers(1, 4), st.integers(2000, 2100))
def test_what_one_writes_another_reads(phase: int, year: int) -> None:
    assert set(read(write(everything_in(phase), year, "een ander"), KEY).lines.values()) == {phase}


@given(st.binary(max_size=300))
def test_anything_else_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(ExchangeError, match="Vraag een nieuw bestand"):
        read(content, KEY)


@pytest.mark.parametrize(
    "change",
    [
        {"lines": {"interactie": 5}},
        {"sender": "gemeente-x"},
        {"naam": "Gemeente X"},
        {"year": 1999},
        {"schema": "iets"},
        {"lines": {"interactie": "3"}},
    ],
)
def test_a_file_that_tells_something_odd_or_more_is_refused(change: dict[str, object]) -> None:
    told = json.loads(write(everything_in(3), 2026, "een ander")) | change
    with pytest.raises(ExchangeError):
        read(json.dumps(told).encode(), KEY)


def test_our_own_file_and_a_huge_one_are_refused() -> None:
    with pytest.raises(ExchangeError, match="uw eigen Meetlat"):
        read(write(everything_in(3), 2026, KEY), KEY)
    with pytest.raises(ExchangeError, match="te groot"):
        read(b" " * 60_000, KEY)


def others(count: int, phase: int = 2, of_method: str = "") -> list[Exchanged]:
    lines = {line.id: phase for line in method().lines}
    version = of_method or method().version
    return [Exchanged(sender=f"{number:032x}", year=2026, method=version, lines=lines, pieces={}) for number in range(count)]


def test_others_are_shown_from_five_on_as_a_distribution() -> None:
    four, five = among(method(), everything_in(3), others(4)), among(method(), everything_in(3), others(5))
    assert {row.others for row in four} == {0}
    assert {(row.ours, row.others, row.phases) for row in five} == {(3, 5, (0, 5, 0, 0))}


def test_another_version_of_the_method_is_not_compared_with() -> None:
    assert {row.others for row in among(method(), everything_in(3), others(9, of_method="oud"))} == {0}


def sent(client: TestClient, path: str, data: dict[str, str] | None = None, **more: object) -> tuple[int, str]:
    page = client.get("/meetlat").text
    seen = re.search(r'name="gezien" value="(\d+)"', page)
    fields = {"_csrf": csrf_of(client.get("/afmelden").text), "gezien": seen[1] if seen else "0", **(data or {})}
    answer = client.post(path, data=fields, **more)  # type: ignore[arg-type]
    return answer.status_code, answer.text


def test_the_page_shows_the_evidence_under_each_score(as_person: SignIn, seeded: Session) -> None:
    for number in range(1, 4):
        keep_month(seeded, date(2026, number, 1), MONTH.dump_python(month(), mode="json"), NOW)
    seeded.commit()
    page = as_person("Samira").get("/meetlat").text
    assert "25% (18% tot 33%)" in page
    assert "5 uur" in page
    assert "Antwoorden bewaren" not in page
    assert "nog niet beantwoord" in page


def test_answers_are_kept_with_who_gave_them_and_only_what_changed_is_added(as_person: SignIn, seeded: Session) -> None:
    client = as_person("redactie")
    given = {"fase-budget": "3", "opmerking-budget": "  vast <b>budget</b> ", "fase-bestuur": "9", "fase-onbekend": "2"}
    assert sent(client, "/meetlat/2026/antwoorden", given)[0] == 303
    assert sent(client, "/meetlat/2026/antwoorden", given)[0] == 303
    assert sent(client, "/meetlat/2026/antwoorden", {**given, "fase-budget": "4"})[0] == 303
    rows = seeded.query(AssessmentAnswer).order_by(AssessmentAnswer.id).all()
    assert [(row.question, row.phase, row.remark, row.answered_by) for row in rows] == [
        ("budget", 3, "vast <b>budget</b>", "redactie"),
        ("budget", 4, "vast <b>budget</b>", "redactie"),
    ]
    page = client.get("/meetlat").text
    assert "vast &lt;b&gt;budget&lt;/b&gt;" in page
    assert "Afdelingen en partners brengen zelf mensen en geld in." in page


def test_who_did_not_see_the_newest_answer_overwrites_nothing(as_person: SignIn, seeded: Session) -> None:
    client = as_person("redactie")
    sent(client, "/meetlat/2026/antwoorden", {"fase-budget": "3"})
    status, page = sent(client, "/meetlat/2026/antwoorden", {"fase-budget": "1", "gezien": "0"})
    assert status == 409
    assert "Iemand anders vulde dit intussen ook in" in page
    assert seeded.query(AssessmentAnswer).count() == 1


def test_a_settled_year_stays_as_it_was_and_can_be_given_to_others(as_person: SignIn, seeded: Session) -> None:
    client = as_person("beheer")
    assert client.get("/meetlat/2026.json").status_code == 404
    sent(client, "/meetlat/2026/antwoorden", {"fase-partner": "2"})
    assert sent(client, "/meetlat/2026/vaststellen")[0] == 303
    sent(client, "/meetlat/2026/antwoorden", {"fase-partner": "4"})
    told = client.get("/meetlat/2026.json").json()
    assert told["pieces"]["partner"] == 2
    assert sent(client, "/meetlat/2026/vaststellen")[0] == 303
    assert client.get("/meetlat/2026.json").json()["pieces"]["partner"] == 4
    assert [(row.year, row.settled_by) for row in seeded.query(Assessment)] == [(2026, "beheer")]


def test_files_of_others_come_in_once_for_each_sender(as_person: SignIn, seeded: Session) -> None:
    client = as_person("redactie")
    for number in (1, 2, 2, 3, 4, 5):
        file = {"bestand": ("meetlat.json", write(everything_in(2), 2026, f"gemeente {number}"))}
        assert sent(client, "/meetlat/inlezen", files=file)[0] == 303
    assert seeded.query(PeerAssessment).count() == 5
    page = client.get("/meetlat").text
    assert "Hoeveel andere gemeenten in elke fase zijn" in page
    status, page = sent(client, "/meetlat/inlezen", files={"bestand": ("x.json", b"{}")})
    assert status == 422
    assert "Dit is geen Meetlat die wij kunnen lezen" in page


def test_a_department_reads_and_changes_nothing(as_person: SignIn, seeded: Session) -> None:
    client = as_person("Samira")
    for path in ("/meetlat/2026/antwoorden", "/meetlat/2026/vaststellen"):
        assert sent(client, path, {"fase-budget": "3"})[0] == 403
    assert sent(client, "/meetlat/inlezen", files={"bestand": ("m.json", b"{}")})[0] == 403
    assert seeded.query(AssessmentAnswer).count() == 0


def test_a_year_that_cannot_be_is_refused(as_person: SignIn) -> None:
    client = as_person("redactie")
    for path in ("/meetlat?jaar=2027", "/meetlat?jaar=1999", "/meetlat?jaar=x", "/meetlat/99999999999.json"):
        assert client.get(path).status_code == 404, path


def test_tickets_of_the_town_count_in_the_axis_of_the_organisation(as_person: SignIn, seeded: Session) -> None:
    assert ticket_about(seeded, 1) is not None
    page = as_person("redactie").get("/meetlat").text
    assert "67%" in page  # of the three departments with a ticket two took it up
