"""Gemeenschap: how the conversation in town is carried, as totals, and who still waits for an answer."""

from datetime import date, timedelta

from fastapi import APIRouter
from starlette.responses import Response

from dashboards.community.told import Told, against, percentage, tell
from dashboards.csv_file import csv_file
from dashboards.people.rights import Right
from dashboards.visit import Visit, Visitor, needs
from dashboards.words.notation import word
from models.community import last_month_counted, unanswered_in_the_open
from models.language import msgid, translated
from models.settings import settings
from models.sight import readable
from models.words import Channel
from routing.community.count import counted, earlier, first_of, later

router = APIRouter(prefix="/gemeenschap", dependencies=[needs(Right.READ)])

MONTHS = 12
FIRST, LAST = date(2000, 1, 1), date(2199, 12, 1)
YOUNG = timedelta(days=10)
"""In its first days a month says little: until then the one before is shown."""
LISTED = 20
WAITED, BACK = timedelta(days=1), timedelta(days=30)
"""Who waits is listed from a day on, and for a month."""
HEADER = (
    msgid("maand"),
    msgid("schrijvers"),
    msgid("berichten"),
    msgid("actief"),
    msgid("nieuw"),
    msgid("zonder reactie"),
    msgid("beantwoord"),
    msgid("gewoonlijk binnen"),
    msgid("9 van de 10 binnen"),
)


@router.get("")
def community(visit: Visitor, maand: str = "") -> Response:
    month = _asked(visit, maand)
    told = _months(visit, month)
    waiting = unanswered_in_the_open(visit.session, visit.now - BACK, visit.now - WAITED, readable(visit.reader), LISTED + 1)
    return visit.page(
        "community.html",
        month=month,
        earlier=earlier(month, 1),
        later=later(month) if later(month) <= first_of(_today(visit)) else None,
        told=next((one for one in told if one.month == month), None),
        months=told,
        against=against,
        percentage=percentage,
        waiting=waiting[:LISTED],
        more=len(waiting) > LISTED,
        still_counting=later(month) > _today(visit),
    )


@router.get("/maanden.csv")
def as_csv(visit: Visitor, maand: str = "") -> Response:
    return csv_file("gemeenschap.csv", [translated(name) for name in HEADER], (_row(one) for one in _months(visit, _asked(visit, maand))))


def _months(visit: Visit, month: date) -> list[Told]:
    return [
        tell(day, one, {channel: word(channel) for channel in Channel})
        for day, one in counted(visit.session, earlier(month, MONTHS - 1), month).items()
    ]


def _row(one: Told) -> tuple[object, ...]:
    speed = one.everything
    shares = (f"{share.value:.3f}".replace(".", ",") if share else "" for share in (one.active, one.alone, speed.answered))
    active, alone, answered = shares
    people = ("" if count is None else count for count in (one.writers, one.posts))
    return (
        f"{one.month:%Y-%m}",
        *people,
        active,
        "" if one.newcomers is None else one.newcomers,
        alone,
        answered,
        speed.median,
        speed.ninetieth,
    )


def _asked(visit: Visit, text: str) -> date:
    """The month in the address; else the newest that says something."""
    ripe = first_of(_today(visit) - YOUNG)
    newest = min(last_month_counted(visit.session) or ripe, ripe)
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return newest
    return month if FIRST <= month <= LAST else newest


def _today(visit: Visit) -> date:
    return visit.now.astimezone(settings().zone).date()
