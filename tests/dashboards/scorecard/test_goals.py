"""What a municipality writes: goals in YAML, refused with line and remedy, and figures by hand."""

import json
from datetime import date
from pathlib import Path

import pytest

from dashboards.scorecard.entering import Entered, TypedFigure
from dashboards.scorecard.figures import counted, own
from dashboards.scorecard.goals import Counted, GoalsFile, Own, schemas
from dashboards.scorecard.reading import load_goals, parse_goals
from models.configuration import ConfigurationError
from models.settings import ROOT
from tests.dashboards.scorecard.example import GOALS, TODAY


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
