"""The places of a story on the map: its neighbourhoods filled, with their names."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from dashboards.maps.labels import Box, apart, width_of
from dashboards.maps.town import Spot, TownMap
from dashboards.words.notation import listed
from models.language import _
from models.signal import area_counts

SIZE = 36
"""The height of a name as it is on a telephone; elsewhere it is smaller, and has room left."""
MOST = 6
"""Names on one small map; further neighbourhoods are filled only."""


@dataclass(frozen=True)
class Word:
    """A name on the map; `y` is its foot."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class StoryMap:
    """A map to be drawn. `named` are the neighbourhoods to fill, the most named first."""

    town: TownMap
    named: tuple[Spot, ...]
    words: tuple[Word, ...]

    @property
    def said(self) -> str:
        return _("Kaart van de buurten die genoemd worden: %(areas)s.", areas=listed([spot.name for spot in self.named]))


def map_of(session: Session, signal_id: int, town: TownMap) -> StoryMap | None:
    """The map of the neighbourhoods that a signal's messages name."""
    return story_map(town, [area for _signal, area, _count in area_counts(session, [signal_id]) if area is not None])


def story_map(town: TownMap, areas: Iterable[str]) -> StoryMap | None:
    """The map of these neighbourhoods, most named first; None where none of them has a shape."""
    spots = {spot.id: spot for spot in town.spots}
    named = tuple(spots[area] for area in dict.fromkeys(areas) if area in spots)
    if not named:
        return None
    boxes = apart([Box(spot.x, spot.y, width_of(spot.name, SIZE) * 1.06, SIZE * 1.1) for spot in named[:MOST]], (town.width, town.height))
    words = (Word(round(box.x, 1), round(box.y + SIZE * 0.35, 1), spot.name) for spot, box in zip(named, boxes, strict=False))
    return StoryMap(town, named, tuple(words))
