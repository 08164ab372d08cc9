"""The rules page: sentences from the YAML, what a changed file would do, and letting it in."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dashboards.words.rules import conditions, manners, outcome, sentences
from models import Routing, RuleSet
from models.words import Kind
from routing.rules.conditions import When
from routing.rules.facts import Facts, kept
from routing.rules.grammar import Manners, Then
from routing.rules.names import Names
from routing.rules.reading import parse_rules
from tests.dashboards.conftest import SignIn, csrf_of

NAMES = Names(frozenset({"afval", "afval/bijplaatsing"}), frozenset({"reiniging", "verkeer"}), frozenset({"havenkwartier"}))

CHANGED = """  - name: afval-naar-handhaving
    when: {theme: [afval], burst: true}
    then: {action: ticket, department: handhaving}
"""


@pytest.fixture
def changed(own_config: Path, as_person: SignIn, session: Session) -> Path:
    """The waste rule is another one now, and nobody has confirmed it; what was decided is kept with its facts."""
    rules = own_config / "rules.yaml"
    session.execute(update(RuleSet).values(source=rules.read_text(encoding="utf-8")))
    seen = Facts("afval", "afval/bijplaatsing", ("havenkwartier",), frozenset(), Kind.COMPLAINT, 0.2, (1.0,) * 12, 12, True, False, 9.0)
    session.execute(update(Routing).values(facts=kept(seen), latest_facts=kept(seen)))
    session.commit()
    text = rules.read_text(encoding="utf-8")
    assert "  - name: afval-piek\n" in text
    rules.write_text(text.replace("  - name: afval-piek\n", f"{CHANGED}  - name: afval-piek\n"), encoding="utf-8")
    return own_config


def must_confirm(folder: Path) -> None:
    about = folder / "municipality.yaml"
    about.write_text(about.read_text(encoding="utf-8") + "\nconfirm_rules: true\n", encoding="utf-8")


def page(client: TestClient) -> str:
    answer = client.get("/regels")
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_changed_file_shows_what_would_change_per_department_before_it_is_in_force(as_person: SignIn, changed: Path) -> None:
    html = page(as_person("redactie"))
    assert "Wat zou er veranderen?" in html
    assert "De nieuwe regels gaan in bij de volgende ronde" in html
    assert "Nieuw: afval-naar-handhaving: als het gaat over Afval" in html
    assert "afval-naar-handhaving)" in html, "an example names the rule that would decide"
    assert "bevestigen" not in html


def test_where_the_municipality_wants_it_somebody_confirms_what_they_saw(as_person: SignIn, changed: Path, session: Session) -> None:
    must_confirm(changed)
    client = as_person("redactie")
    html = page(client)
    assert "wacht op akkoord" in html
    version = html.split('name="version" value="')[1].split('"')[0]
    answer = client.post("/regels/bevestigen", data={"_csrf": csrf_of(html), "version": version})
    assert answer.status_code == 303
    session.expire_all()
    assert session.scalars(select(RuleSet.confirmed_by).where(RuleSet.version == version)).one() == "redactie"
    after = page(client)
    assert "Wat zou er veranderen?" not in after
    assert "akkoord van redactie" in after


def test_a_file_that_changed_since_it_was_seen_is_not_let_in(as_person: SignIn, changed: Path, session: Session) -> None:
    must_confirm(changed)
    client = as_person("redactie")
    html = page(client)
    answer = client.post("/regels/bevestigen", data={"_csrf": csrf_of(html), "version": "0123456789ab"})
    assert answer.status_code == 409
    assert "intussen weer veranderd" in answer.text
    assert session.scalars(select(RuleSet.version)).all() == ["proef"]


def test_a_department_sees_what_waits_and_may_not_let_it_in(as_person: SignIn, changed: Path, session: Session) -> None:
    must_confirm(changed)
    client = as_person("Samira")
    assert "Laat deze regels ingaan" not in page(client)
    answer = client.post("/regels/bevestigen", data={"_csrf": csrf_of(client.get("/afmelden").text), "version": "x"})
    assert answer.status_code == 403


def test_a_roster_that_cannot_be_used_is_told_with_its_line(as_person: SignIn, own_config: Path) -> None:
    (own_config / "roster.yaml").write_text("people: []\nduties:\n  - {who: niemand, start: 2026-01-01 09:00}\n")
    html = page(as_person("redactie"))
    assert "roster.yaml kan niet gebruikt worden" in html
    assert "roster.yaml, regel 3" in html


def test_every_kind_of_condition_has_a_sentence() -> None:
    asked = {
        "near": ["havenkwartier"],
        "outside": True,
        "source": ["kcc"],
        "language": ["en", "und"],
        "tone_at_most": -0.5,
        "sure_at_least": 0.5,
        "reach_at_least": 1000,
        "people_at_least": 3,
        "people_within_hours": 48,
        "lasting": True,
        "words": {"any": ["rat", "muis"], "messages_at_least": 2},
        "weekday": ["zaterdag", "zondag"],
        "time": {"from": "22:00", "until": "07:00"},
        "working_hours": False,
        "holiday": True,
        "earlier_tickets": {"at_least": 2, "days": 90},
        "settled_within_days": 14,
    }
    for field in set(asked) - {"people_within_hours"}:
        window = {"people_within_hours": 48} if field == "people_at_least" else {}
        said = list(conditions(When.model_validate({field: asked[field]} | window), str, str))
        assert len(said) == 1, field
    said = list(conditions(When.model_validate(asked), str, str.capitalize))
    assert "in of naast Havenkwartier" in said
    assert "van minstens 3 mensen in 2 dagen" in said
    assert "minstens 2 berichten met “rat” of “muis”" in said
    assert "het jongste bericht kwam tussen 22:00 en 07:00 uur" in said


def test_an_alert_says_to_whom_and_that_it_goes_at_every_hour() -> None:
    then = Then.model_validate({"action": "alert", "with": ["verkeer"], "to": ["department", "roster", "channel:wacht"], "always": True})
    assert list(outcome(then, str.capitalize)) == [
        "ticket voor de afdeling die over het thema gaat",
        "samen met Verkeer",
        "binnen 40 uur, ook buiten werktijd",
        "meteen een melding aan de afdeling, wie dienst heeft en kanaal wacht, op elk uur",
    ]
    assert len(list(manners(Manners.model_validate({"quiet": {"from": "22:00", "until": "07:00"}})))) == 3


def test_a_whole_file_is_a_row_of_sentences_in_the_order_in_which_it_is_asked() -> None:
    source = """
rules:
  - {name: later, then: {action: watch}}
  - {group: eerst, match: all, priority: 1, when: {theme: [afval]}, rules: [{name: een, when: {burst: true}, then: {action: ticket}}]}
fallback: {action: digest, department: reiniging}
"""
    said = sentences(parse_rules(source, NAMES, "r").file, str.capitalize, str, str.capitalize)
    assert said[:4] == [
        "Groep eerst: als het gaat over Afval; elke regel die past doet mee.",
        "eerst, een: als het is een piek, dan ticket voor de afdeling die over het thema gaat en binnen 40 werkuren.",
        "later: als altijd, dan in de gaten houden.",
        "Past geen regel: dagbericht van Reiniging.",
    ]
