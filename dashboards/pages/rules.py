"""Regels: what happens to a signal, and why."""

from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import Response

from dashboards.visit import Visitor
from models.configuration import ConfigurationError
from models.rule import decisions_since, rule_sets
from models.settings import settings
from models.town import department_names
from routing.rules.grammar import FALLBACK, RulesFile, parse_rules
from routing.rules.in_force import known_names, problem_of

router = APIRouter(prefix="/regels")

VERSIONS = 10
COUNTED = timedelta(days=7)


@router.get("")
def rules_in_force(visit: Visitor) -> Response:
    versions = rule_sets(visit.session, VERSIONS)
    return visit.page(
        "rules.html",
        versions=versions,
        file=_read(visit, versions[0].source) if versions else None,
        problem=problem_of(visit.session, settings().config),
        decided=decisions_since(visit.session, visit.now - COUNTED),
        names=department_names(visit.session),
        fallback=FALLBACK,
    )


def _read(visit: Visitor, source: str) -> RulesFile | None:
    """The version in force as rules; None where a theme or department it names has gone since."""
    try:
        return parse_rules(source, known_names(visit.session), "regels").file
    except ConfigurationError:
        return None
