"""Dates and times as Dutch systems write them: day first, local time unless an offset says otherwise."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
NOON = time(12)
"""A date without a time counts as noon: no change of clock or time zone makes it another day."""
EXCEL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel knows no time zones
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january",
            "februari feb february febr",
            "maart mrt mar march maa",
            "april apr",
            "mei may",
            "juni jun june",
            "juli jul july",
            "augustus aug august",
            "september sep sept",
            "oktober okt october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
_WEEKDAY = r"(?:(?:ma|di|wo|do|vr|za|zo|mon?|tue|wed|thu|fri|sat|sun)[a-z]{0,9}\.?,?\s+)?"
_CLOCK = r"(?P<hour>\d{1,2})[:.uh](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d{1,9})?)?\s*(?P<half>[ap]\.?m\.?)?(?:\s*uur)?"
_AFTER = rf"(?:(?:\s*,\s*|\s*T|\s+(?:om\s+)?){_CLOCK})?"
_DIGITS = re.compile(rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?P<mark>[-/. ])(?P<month>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}|'?\d{{2}}){_AFTER}", re.I)
_WORDS = re.compile(rf"{_WEEKDAY}(?P<day>\d{{1,2}})[-. ]\s*(?P<name>[a-z]{{3,9}})\.?[-, ]\s*(?P<year>\d{{4}}|'?\d{{2}}){_AFTER}", re.I)
_ENGLISH = re.compile(rf"{_WEEKDAY}(?P<name>[a-z]{{3,9}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_AFTER}", re.I)
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})(?P<mark>[/.])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}}){_AFTER}", re.I)
_TIME = re.compile(rf"{_CLOCK}|(?P<whole>\d{{1,2}})\s*uur", re.I)
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")


class NoMoment(ValueError):
    """This is not a moment we can read; the message says why, in Dutch, without quoting."""


def moment(value: object, zone: ZoneInfo, clock: object = None) -> datetime:
    """The moment that a cell (`value`) and possibly a separate cell with the time (`clock`) mean, in UTC.

    Takes text, numbers (Excel days, Unix seconds) and date objects. Where the clock goes back, an ambiguous time is the first of the two;
    where it goes forward, a time that does not exist is moved on by the hour that was skipped.

    Raises:
        NoMoment: no date, an impossible one, or one outside 1990-2099.
    """
    found = _day(value) if not isinstance(value, str) else _text(value.strip())
    if clock is not None and clock != "":
        found = datetime.combine(found.date(), _time(clock), found.tzinfo)
    try:
        found = found.replace(tzinfo=zone).astimezone(UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError as error:
        raise NoMoment("de datum bestaat niet") from error
    if not EARLIEST <= found < LATEST:
        raise NoMoment("de datum ligt niet tussen 1990 en 2100")
    return found


def _day(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, NOON)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(float(value))
    raise NoMoment("er staat geen datum")


@lru_cache(maxsize=4096)
def _text(value: str) -> datetime:
    """Exports come in order of time: the same minute returns often."""
    if not value:
        raise NoMoment("de datum is leeg")
    if len(value) > 60:
        raise NoMoment("er staat geen datum")
    if (usual := _usual(value)) is not None:
        return usual
    if _EPOCH.fullmatch(value) or _SERIAL.fullmatch(value):
        return _number(float(value.replace(",", ".")))
    for pattern in (_DIGITS, _WORDS, _YEAR_FIRST, _ENGLISH):
        if match := pattern.fullmatch(value):
            return _parts(match)
    try:
        return datetime.combine(date.fromisoformat(value), NOON) if len(value) == 10 else datetime.fromisoformat(value)
    except ValueError as error:
        raise NoMoment("de datum is niet te lezen; bijvoorbeeld 19-11-2026 14:05 of 2026-11-19T14:05 kan wel") from error


def _usual(value: str) -> datetime | None:
    """`19-11-2026 14:05`, by far the most common, without a regular expression."""
    if len(value) == 16 and value[2:6:3] in ("--", "//") and value[10] == " " and value[13] == ":":
        parts = (value[6:10], value[3:5], value[0:2], value[11:13], value[14:16])
        if "".join(parts).isdecimal():
            try:
                return datetime(*map(int, parts))  # type: ignore[arg-type]  # noqa: DTZ001 - local time, until the zone is known
            except ValueError:
                return None
    return None


def _parts(match: re.Match[str]) -> datetime:
    parts = match.groupdict()
    year = int(parts["year"].lstrip("'"))
    month = int(parts["month"]) if parts.get("month") else MONTHS.get(parts["name"].lower(), 0)
    try:
        day = date(year + 2000 if year < 100 else year, month, int(parts["day"]))
    except ValueError as error:
        raise NoMoment("die dag bestaat niet; de dag staat voorop, dan de maand") from error
    return datetime.combine(day, NOON if parts["hour"] is None else _clock(parts))


def _clock(parts: dict[str, str | None]) -> time:
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    if half := parts.get("half"):
        if not 1 <= hour <= 12:
            raise NoMoment("die tijd bestaat niet")
        hour = hour % 12 + (12 if half.lower().startswith("p") else 0)
    try:
        return time(hour, minute, second)
    except ValueError as error:
        raise NoMoment("die tijd bestaat niet") from error


def _time(value: object) -> time:
    if isinstance(value, datetime):
        return value.time()
    if isinstance(value, time):
        return value
    if isinstance(value, timedelta):
        return _of_day(value.total_seconds())
    if isinstance(value, float) and 0 <= value < 1:
        return _of_day(value * 86_400)
    if isinstance(value, str) and len(value) <= 30 and (match := _TIME.fullmatch(value.strip())):
        whole = match["whole"]
        return _clock({"hour": whole, "minute": None, "second": None} if whole else match.groupdict())
    raise NoMoment("de tijd is niet te lezen; bijvoorbeeld 14:05 kan wel")


def _of_day(seconds: float) -> time:
    whole = round(seconds) % 86_400
    return time(whole // 3600, whole // 60 % 60, whole % 60)


def _number(value: float) -> datetime:
    """Excel counts days since 1899-12-30; ten digits are Unix seconds, thirteen milliseconds."""
    if 30_000 <= value < 80_000:
        whole = EXCEL_ZERO + timedelta(seconds=round(value * 86_400))
        return datetime.combine(whole.date(), NOON) if value == int(value) else whole
    if 600_000_000 <= value < 4_200_000_000:
        return datetime.fromtimestamp(value, UTC)
    if 600_000_000_000 <= value < 4_200_000_000_000:
        return datetime.fromtimestamp(value / 1000, UTC)
    raise NoMoment("er staat een getal, geen datum")
