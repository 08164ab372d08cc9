"""A month in Rivierstad: what Luisterpost hears, whom it tells, what they do about it, and how they learn whether that helped.

One town lives through all of it, so these are read, and run, from top to bottom. Every morning at half past nine, and at the moments that
are named, what residents wrote is read, understood, brought to its signal, routed, told and mailed.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import monotonic

import pytest

from models.embedded import Server
from models.settings import settings
from models.words import Role, TicketStatus
from tests.conftest import fresh_database
from tests.dashboards.conftest import fields_of
from tests.living import DAGS, MORNING, Town, living

BEGIN = datetime(2026, 11, 3, 9, 30, tzinfo=settings().zone)
CAMPAIGN_IS_OVER = NEAR_ACCIDENT = date(2026, 11, 9)
FIRST_BAGS = date(2026, 11, 16)
MORE_BAGS = date(2026, 11, 17)
LAST_BAGS = date(2026, 11, 18)
SETTLED, DAY_AFTER = date(2026, 11, 19), date(2026, 11, 20)
WHAT_WAS_DONE = "De passen werken weer en twee wagens legen vandaag alle containers."
BAGS, SEASON = "afval/bijplaatsing", {"groen/onkruid", "groen/bladeren"}
A_MINUTE = 60


@pytest.fixture(scope="module")
def town(server: Server, trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("month")
    told_around = datetime.combine(LAST_BAGS, time(23, 59), settings().zone)
    lives = living(folder, trained_model, told_around, BEGIN, later=timedelta(days=2))
    with fresh_database(server, "template_luisterpost", folder / "data"), lives as town:
        yield town


def test_sixty_times_the_same_letter_is_one_campaign_that_alarms_nobody(town: Town) -> None:
    town.lives_until(CAMPAIGN_IS_OVER, time(8, 26))
    letters = town.signals_of("campagne-platanen")
    ((signal, most),) = letters.most_common(1)
    assert most >= 0.9 * letters.total()
    campaign = town.signal(signal)
    assert campaign.campaign
    assert campaign.people < 0.5 * most
    assert town.ticket(signal) is None


def test_a_car_nearly_hits_a_child_and_the_officer_on_duty_knows_within_a_minute(town: Town) -> None:
    town.lives_until(NEAR_ACCIDENT, time(8, 26))
    before = len(town.letters_to("piket-b@", NEAR_ACCIDENT))
    somebody_calls = monotonic()
    town.lives_until(NEAR_ACCIDENT, time(8, 28))
    assert monotonic() - somebody_calls < A_MINUTE
    (alert,) = town.letters_to("piket-b@", NEAR_ACCIDENT)[before:]
    assert "oversteek" in str(alert["Subject"])
    assert alert["Date"].datetime == town.now
    assert any("oversteek" in str(letter["Subject"]) for letter in town.letters_to("verkeer@", NEAR_ACCIDENT))


def test_the_first_bags_beside_the_containers_are_one_signal_and_one_ticket_the_same_day(town: Town) -> None:
    town.lives_until(FIRST_BAGS, time(22))
    bags = town.signals_of("bijplaatsing-haven", BAGS)
    ((signal, most),) = bags.most_common(1)
    assert most >= 0.6 * bags.total()
    ticket = town.ticket(signal)
    assert ticket is not None
    assert (ticket.department_id, ticket.status) == ("reiniging", TicketStatus.OPEN)


def test_the_next_morning_they_lead_the_departments_digest_by_airflows_own_dags(town: Town, server: Server, tmp_path: Path) -> None:
    assert town.lives_a_day_with_airflow(MORE_BAGS, MORNING, server, tmp_path) == dict.fromkeys(DAGS, "success")
    digest = town.digest("reiniging", MORE_BAGS)
    assert digest.lead is not None
    assert digest.lead.signal_id == town.bags
    assert "containers" in digest.subject
    assert "Havenkwartier" in digest.lead.title
    assert [str(letter["Subject"]) for letter in town.letters_to("reiniging@", MORE_BAGS)].count(digest.subject) == 1


def test_seventy_messages_of_three_days_are_still_that_one_ticket(town: Town) -> None:
    town.lives_until(SETTLED, time(8, 30))
    story = town.signals_of("bijplaatsing-haven", BAGS)
    assert story[town.bags] >= 0.6 * story.total()
    tickets = [ticket for signal in story if (ticket := town.ticket(signal)) and ticket.department_id == "reiniging"]
    assert [ticket.signal_id for ticket in tickets] == [town.bags]


def test_the_department_settles_it_in_words_that_residents_may_read(town: Town) -> None:
    ticket = town.ticket(town.bags)
    assert ticket is not None
    samira = town.signs_in("Samira", Role.DEPARTMENT, "reiniging")
    page = f"/tickets/{ticket.id}"
    seen = fields_of(samira.get(page).text)
    assert samira.post(f"{page}/afhandelen", data={**seen, "woorden": WHAT_WAS_DONE}).status_code == 303
    assert WHAT_WAS_DONE in samira.get("/afdelingen/reiniging?stand=afgehandeld").text
    town.lives_until(SETTLED, MORNING)
    (told,) = [one for one in town.stand_up(SETTLED).followed if one.signal_id == town.bags]
    assert told.became.startswith("Afgehandeld door Reiniging en Afval: de passen werken weer")


def test_what_readers_say_of_one_digest_weighs_in_tomorrows(town: Town) -> None:
    town.lives_until(DAY_AFTER, time(8))
    first, second = town.stories_for("newsroom")[:2]
    yesterday = town.digest("newsroom", SETTLED).subject
    (letter,) = [letter for letter in town.letters_to("newsroom@", SETTLED) if letter["Subject"] == yesterday]
    for _ in range(6):
        town.reader_says(letter, first, "niet voor ons")
        town.reader_says(letter, second, "nuttig")
    likes = town.likes("newsroom")
    assert likes[town.signal(second).sub] > 1 > likes[town.signal(first).sub]
    town.lives_until(DAY_AFTER, MORNING)


def test_a_day_later_the_stand_up_and_the_department_read_what_came_of_it(town: Town) -> None:
    (followed,) = [one for one in town.stand_up(DAY_AFTER).followed if one.signal_id == town.bags]
    assert followed.settled
    (told,) = town.digest("reiniging", DAY_AFTER).settled
    assert told.outcome == WHAT_WAS_DONE
    ((before, since),) = re.findall(r"([\d,]+) → ([\d,]+) per dag", followed.became)
    assert float(since.replace(",", ".")) < float(before.replace(",", "."))


def test_all_month_the_leaves_fell_and_alarmed_nobody(town: Town) -> None:
    season = [signal for signal in town.signals_of("onkruid-en-blad") if signal and town.signal(signal).sub in SEASON]
    assert len(season) > 5
    assert [town.signal(signal).title for signal in season if town.ticket(signal)] == []
    told = [item.title for day in town.days()[1:] for item in town.stand_up(day).items if item.sub in SEASON]
    assert told == []
