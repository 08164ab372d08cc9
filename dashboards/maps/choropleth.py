"""A figure for each neighbourhood as colours of five classes; the figure itself is written in it, so that colour is never the only sign."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dashboards.maps.classes import MOST, Class, class_of, classes
from dashboards.maps.town import Spot, TownMap
from dashboards.words.notation import number, tenths
from models.language import _


class Look(StrEnum):
    """What a neighbourhood shows that has no figure; the value is its class in the drawing."""

    NOTHING = "nothing"
    FEW = "few"
    HIDDEN = "hidden"
    UNKNOWN = "unknown"
    OUTSIDE = "outside"


Value = int | Look
"""What is known of a neighbourhood: messages or, by inhabitants, tenths per 1,000."""


@dataclass(frozen=True)
class Scale:
    """How figures are written and coloured. Two maps with one scale can be compared."""

    classes: tuple[Class, ...]
    by_inhabitant: bool

    def written(self, figure: int) -> str:
        return tenths(figure / 10) if self.by_inhabitant else number(figure)

    def look(self, value: Value) -> str:
        return value.value if isinstance(value, Look) else self.colour(class_of(value, self.classes))

    def colour(self, place: int) -> str:
        """The look of the class in this place, counted from 1; the highest is always the strongest."""
        return f"class-{MOST - len(self.classes) + place}"


def scale_of(values: Iterable[Value], by_inhabitant: bool) -> Scale:
    return Scale(classes(value for value in values if not isinstance(value, Look)), by_inhabitant)


@dataclass(frozen=True)
class Painted:
    """One neighbourhood with its colour. `said` is all of it in words; `link` leads to its messages."""

    spot: Spot
    look: str
    figure: str
    said: str
    link: str | None


@dataclass(frozen=True)
class Entry:
    """One line of the legend, and how many neighbourhoods have this look."""

    look: str
    words: str
    areas: int


@dataclass(frozen=True)
class Choropleth:
    """A map to be drawn. `missing`: neighbourhoods with a figure that have no shape."""

    town: TownMap
    painted: tuple[Painted, ...]
    legend: tuple[Entry, ...]
    missing: tuple[str, ...]


def choropleth(
    town: TownMap, values: Mapping[str, Value], scale: Scale, link: Callable[[str], str], called: Callable[[str], str] = str
) -> Choropleth:
    """The town with these values; a neighbourhood without one had no messages."""
    painted = [_painted(spot, values.get(spot.id, Look.NOTHING), scale, link) for spot in town.spots]
    drawn = {spot.id for spot in town.spots}
    return Choropleth(
        town,
        tuple(painted),
        tuple(_legend(painted, scale)),
        tuple(called(id) for id, value in values.items() if id not in drawn and value is not Look.NOTHING),
    )


def _painted(spot: Spot, value: Value, scale: Scale, link: Callable[[str], str]) -> Painted:
    if value is Look.OUTSIDE:
        return Painted(spot, value.value, "", _("%(area)s: niet gevraagd", area=spot.name), None)
    words = _in_words(value, scale)
    figure = (
        {Look.NOTHING: "0", Look.FEW: "<5", Look.HIDDEN: "–", Look.UNKNOWN: "?"}[value] if isinstance(value, Look) else scale.written(value)
    )
    return Painted(spot, scale.look(value), figure, f"{spot.name}: {words}", link(spot.id))


def _in_words(value: Value, scale: Scale) -> str:
    match value:
        case Look.NOTHING:
            return _("geen berichten")
        case Look.FEW:
            return _("te weinig")
        case Look.HIDDEN:
            return _("niet getoond")
        case Look():
            return _("onbekend")
    if scale.by_inhabitant:
        return _("%(rate)s per 1.000 inwoners", rate=scale.written(value))
    return _("1 bericht") if value == 1 else _("%(count)s berichten", count=scale.written(value))


def _legend(painted: Iterable[Painted], scale: Scale) -> Iterable[Entry]:
    """The classes from high to low, then what there is besides."""
    areas = Counter(one.look for one in painted)
    for place in range(len(scale.classes), 0, -1):
        one, look = scale.classes[place - 1], scale.colour(place)
        first, last = scale.written(one.first), scale.written(one.last)
        yield Entry(look, first if first == last else _("%(first)s tot en met %(last)s", first=first, last=last), areas[look])
    others = {
        Look.NOTHING: _("geen berichten"),
        Look.FEW: _("te weinig om te tonen"),
        Look.HIDDEN: _("niet getoond, om die te beschermen"),
        Look.UNKNOWN: _("niet te zeggen"),
        Look.OUTSIDE: _("niet gevraagd"),
    }
    for kind, words in others.items():
        if areas[kind.value]:
            yield Entry(kind.value, words, areas[kind.value])
