"""From messages to signals, routings and tickets, on the real database."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Burst, Delivery, Message, Routing, RuleSet, Signal, SignalMessage, Ticket, TicketEvent
from models.database import transaction
from models.words import Action, Kind, SignalStatus, TicketStatus, TicketStep
from routing.route import route
from routing.rules.explain import UnknownSignal, explain_signal
from routing.rules.in_force import problem_of
from routing.tickets import changes as tickets
from tests.conftest import NOW
from tests.routing.conftest import BAGS, LAMP, VOICES, Says, run

HOUR = timedelta(hours=1)


@pytest.fixture
def own_rules(own_config: Path) -> Path:
    return own_config / "rules.yaml"


def bags(session: Session) -> Signal:
    session.expire_all()
    return session.scalars(select(Signal).where(Signal.sub == BAGS, Signal.messages >= 20)).one()


def test_the_bag_story_becomes_one_signal_with_one_ticket_for_the_department_that_cleans(session: Session, bag_story: list[int]) -> None:
    counts = run()
    signal = bags(session)
    held = set(session.scalars(select(SignalMessage.message_id).where(SignalMessage.signal_id == signal.id)))
    assert held == set(bag_story)
    assert signal.title == "Zakken en spullen naast containers in Havenkwartier en Oude Haven"
    assert signal.recent > 10 > signal.usual
    ticket = session.scalars(select(Ticket).where(Ticket.signal_id == signal.id)).one()
    assert (ticket.department_id, ticket.status, counts.opened) == ("reiniging", TicketStatus.OPEN, 1)
    routing = session.scalars(select(Routing).where(Routing.signal_id == signal.id)).one()
    assert routing.action is Action.TICKET
    assert routing.reason.startswith("Thema Afval, zakken en spullen naast containers: ")
    assert "in 24 uur in Havenkwartier en Oude Haven" in routing.reason
    assert "(regel 'afval-piek')" in routing.reason


def test_routing_again_changes_nothing(session: Session, bag_story: list[int]) -> None:
    run()
    before = [session.scalar(select(func.count()).select_from(table)) for table in (Signal, Routing, Ticket, TicketEvent, Burst, Delivery)]
    counts = run()
    assert (counts.messages, counts.opened, counts.grown) == (0, 0, 0)
    assert [
        session.scalar(select(func.count()).select_from(table)) for table in (Signal, Routing, Ticket, TicketEvent, Burst, Delivery)
    ] == before


def test_history_in_one_run_gives_the_signals_it_would_have_given_day_by_day(session: Session, says: Says) -> None:
    for back in (40, 39, 20, 1):
        says(hours_ago=back * 24)
    run()
    signals = session.scalars(select(Signal).order_by(Signal.first_at)).all()
    assert [(signal.messages, signal.status) for signal in signals] == [
        (2, SignalStatus.CLOSED),
        (1, SignalStatus.CLOSED),
        (1, SignalStatus.OPEN),
    ]
    assert session.scalar(select(func.count()).select_from(Ticket)) == 0


def test_small_batches_give_the_same_signals_as_one_large_batch(session: Session, bag_story: list[int]) -> None:
    route(NOW, messages=3, signals=1)
    assert bags(session).messages == len(bag_story)


def test_messages_without_theme_belong_nowhere(session: Session, says: Says) -> None:
    says("mooie zonsondergang", sub="")
    assert run().grouped == 0
    assert session.scalar(select(func.count()).select_from(Message).where(Message.grouping_due)) == 0


def test_a_danger_alerts_its_department_once(session: Session, says: Says) -> None:
    says("deksel van de put is weg, levensgevaarlijk", "water-en-riolering/putten-en-kolken", "bloemenwijk", urgency=0.95)
    run()
    says("nog steeds een open put!", "water-en-riolering/putten-en-kolken", "bloemenwijk", urgency=0.95, at=NOW + HOUR / 2)
    run(NOW + HOUR)
    delivery, duty = session.scalars(select(Delivery).order_by(Delivery.id)).all()
    assert duty.recipient == "piket-b@rivierstad.example", "who has duty is told too"
    assert delivery.subject == "Dringend: Putten en kolken in Bloemenwijk"
    assert delivery.recipient == "beheer@rivierstad.example"
    assert f"/tickets/{session.scalars(select(Ticket.id)).one()}" in delivery.text


def test_compliments_open_no_ticket(session: Session, says: Says) -> None:
    for number in range(9):
        says(
            f"Wat een mooie schoonmaak door de buren, complimenten van nummer {number}", "afval/zwerfafval", kind=Kind.COMPLIMENT, tone=0.9
        )
    run()
    assert session.scalar(select(func.count()).select_from(Ticket)) == 0
    assert session.scalars(select(Signal.title)).one() == "Complimenten: Zwerfafval en dumping in Havenkwartier"


def test_a_copied_text_is_a_campaign_of_one_voice(session: Session, says: Says) -> None:
    text = "Kap de platanen in het Stadspark niet want ze geven schaduw koelte en plezier aan alle bewoners van onze stad al honderd jaar"
    for number in range(10):
        says(f"{text} groet {number}", "groen/bomen", hours_ago=number)
    run()
    signal = session.scalars(select(Signal)).one()
    assert (signal.campaign, signal.messages, signal.people) == (True, 10, 1)
    assert session.scalars(select(Routing.rule)).one() == "campagne"
    assert session.scalar(select(func.count()).select_from(Burst)) == 0


def test_a_ticket_grows_at_most_once_an_hour_unless_it_doubles(session: Session, bag_story: list[int], says: Says) -> None:
    run()
    says(VOICES[0], at=NOW + HOUR / 6)
    assert run(NOW + HOUR / 5).grown == 0
    assert run(NOW + 2 * HOUR).grown == 1
    event = session.scalars(select(TicketEvent).where(TicketEvent.step == TicketStep.GREW)).one()
    assert event.note == f"1 bericht erbij, nu {len(bag_story) + 1}."
    ticket = session.scalars(select(Ticket)).one()
    assert ticket.version == 1, "growth must not make a form stale that someone is filling in"


def test_a_ticket_that_people_handed_over_stays_where_they_put_it(session: Session, bag_story: list[int], says: Says) -> None:
    run()
    with transaction() as other:
        tickets.hand_over(other, 1, 1, "Ans", NOW, "openbare-ruimte", "de sloten zijn van hen")
    says(VOICES[1], at=NOW + HOUR)
    run(NOW + 2 * HOUR)
    assert session.scalars(select(Ticket.department_id)).one() == "openbare-ruimte"


def test_a_settled_ticket_reopens_only_when_it_bursts_again(session: Session, bag_story: list[int], says: Says) -> None:
    run()
    with transaction() as other:
        tickets.settle(other, 1, 1, "Ans", NOW, "Twee keer extra geleegd.")
    says(VOICES[0], at=NOW + HOUR)
    assert run(NOW + 2 * HOUR).reopened == 0
    for number in range(8):
        says(VOICES[number], at=NOW + 30 * HOUR + number * HOUR / 4)
    assert run(NOW + 33 * HOUR).reopened == 1
    assert session.scalars(select(Ticket.status)).one() is TicketStatus.OPEN


def test_while_its_ticket_is_open_a_signal_that_calms_down_keeps_the_decision_that_opened_it(
    session: Session, bag_story: list[int]
) -> None:
    run()
    run(NOW + 2 * 24 * HOUR)
    assert session.scalars(select(Routing.rule).where(Routing.signal_id == bags(session).id)).all() == ["afval-piek"]


def test_two_signals_that_become_one_end_in_one_ticket(session: Session, says: Says) -> None:
    says("lantaarn kapot", LAMP, "bloemenwijk", hours_ago=50 * 24)
    for number in range(8):
        says(f"zak {number} naast de bak", area="havenkwartier", hours_ago=250 + number / 10)
    run(NOW - 249 * HOUR)
    for number in range(24):
        says(f"zak {number} naast de bak", area="havenkwartier", hours_ago=1 + number / 10)
    run()
    assert session.scalar(select(func.count()).select_from(Ticket)) == 2
    for number in range(40):
        says(f"zak {number} naast de bak", area="havenkwartier", hours_ago=6 + 6 * number)
    run(NOW + HOUR)
    one, other = session.scalars(select(Ticket).order_by(Ticket.id)).all()
    assert (one.status, other.status) == (TicketStatus.OPEN, TicketStatus.SETTLED)
    assert other.outcome == f"Samengevoegd met ticket {one.id}: het gaat om hetzelfde."
    merged = session.get_one(Signal, other.signal_id)
    assert (merged.status, merged.merged_into) == (SignalStatus.MERGED, one.signal_id)
    assert session.scalar(select(func.count()).select_from(SignalMessage).where(SignalMessage.signal_id == one.signal_id)) == 72


def test_an_edited_message_moves_and_its_old_signal_is_told(session: Session, bag_story: list[int]) -> None:
    run()
    before = bags(session).messages
    with transaction() as other:
        other.get_one(Message, bag_story[0]).grouping_due = True
        other.connection().exec_driver_sql(
            "UPDATE annotation_theme SET theme = 'openbare-verlichting', sub = %s WHERE message_id = %s", (LAMP, bag_story[0])
        )
    run(NOW + HOUR / 2)
    assert bags(session).messages == before - 1


def test_spoilt_rules_keep_the_last_good_version_in_force_and_say_so(session: Session, own_rules: Path, says: Says) -> None:
    says()
    run()
    good = session.scalars(select(RuleSet.version)).one()
    own_rules.write_text(own_rules.read_text().replace("theme: [afval]", "theme: [affal]"))
    says(LAMP, LAMP, "bloemenwijk")
    run(NOW + HOUR)
    assert set(session.scalars(select(Routing.rule_set))) == {good}
    problem = problem_of(session, own_rules.parent)
    assert problem is not None
    assert "Bedoelt u 'afval'?" in problem


def test_rules_that_never_were_good_bring_everything_to_the_department_for_the_rest(session: Session, own_rules: Path, says: Says) -> None:
    own_rules.write_text("rules: [")
    says()
    run()
    assert session.scalars(select(Routing.department_id)).one() == "klantcontact"


def test_a_new_version_of_the_rules_is_written_down(session: Session, own_rules: Path, says: Says) -> None:
    says()
    run()
    own_rules.write_text(own_rules.read_text() + "\n# nog een keer nagelezen\n")
    run(NOW + HOUR)
    assert session.scalar(select(func.count()).select_from(RuleSet)) == 2


def test_an_explanation_names_the_rule_and_why_earlier_ones_did_not_fire(session: Session, bag_story: list[int]) -> None:
    run()
    lines = list(explain_signal(session, bags(session).id, NOW))
    assert any(line.startswith("regel 'campagne' niet, want") for line in lines)
    assert any(line.startswith("regel 'afval-piek' wel: ticket voor reiniging") for line in lines)
    with pytest.raises(UnknownSignal, match="999"):
        list(explain_signal(session, 999, NOW))
