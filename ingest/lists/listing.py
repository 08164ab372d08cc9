"""What a list of a JSON API holds, sorted out: messages, what cannot be read, and the names of all that is there."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.errors import SourceError
from ingest.page import Item, Rejected
from ingest.written.moments import NoMoment

MOST = 1_000_000_000
Entry = Mapping[str, Any]


class Unreadable(ValueError):
    """An entry lacks what a message needs; the message says what, in Dutch, without quoting."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One answer. `seen` names every entry that is there, also one that is no message or cannot be read.

    `problem` is set where the server left something out: what is not in `seen` may be there nevertheless.
    """

    items: list[Item] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    problem: SourceError | None = None

    def __add__(self, other: "Listed") -> "Listed":
        problem = self.problem or other.problem
        return Listed(self.items + other.items, self.rejected + other.rejected, self.seen | other.seen, problem)


def sort_out(entries: Iterable[Any], name: Callable[[Entry], str], read: Callable[[Entry], Item | None]) -> Listed:
    """Each entry by `read`, which gives None for what is no message and raises Unreadable or NoMoment for what is broken.

    `name` gives the external id, empty where there is none.
    """
    listed = Listed()
    for entry in entries:
        number = name(entry) if isinstance(entry, Mapping) else ""
        if not number:
            listed.rejected.append(Rejected("een bericht zonder nummer", "het bericht heeft geen id", {}))
            continue
        listed.seen.add(number)
        try:
            item = read(entry)
        except (Unreadable, NoMoment) as error:
            listed.rejected.append(Rejected(f"bericht {number}", str(error), {"id": number}))
        else:
            if item is not None and item.text.strip():
                listed.items.append(item)
    return listed


def at(entry: Any, *path: str) -> Any:
    """What stands there, or None."""
    for step in path:
        if not isinstance(entry, Mapping):
            return None
        entry = entry.get(step)
    return entry


def name_at(entry: Any, *path: str) -> str:
    """A name or number as text, or an empty text."""
    found = at(entry, *path)
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""


def entries_at(entry: Any, *path: str) -> list[Any]:
    """A list, or an empty one."""
    found = at(entry, *path)
    return found if isinstance(found, list) else []


def words_at(entry: Any, *path: str) -> str:
    """What a person wrote; an empty text where nothing was.

    Raises:
        Unreadable: something else than text stands there.
    """
    found = at(entry, *path)
    if found is not None and not isinstance(found, str):
        raise Unreadable("de tekst van het bericht is geen tekst")
    return (found or "").strip()


def count_at(entry: Any, *path: str) -> int:
    """A number from 0 on; 0 where there is none."""
    found = at(entry, *path)
    return min(max(found, 0), MOST) if isinstance(found, int) else 0
