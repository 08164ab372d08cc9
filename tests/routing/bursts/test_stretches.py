"""Which hours are looked at together, and what they are called."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from models.words import BurstKind
from routing.bursts.rise import Rise
from routing.bursts.stretches import Said, stretches

NOW = datetime(2026, 11, 19, 13, 0, tzinfo=UTC)
SAID = st.lists(st.tuples(st.integers(0, 2000), st.sampled_from("abcdef")), max_size=40).map(
    lambda pairs: [Said(n, NOW - timedelta(minutes=ago), voice) for n, (ago, voice) in enumerate(sorted(pairs, reverse=True))]
)


@given(SAID, st.sampled_from([2, 6]))
def test_every_message_of_the_last_day_ends_a_stretch_that_counts_its_different_voices(said: list[Said], hours: int) -> None:
    found = list(stretches(said, hours, NOW))
    assert [one.until for one in found] == sorted({one.at for one in said if one.at > NOW - timedelta(days=1)})
    for stretch in found:
        inside = [one.voice for one in said if stretch.until - timedelta(hours=hours) < one.at <= stretch.until]
        assert (stretch.voices, stretch.messages) == (len(set(inside)), len(inside))


@given(SAID)
def test_the_whole_day_is_one_stretch(said: list[Said]) -> None:
    (stretch,) = stretches(said, 24, NOW)
    inside = [one.voice for one in said if one.at > NOW - timedelta(days=1)]
    assert (stretch.until, stretch.voices, stretch.messages) == (NOW, len(set(inside)), len(inside))


def rise(hour: int, hours: int, expected: float = 5.2, everywhere: bool = False) -> Rise:
    until = datetime(2026, 11, 19, hour, tzinfo=ZoneInfo("Europe/Amsterdam"))
    return Rise(date(2026, 11, 19), 9, expected, 1e-6, True, False, until, hours, everywhere=everywhere)


def test_a_rise_says_in_dutch_what_it_was_compared_with() -> None:
    assert rise(14, 6).compared == "gewoonlijk 5 op donderdag van 8 tot 14 uur"
    assert rise(14, 24).compared == "gewoonlijk 5 in de 24 uur tot donderdag 14 uur"
    assert rise(0, 24).compared == "gewoonlijk 5 op woensdag"
    assert rise(1, 2).compared == "gewoonlijk 5 van woensdag 23 tot donderdag 1 uur"
    assert rise(14, 2, 0.2, everywhere=True).compared == "in de hele gemeente gewoonlijk bijna geen op donderdag van 12 tot 14 uur"
    assert rise(14, 2).kind is BurstKind.RISE
