"""A change of the roster as a person typed it, and what may be wrong with it."""

from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Form

from models.language import _
from models.roster import RosterChange
from routing.alerts.roster import LONGEST, Roster

AHEAD = timedelta(days=400)


class Typed:
    """Who, from when, until when; moments as a browser sends them: `2026-11-21T17:00`, on the clock on the wall."""

    def __init__(
        self,
        who: Annotated[str, Form(alias="wie", max_length=100)] = "",
        start: Annotated[str, Form(alias="van", max_length=20)] = "",
        end: Annotated[str, Form(alias="tot", max_length=20)] = "",
    ) -> None:
        self.who, self.start, self.end = who, start, end

    def refused(self, roster: Roster, now: datetime, zone: ZoneInfo) -> str | None:
        """What is wrong with it, in Dutch; None where nothing is."""
        start, end = _moment(self.start, zone), _moment(self.end, zone)
        if self.who not in {person.id for person in roster.people}:
            return _("Kies wie de dienst overneemt. Staat iemand er niet bij, laat haar of hem dan in roster.yaml zetten.")
        if start is None or end is None:
            return _("Vul in van wanneer tot wanneer, met de tijd erbij. Schrijf een moment als 2026-11-21T17:00.")
        if end <= start:
            return _("Het eind ligt voor het begin. Draai ze om.")
        if end - start > LONGEST:
            return _("Een dienst duurt hooguit %(days)s dagen. Schrijf een langere op in delen.", days=LONGEST.days)
        if end <= now:
            return _("Dit is al voorbij. Wie toen dienst had verandert niet meer.")
        if start > now + AHEAD:
            return _("Dit is meer dan een jaar vooruit. Schrijf het op als het dichterbij is.")
        return None

    def change(self, by: str, now: datetime, zone: ZoneInfo) -> RosterChange:
        """What was typed, where nothing is wrong with it."""
        start, end = _moment(self.start, zone), _moment(self.end, zone)
        assert start is not None
        assert end is not None
        return RosterChange(person=self.who, starts_at=start, ends_at=end, written_by=by, written_at=now)


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is not None or not 2000 < moment.year < 2200:
        return None
    return moment.replace(tzinfo=zone)
