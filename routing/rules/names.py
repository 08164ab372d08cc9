"""What rules may name, and which names in a file do not exist."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import process

from models.municipality import Municipality
from routing.rules.conditions import When
from routing.rules.grammar import FALLBACK, Place, Rule, RulesFile, placed


@dataclass(frozen=True)
class Names:
    """What rules may name. `sources` is None where nobody knows them yet."""

    themes: frozenset[str]
    departments: frozenset[str]
    areas: frozenset[str]
    districts: frozenset[str] = frozenset()
    sources: frozenset[str] | None = None


_HOME: Mapping[str, str] = {
    "thema": "themes.yaml",
    "afdeling": "departments.yaml",
    "buurt of wijk": "places.yaml",
    "bron": "sources.yaml",
}
Finding = tuple[Place, str]


def names_of(municipality: Municipality, sources: frozenset[str] | None = None) -> Names:
    return Names(
        themes=frozenset(municipality.theme_names),
        departments=frozenset(d.id for d in municipality.departments.departments),
        areas=frozenset(n.id for n in municipality.places.neighbourhoods),
        districts=frozenset(d.id for d in municipality.places.districts),
        sources=sources,
    )


def unknown(file: RulesFile, names: Names) -> Iterator[Finding]:
    """Names that do not exist, each with where it stands."""
    for theme, department in file.owners.items():
        yield from _strange("thema", theme, names.themes, ("owners", theme))
        yield from _strange("afdeling", department, names.departments, ("owners", theme))
    for place, entry in placed(file.rules):
        yield from _unknown_in(entry.when, names, (*place, "when"), _title(entry.name if isinstance(entry, Rule) else entry.group))
        if isinstance(entry, Rule):
            for department in filter(None, (entry.then.department, *entry.then.with_)):
                yield from _strange("afdeling", department, names.departments, (*place, "then"), _title(entry.name))
    for department in (file.fallback.department, *file.fallback.with_):
        yield from _strange("afdeling", department, names.departments, ("fallback", "department"))


def doubled(file: RulesFile) -> Iterator[Finding]:
    """Names that two rules or groups go by."""
    seen: set[str] = {FALLBACK}
    for place, entry in placed(file.rules):
        field, name = ("name", entry.name) if isinstance(entry, Rule) else ("group", entry.group)
        if name in seen:
            yield (*place, field), f"de naam {name!r} is al gebruikt. Geef elke regel en elke groep een eigen naam."
        seen.add(name)


def _title(name: str) -> str:
    return f"regel {name!r}: "


def _unknown_in(when: When, names: Names, place: Place, title: str) -> Iterator[Finding]:
    for theme in when.theme or ():
        if theme != "*":
            yield from _strange("thema", theme.removesuffix("/*"), names.themes, (*place, "theme"), title)
    for field, areas in (("area", when.area), ("near", when.near)):
        for area in areas or ():
            yield from _strange("buurt of wijk", area, names.areas | names.districts, (*place, field), title)
    if names.sources is not None:
        for source in when.source or ():
            yield from _strange("bron", source, names.sources, (*place, "source"), title)
    for window, least in (("within_hours", "messages_at_least"), ("people_within_hours", "people_at_least")):
        if getattr(when, window) is not None and getattr(when, least) is None:
            yield (*place, window), f"{title}{window} hoort bij {least}. Vul dat ook in."
    for word, parts in (("all", when.all), ("any", when.any)):
        for index, part in enumerate(parts or ()):
            yield from _unknown_in(part, names, (*place, word, index), title)
    if when.not_ is not None:
        yield from _unknown_in(when.not_, names, (*place, "not"), title)


def _strange(what: str, name: str, known: frozenset[str], place: Place, title: str = "") -> Iterator[Finding]:
    if name not in known:
        nearest = process.extractOne(name, sorted(known), score_cutoff=55)
        hint = f" Bedoelt u {nearest[0]!r}?" if nearest else f" Kijk in {_HOME[what]}."
        yield place, f"{title}{what} {name!r} bestaat niet.{hint}"
