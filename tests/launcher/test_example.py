"""The example municipality's messages get moments that lie in the last sixty days, as its channels have them."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from classify.examples import Voice
from launcher.example import DAYS, Scheduled, schedule
from models.settings import ROOT, settings

ANCHOR = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
MESSAGES = ROOT / "config" / "rivierstad" / "messages"


@pytest.fixture(scope="module")
def messages() -> list[Scheduled]:
    return schedule(MESSAGES, ANCHOR, settings().zone)


def test_every_message_lies_in_the_last_sixty_days(messages: list[Scheduled]) -> None:
    assert all(ANCHOR - timedelta(days=DAYS + 1) < message.at <= ANCHOR for message in messages)


def test_a_day_brings_sixty_to_a_hundred_and_twenty_messages_save_the_storm(messages: list[Scheduled]) -> None:
    days = Counter((ANCHOR - message.at).days for message in messages)
    working_days = [days[d] for d in range(DAYS) if (ANCHOR - timedelta(days=d)).weekday() < 5]
    assert 60 <= sum(working_days) / len(working_days) <= 120


def test_the_same_anchor_gives_the_same_schedule(messages: list[Scheduled]) -> None:
    assert schedule(MESSAGES, ANCHOR, settings().zone) == messages


def test_no_two_messages_share_a_key(messages: list[Scheduled]) -> None:
    assert len({message.key for message in messages}) == len(messages)


def test_the_contact_centre_is_closed_at_night(messages: list[Scheduled]) -> None:
    calls = [message for message in messages if message.example.voice is Voice.CALL and message.story is None]
    assert all(8 <= call.at.astimezone(settings().zone).hour < 17 for call in calls)


def test_the_waste_bag_story_grows_over_three_days(messages: list[Scheduled]) -> None:
    days = Counter((ANCHOR - m.at).days for m in messages if m.story == "bijplaatsing-haven" and "afval/bijplaatsing" in m.example.themes)
    assert days[2] < days[1] < days[0]
    assert days[0] >= 36


def test_what_came_after_is_told_to_who_asks_for_later_days_and_changes_nothing_of_the_stories(messages: list[Scheduled]) -> None:
    with_later = schedule(MESSAGES, ANCHOR, settings().zone, later=timedelta(days=2))
    assert {m.story for m in with_later if m.story and m.at > ANCHOR} == {"bijplaatsing-haven", "deelscooters-station"}
    assert {m.key for m in with_later if m.story and m.at <= ANCHOR} == {m.key for m in messages if m.story}
    assert max(m.at for m in with_later) <= ANCHOR + timedelta(days=2)
