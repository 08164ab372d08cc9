"""Versions of the rules: which is in force, who let it in, and what another one would have done with the last months."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models import Delivery, FurtherRouting, Routing, RuleSet, Ticket
from models.words import Action
from routing.digests.gathered import gather
from routing.errors import RulesError
from routing.rules.explain import explain_signal
from routing.rules.in_force import confirm, in_force, known_names
from routing.rules.reading import parse_rules
from routing.rules.replay import Change, Report, backtest, in_sentences
from tests.conftest import NOW
from tests.routing.conftest import LAMP, Says, run

DAY = timedelta(days=1)
HEAD = "owners: {afval: reiniging, openbare-verlichting: openbare-ruimte}\nfallback: {action: digest, department: klantcontact}\nrules:\n"
PLAIN = HEAD + "- {name: gewoon, when: {theme: [afval, openbare-verlichting]}, then: {action: digest}}\n"


@pytest.fixture
def folder(own_config: Path) -> Path:
    """A copy of the town's configuration with plain rules."""
    (own_config / "rules.yaml").write_text(PLAIN)
    return own_config


def replayed(session: Session, rules: str) -> Report:
    session.expire_all()
    return backtest(session, parse_rules(HEAD + rules, known_names(session), "nieuw"), NOW - 30 * DAY, NOW + DAY)


def test_a_backtest_says_per_department_what_comes_and_goes_and_touches_nothing(session: Session, folder: Path, says: Says) -> None:
    for number in range(6):
        says(hours_ago=number + 1)
    says("lamp kapot", LAMP, "spoorzicht")
    run()
    before = [session.scalar(select(func.count()).select_from(table)) for table in (Routing, RuleSet, Ticket, Delivery)]
    report = replayed(session, "- {name: veel, when: {messages_at_least: 5}, then: {action: ticket, department: handhaving}}\n")
    assert (report.signals, report.changed, report.recomputed) == (2, 2, 0)
    assert report.departments["handhaving"].changes == {(Change.COMES, Action.TICKET): 1}
    assert report.departments["reiniging"].changes == {(Change.GOES, Action.DIGEST): 1}
    assert report.departments["klantcontact"].changes == {(Change.COMES, Action.DIGEST): 1}
    lines = "\n".join(in_sentences(report, {"handhaving": "Handhaving"}))
    assert "2 signalen opnieuw beslist; bij 2 zou het anders gaan." in lines
    assert "Handhaving: 1 ticket erbij" in lines
    assert "-> ticket voor Handhaving (veel)" in lines
    assert [session.scalar(select(func.count()).select_from(table)) for table in (Routing, RuleSet, Ticket, Delivery)] == before


def test_the_same_rules_change_nothing(session: Session, folder: Path, bag_story: list[int]) -> None:
    run()
    assert replayed(session, PLAIN.removeprefix(HEAD)).changed == 0


def test_what_a_signal_grew_into_under_its_decision_counts_too(session: Session, folder: Path, says: Says) -> None:
    says(hours_ago=3)
    run(NOW - DAY / 12)
    for number in range(5):
        says(hours_ago=1 + number / 10)
    run()
    assert session.scalar(select(func.count()).select_from(Routing)) == 1
    report = replayed(session, "- {name: veel, when: {messages_at_least: 5}, then: {action: ticket, department: reiniging}}\n")
    assert report.departments["reiniging"].changes == {(Change.OTHERWISE, Action.TICKET): 1}


def test_words_that_nobody_looked_for_at_the_time_are_looked_up(session: Session, folder: Path, says: Says) -> None:
    says("ratten gezien bij de zakken naast de container")
    says("lamp kapot", LAMP, "spoorzicht")
    run()
    report = replayed(session, "- {name: ratten, when: {words: {any: [rat]}}, then: {action: ticket, department: handhaving}}\n")
    assert report.departments["handhaving"].changes == {(Change.COMES, Action.TICKET): 1}
    kept = session.scalars(select(Routing.facts)).all()
    assert "ratten" not in str(kept), "no resident's words are kept with a decision"


def test_what_was_decided_before_facts_were_kept_is_made_from_its_messages(session: Session, folder: Path, says: Says) -> None:
    for number in range(3):
        says(hours_ago=number + 1)
    run()
    session.execute(update(Routing).values(facts=None, latest_facts=None))
    session.commit()
    report = replayed(session, "- {name: drie, when: {people_at_least: 3}, then: {action: ticket, department: reiniging}}\n")
    assert (report.recomputed, report.changed) == (1, 1)


def test_changed_rules_wait_until_somebody_confirms_what_they_saw(session: Session, folder: Path, says: Says) -> None:
    about = folder / "municipality.yaml"
    about.write_text(about.read_text(encoding="utf-8") + "\nconfirm_rules: true\n", encoding="utf-8")
    says()
    run()
    session.commit()
    (folder / "rules.yaml").write_text(PLAIN.replace("action: digest}}\n", "action: watch}}\n"))
    run(NOW + DAY / 24)
    force = in_force(session, folder, NOW)
    assert force.waiting is not None
    assert force.rules.source == PLAIN
    with pytest.raises(RulesError, match="intussen weer veranderd"):
        confirm(session, folder, "eenandere", "Ans", NOW)
    confirm(session, folder, force.waiting.version, "Ans", NOW + DAY / 12)
    assert in_force(session, folder, NOW).waiting is None
    assert session.get_one(RuleSet, force.waiting.version).confirmed_by == "Ans"


def test_a_clock_that_was_set_back_leaves_the_newest_version_in_force(session: Session, folder: Path, town: object) -> None:
    in_force(session, folder, NOW)
    (folder / "rules.yaml").write_text(PLAIN + "# anders\n")
    newest = in_force(session, folder, NOW - DAY).rules
    assert in_force(session, folder, NOW - DAY).rules == newest
    assert session.scalars(select(RuleSet.version).order_by(RuleSet.in_force_since.desc())).first() == newest.version
    assert session.scalar(select(func.count()).select_from(RuleSet)) == 2


def test_a_signal_is_read_of_by_another_department_where_a_further_rule_says_so(session: Session, folder: Path, says: Says) -> None:
    both = "{name: lamp, then: {action: digest}}, {name: ook, then: {action: digest, department: groen}}"
    group = f"- {{group: g, match: all, rules: [{both}]}}\n"
    (folder / "rules.yaml").write_text(HEAD + group)
    says("lamp kapot", LAMP, "spoorzicht")
    run()
    run(NOW + DAY / 24)
    further = session.scalars(select(FurtherRouting)).one()
    assert (further.rule, further.department_id) == ("ook", "groen")
    read_of = gather(session, NOW + DAY / 24, NOW - DAY)
    assert [signal.sub for signal in read_of.of("groen")] == [LAMP] == [signal.sub for signal in read_of.of("openbare-ruimte")]
    assert read_of.of("reiniging") == []


def test_an_explanation_tells_groups_and_what_was_decided_before_on_what(session: Session, folder: Path, says: Says) -> None:
    rules = "- {group: druk, when: {messages_at_least: 50}, rules: [{name: veel, then: {action: ticket}}]}\n" + PLAIN.removeprefix(HEAD)
    (folder / "rules.yaml").write_text(HEAD + rules)
    says()
    run()
    lines = list(explain_signal(session, session.scalars(select(Routing.signal_id)).one(), NOW))
    assert "groep 'druk' niet, want er zijn 1 berichten, minder dan 50" in lines
    assert "regel 'gewoon' wel: digest voor reiniging" in lines
    assert any(": regel 'gewoon' van versie" in line for line in lines)
    assert "    regel 'gewoon' wel: digest voor reiniging" in lines
