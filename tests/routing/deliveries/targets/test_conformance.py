"""What every target does alike, whatever system it speaks to: made once, kept up to date, patient, and silent about its token."""

import logging
from datetime import timedelta

import pytest

from models.words import DeliveryStatus, TicketStatus
from routing.deliveries.deliver import Counts
from tests.routing.deliveries.targets.conftest import SOON, Desk
from tests.routing.deliveries.targets.fakes import SECRET, Fake
from tests.site import Answer, Asked

HOURS = timedelta(hours=5)


def making(fake: Fake, asked: Asked) -> bool:
    return asked.method == "POST" and asked.path == fake.creates


def test_a_ticket_is_made_there_once_with_our_link_and_no_words_of_colleagues(desk: Desk, fake: Fake) -> None:
    assert desk.run() == Counts(sent=1)
    desk.run()
    kept = fake.only()
    whole = f"{kept.fields} {kept.notes}"
    assert f"/tickets/{desk.ticket_id}" in whole
    assert "41 berichten van 37 mensen" in whole
    assert (desk.row.reference, desk.row.problem) == (kept.name, "")


def test_growth_and_settling_are_told_there(desk: Desk, fake: Fake) -> None:
    desk.run()
    desk.grow("nu 60 berichten")
    assert desk.run() == Counts(sent=1)
    assert sum("nu 60 berichten" in note for note in fake.only().notes) == 1
    assert not fake.closed()
    desk.settle()
    assert desk.run() == Counts(sent=1)
    assert fake.closed()
    assert any("De containers zijn geleegd." in note for note in fake.only().notes)


def test_a_reopened_ticket_is_reopened_there(desk: Desk, fake: Fake) -> None:
    desk.run()
    desk.settle()
    desk.run()
    desk.reopen()
    desk.run()
    assert not fake.closed()
    assert any("er liggen weer zakken" in note for note in fake.only().notes)


def test_a_ticket_that_goes_to_another_department_is_closed_there_and_followed_no_more(desk: Desk, fake: Fake) -> None:
    desk.run()
    desk.hand_over()
    assert desk.run() == Counts(sent=1)
    assert fake.closed()
    assert any("Overgedragen aan Beheer Openbare Ruimte" in note for note in fake.only().notes)
    desk.grow()
    assert desk.run() == Counts()
    assert desk.ask().asked == 0


def test_an_answer_that_gets_lost_after_making_doubles_nothing(desk: Desk, fake: Fake) -> None:
    fake.site.bend = lambda asked, answer: Answer(b"verloren", cut=0) if making(fake, asked) else answer
    assert desk.run() == Counts(waiting=1)
    assert len(fake.kept) == 1
    fake.site.bend = lambda _, answer: answer
    assert desk.run(SOON) == Counts(sent=1)
    assert desk.row.reference == fake.only().name


def test_an_answer_that_gets_lost_after_a_note_doubles_nothing(desk: Desk, fake: Fake) -> None:
    desk.run()
    desk.grow("nu 60 berichten")
    fake.site.bend = lambda asked, answer: answer if asked.method == "GET" else Answer(b"verloren", cut=0)
    assert desk.run() == Counts(waiting=1)
    fake.site.bend = lambda _, answer: answer
    assert desk.run(SOON) == Counts(sent=1)
    assert sum("nu 60 berichten" in note for note in fake.only().notes) == 1


def test_an_error_inside_a_success_is_a_failure(desk: Desk, fake: Fake) -> None:
    if not fake.askable:
        pytest.skip("of a webhook's answer only the status counts")
    fake.site.bend = lambda asked, answer: (
        Answer.json({"error": "niet gelukt", "errors": {"group": "?"}}) if making(fake, asked) else answer
    )
    assert desk.run() == Counts(waiting=1)
    assert "zegt dat het gelukt is, maar meldt ook een fout" in desk.row.problem


def test_a_success_that_names_no_ticket_is_a_failure(desk: Desk, fake: Fake) -> None:
    if not fake.askable:
        pytest.skip("of a webhook's answer only the status counts")
    fake.site.bend = lambda asked, answer: Answer.json({}, 201) if making(fake, asked) else answer
    assert desk.run() == Counts(waiting=1)
    assert "zegt dat het gelukt is, maar noemt geen" in desk.row.problem


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_token_says_where_it_is_kept_and_stops_this_target_for_the_run(desk: Desk, fake: Fake, status: int) -> None:
    fake.site.bend = lambda _, __: Answer.json({"detail": "nee"}, status)
    assert desk.run() == Counts(waiting=1)
    assert "de omgevingsvariabele DOEL_TOKEN" in desk.row.problem
    assert f"({status})" in desk.row.problem


def test_patience_that_is_asked_for_is_given(desk: Desk, fake: Fake) -> None:
    fake.site.bend = lambda _, __: Answer.json({}, 429, Retry_After="7200")
    assert desk.run() == Counts(waiting=1)
    assert "vraagt om later terug te komen" in desk.row.problem
    assert desk.deliveries()[0].due_at > desk.now + timedelta(minutes=100)


@pytest.mark.parametrize("status", [500, 503])
def test_trouble_there_is_tried_again(desk: Desk, fake: Fake, status: int) -> None:
    fake.site.bend = lambda _, __: Answer(b"<h1>storing</h1>", status)
    assert desk.run() == Counts(waiting=1)
    assert f"heeft een storing ({status})" in desk.row.problem
    fake.site.bend = lambda _, answer: answer
    assert desk.run(SOON) == Counts(sent=1)
    assert desk.row.problem == ""


def test_a_ticket_that_is_refused_stands_on_the_page_and_holds_up_no_other(desk: Desk, fake: Fake) -> None:
    fake.site.bend = lambda asked, answer: Answer.json({"group": ["bestaat niet"]}, 400) if making(fake, asked) else answer
    assert desk.run() == Counts(dead=1)
    assert "weigert dit ticket (400)" in desk.row.problem
    desk.grow()
    fake.site.bend = lambda _, answer: answer
    assert desk.run() == Counts(sent=1)
    assert len(fake.kept) == 1


def test_news_goes_there_in_its_own_order(desk: Desk, fake: Fake) -> None:
    fake.site.bend = lambda asked, _: Answer(status=500)
    desk.run()
    desk.grow("tweede nieuws")
    fake.site.bend = lambda _, answer: answer
    fake.kept.clear()
    assert desk.run() == Counts(waiting=1)
    assert fake.kept == {}
    assert desk.run(SOON) == Counts(sent=2)
    assert desk.states() == [DeliveryStatus.SENT, DeliveryStatus.SENT]
    assert "Wacht op een eerder bericht" not in desk.row.problem


def test_a_redirect_takes_the_token_nowhere(desk: Desk, fake: Fake) -> None:
    fake.site.bend = lambda _, __: Answer(status=302, headers={"Location": f"{fake.site.url}/elders"})
    assert desk.run() == Counts(waiting=1)
    assert "verwijst door" in desk.row.problem
    assert not any(asked.path == "/elders" for asked in fake.site.asked)


def test_a_private_address_is_asked_only_where_that_is_allowed(desk: Desk, fake: Fake) -> None:
    desk.configure(fake.entry() | {"allow_private": False})
    assert desk.run() == Counts(waiting=1)
    assert "eigen netwerk" in desk.row.problem
    assert fake.site.asked == []


def test_the_token_is_nowhere_but_in_the_request(desk: Desk, fake: Fake, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for status in (401, 500, 400):
        fake.site.bend = lambda asked, _, status=status: Answer.json({"detail": f"u zei {asked.headers}"}, status)  # type: ignore[misc]
        desk.run(HOURS)
        assert SECRET not in f"{desk.row.problem} {desk.deliveries()[0].problem}"
    assert SECRET not in caplog.text


def test_a_token_that_is_not_there_is_asked_for_by_place(desk: Desk, fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOEL_TOKEN")
    assert desk.run() == Counts(waiting=1)
    assert "DOEL_TOKEN is leeg of bestaat niet" in desk.row.problem


def test_what_is_done_there_comes_back_and_is_not_sent_there_again(desk: Desk, fake: Fake) -> None:
    if not fake.askable:
        pytest.skip("a webhook tells by itself")
    desk.run()
    assert desk.ask().changed == 0
    fake.only().state = fake.done
    assert desk.ask().changed == 1
    assert (desk.ticket.status, desk.ticket.outcome) == (TicketStatus.SETTLED, "Afgehandeld in Ons systeem.")
    assert desk.run() == Counts()
    assert desk.ask().asked == 0


def test_an_unknown_state_is_told_and_changes_nothing(desk: Desk, fake: Fake) -> None:
    if not fake.askable or fake.kind == "jira":
        pytest.skip("Jira puts every state under one of its own three")
    desk.run()
    fake.only().state = "in de koelkast"
    assert desk.ask().changed == 0
    assert desk.ticket.status.value == "open"
    assert "noemt de stand 'in de koelkast', en die kennen wij niet" in desk.row.problem
    desk.configure(fake.entry() | {"states": {"in de koelkast": "wacht"}})
    assert desk.ask().changed == 1
    assert desk.ticket.status is TicketStatus.WAITING


def test_what_people_decided_here_is_not_undone_from_there(desk: Desk, fake: Fake) -> None:
    if not fake.askable:
        pytest.skip("a webhook tells by itself")
    desk.run()
    fake.only().state = fake.done
    desk.ask()
    desk.reopen()
    assert desk.ask().asked == 0
    desk.run()
    assert not fake.closed()
    assert desk.ask().changed in (0, 1)
    assert desk.ticket.status in (TicketStatus.OPEN, TicketStatus.ACCEPTED, TicketStatus.IN_HAND)


def test_a_target_out_of_order_is_not_asked_after_every_ticket(desk: Desk, fake: Fake) -> None:
    if not fake.askable:
        pytest.skip("a webhook tells by itself")
    desk.run()
    fake.site.bend = lambda _, __: Answer(status=503)
    assert desk.ask().changed == 0
    assert "storing" in desk.row.problem
    assert desk.ask(timedelta(minutes=1)).asked == 0
