"""Dates as Dutch systems write them come in as the moment they mean."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.written.moments import NoMoment, moment

ZONE = ZoneInfo("Europe/Amsterdam")
QUARTER_PAST_ONE = datetime(2026, 11, 19, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "19-11-2026 14:05",
        "19-11-2026 14:05:00",
        "19/11/2026 14:05",
        "19.11.2026 14.05 uur",
        "19-11-'26 14:05",
        "19-11-26 14:05",
        "19 november 2026 14:05",
        "19 nov. 2026, 14:05",
        "19-nov-2026 14:05",
        "do 19 november 2026 om 14:05 uur",
        "donderdag 19 november 2026 14u05",
        "2026-11-19T14:05",
        "2026-11-19 14:05:00",
        "2026-11-19T13:05:00Z",
        "2026-11-19T14:05:00+01:00",
        "2026-11-19T08:05:00.000-05:00",
        "2026/11/19 14:05",
        "Nov 19, 2026 2:05 PM",
        "November 19, 2026, 14:05",
        "1795093500",
        "1795093500000",
        1795093500,
        datetime(2026, 11, 19, 14, 5),  # noqa: DTZ001
        datetime(2026, 11, 19, 14, 5, tzinfo=ZONE),
    ],
)
def test_the_same_moment_is_read_however_it_is_written(written: object) -> None:
    assert moment(written, ZONE) == QUARTER_PAST_ONE


@pytest.mark.parametrize(
    "clock", ["14:05", "14.05", "14:05:00", "14u05", "2:05 PM", time(14, 5), timedelta(hours=14, minutes=5), 0.586805556]
)
def test_a_separate_column_gives_the_time(clock: object) -> None:
    for day in ("19-11-2026", "19 november 2026", date(2026, 11, 19), datetime(2026, 11, 19), "46345", 46345):  # noqa: DTZ001
        assert moment(day, ZONE, clock) == QUARTER_PAST_ONE


def test_the_day_stands_before_the_month() -> None:
    assert moment("03-04-2026 12:00", ZONE) == datetime(2026, 4, 3, 10, 0, tzinfo=UTC)


def test_excel_days_and_their_fractions_are_local_time() -> None:
    assert moment(46345.5868055556, ZONE) == QUARTER_PAST_ONE
    assert moment("46345,5868055556", ZONE) == QUARTER_PAST_ONE


def test_a_date_alone_is_noon_of_that_day() -> None:
    assert moment("19-11-2026", ZONE) == moment("2026-11-19", ZONE) == datetime(2026, 11, 19, 11, 0, tzinfo=UTC)


def test_both_changes_of_the_clock_are_known() -> None:
    assert moment("29-03-2026 01:59", ZONE) == datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    assert moment("29-03-2026 02:30", ZONE) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "a time that was skipped moves on by an hour"
    assert moment("29-03-2026 03:00", ZONE) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert moment("25-10-2026 02:30", ZONE) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "the first of two"
    assert moment("25-10-2026 03:00", ZONE) == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "gisteren",
        "31-02-2026",
        "11/19/2026",
        "19-11-2026 25:00",
        "01-01-1889",
        "01-01-2150",
        None,
        True,
        3,
        "9" * 400,
        float("nan"),
        "0001-01-01T00:00+23:00",
    ],
)
def test_what_is_no_moment_is_refused_without_quoting_it(written: object) -> None:
    with pytest.raises(NoMoment) as refused:
        moment(written, ZONE)
    assert "gisteren" not in str(refused.value)


@given(st.datetimes(min_value=datetime(1995, 1, 1), max_value=datetime(2099, 1, 1)))  # noqa: DTZ001
def test_every_minute_survives_being_written_in_dutch(when: datetime) -> None:
    local = when.replace(second=0, microsecond=0, fold=0)
    expected = local.replace(tzinfo=ZONE).astimezone(UTC)
    for shape in ("{:%d-%m-%Y %H:%M}", "{:%Y-%m-%dT%H:%M}", "{:%d/%m/%Y %H.%M}", "{:%-d-%-m-%Y %H:%M:%S}"):
        assert moment(shape.format(local), ZONE) == expected


@given(st.text(max_size=80) | st.floats() | st.integers())
def test_nothing_but_a_refusal_ever_comes_of_nonsense(written: object) -> None:
    try:
        found = moment(written, ZONE)
    except NoMoment:
        return
    assert found.tzinfo is UTC
