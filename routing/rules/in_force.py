"""Which rules are in force: those of the file, or, while the file cannot be used, the last version that could."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.configuration import ConfigurationError, read_yaml
from models.language import _
from models.municipality import About
from models.rule import RuleSet, newest_rule_set, rule_set_called
from models.source import Source
from models.town import Department, Place, Theme
from models.words import PlaceKind
from routing.errors import RulesError
from routing.rules.decide import Rules
from routing.rules.grammar import FILE
from routing.rules.names import Names
from routing.rules.reading import parse_rules, read_source

EMPTY = "rules: []\nfallback: {{action: digest, department: {department}}}\n"
"""What holds where no file has ever been usable: everything into the digest of the department for what fits nowhere else."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class InForce:
    """The rules to use, and why they are not the file's where they are not."""

    rules: Rules
    problem: str | None
    """What is wrong with the file."""
    waiting: Rules | None = None
    """The file's rules, where somebody must confirm them first."""


def in_force(session: Session, folder: Path, now: datetime) -> InForce:
    """The rules to use now; a new version is written down."""
    names, newest = known_names(session), newest_rule_set(session)
    kept = _kept(newest, names) if newest is not None else None
    try:
        rules = parse_rules(read_source(folder), names, str(folder / FILE))
    except ConfigurationError as error:
        if kept is None:
            kept = _empty(names, folder)
            _write_down(session, kept, NEVER)
        return InForce(kept, str(error))
    if newest is not None and newest.version == rules.version:
        return InForce(rules, None)
    if kept is not None and must_be_confirmed(folder):
        return InForce(kept, None, rules)
    _write_down(session, rules, now)
    return InForce(rules, None)


def confirm(session: Session, folder: Path, version: str, actor: str, now: datetime) -> None:
    """Let the rules of the file come into force, as somebody saw them.

    Raises:
        RulesError: the file cannot be used, or has changed since.
    """
    try:
        rules = parse_rules(read_source(folder), known_names(session), str(folder / FILE))
    except ConfigurationError as error:
        raise RulesError(_("De regels kunnen niet ingaan. %(error)s", error=error)) from error
    if rules.version != version:
        raise RulesError(_("rules.yaml is intussen weer veranderd. Bekijk wat er nu zou veranderen en geef dan opnieuw akkoord."))
    _write_down(session, rules, now, actor)


def must_be_confirmed(folder: Path) -> bool:
    """Whether municipality.yaml wants that somebody confirms new rules; while it cannot be read, nothing new comes into force unseen."""
    try:
        return read_yaml(folder / "municipality.yaml", About).confirm_rules
    except ConfigurationError:
        return True


def of_file(session: Session, folder: Path) -> Rules | str:
    """The rules of the present file, in force or not; the Dutch words of what is wrong where it cannot be used."""
    try:
        return parse_rules(read_source(folder), known_names(session), str(folder / FILE))
    except ConfigurationError as error:
        return str(error)


def problem_of(session: Session, folder: Path) -> str | None:
    """What is wrong with the present rules.yaml; None where it can be used."""
    found = of_file(session, folder)
    return found if isinstance(found, str) else None


def version_called(session: Session, version: str) -> Rules | None:
    """An earlier version; None when it is unknown, or a name in it has gone from the town since."""
    found = rule_set_called(session, version)
    return _kept(found, known_names(session)) if found is not None else None


def known_names(session: Session) -> Names:
    """What rules may name: what the tables hold and the configuration still has."""
    return Names(
        themes=frozenset(session.scalars(select(Theme.slug).where(Theme.active))),
        departments=frozenset(session.scalars(select(Department.id).where(Department.active))),
        areas=_places(session, PlaceKind.NEIGHBOURHOOD),
        districts=_places(session, PlaceKind.DISTRICT),
        sources=frozenset(session.scalars(select(Source.id))) or None,
    )


def _places(session: Session, kind: PlaceKind) -> frozenset[str]:
    return frozenset(session.scalars(select(Place.id).where(Place.active, Place.kind == kind)))


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


def _write_down(session: Session, rules: Rules, now: datetime, actor: str | None = None) -> None:
    """The version in force is the one that came last, also after the clock was set back."""
    newest = newest_rule_set(session)
    since = now if newest is None or newest.version == rules.version else max(now, newest.in_force_since + TICK)
    statement = insert(RuleSet).values(version=rules.version, source=rules.source, in_force_since=since, confirmed_by=actor)
    again = {"in_force_since": since, "confirmed_by": actor}
    session.execute(statement.on_conflict_do_update(index_elements=["version"], set_=again))
