"""What an import changed, in Dutch lines."""

from collections.abc import Iterator

from models.gazetteer import Entry, Places, entries
from models.words import PlaceKind

_CALLED = {
    PlaceKind.MUNICIPALITY: ("gemeente", "gemeenten"),
    PlaceKind.DISTRICT: ("wijk", "wijken"),
    PlaceKind.NEIGHBOURHOOD: ("buurt", "buurten"),
    PlaceKind.STREET: ("straat", "straten"),
    PlaceKind.LANDMARK: ("ander punt", "andere punten"),
}
_MOST_NAMED = 5


def changes(before: Places, after: Places) -> Iterator[str]:
    """What came, what went, what has another name and where other people live; nothing when all is as it was."""
    old, new = ({entry.id: entry for entry in entries(places)} for places in (before, after))
    came = [entry for id, entry in new.items() if id not in old]
    went = [entry for id, entry in old.items() if id not in new]
    for kind, called in _CALLED.items():
        yield from _told("erbij", called, [entry for entry in came if entry.kind is kind])
        yield from _told("weg", called, [entry for entry in went if entry.kind is kind])
    for id, entry in new.items():
        if id in old and old[id].name != entry.name:
            yield f"{old[id].name} heet nu {entry.name}."
    moved = sum(id in old and old[id].inhabitants != entry.inhabitants for id, entry in new.items())
    if moved:
        yield f"Van {moved} {_CALLED[PlaceKind.NEIGHBOURHOOD][moved > 1]} is het aantal inwoners anders."


def _told(what: str, called: tuple[str, str], entries: list[Entry]) -> Iterator[str]:
    if entries:
        names = ", ".join(entry.name for entry in entries[:_MOST_NAMED]) + (" en meer" if len(entries) > _MOST_NAMED else "")
        yield f"{len(entries)} {called[len(entries) > 1]} {what}: {names}."
