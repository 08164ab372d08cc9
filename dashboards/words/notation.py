"""How numbers, days and words are written on a page, in the language of who reads it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from urllib.parse import urlsplit

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal

from models.language import Language, _, msgid, one_or_more, spoken, translated
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

WORDS: Mapping[type[StrEnum], Mapping[str, str]] = {
    ChoiceForm: {form.value: called for form, called in FORMS.items()},
    Channel: {
        Channel.SOCIAL: msgid("sociale media"),
        Channel.WEBCARE: msgid("webcare"),
        Channel.CONTACT_CENTRE: msgid("klantcontact"),
        Channel.NEWS: msgid("nieuws"),
        Channel.PARTICIPATION: msgid("participatie"),
    },
    SignalStatus: {SignalStatus.OPEN: msgid("loopt"), SignalStatus.CLOSED: msgid("stil"), SignalStatus.MERGED: msgid("samengevoegd")},
    Action: {
        Action.TICKET: msgid("ticket"),
        Action.ALERT: msgid("meteen melden"),
        Action.DIGEST: msgid("dagbericht"),
        Action.WATCH: msgid("in de gaten houden"),
        Action.IGNORE: msgid("terzijde"),
    },
    TicketStatus: {TicketStatus.OPEN: msgid("nieuw"), TicketStatus.REFUSED: msgid("niet voor de gemeente")},
    TicketStep: {TicketStep.REFUSED: msgid("niet voor de gemeente")},
    DigestKind: {
        DigestKind.DAILY: msgid("dagbericht"),
        DigestKind.WEEKLY: msgid("omgevingsbericht"),
        DigestKind.EXECUTIVE: msgid("halve pagina"),
        DigestKind.CRISIS: msgid("crisisbericht"),
    },
    DeliveryStatus: {
        DeliveryStatus.WAITING: msgid("wacht"),
        DeliveryStatus.SENT: msgid("verzonden"),
        DeliveryStatus.DEAD: msgid("niet gelukt"),
    },
    DeliveryWay: {
        DeliveryWay.SMTP: msgid("per mail"),
        DeliveryWay.CHAT: msgid("per chat"),
        DeliveryWay.TARGET: msgid("naar eigen systeem"),
        DeliveryWay.PAGE: msgid("op deze pagina"),
    },
    RunOutcome: {RunOutcome.DONE: msgid("gelukt"), RunOutcome.PARTLY: msgid("deels gelukt"), RunOutcome.FAILED: msgid("mislukt")},
    Role: {
        Role.READER: msgid("lezer"),
        Role.ANALYST: msgid("analist"),
        Role.DEPARTMENT: msgid("afdeling"),
        Role.NEWSROOM: msgid("redactie"),
        Role.PRIVACY_OFFICER: msgid("privacy officer"),
        Role.ADMINISTRATOR: msgid("beheer"),
    },
}
"""What words are called on the page where that is not their own value. Words of different lists can have the same value."""


def word(value: StrEnum) -> str:
    """What a word of the glossary is called on the page."""
    return translated(called(value))


def called(value: StrEnum) -> str:
    """What it is called in Dutch: its name in the catalogue."""
    return WORDS.get(type(value), {}).get(value, value.value)


def number(value: int) -> str:
    """1.204"""
    return format_decimal(value, locale=spoken().locale)


def decimal(value: float) -> str:
    """4,3; whole numbers from ten on."""
    return format_decimal(round(value) if abs(value) >= 10 else round(value, 1), locale=spoken().locale)


def tenths(value: float) -> str:
    """4,3; 12,5; 24"""
    return format_decimal(round(value, 1), locale=spoken().locale)


def usual(value: float) -> str:
    """What is usual, rounded as a person would say it: `5`, `minder dan 1`."""
    return _("minder dan 1") if value < 0.75 else format_decimal(round(value), locale=spoken().locale)


def plural(count: int, one: str, more: str) -> str:
    """`1 bericht`, `2 berichten`; the words as the catalogue knows them."""
    return f"{number(count)} {one_or_more(one, more, count)}"


def listed(names: Iterable[str], most: int = 99) -> str:
    """`Havenkwartier, Oude Haven en 2 andere`"""
    given = list(names)
    shown = given[:most]
    if rest := len(given) - len(shown):
        return one_or_more("%(names)s en %(count)s ander", "%(names)s en %(count)s andere", rest) % {
            "names": ", ".join(shown),
            "count": rest,
        }
    return either(shown, msgid("%(names)s en %(last)s"))


def either(names: Sequence[str], joined: str = msgid("%(names)s of %(last)s")) -> str:
    """`maandag, dinsdag of woensdag`; `joined` is how the last is put behind the others."""
    return _(joined, names=", ".join(names[:-1]), last=names[-1]) if len(names) > 1 else "".join(names)


def quoted(words: Iterable[str]) -> list[str]:
    """`“zak”`, `“pas”`"""
    return [f"“{one}”" for one in words]


def day(value: datetime | date, zone: tzinfo = UTC) -> str:
    """`donderdag 19 november`"""
    local = value.astimezone(zone).date() if isinstance(value, datetime) else value
    return format_date(local, "EEEE d MMMM", locale=spoken().locale)


def month_name(value: date) -> str:
    """`november 2026`"""
    return format_date(value, "MMMM y", locale=spoken().locale)


def short_day(value: date) -> str:
    """`do 19 nov`"""
    return format_date(value, f"{_weekday()} d MMM", locale=spoken().locale).replace(".", "")


def moment(value: datetime, zone: tzinfo = UTC) -> str:
    """`do 19 nov 08:45`"""
    return format_datetime(value.astimezone(zone), f"{_weekday()} d MMM HH:mm", locale=spoken().locale).replace(".", "")


def _weekday() -> str:
    """How a short weekday is written: `do`, `Thu`."""
    return "EEEEEE" if spoken() is Language.DUTCH else "EEE"


def clock(value: datetime, zone: tzinfo = UTC) -> str:
    """`08:45`"""
    return format_time(value.astimezone(zone), "HH:mm", locale=spoken().locale)


def machine(value: datetime, zone: tzinfo = UTC) -> str:
    """For the `datetime` attribute."""
    return value.astimezone(zone).isoformat(timespec="minutes")


def ago(value: datetime, now: datetime) -> str:
    """`zojuist`, `12 minuten geleden`, `3 uur geleden`, `2 dagen geleden`"""
    minutes = (now - value).total_seconds() / 60
    return _("zojuist") if minutes < 2 else _("%(span)s geleden", span=span(minutes))


def until(value: datetime, now: datetime) -> str:
    """`nog 6 uur`, `2 dagen te laat`"""
    minutes = (value - now).total_seconds() / 60
    return _("nog %(span)s", span=span(minutes)) if minutes >= 0 else _("%(span)s te laat", span=span(-minutes))


def span(minutes: float) -> str:
    """`40 minuten`, `6 uur`, `2 dagen`"""
    if minutes < 90:
        return plural(max(1, round(minutes)), "minuut", "minuten")
    if minutes < 36 * 60:
        return plural(round(minutes / 60), "uur", "uur")
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
