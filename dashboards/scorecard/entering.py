"""What a person typed about a figure, and what may be wrong with it."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Form

from dashboards.scorecard.goals import HandIndicator, Unit
from models.language import _

FIRST = date(2000, 1, 1)
NUMBER = re.compile(r"-?\d{1,9}(?:[.,]\d{1,4})?")
THOUSANDS = re.compile(r"-?\d{1,3}(?:\.\d{3})+")
SHORTEST, LONGEST = 5, 300
MAY_BE_NEGATIVE = (Unit.POINTS, Unit.EUROS)


@dataclass(frozen=True)
class Entered:
    """A figure that can be kept."""

    figure: str
    month: date
    value: float
    source: str


class TypedFigure:
    """What a person typed about one figure of one month."""

    def __init__(
        self,
        figure: Annotated[str, Form(alias="cijfer", max_length=100)] = "",
        month: Annotated[str, Form(alias="maand", max_length=10)] = "",
        value: Annotated[str, Form(alias="waarde", max_length=20)] = "",
        source: Annotated[str, Form(alias="bron", max_length=1000)] = "",
        seen: Annotated[int, Form(alias="gezien", ge=0, lt=2**62)] = 0,
    ) -> None:
        self.figure, self.month, self.value, self.source, self.seen = figure, month.strip(), value.strip(), " ".join(source.split()), seen

    def read(self, by_hand: dict[str, HandIndicator], today: date) -> Entered | str:
        """The figure, or what is wrong with it."""
        indicator, month = by_hand.get(self.figure), a_month(self.month)
        if indicator is None:
            return _("Kies een cijfer uit de lijst. Nieuwe cijfers schrijft u in goals.yaml.")
        if month is None or not FIRST <= month <= today:
            return _("Kies een maand die er al is, geschreven als 2026-10.")
        if THOUSANDS.fullmatch(self.value):
            return _("Schrijf grote getallen zonder punt: 1204 in plaats van 1.204. Een deel achter de komma mag: 7,4.")
        if not NUMBER.fullmatch(self.value):
            return _("Vul een getal in, zoals 12 of 7,4. Laat procent en euro weg.")
        value = float(self.value.replace(",", "."))
        if indicator.unit is Unit.PERCENT and not 0 <= value <= 100:
            return _("Een percentage ligt tussen 0 en 100.")
        if value < 0 and indicator.unit not in MAY_BE_NEGATIVE:
            return _("Dit cijfer kan niet onder nul liggen.")
        if not SHORTEST <= len(self.source) <= LONGEST:
            return _(
                "Schrijf in een zin waar het cijfer vandaan komt, zodat een ander het kan nazoeken: hooguit %(most)s tekens.", most=LONGEST
            )
        return Entered(indicator.id, month, value, self.source)


def a_month(text: str) -> date | None:
    """The first day of a month written as `2026-10`."""
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        return None
