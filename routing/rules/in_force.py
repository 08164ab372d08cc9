"""Which rules are in force: those of the file, or, while the file cannot be used, the last version that could."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.configuration import ConfigurationError, read_yaml
from models.municipality import About
from models.rule import RuleSet, newest_rule_set
from models.town import Department, Place, Theme
from models.words import PlaceKind
from routing.rules.grammar import FILE, Names, Rules, parse_rules, read_source

EMPTY = "rules: []\nfallback: {{action: digest, department: {department}}}\n"
"""What holds where no file has ever been usable: everything into the digest of the department for what fits nowhere else."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class InForce:
    """The rules to use, and what is wrong with the file when they are not the file's."""

    rules: Rules
    problem: str | None


def in_force(session: Session, folder: Path, now: datetime) -> InForce:
    """The rules to use now; a new version is written down."""
    names = known_names(session)
    try:
        rules = parse_rules(read_source(folder), names, str(folder / FILE))
    except ConfigurationError as error:
        kept = newest_rule_set(session)
        usable = _kept(kept, names) if kept is not None else None
        if usable is None:
            usable = _empty(names, folder)
            _write_down(session, usable, NEVER)
        return InForce(usable, str(error))
    newest = newest_rule_set(session)
    if newest is None or newest.version != rules.version:
        _write_down(session, rules, now)
    return InForce(rules, None)


def problem_of(session: Session, folder: Path) -> str | None:
    """What is wrong with the present rules.yaml; None where it can be used."""
    try:
        parse_rules(read_source(folder), known_names(session), str(folder / FILE))
    except ConfigurationError as error:
        return str(error)
    return None


def known_names(session: Session) -> Names:
    """What rules may name: what the tables hold and the configuration still has."""
    return Names(
        themes=frozenset(session.scalars(select(Theme.slug).where(Theme.active))),
        departments=frozenset(session.scalars(select(Department.id).where(Department.active))),
        areas=frozenset(session.scalars(select(Place.id).where(Place.active, Place.kind == PlaceKind.NEIGHBOURHOOD))),
    )


def _kept(kept: RuleSet, names: Names) -> Rules | None:
    """The last good version; None when a name in it has gone from the town since."""
    try:
        return parse_rules(kept.source, names, f"regels {kept.version}")
    except ConfigurationError:
        return None


def _empty(names: Names, folder: Path) -> Rules:
    try:
        department = read_yaml(folder / "municipality.yaml", About).webcare
    except ConfigurationError:
        department = min(names.departments)
    return parse_rules(EMPTY.format(department=department), names, "noodregels")


def _write_down(session: Session, rules: Rules, now: datetime) -> None:
    statement = insert(RuleSet).values(version=rules.version, source=rules.source, in_force_since=now)
    session.execute(statement.on_conflict_do_update(index_elements=["version"], set_={"in_force_since": now}))
