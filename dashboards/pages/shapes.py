"""Digests in other forms: the Atom feed behind its secret address, and PDF for the wall."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from dashboards.errors import not_found
from dashboards.people.rights import Right
from dashboards.readers.opened import Slowly, honoured
from dashboards.visit import Database, OpenToAll, Visitor, needs
from models.digest import NEWSROOM, Digest
from models.language import _
from models.settings import settings
from models.words import DigestKind
from routing.digests.audience import audiences
from routing.digests.build import compose
from routing.digests.content import DigestContent
from routing.readers.shapes.feed import feed_behind
from routing.readers.shapes.wall import pdf

router = APIRouter()


@router.get("/feed/{token}.atom", dependencies=[OpenToAll, Slowly])
def feed(token: str, request: Request, session: Database) -> Response:
    with honoured():
        found = feed_behind(session, token)
    headers = {"ETag": f'"{found.tag}"', "Cache-Control": "private, max-age=900", "Referrer-Policy": "no-referrer"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(found.xml, media_type="application/atom+xml", headers=headers)


@router.get("/dagberichten/{digest_id}/pdf", dependencies=[needs(Right.READ)])
def digest_on_paper(visit: Visitor, digest_id: int) -> Response:
    digest = visit.session.get(Digest, digest_id)
    if digest is None or not digest.content:
        raise not_found(_("Dit dagbericht"))
    return _paper(DigestContent.model_validate(digest.content), f"{digest.kind.value}-{digest.audience}-{digest.day}")


@router.get("/vandaag.pdf", dependencies=[needs(Right.READ)])
def stand_up_on_paper(visit: Visitor) -> Response:
    """The stand-up of this moment."""
    newsroom = next(one for one in audiences(visit.session) if one.id == NEWSROOM and one.kind is DigestKind.DAILY)
    return _paper(compose(visit.session, newsroom, visit.now), f"stand-up-{visit.now.astimezone(settings().zone):%Y-%m-%d}")


def _paper(content: DigestContent, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(pdf(content), media_type="application/pdf", headers=headers)
