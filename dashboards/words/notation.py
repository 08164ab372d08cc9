"""How numbers, days and words are written on a Dutch page."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from urllib.parse import urlsplit

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal

from models.words import (
    Action,
    Channel,
    ChoiceForm,
    DeliveryStatus,
    DeliveryWay,
    DigestKind,
    Role,
    RunOutcome,
    SignalStatus,
    TicketStatus,
    TicketStep,
)
from routing.proposals.forms import FORMS

LOCALE = "nl_NL"

WORDS: Mapping[type[StrEnum], Mapping[str, str]] = {
    ChoiceForm: {form.value: called for form, called in FORMS.items()},
    Channel: {
        Channel.SOCIAL: "sociale media",
        Channel.WEBCARE: "webcare",
        Channel.CONTACT_CENTRE: "klantcontact",
        Channel.NEWS: "nieuws",
        Channel.PARTICIPATION: "participatie",
    },
    SignalStatus: {SignalStatus.OPEN: "loopt", SignalStatus.CLOSED: "stil", SignalStatus.MERGED: "samengevoegd"},
    Action: {
        Action.TICKET: "ticket",
        Action.ALERT: "meteen melden",
        Action.DIGEST: "dagbericht",
        Action.WATCH: "in de gaten houden",
        Action.IGNORE: "terzijde",
    },
    TicketStatus: {TicketStatus.OPEN: "nieuw", TicketStatus.REFUSED: "niet voor de gemeente"},
    TicketStep: {TicketStep.REFUSED: "niet voor de gemeente"},
    DigestKind: {
        DigestKind.DAILY: "dagbericht",
        DigestKind.WEEKLY: "omgevingsbericht",
        DigestKind.EXECUTIVE: "halve pagina",
        DigestKind.CRISIS: "crisisbericht",
    },
    DeliveryStatus: {DeliveryStatus.WAITING: "wacht", DeliveryStatus.SENT: "verzonden", DeliveryStatus.DEAD: "niet gelukt"},
    DeliveryWay: {
        DeliveryWay.SMTP: "per mail",
        DeliveryWay.CHAT: "per chat",
        DeliveryWay.TARGET: "naar eigen systeem",
        DeliveryWay.PAGE: "op deze pagina",
    },
    RunOutcome: {RunOutcome.DONE: "gelukt", RunOutcome.PARTLY: "deels gelukt", RunOutcome.FAILED: "mislukt"},
    Role: {
        Role.READER: "lezer",
        Role.ANALYST: "analist",
        Role.DEPARTMENT: "afdeling",
        Role.NEWSROOM: "redactie",
        Role.PRIVACY_OFFICER: "privacy officer",
        Role.ADMINISTRATOR: "beheer",
    },
}
"""What words are called on the page where that is not their own value. Words of different lists can have the same value."""


def word(value: StrEnum) -> str:
    """What a word of the glossary is called on the page."""
    return WORDS.get(type(value), {}).get(value, value.value)


def number(value: int) -> str:
    """1.204"""
    return format_decimal(value, locale=LOCALE)


def decimal(value: float) -> str:
    """4,3; whole numbers from ten on."""
    return format_decimal(round(value) if abs(value) >= 10 else round(value, 1), locale=LOCALE)


def usual(value: float) -> str:
    """What is usual, rounded as a person would say it: `5`, `minder dan 1`."""
    return "minder dan 1" if value < 0.75 else format_decimal(round(value), locale=LOCALE)


def plural(count: int, one: str, more: str) -> str:
    """`1 bericht`, `2 berichten`"""
    return f"{number(count)} {one if count == 1 else more}"


def listed(names: Iterable[str], most: int = 99) -> str:
    """`Havenkwartier, Oude Haven en 2 andere`"""
    given = list(names)
    shown = given[:most]
    if len(given) > most:
        rest = len(given) - most
        return f"{', '.join(shown)} en {rest} {'andere' if rest > 1 else 'ander'}"
    return " en ".join(part for part in (", ".join(shown[:-1]), shown[-1] if shown else "") if part)


def quoted(words: Iterable[str]) -> list[str]:
    """`“zak”`, `“pas”`"""
    return [f"“{one}”" for one in words]


def day(value: datetime | date, zone: tzinfo = UTC) -> str:
    """`donderdag 19 november`"""
    local = value.astimezone(zone).date() if isinstance(value, datetime) else value
    return format_date(local, "EEEE d MMMM", locale=LOCALE)


def month_name(value: date) -> str:
    """`november 2026`"""
    return format_date(value, "MMMM y", locale=LOCALE)


def short_day(value: date) -> str:
    """`do 19 nov`"""
    return format_date(value, "EEEEEE d MMM", locale=LOCALE).replace(".", "")


def moment(value: datetime, zone: tzinfo = UTC) -> str:
    """`do 19 nov 08:45`"""
    return format_datetime(value.astimezone(zone), "EEEEEE d MMM HH:mm", locale=LOCALE).replace(".", "")


def clock(value: datetime, zone: tzinfo = UTC) -> str:
    """`08:45`"""
    return format_time(value.astimezone(zone), "HH:mm", locale=LOCALE)


def machine(value: datetime, zone: tzinfo = UTC) -> str:
    """For the `datetime` attribute."""
    return value.astimezone(zone).isoformat(timespec="minutes")


def ago(value: datetime, now: datetime) -> str:
    """`zojuist`, `12 minuten geleden`, `3 uur geleden`, `2 dagen geleden`"""
    minutes = (now - value).total_seconds() / 60
    if minutes < 2:
        return "zojuist"
    return f"{_span(minutes)} geleden"


def until(value: datetime, now: datetime) -> str:
    """`nog 6 uur`, `2 dagen te laat`"""
    minutes = (value - now).total_seconds() / 60
    return f"nog {_span(minutes)}" if minutes >= 0 else f"{_span(-minutes)} te laat"


def _span(minutes: float) -> str:
    if minutes < 90:
        return plural(max(1, round(minutes)), "minuut", "minuten")
    if minutes < 36 * 60:
        return f"{round(minutes / 60)} uur"
    return plural(round(minutes / 60 / 24), "dag", "dagen")


def web_address(value: str | None) -> str | None:
    """The address, if a browser may be sent there; sources can name anything."""
    if not value:
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return value if parts.scheme in ("http", "https") and parts.netloc else None
