"""Alerts: to whom, when, how often; never twice, and never swallowed when it gets more urgent."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import Alert, Delivery, Department, Ticket, TicketDepartment
from models.database import transaction
from models.municipality import Municipality, load_municipality, synchronise
from models.rule import decisions_about
from models.words import DeliveryStatus, DeliveryWay
from routing.alerts.hurrying import send_alerts
from routing.alerts.telling import tell
from routing.tickets import changes
from tests.conftest import NOW
from tests.routing.conftest import Says, run

PIT = "water-en-riolering/putten-en-kolken"
HOUR = timedelta(hours=1)
NIGHT = datetime(2026, 11, 19, 22, 30, tzinfo=UTC)
"""Half past eleven in the evening in Rivierstad."""
MORNING = datetime(2026, 11, 20, 6, tzinfo=UTC)
"""Seven o'clock."""
Rules = Callable[..., None]


@pytest.fixture
def rules(own_config: Path, town_with_sources: Municipality) -> Rules:
    """Writes rules.yaml: one rule for danger with `then`, and how alerts behave."""

    def write(then: str = "{action: alert}", alerts: str = "{a_day: 20, cool_down_hours: 4}", more: str = "") -> None:
        (own_config / "rules.yaml").write_text(
            f"owners: {{water-en-riolering: openbare-ruimte}}\nalerts: {alerts}\nfallback: {{action: digest, department: klantcontact}}\n"
            f"rules:\n{more}  - name: gevaar\n    when: {{urgency_at_least: 0.7}}\n    then: {then}\n"
        )

    return write


def letters(session: Session) -> list[Delivery]:
    session.expire_all()
    return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def danger(says: Says, area: str = "bloemenwijk", urgency: float = 0.8, at: datetime = NOW, sub: str = PIT) -> None:
    says("deksel van de put is weg, levensgevaarlijk", sub, area, urgency=urgency, at=at - timedelta(minutes=1))


def test_a_danger_reaches_the_department_and_who_has_duty_in_one_run(session: Session, rules: Rules, says: Says) -> None:
    rules("{action: alert, to: [department, roster]}")
    danger(says)
    assert run().alerted == 2
    assert [letter.recipient for letter in letters(session)] == ["beheer@rivierstad.example", "piket-b@rivierstad.example"]
    assert all(letter.urgent for letter in letters(session))
    assert send_alerts(NOW).sent == 2
    assert {letter.status for letter in letters(session)} == {DeliveryStatus.SENT}


def test_the_near_accident_at_the_school_reaches_the_duty_officer_within_a_minute(session: Session, own_config: Path, says: Says) -> None:
    written = NOW - timedelta(seconds=20)
    says(
        "Bijna aangereden bij de school, kind sprong net weg",
        "verkeersveiligheid/schoolomgeving",
        "havenkwartier",
        urgency=0.9,
        at=written,
    )
    run()
    send_alerts(NOW + timedelta(seconds=5))
    duty = [letter for letter in letters(session) if letter.recipient.startswith("piket-")]
    assert [letter.status for letter in duty] == [DeliveryStatus.SENT]
    assert duty[0].sent_at is not None
    assert duty[0].sent_at - written < timedelta(minutes=1)


def test_the_same_danger_is_told_once_and_again_when_it_gets_more_urgent(session: Session, rules: Rules, says: Says) -> None:
    rules()
    danger(says, urgency=0.75)
    run()
    danger(says, urgency=0.8, at=NOW + HOUR)
    assert run(NOW + HOUR).alerted == 0
    danger(says, urgency=0.95, at=NOW + 2 * HOUR)
    assert run(NOW + 2 * HOUR).alerted == 1
    assert run(NOW + 3 * HOUR).alerted == 0
    assert len(letters(session)) == 2


def test_a_like_danger_nearby_waits_for_the_cool_down_and_is_then_told(session: Session, rules: Rules, says: Says) -> None:
    rules()
    danger(says, "oude-haven")
    run()
    with transaction() as other:
        other.scalars(select(Alert)).one().areas = ["oude-haven", "bloemenwijk"]
    danger(says, "bloemenwijk", at=NOW + HOUR)
    assert run(NOW + HOUR).alerted == 0, "somebody was told of such a thing here an hour ago"
    assert run(NOW + 5 * HOUR).alerted == 1


def test_quiet_hours_hold_an_alert_until_they_end(session: Session, rules: Rules, says: Says) -> None:
    rules(alerts="{quiet: {from: '21:00', until: '07:00'}}")
    danger(says, at=NIGHT)
    assert run(NIGHT).alerted == 1
    assert letters(session) == []
    assert tell(MORNING - timedelta(minutes=1)) == 0
    assert tell(MORNING) == 1
    assert tell(MORNING) == 0


def test_an_alert_that_always_goes_goes_through_quiet_hours(session: Session, rules: Rules, says: Says) -> None:
    rules("{action: alert, always: true}", alerts="{quiet: {from: '21:00', until: '07:00'}}")
    danger(says, at=NIGHT)
    run(NIGHT)
    assert len(letters(session)) == 1


def test_what_was_settled_during_quiet_hours_is_told_to_nobody(session: Session, rules: Rules, says: Says) -> None:
    rules(alerts="{quiet: {from: '21:00', until: '07:00'}}")
    danger(says, at=NIGHT)
    run(NIGHT)
    with transaction() as other:
        ticket = other.scalars(select(Ticket)).one()
        changes.settle(other, ticket.id, ticket.version, "Ans", NIGHT + HOUR, "Deksel teruggelegd.")
    assert tell(MORNING) == 0
    assert letters(session) == []


def test_above_the_daily_number_the_rest_comes_in_one_letter(session: Session, rules: Rules, says: Says) -> None:
    rules(alerts="{a_day: 2}")
    for sub in ("putten-en-kolken", "wateroverlast"):
        danger(says, sub=f"water-en-riolering/{sub}")
    run()
    for sub in ("riool-verstopt", "grondwater", "zwemwater-en-drinkwater"):
        danger(says, sub=f"water-en-riolering/{sub}")
    run(NOW + HOUR / 2)
    assert len(letters(session)) == 2
    run(NOW + 2 * HOUR)
    bundle = letters(session)[2]
    assert bundle.subject.startswith("Nog 3 meldingen: ")
    assert bundle.text.count("/tickets/") == 3
    run(NOW + 3 * HOUR)
    assert len(letters(session)) == 3


def test_a_clock_that_goes_back_tells_nothing_twice(session: Session, rules: Rules, says: Says) -> None:
    rules()
    danger(says)
    run()
    danger(says, at=NOW - 3 * HOUR)
    assert run(NOW - 2 * HOUR).alerted == 0
    assert run(NOW + HOUR).alerted == 0
    assert len(letters(session)) == 1


def test_a_department_without_address_does_not_keep_an_alert_from_reaching_somebody(session: Session, rules: Rules, says: Says) -> None:
    rules()
    session.execute(update(Department).where(Department.id == "openbare-ruimte").values(email=None))
    session.commit()
    danger(says)
    run()
    letter = letters(session)[0]
    assert letter.recipient == "newsroom@rivierstad.example"
    assert "Beheer Openbare Ruimte heeft geen e-mailadres" in letter.text


def test_without_duty_or_channel_the_newsroom_hears_why_it_does(session: Session, rules: Rules, own_config: Path, says: Says) -> None:
    (own_config / "roster.yaml").unlink()
    rules("{action: alert, to: [roster, 'channel:pieper']}")
    danger(says)
    run()
    told = letters(session)
    assert {letter.recipient for letter in told} == {"newsroom@rivierstad.example"}
    assert "heeft nu niemand dienst" in told[0].text
    assert "staat niet in channels.yaml" in told[1].text


def test_a_channel_gets_the_short_form(session: Session, rules: Rules, own_config: Path, says: Says) -> None:
    (own_config / "channels.yaml").write_text("channels:\n  pieper: {url: {env: LUISTERPOST_PIEPER}, purpose: de wacht}\n")
    rules("{action: alert, to: ['channel:pieper']}")
    danger(says)
    run()
    letter = letters(session)[0]
    assert (letter.way, letter.recipient) == (DeliveryWay.CHAT, "pieper")
    assert "deksel" not in letter.brief
    assert "putten en kolken" in letter.brief


def test_a_ticket_that_begins_anew_alerts_anew(session: Session, rules: Rules, says: Says) -> None:
    rules()
    danger(says)
    run()
    with transaction() as other:
        ticket = other.scalars(select(Ticket)).one()
        changes.settle(other, ticket.id, ticket.version, "Ans", NOW + HOUR, "Deksel teruggelegd.")
    with transaction() as other:
        ticket = other.scalars(select(Ticket)).one()
        changes.reopen(other, ticket.id, ticket.version, "Ans", NOW + 6 * HOUR, "Weer weg.")
    danger(says, at=NOW + 6 * HOUR)
    assert run(NOW + 6 * HOUR).alerted == 1


def test_a_group_brings_one_signal_to_two_departments_with_one_in_the_lead(session: Session, rules: Rules, says: Says) -> None:
    more = (
        "  - group: samen\n    match: all\n    rules:\n"
        "      - {name: wacht, when: {urgency_at_least: 0.7}, then: {action: alert, with: [verkeer], to: [department]}}\n"
        "      - {name: ook-groen, when: {theme: [water-en-riolering]}, then: {action: ticket, department: groen}}\n"
        "      - {name: meelezen, then: {action: digest, department: bestuur}}\n"
    )
    rules(more=more)
    danger(says)
    run()
    ticket = session.scalars(select(Ticket)).one()
    assert ticket.department_id == "openbare-ruimte"
    assert set(session.scalars(select(TicketDepartment.department_id))) == {"verkeer", "groen"}
    assert run(NOW + HOUR).opened == 0


def test_a_signal_that_touches_another_municipality_says_so(session: Session, own_config: Path, rules: Rules, says: Says) -> None:
    places = own_config / "places.yaml"
    marked = places.read_text(encoding="utf-8").replace("- id: bloemenwijk\n", "- id: bloemenwijk\n    outside: Polderdam\n")
    places.write_text(marked, encoding="utf-8")
    synchronise(session, load_municipality(own_config))
    session.commit()
    rules("{action: alert}", more="  - {name: over-de-grens, when: {outside: true}, then: {action: ticket, department: ruimte}}\n")
    danger(says)
    run()
    ticket = session.scalars(select(Ticket)).one()
    assert ticket.department_id == "ruimte"
    assert "Het speelt ook in Polderdam" in decisions_about(session, ticket.signal_id)[0].reason
