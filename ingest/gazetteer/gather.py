"""Areas and streets as one gazetteer, in which each keeps the id it had."""

from collections.abc import Iterable, Mapping, Sequence

from shapely import STRtree

from ingest.gazetteer.areas import Area
from ingest.gazetteer.rows import ascii_of
from ingest.gazetteer.streets import STREET, Street, Streets
from models.gazetteer import District, Landmark, Neighbourhood, Places, slug_of


def gathered(own: Places, before: Places | None, areas: Mapping[str, Area], streets: Streets) -> Places:
    """The new gazetteer. Without new areas those of before stay, and without new streets theirs."""
    lying = streets.lying()
    if not areas:
        old = before or own
        kept = [_with_streets(n, lying.get(n.code or "", []), bool(lying)) for n in old.neighbourhoods if n.code]
        return Places(municipality=own.municipality, districts=list(old.districts), neighbourhoods=kept)
    known = [*own.neighbourhoods, *(before.neighbourhoods if before else ())]
    known_districts = [*own.districts, *(before.districts if before else ())]
    districts, neighbourhoods = _districts(areas), {code: area for code, area in areas.items() if code.startswith("BU")}
    district_ids = _ids(districts, known_districts)
    ids = _ids({code: area.name for code, area in neighbourhoods.items()}, known)
    earlier = {n.id: n for n in (before.neighbourhoods if before else ())}
    homes = {n.id: n.district for n in own.neighbourhoods}
    near = _borders(neighbourhoods)
    made = [
        _with_streets(
            Neighbourhood(
                id=ids[code],
                name=area.name,
                district=homes.get(ids[code], district_ids[area.district]),
                inhabitants=area.inhabitants,
                near=sorted(ids[other] for other in near.get(code, ())),
                streets=earlier[ids[code]].streets if ids[code] in earlier else [],
                landmarks=earlier[ids[code]].landmarks if ids[code] in earlier else [],
                code=code,
            ),
            lying.get(code, []),
            bool(lying),
        )
        for code, area in sorted(neighbourhoods.items())
    ]
    used = {n.district for n in made}
    rows = [District(id=district_ids[code], name=name, code=code) for code, name in sorted(districts.items()) if district_ids[code] in used]
    rows += [district for district in own.districts if district.id in used - {row.id for row in rows}]
    return Places(municipality=own.municipality, districts=rows, neighbourhoods=made)


def _with_streets(n: Neighbourhood, streets: Sequence[Street], renew: bool) -> Neighbourhood:
    """The same neighbourhood with these streets, if there were any to renew it with."""
    if not renew:
        return n
    names = {slug_of(street.name): street.name for street in streets if street.kind == STREET}
    marks = {slug_of(street.name): Landmark(name=street.name, kind=street.kind) for street in streets if street.kind != STREET}
    return n.model_copy(
        update={
            "streets": [names[slug] for slug in sorted(names)],
            "landmarks": [marks[slug] for slug in sorted(marks) if slug not in names],
        }
    )


def _districts(areas: Mapping[str, Area]) -> dict[str, str]:
    """The name of each district: its own row's, else what its neighbourhoods call it, else its number."""
    names: dict[str, str] = {}
    for area in areas.values():
        if area.code.startswith("WK"):
            names[area.code] = area.name
        else:
            names.setdefault(area.district, area.district_name or f"Wijk {area.district[6:]}")
    return names


def _ids(named: Mapping[str, str], known: Iterable[District] | Iterable[Neighbourhood]) -> dict[str, str]:
    """An id for each code: the one it has, by code or by name, else one made of its name."""
    rows: list[District | Neighbourhood] = [*known]
    by_code = {row.code: row.id for row in reversed(rows) if row.code}
    by_name = {row.name.lower(): row.id for row in reversed(rows) if not row.code}
    taken = {row.id for row in rows}
    ids: dict[str, str] = {}
    for code, name in sorted(named.items()):
        id = by_code.get(code) or by_name.get(name.lower())
        if id is None or id in ids.values():
            id = slug_of(ascii_of(name)) or code.lower()
            if id in taken or id in ids.values():
                id = f"{id}-{code.lower()}"
        ids[code] = id
    return ids


def _borders(areas: Mapping[str, Area]) -> dict[str, set[str]]:
    """For each neighbourhood those that it touches, by the shapes on the map."""
    shaped = [(code, area.geometry) for code, area in areas.items() if area.geometry is not None]
    tree = STRtree([geometry for _, geometry in shaped])
    return {code: {shaped[int(i)][0] for i in tree.query(geometry, predicate="intersects")} - {code} for code, geometry in shaped}
