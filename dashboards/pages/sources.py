"""Bronnen: where messages come from, how their last readings went, and what could not be read."""

from fastapi import APIRouter
from starlette.responses import Response

from dashboards.accounts import may_mend
from dashboards.errors import Refusal, not_found, not_yours
from dashboards.visit import CheckedForm, Visitor, see_other
from ingest import rejected
from ingest.errors import SourceError
from models.configuration import ConfigurationError
from models.source import Source, rejected_of, runs_of, source_states

router = APIRouter(prefix="/bronnen")

RUNS = 20
ROWS = 100


@router.get("")
def every_source(visit: Visitor) -> Response:
    return visit.page("sources.html", states=source_states(visit.session, visit.now))


@router.get("/{source_id}")
def one_source(visit: Visitor, source_id: str) -> Response:
    source = visit.session.get(Source, source_id)
    if source is None:
        raise not_found("Deze bron")
    return visit.page(
        "source.html",
        source=source,
        runs=runs_of(visit.session, source_id, RUNS),
        rows=rejected_of(visit.session, source_id, ROWS),
        may_mend=may_mend(visit.account),
    )


@router.post("/{source_id}/opnieuw", dependencies=[CheckedForm])
def try_again(visit: Visitor, source_id: str) -> Response:
    if not may_mend(visit.account):
        raise not_yours("Vraag de redactie of uw beheerder om de rijen opnieuw te proberen.")
    if visit.session.get(Source, source_id) is None:
        raise not_found("Deze bron")
    try:
        rejected.retry(source_id, visit.now)
    except SourceError as refused:
        raise Refusal(422, refused.message, refused.mend) from refused
    except ConfigurationError as refused:
        raise Refusal(422, "De bronnen van uw gemeente kunnen niet gelezen worden.", str(refused)) from refused
    return see_other(f"/bronnen/{source_id}#niet-gelezen")
