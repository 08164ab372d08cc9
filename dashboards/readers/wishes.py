"""A reader's form: what it shows, and what came back from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import groupby

from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from models.digest import EXECUTIVE
from models.language import _, msgid
from models.town import Place, Theme
from models.trend import areas_to_ask, themes_to_ask
from models.words import DigestKind, PlaceKind
from routing.readers.subscribing import Wishes

KINDS: Mapping[DigestKind, str] = {
    DigestKind.DAILY: msgid("het dagbericht"),
    DigestKind.WEEKLY: msgid("het weekbericht"),
    DigestKind.EXECUTIVE: msgid("het bestuursbericht"),
    DigestKind.CRISIS: msgid("het crisisbericht, elk uur zolang een crisis duurt"),
}
FOR_EXECUTIVE = (DigestKind.EXECUTIVE, DigestKind.CRISIS)
FOR_OTHERS = (DigestKind.DAILY, DigestKind.WEEKLY, DigestKind.CRISIS)
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
HOURS = tuple(time(hour, minute) for hour in range(6, 19) for minute in (0, 30))


@dataclass(frozen=True)
class Choices:
    """What can be chosen: themes with their sub-themes, districts with their neighbourhoods."""

    themes: Sequence[tuple[Theme, Sequence[Theme]]]
    places: Sequence[tuple[str, Sequence[Place]]]


def kinds_for(audience: str) -> Mapping[DigestKind, str]:
    """The kinds of digest that are made for an audience, with what the page calls them."""
    return {kind: KINDS[kind] for kind in (FOR_EXECUTIVE if audience == EXECUTIVE else FOR_OTHERS)}


def choices(session: Session) -> Choices:
    """Everything a reader can choose from now."""
    themes = [
        (group[0], group[1:])
        for _, rows in groupby(themes_to_ask(session), key=lambda row: row.parent or row.slug)
        if (group := list(rows))
    ]
    areas = areas_to_ask(session)
    neighbourhoods = [area for area in areas if area.kind is PlaceKind.NEIGHBOURHOOD]
    districts = {area.id: area.name for area in areas if area.kind is PlaceKind.DISTRICT}
    by_district = sorted(neighbourhoods, key=lambda area: (districts.get(area.parent or "", ""), area.name))
    places = [(name, list(rows)) for name, rows in groupby(by_district, key=lambda area: districts.get(area.parent or "", _("Andere")))]
    return Choices(themes, places)


def wishes_from(form: FormData, offered: Choices) -> Wishes:
    """What a form asks for; what was not on offer is left out."""
    slugs = {row.slug for theme, subs in offered.themes for row in (theme, *subs)}
    places = {place.id for _, rows in offered.places for place in rows}
    return Wishes(
        kinds=_chosen(form, "soort", set(KINDS)),
        themes=_chosen(form, "thema", slugs),
        places=_chosen(form, "plek", places),
        weekdays=[int(day) for day in _chosen(form, "dag", set("1234567"))],
        hour=_hour(str(form.get("uur", ""))),
        only_rising="stijgt" in form,
    )


def _chosen(form: FormData, name: str, offered: set[str] | set[DigestKind]) -> list[str]:
    return [value for value in dict.fromkeys(map(str, form.getlist(name))) if value in offered]


def _hour(value: str) -> time | None:
    return next((hour for hour in HOURS if hour.strftime("%H:%M") == value), None)
