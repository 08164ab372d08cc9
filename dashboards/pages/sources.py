"""Bronnen: where messages come from, how their last readings went, what could not be read, and exports that wait for a person."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from dashboards.errors import Refusal, not_found
from dashboards.people.rights import Right
from dashboards.visit import CheckedForm, Visit, Visitor, needs, see_other
from ingest import rejected
from ingest.errors import SourceError
from ingest.exports.columns import Columns
from ingest.exports.mappings import MappingError, confirm, waiting
from ingest.kinds.files import Files
from ingest.setup.condition import conditions
from ingest.sources import find_source
from models.column_mapping import confirmed_for
from models.configuration import ConfigurationError
from models.language import _, msgid
from models.settings import settings
from models.source import Source, rejected_of, runs_of

router = APIRouter(prefix="/bronnen", dependencies=[needs(Right.SOURCES)])

RUNS = 20
ROWS = 100
FIELDS = {
    "date": msgid("De datum"),
    "time": msgid("De tijd, in een eigen kolom"),
    "id": msgid("Het nummer van het bericht"),
    "author": msgid("De schrijver"),
    "medium": msgid("Het kanaal of netwerk"),
    "url": msgid("De link"),
    "answered": msgid("Wanneer het beantwoord is"),
    "edited": msgid("Wanneer het gewijzigd is"),
    "private": msgid("Of het privé is"),
    "outgoing": msgid("Of de gemeente het zelf schreef"),
    "conversation": msgid("Het gesprek"),
    "in_reply_to": msgid("Waarop het een reactie is"),
    "reach": msgid("Het bereik"),
}
"""What the page calls the fields of a mapping, besides the text."""
assert FIELDS.keys() == Columns.model_fields.keys() - {"text", "utc"}


@router.get("")
def every_source(visit: Visitor) -> Response:
    return visit.page("sources.html", sources=conditions(visit.session, visit.now, settings().zone), may_mend=visit.may(Right.MEND))


@router.get("/{source_id}")
def one_source(visit: Visitor, source_id: str, bevestigd: bool = False) -> Response:
    source = _found(visit, source_id)
    told = {one.source.id: one for one in conditions(visit.session, visit.now, settings().zone)}
    return visit.page(
        "source.html",
        source=source,
        condition=told.get(source_id),
        runs=runs_of(visit.session, source_id, RUNS),
        rows=rejected_of(visit.session, source_id, ROWS),
        mappings=confirmed_for(visit.session, source_id),
        may_mend=visit.may(Right.MEND),
        confirmed=bevestigd,
    )


@router.post("/{source_id}/opnieuw", dependencies=[needs(Right.MEND), CheckedForm])
def try_again(visit: Visitor, source_id: str) -> Response:
    _found(visit, source_id)
    with _refusals():
        rejected.retry(source_id, visit.now)
    return see_other(f"/bronnen/{source_id}#niet-gelezen")


async def _form(request: Request) -> Mapping[str, Any]:
    form = await request.form()
    return _chosen({name: str(value) for name, value in form.items()})


Chosen = Annotated[Mapping[str, Any], Depends(_form)]


@router.get("/{source_id}/kolommen", dependencies=[needs(Right.MEND)])
def columns(visit: Visitor, source_id: str, bestand: str) -> Response:
    query = dict(visit.request.query_params)
    return _columns_page(visit, source_id, bestand, _chosen(query) if "date" in query else None)


@router.post("/{source_id}/kolommen", dependencies=[needs(Right.MEND), CheckedForm])
def confirm_columns(visit: Visitor, source_id: str, chosen: Chosen) -> Response:
    source, entry = _files(visit, source_id)
    name = str(chosen["bestand"])
    with _refusals():
        try:
            confirm(visit.session, entry, source, name, str(chosen["kop"]), chosen, visit.account.id, visit.now)
        except MappingError as refused:
            return _columns_page(visit, source_id, name, chosen, str(refused))
    return see_other(f"/bronnen/{source_id}?bevestigd=true")


def _columns_page(visit: Visit, source_id: str, name: str, chosen: Mapping[str, Any] | None, problem: str = "") -> Response:
    source, entry = _files(visit, source_id)
    with _refusals():
        export = waiting(visit.session, entry, source, name, chosen, visit.now)
    return visit.page("columns.html", 422 if problem else 200, source=source, export=export, fields=FIELDS, problem=problem)


def _chosen(given: Mapping[str, str]) -> dict[str, Any]:
    """The form's fields: the heading of each field, the text's in their order."""
    texts = [given.get("text", ""), given.get("text2", "")]
    rest = {field: given.get(field, "") for field in ("bestand", "kop", *FIELDS)}
    return rest | {"text": list(dict.fromkeys(heading for heading in texts if heading)), "utc": given.get("utc") == "ja"}


def _files(visit: Visit, source_id: str) -> tuple[Source, Files]:
    """A source of files."""
    source = _found(visit, source_id)
    with _refusals():
        entry = find_source(settings().config, source_id)
    if not isinstance(entry, Files):
        raise not_found(_("Deze export"))
    return source, entry


def _found(visit: Visit, source_id: str) -> Source:
    source = visit.session.get(Source, source_id)
    if source is None:
        raise not_found(_("Deze bron"))
    return source


@contextmanager
def _refusals() -> Iterator[None]:
    """What a source or its configuration refuses, in plain words."""
    try:
        yield
    except SourceError as refused:
        raise Refusal(422, refused.message, refused.mend) from refused
    except ConfigurationError as refused:
        raise Refusal(422, _("De bronnen van uw gemeente kunnen niet gelezen worden."), str(refused)) from refused
