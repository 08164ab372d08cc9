"""`rules check`: rules never reached, risky overlaps, holes; the JSON Schemas for editors."""

import json
from datetime import UTC, datetime

import pytest

from models.municipality import Municipality
from models.settings import ROOT
from routing.rules.checks import Town, check
from routing.rules.checks.holes import Gap
from routing.rules.names import Names, names_of
from routing.rules.reading import load_rules, parse_rules
from routing.rules.schema import schemas
from tests.routing.rules.test_grammar import HEAD, NAMES

OWNED = Names(frozenset({"afval", "afval/bijplaatsing", "afval/container-vol"}), NAMES.departments, NAMES.areas, frozenset({"noord"}))
TOWN = Town(frozenset(), frozenset(), has_roster=True)


def findings(rules: str, town: Town | None = None, names: Names = OWNED) -> str:
    return "\n".join(check(parse_rules(HEAD + rules, names, "rules.yaml"), names, town))


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("theme: [afval]", "theme: [afval/bijplaatsing]"),
        ("messages_at_least: 3, within_hours: 48", "messages_at_least: 5, within_hours: 24"),
        ("messages_at_least: 3", "people_at_least: 3, people_within_hours: 24"),
        ("urgency_at_least: 0.5", "urgency_at_least: 0.7, burst: true"),
        ("any: [{burst: true}, {lasting: true}]", "lasting: true"),
        ("not: {any: [{kind: [compliment]}, {kind: [mening]}]}", "not: {kind: [compliment, mening]}"),
        ("not: {burst: true}", "burst: false"),
        ("time: {from: '20:00', until: '08:00'}", "time: {from: '22:00', until: '07:00'}"),
        ("near: [noord]", "area: [noord]"),
        ("words: {any: [rat]}", "words: {any: [rat], messages_at_least: 3}"),
        ("tone_at_most: 0", "tone_at_most: -0.5"),
    ],
)
def test_a_rule_that_an_earlier_one_always_goes_before_is_never_reached(earlier: str, later: str) -> None:
    one, other = (f"- {{name: {name}, when: {{{when}}}, then: {{action: watch}}}}\n" for name, when in (("een", earlier), ("twee", later)))
    assert "'twee' komt nooit aan de beurt: regel 'een'" in findings(one + other)
    assert "komt nooit" not in findings(other.replace("twee", "nul") + one) or earlier == later


def test_several_earlier_rules_together_can_leave_nothing_over() -> None:
    rules = (
        "- {name: bij, when: {theme: [afval/bijplaatsing]}, then: {action: watch}}\n"
        "- {name: vol, when: {theme: [afval/container-vol]}, then: {action: watch}}\n"
        "- {name: alle, when: {theme: [afval], burst: true}, then: {action: ticket}}\n"
    )
    assert "'alle' komt nooit aan de beurt: regels 'bij' en 'vol' staan ervoor en een daarvan past" in findings(rules)


def test_in_a_group_where_all_that_fit_take_part_nothing_is_shadowed() -> None:
    rules = "- {group: g, match: all, rules: [{name: a, then: {action: watch}}, {name: b, then: {action: digest}}]}\n"
    assert findings(rules) == ""
    assert "'b' komt nooit" in findings(rules.replace("match: all", "match: first"))


def test_a_priority_changes_what_is_reached() -> None:
    rules = "- {name: a, then: {action: watch}}\n- {name: b, priority: 1, when: {burst: true}, then: {action: digest}}\n"
    assert findings(rules) == ""


def test_an_alert_behind_a_calmer_rule_is_told_and_its_special_case_is_not() -> None:
    alert = "- {name: gevaar, when: {urgency_at_least: 0.8}, then: {action: alert}}\n"
    assert "Dan gaat er geen melding uit" in findings("- {name: engels, when: {language: [en]}, then: {action: digest}}\n" + alert)
    special = "- {name: engels, when: {language: [en], urgency_at_least: 0.9}, then: {action: digest}}\n"
    assert "allebei" not in findings(special + alert)


def test_two_departments_between_which_the_order_decides_are_told() -> None:
    rules = (
        "- {name: a, when: {burst: true}, then: {action: ticket, department: groen}}\n"
        "- {name: b, when: {theme: [afval]}, then: {action: ticket, department: reiniging}}\n"
    )
    assert "Het ticket gaat dan naar groen en niet naar reiniging" in findings(rules)


def test_a_theme_without_owner_or_rule_is_a_hole() -> None:
    told = findings("- {name: a, when: {theme: [afval]}, then: {action: digest}}", names=NAMES)
    assert "groen/bomen heeft geen eigenaar" in told
    assert "Geen enkele regel noemt groen" in told


def test_alerts_that_reach_nobody_are_told() -> None:
    rules = "- {name: gevaar, then: {action: alert, to: [department, roster, 'channel:pieper']}}"
    gap = Gap(datetime(2026, 11, 20, 17, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC))
    told = findings(rules, Town(frozenset({"reiniging"}), frozenset(), has_roster=True, gaps=(gap,), doubles=("Ans en Bo",)))
    assert "Afdeling 'reiniging' krijgt meldingen maar heeft geen email" in told
    assert "kanaal 'pieper', en dat staat niet in channels.yaml" in told
    assert "Van 20-11 17:00 tot 23-11 09:00 heeft niemand dienst" in told
    assert "Ans en Bo" in told
    assert "er is geen roster.yaml" in findings(rules, Town(frozenset(), frozenset(), has_roster=False))


def test_the_example_town_has_no_findings_with_its_roster_either(rivierstad: Municipality) -> None:
    rules = load_rules(ROOT / "config" / "rivierstad", rivierstad)
    assert check(rules, names_of(rivierstad), TOWN) == []


def test_the_schemas_for_editors_are_those_of_today() -> None:
    for name, described in schemas().items():
        written = json.loads((ROOT / "config" / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
        assert written == described, "renew them with `luisterpost rules schema`"
        first = (ROOT / "config" / "rivierstad" / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
        assert first == f"# yaml-language-server: $schema=../schemas/{name}.json"
