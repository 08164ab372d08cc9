"""rules.yaml: what it can say, what is refused, and how a decision is explained."""

from pathlib import Path

import pytest

from models.configuration import ConfigurationError
from models.municipality import Municipality
from models.settings import ROOT
from models.words import Action, Channel, Kind
from routing.rules.checks import check
from routing.rules.explain import explain
from routing.rules.facts import Facts
from routing.rules.grammar import FALLBACK
from routing.rules.names import Names, names_of
from routing.rules.reading import load_rules, parse_rules

NAMES = Names(
    frozenset({"afval", "afval/bijplaatsing", "groen", "groen/bomen"}),
    frozenset({"reiniging", "groen", "webcare"}),
    frozenset({"havenkwartier"}),
)
HEAD = "owners: {afval: reiniging}\nfallback: {action: digest, department: webcare}\nrules:\n"


def facts(**known: object) -> Facts:
    usual: dict[str, object] = {
        "theme": "afval",
        "sub": "afval/bijplaatsing",
        "areas": ("havenkwartier",),
        "channels": frozenset({Channel.SOCIAL}),
        "kind": Kind.REPORT,
        "urgency": 0.1,
        "ages": (1.0, 2.0, 30.0),
        "people": 3,
        "burst": False,
        "campaign": False,
        "times_usual": 1.0,
    }
    return Facts(**(usual | known))  # type: ignore[arg-type]


def decide(rules: str, **known: object) -> tuple[str, Action, str]:
    decision = parse_rules(HEAD + rules, NAMES, "rules.yaml").decide(facts(**known))
    return decision.rule, decision.action, decision.department


def refusal(rules: str) -> str:
    with pytest.raises(ConfigurationError) as refused:
        parse_rules(HEAD + rules, NAMES, "rules.yaml")
    return str(refused.value)


def test_the_first_rule_that_fits_decides_and_the_owner_gets_it() -> None:
    rules = "- {name: piek, when: {burst: true}, then: {action: ticket}}\n- {name: afval, when: {theme: [afval]}, then: {action: watch}}"
    assert decide(rules, burst=True) == ("piek", Action.TICKET, "reiniging")
    assert decide(rules) == ("afval", Action.WATCH, "reiniging")


def test_what_no_rule_fits_falls_into_the_net() -> None:
    assert decide("- {name: piek, when: {burst: true}, then: {action: ticket}}", theme="groen", sub="groen/bomen") == (
        FALLBACK,
        Action.DIGEST,
        "webcare",
    )


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ("theme: [afval]", True),
        ("theme: [afval/*]", True),
        ("theme: ['*']", True),
        ("theme: [groen]", False),
        ("area: [havenkwartier]", True),
        ("channel: [news]", False),
        ("kind: [melding]", True),
        ("urgency_at_least: 0.5", False),
        ("messages_at_least: 3", True),
        ("messages_at_least: 3, within_hours: 24", False),
        ("people_at_least: 4", False),
        ("burst: false", True),
        ("campaign: true", False),
        ("times_usual_at_least: 2", False),
        ("any: [{burst: true}, {people_at_least: 2}]", True),
        ("any: [{burst: true}, {people_at_least: 9}]", False),
        ("all: [{theme: [afval]}, {burst: true}]", False),
        ("not: {theme: [groen]}", True),
        ("not: {theme: [afval]}", False),
    ],
)
def test_each_condition_says_what_it_says(when: str, holds: bool) -> None:
    assert (decide(f"- {{name: deze, when: {{{when}}}, then: {{action: ticket}}}}")[0] == "deze") is holds


def test_an_unknown_theme_is_refused_with_its_line_and_the_nearest_name() -> None:
    told = refusal("- name: piek\n  when:\n    theme: [afval/bijplaatsng]\n  then: {action: ticket}")
    assert "rules.yaml, regel 6" in told
    assert "'afval/bijplaatsng' bestaat niet. Bedoelt u 'afval/bijplaatsing'?" in told


def test_an_unknown_department_is_refused() -> None:
    assert "afdeling 'reinigin' bestaat niet. Bedoelt u 'reiniging'?" in refusal(
        "- {name: a, then: {action: ticket, department: reinigin}}"
    )


def test_unknown_names_deep_inside_a_condition_are_found() -> None:
    assert "buurt of wijk 'haven' bestaat niet" in refusal("- {name: a, when: {not: {any: [{area: [haven]}]}}, then: {action: ticket}}")


def test_a_typing_error_in_a_field_or_in_the_yaml_names_its_line() -> None:
    assert "regel 4" in refusal("- {name: a, when: {brst: true}, then: {action: ticket}}")
    assert "geen geldige YAML" in refusal("- {name: a, when: {burst: true")


def test_two_rules_of_one_name_are_refused() -> None:
    assert "al gebruikt" in refusal("- {name: a, then: {action: ticket}}\n- {name: a, then: {action: watch}}")


def test_a_file_without_fallback_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="fallback"):
        parse_rules("rules: []", NAMES, "rules.yaml")


def test_a_rule_after_one_that_always_fits_is_reported() -> None:
    rules = parse_rules(
        HEAD + "- {name: alles, then: {action: watch}}\n- {name: nooit, when: {burst: true}, then: {action: ticket}}", NAMES, "r"
    )
    assert "'nooit' komt nooit aan de beurt" in check(rules, NAMES)[0]


def test_an_explanation_says_why_earlier_rules_did_not_fire() -> None:
    rules = "- {name: piek, when: {burst: true, people_at_least: 5}, then: {action: ticket}}\n- {name: afval, then: {action: digest}}"
    lines = list(explain(parse_rules(HEAD + rules, NAMES, "r"), facts()))
    assert lines[0] == "regel 'piek' niet, want het is geen piek en het gaat om 3 mensen, minder dan 5"
    assert lines[1].startswith("regel 'afval' wel: digest voor reiniging")


def test_the_example_town_has_an_owner_for_every_theme_and_no_findings(rivierstad: Municipality) -> None:
    rules = load_rules(ROOT / "config" / "rivierstad", rivierstad)
    assert check(rules, names_of(rivierstad)) == []
    departments = {rules.owner(sub) for sub in rivierstad.theme_names}
    assert departments == names_of(rivierstad).departments


def test_a_missing_file_says_so(tmp_path: Path, rivierstad: Municipality) -> None:
    with pytest.raises(ConfigurationError, match=r"rules\.yaml: kan niet gelezen worden"):
        load_rules(tmp_path, rivierstad)


def test_messages_in_another_language_go_to_webcare_unless_there_is_danger(rivierstad: Municipality) -> None:
    rules = load_rules(ROOT / "config" / "rivierstad", rivierstad)
    turkish = rules.decide(facts(language="tr"))
    assert (turkish.rule, turkish.department) == ("andere-taal", rivierstad.about.webcare)
    assert rules.decide(facts(language="nl")).department == "reiniging"
    assert rules.decide(facts(language="und")).department == "reiniging"
    danger = facts(language="en", theme="veiligheid", sub="veiligheid/brand", urgency=0.9)
    assert rules.decide(danger).rule == "gevaar-buiten"


def test_an_explanation_names_the_language() -> None:
    rules = parse_rules(HEAD + "- {name: engels, when: {language: [en]}, then: {action: watch}}", NAMES, "rules.yaml")
    assert "regel 'engels' niet, want de berichten zijn meestal in het Pools" in list(explain(rules, facts(language="pl")))


def test_a_language_is_a_code_of_two_letters() -> None:
    assert "when.language" in refusal("- {name: engels, when: {language: [Engels]}, then: {action: watch}}")
