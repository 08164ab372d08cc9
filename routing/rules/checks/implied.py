"""Whether one condition follows from another, or excludes it, as far as can be seen from the conditions alone.

Both answers err on one side: `implies` says True only when it is certain, `exclude` too.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from models.municipality import WEEKDAYS
from models.words import Kind
from routing.rules.conditions import When, covers, minutes_of
from routing.rules.facts import ANY_TIME
from routing.rules.names import Names

BOOLEANS = ("burst", "lasting", "campaign", "outside", "working_hours", "holiday")
ONE_VALUE = ("kind", "language", "weekday")
"""Of these a signal has exactly one: lists that have nothing in common exclude each other."""
ANY_OF = ("channel", "source")
"""Of these it may have several: one in common is enough."""
AT_LEAST = ("urgency_at_least", "sure_at_least", "reach_at_least", "times_usual_at_least")
AT_MOST = ("tone_at_most", "settled_within_days")


class _Itself:
    """A condition as a key: the same object, not an equal one, since conditions cannot be hashed."""

    def __init__(self, when: When) -> None:
        self.when = when

    def __hash__(self) -> int:
        return id(self.when)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self.when is other.when


def atoms(when: When) -> Sequence[When]:
    """A condition as a row of small ones that must all hold: each has one field, or a field with its window."""
    return _atoms(_Itself(when))


@lru_cache(maxsize=5000)
def _atoms(condition: _Itself) -> tuple[When, ...]:
    return tuple(_parted(condition.when))


def _parted(when: When) -> Iterator[When]:
    for part in when.all or ():
        yield from atoms(part)
    given = {field for field in type(when).model_fields if getattr(when, field) is not None} - {
        "all",
        "within_hours",
        "people_within_hours",
    }
    for field in sorted(given):
        yield When.model_construct(_fields_set={field}, **{field: getattr(when, field)}, **_window(when, field))


def without(when: When, field: str) -> When:
    """The condition with one field of its own left open."""
    return When.model_construct(
        _fields_set=when.model_fields_set - {field},
        **{name: getattr(when, name) for name in type(when).model_fields if name != field},
    )


def implies(one: When, other: When, names: Names) -> bool:
    """Whether `other` certainly holds wherever `one` does."""
    given = list(atoms(one))
    if any(all(_part_implies(given, part, other, names) for part in atom.any or ()) for atom in given if atom.any is not None):
        return True
    return all(_follows(given, wanted, names) for wanted in atoms(other))


def exclude(one: When, other: When, names: Names) -> bool:
    """Whether the two certainly never hold together."""
    left, right = list(atoms(one)), list(atoms(other))
    if any(_clash(a, b, names) for a in left for b in right):
        return True
    return any(
        all(exclude(joined([*rest, part]), joined(other_side), names) for part in atom.any or ())
        for atoms_of, other_side in ((left, right), (right, left))
        for atom in atoms_of
        if atom.any is not None
        for rest in ([a for a in atoms_of if a is not atom],)
    )


def joined(conditions: list[When]) -> When:
    """All of them together."""
    return When.model_construct(_fields_set={"all"}, all=conditions) if conditions else When()


def _part_implies(given: list[When], part: When, other: When, names: Names) -> bool:
    rest = [atom for atom in given if atom.any is None]
    return implies(joined([*rest, part]), other, names)


def _follows(given: list[When], wanted: When, names: Names) -> bool:
    if wanted.any is not None:
        return any(atom.any == wanted.any for atom in given) or any(implies(joined(given), part, names) for part in wanted.any)
    if wanted.not_ is not None:
        exception = wanted.not_
        return any(atom.not_ is not None and implies(exception, atom.not_, names) for atom in given) or exclude(
            joined([atom for atom in given if atom.not_ is None]), exception, names
        )
    return any(_stronger(atom, wanted, names) for atom in given)


def _stronger(one: When, other: When, names: Names) -> bool:
    """Whether one small condition makes another certain."""
    if one.theme is not None and other.theme is not None:
        return subs(one.theme, names) <= subs(other.theme, names)
    for field in (*ONE_VALUE, *ANY_OF):
        if getattr(one, field) is not None and getattr(other, field) is not None:
            return set(getattr(one, field)) <= set(getattr(other, field))
    for field in BOOLEANS:
        if getattr(one, field) is not None and getattr(other, field) is not None:
            return getattr(one, field) is getattr(other, field)
    for field in AT_LEAST:
        if getattr(one, field) is not None and getattr(other, field) is not None:
            return bool(getattr(one, field) >= getattr(other, field))
    for field in AT_MOST:
        if getattr(one, field) is not None and getattr(other, field) is not None:
            return bool(getattr(one, field) <= getattr(other, field))
    return _stronger_place(one, other) or _stronger_count(one, other) or _stronger_time(one, other)


def _stronger_place(one: When, other: When) -> bool:
    if one.area is not None:
        return set(one.area) <= set(other.area or ()) or set(one.area) <= set(other.near or ())
    return one.near is not None and set(one.near) <= set(other.near or ())


def _stronger_count(one: When, other: When) -> bool:
    """So many people are at least so many messages; a number in a window is one in any longer window."""
    counts = [(one.messages_at_least, one.within_hours), (one.people_at_least, one.people_within_hours)]
    if other.messages_at_least is not None:
        return any(least is not None and _reaches(least, hours, other.messages_at_least, other.within_hours) for least, hours in counts)
    if other.people_at_least is not None and one.people_at_least is not None:
        return _reaches(one.people_at_least, one.people_within_hours, other.people_at_least, other.people_within_hours)
    if other.words is not None and one.words is not None:
        return one.words.key == other.words.key and one.words.messages_at_least >= other.words.messages_at_least
    if other.earlier_tickets is not None and one.earlier_tickets is not None:
        return _reaches(one.earlier_tickets.at_least, one.earlier_tickets.days, other.earlier_tickets.at_least, other.earlier_tickets.days)
    return False


def _reaches(least: int, span: float | None, wanted: int, wanted_span: float | None) -> bool:
    return least >= wanted and (span or ANY_TIME) <= (wanted_span or ANY_TIME)


def _stronger_time(one: When, other: When) -> bool:
    return one.time is not None and other.time is not None and minutes_of(one.time) <= minutes_of(other.time)


def _clash(one: When, other: When, names: Names) -> bool:
    """Whether two small conditions never hold together."""
    if one.not_ is not None and implies(other, one.not_, names):
        return True
    if other.not_ is not None and implies(one, other.not_, names):
        return True
    if one.theme is not None and other.theme is not None:
        return not subs(one.theme, names) & subs(other.theme, names)
    for field in ONE_VALUE:
        if getattr(one, field) is not None and getattr(other, field) is not None:
            return not set(getattr(one, field)) & set(getattr(other, field))
    for field in BOOLEANS:
        if getattr(one, field) is not None and getattr(other, field) is not None:
            return getattr(one, field) is not getattr(other, field)
    return one.time is not None and other.time is not None and not minutes_of(one.time) & minutes_of(other.time)


def subs(themes: Sequence[str], names: Names) -> frozenset[str]:
    """The sub-themes that a list of themes covers."""
    return _subs(tuple(themes), names)


@lru_cache(maxsize=2000)
def _subs(themes: tuple[str, ...], names: Names) -> frozenset[str]:
    return frozenset(sub for sub in names.themes if "/" in sub and any(covers(theme, sub) for theme in themes))


def universe(field: str, names: Names) -> frozenset[object]:
    """Every value that a field of one value can have, where that is known."""
    known: dict[str, frozenset[object]] = {
        "kind": frozenset(Kind),
        "weekday": frozenset(WEEKDAYS),
        **dict.fromkeys(BOOLEANS, frozenset((True, False))),
    }
    return frozenset(subs(["*"], names)) if field == "theme" else known.get(field, frozenset())


def _window(when: When, field: str) -> dict[str, Any]:
    windows = {"messages_at_least": "within_hours", "people_at_least": "people_within_hours"}
    return {windows[field]: getattr(when, windows[field])} if field in windows else {}
