"""The proposals as a decision table: what is known of a signal, and what is proposed because of it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.words import Action, ChoiceForm, Kind
from routing.proposals.criteria import criteria, fits, ours, problem_of_criteria
from routing.proposals.forms import FORMS
from routing.proposals.propose import ask_of_department, propose, sentence
from routing.proposals.situation import Situation

QUIET = Situation(
    theme="belastingen", department="Belastingen", areas=(), action=Action.DIGEST, kind=Kind.REPORT, campaign=False, people=2, unanswered=0
)
BAGS = replace(QUIET, theme="afval", department="Reiniging", areas=("Havenkwartier", "Oude Haven"), people=37, unanswered=29)

TABLE: list[tuple[str, Situation, dict[str, Any], ChoiceForm, tuple[str, ...]]] = [
    ("two people", QUIET, {}, ChoiceForm.FOLLOW, ()),
    (
        "a question",
        QUIET,
        {"question_share": 0.5, "unanswered": 1},
        ChoiceForm.ANSWER,
        ("veel vragen (50%)", "1 bericht wacht op antwoord"),
    ),
    ("praise", QUIET, {"kind": Kind.COMPLIMENT, "people": 40}, ChoiceForm.ANSWER, ("het zijn vooral complimenten",)),
    ("bags", BAGS, {}, ChoiceForm.VISIT, ("37 mensen schreven erover", "het is buiten te zien")),
    ("indoors", QUIET, {"people": 9}, ChoiceForm.VISIT, ("9 mensen schreven erover",)),
    ("danger", BAGS, {"action": Action.ALERT, "people": 1}, ChoiceForm.VISIT, ("het is dringend",)),
    ("campaign", BAGS, {"campaign": True}, ChoiceForm.BRIEF, ("dezelfde tekst, vaak gestuurd",)),
    ("everywhere", BAGS, {"people": 80, "areas": ("a", "b", "c")}, ChoiceForm.BRIEF, ("80 mensen schreven erover", "3 buurten")),
    (
        "not quite everywhere",
        BAGS,
        {"people": 79, "areas": ("a", "b", "c")},
        ChoiceForm.VISIT,
        ("79 mensen schreven erover", "het is buiten te zien"),
    ),
    (
        "anger about homes",
        QUIET,
        {"sensitive": True, "people": 25, "tone": -0.5},
        ChoiceForm.BRIEF,
        ("25 mensen schreven erover", "de toon is boos", "het ligt gevoelig"),
    ),
    (
        "for weeks, many opinions, the same people",
        BAGS,
        {"weeks": 5, "returning": 6, "opinion_share": 0.3, "kinds": 3},
        ChoiceForm.COMMUNITY,
        ("al 5 weken", "veel meningen en ideeën (30%)", "vragen, klachten en meningen door elkaar", "6 van hen schreven er eerder over"),
    ),
    (
        "for months",
        BAGS,
        {"weeks": 8, "returning": 6, "opinion_share": 0.3},
        ChoiceForm.FOCUS_GROUP,
        ("al 8 weken", "veel meningen en ideeën (30%)", "6 van hen schreven er eerder over"),
    ),
    (
        "they talk with each other",
        BAGS,
        {"turns": 2.5, "opinion_share": 0.25},
        ChoiceForm.COMMUNITY,
        ("37 mensen schreven erover", "veel meningen en ideeën (25%)", "mensen praten er samen over door"),
    ),
    (
        "opinions in two places",
        BAGS,
        {"opinion_share": 0.4},
        ChoiceForm.SURVEY,
        ("37 mensen schreven erover", "2 buurten", "veel meningen en ideeën (40%)"),
    ),
    (
        "divided",
        QUIET,
        {"people": 15, "opinion_share": 0.3, "divided": 0.6},
        ChoiceForm.SURVEY,
        ("15 mensen schreven erover", "veel meningen en ideeën (30%)", "de meningen lopen uiteen"),
    ),
    (
        "many questions with opinions",
        QUIET,
        {"people": 20, "question_share": 0.4, "opinion_share": 0.2},
        ChoiceForm.Q_AND_A,
        ("20 mensen schreven erover", "veel vragen (40%)", "veel meningen en ideeën (20%)"),
    ),
    (
        "long questions",
        QUIET,
        {"people": 15, "question_share": 0.6, "words": 45.0},
        ChoiceForm.Q_AND_A,
        ("15 mensen schreven erover", "veel vragen (60%)", "mensen schrijven uitvoerig"),
    ),
]


@pytest.mark.parametrize(("situation", "changes", "form", "because"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_is_known_decides_what_is_proposed_and_why(
    situation: Situation, changes: dict[str, Any], form: ChoiceForm, because: tuple[str, ...]
) -> None:
    proposal = propose(replace(situation, **changes))
    assert (proposal.form, proposal.because) == (form, because)


def test_every_form_of_the_table_is_proposed_by_some_row() -> None:
    assert {row[3] for row in TABLE} == set(ChoiceForm) == set(FORMS)


def test_what_fits_too_is_named_once_and_without_following() -> None:
    proposal = propose(replace(BAGS, weeks=8, returning=6, opinion_share=0.4, kinds=3))
    assert proposal.form is ChoiceForm.FOCUS_GROUP
    assert proposal.others == (ChoiceForm.COMMUNITY, ChoiceForm.SURVEY, ChoiceForm.VISIT)


SITUATIONS = st.builds(
    Situation,
    theme=st.sampled_from(["afval", "wonen-en-bouwen", "belastingen"]),
    department=st.just("Reiniging"),
    areas=st.lists(st.sampled_from("abcd"), unique=True).map(tuple),
    action=st.sampled_from(Action),
    kind=st.sampled_from(Kind),
    campaign=st.booleans(),
    people=st.integers(1, 200),
    unanswered=st.integers(0, 100),
    question_share=st.floats(0, 1),
    opinion_share=st.floats(0, 1),
    channels=st.integers(1, 5),
    weeks=st.integers(0, 60),
    kinds=st.integers(1, 6),
    words=st.floats(1, 200),
    turns=st.floats(1, 20),
    tone=st.floats(-1, 1),
    divided=st.floats(0, 1),
    sensitive=st.booleans(),
    returning=st.integers(0, 50),
)


@given(SITUATIONS)
def test_every_signal_gets_whole_sentences_and_reasons_that_hold(situation: Situation) -> None:
    proposal = propose(situation)
    assert proposal.sentence.endswith(".")
    assert ask_of_department(situation).endswith(".")
    assert all(sentence(form, situation).endswith(".") for form in ChoiceForm)
    assert proposal.form not in proposal.others
    first = next(one for one in ours().proposals if fits(one.when, situation))
    assert first.form is proposal.form
    assert len(proposal.because) == len(first.when.model_dump(exclude_none=True))


def test_a_municipality_brings_its_own_table(tmp_path: Path) -> None:
    assert criteria(tmp_path) is ours()
    (tmp_path / "proposals.yaml").write_text("proposals:\n  - {form: focusgroep, when: {people_at_least: 1}}\n", encoding="utf-8")
    assert propose(QUIET, criteria(tmp_path)).form is ChoiceForm.FOCUS_GROUP
    assert problem_of_criteria(tmp_path) is None


def test_a_table_that_cannot_be_used_leaves_ours_in_force_and_says_where(tmp_path: Path) -> None:
    (tmp_path / "proposals.yaml").write_text("proposals:\n  - {form: focusgroep, when: {poeple_at_least: 1}}\n", encoding="utf-8")
    assert criteria(tmp_path) is ours()
    problem = problem_of_criteria(tmp_path)
    assert problem is not None
    assert "proposals.yaml, regel 2" in problem
    assert "poeple_at_least" in problem
