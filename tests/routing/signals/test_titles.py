"""A title says what sets a story apart, in nobody's own words; and what is passed on is reach, not a voice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from models.words import Channel, Kind
from routing.signals.summary import Heard, summarise
from routing.signals.titles import LONGEST, telling_words, with_words

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
ORDINARY = {"tegel": 60, "stoep": 80, "graag": 300, "glasvezel": 3}
SAID = [(f"voice {n}", f"de tegels liggen los na de aanleg van glasvezel, {n} keer gemeld") for n in range(6)]


def test_the_word_that_sets_the_messages_apart_is_told() -> None:
    assert "glasvezel" in telling_words(SAID, ORDINARY, 1000, ["Losse", "tegels"])


def test_one_persons_word_a_name_a_rude_word_and_what_the_title_has_already_are_not() -> None:
    one_voice = [("voice", text) for _, text in SAID]
    assert telling_words(one_voice, ORDINARY, 1000, []) == []
    named = [(voice, "die klootzakken van Jansen, kutzooi met tegels") for voice, _ in SAID]
    assert telling_words(named, ORDINARY, 1000, ["tegels"]) == []


def test_a_title_stays_short() -> None:
    assert with_words("Losse tegels", ["glasvezel"]) == "Losse tegels: glasvezel"
    assert len(with_words("Zakken en spullen naast containers", ["x" * 20, "y" * 30])) <= LONGEST


def test_a_retweet_is_reach_and_no_voice() -> None:
    first = Heard(1, NOW - timedelta(hours=2), "Brug weer open", "a", Channel.SOCIAL, "X", 1, False, Kind.REPORT, 0.0, 0.1)
    passed_on = [replace(first, id=n, text="RT @iemand: Brug weer open", author=f"b{n}") for n in (2, 3)]
    summary = summarise([first, *passed_on], NOW)
    assert (summary.messages, summary.people, summary.reach) == (3, 1, 3)
    counted = summarise([replace(first, reach=9), *passed_on], NOW)
    assert counted.reach == 9
