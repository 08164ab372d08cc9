"""Dagberichten: what each audience was told, day by day."""

from itertools import groupby

from fastapi import APIRouter
from starlette.responses import Response

from dashboards.errors import not_found
from dashboards.pages.mail import mail_frame
from dashboards.visit import Visit, Visitor
from models.digest import NEWSROOM, Digest, digest_days
from models.town import department_names

router = APIRouter(prefix="/dagberichten")

MOST = 300


@router.get("")
def every_digest(visit: Visitor) -> Response:
    newest = digest_days(visit.session, MOST)
    days = [(day, list(told)) for day, told in groupby(newest, key=lambda digest: digest.day)]
    return visit.page("digests.html", days=days, names=_audiences(visit))


@router.get("/{digest_id}")
def one_digest(visit: Visitor, digest_id: int) -> Response:
    return visit.page("digest.html", digest=_found(visit, digest_id), names=_audiences(visit))


@router.get("/{digest_id}/html")
def as_mail(visit: Visitor, digest_id: int) -> Response:
    """The digest as its reader sees it, for the frame on the page."""
    return mail_frame(_found(visit, digest_id).html)


def _audiences(visit: Visit) -> dict[str, str]:
    return {NEWSROOM: "Redactie", **department_names(visit.session)}


def _found(visit: Visit, digest_id: int) -> Digest:
    digest = visit.session.get(Digest, digest_id)
    if digest is None:
        raise not_found("Dit dagbericht")
    return digest
