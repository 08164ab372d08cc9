"""Dagberichten: what each audience was told, day by day, and an editor's hand before it goes."""

from itertools import groupby, zip_longest
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from dashboards.errors import not_found, not_yours
from dashboards.pages.mail import mail_frame
from dashboards.people.rights import Right
from dashboards.readers.opinions import opinions_on
from dashboards.visit import CheckedForm, Visit, Visitor, kept, needs, see_other
from models.account import Account, may_handle
from models.digest import EXECUTIVE, NEWSROOM, Digest, digest_days, waiting_to_go
from models.language import _
from models.town import department_names
from routing.digests.content import DigestContent
from routing.digests.editing import Edit, EditError, Rewritten, StaleEdit, save
from routing.digests.forms import letter_of

router = APIRouter(prefix="/dagberichten", dependencies=[needs(Right.READ)])

MOST = 300
Texts = Annotated[list[str], Form()]


@router.get("")
def every_digest(visit: Visitor) -> Response:
    newest = digest_days(visit.session, MOST)
    days = [(day, list(told)) for day, told in groupby(newest, key=lambda digest: digest.day)]
    waiting = [digest for digest in waiting_to_go(visit.session) if may_edit(visit.account, digest)]
    return visit.page("digests.html", days=days, waiting=waiting, names=_audiences(visit))


@router.get("/{digest_id}")
def one_digest(visit: Visitor, digest_id: int) -> Response:
    digest = _found(visit, digest_id)
    original = letter_of(DigestContent.model_validate(digest.original)).text if digest.original else None
    return visit.page(
        "digest.html",
        digest=digest,
        names=_audiences(visit),
        original=original,
        editable=may_edit(visit.account, digest),
        **opinions_on(digest),
    )


@router.get("/{digest_id}/html")
def as_mail(visit: Visitor, digest_id: int) -> Response:
    """The digest as its reader sees it, for the frame on the page."""
    return mail_frame(_found(visit, digest_id).html)


@router.get("/{digest_id}/bewerken", dependencies=[needs(Right.EDIT)])
def edit(visit: Visitor, digest_id: int) -> Response:
    digest = _editable(visit, digest_id)
    return _form(visit, digest, 200, None, None)


@router.post("/{digest_id}/bewerken", dependencies=[needs(Right.EDIT), CheckedForm])
def keep_edit(
    visit: Visitor,
    digest_id: int,
    version: Annotated[int, Form(alias="versie")],
    subject: Annotated[str, Form(alias="onderwerp", max_length=200)] = "",
    opening: Annotated[str, Form(alias="opening", max_length=1000)] = "",
    interpretation: Annotated[str, Form(alias="duiding", max_length=2000)] = "",
    signed: Annotated[str, Form(alias="naam", max_length=200)] = "",
    stuk: Texts = [],  # noqa: B006 - as FastAPI wants it
    plaats: Texts = [],  # noqa: B006
    titel: Texts = [],  # noqa: B006
    tekst: Texts = [],  # noqa: B006
    blijft: Texts = [],  # noqa: B006
) -> Response:
    digest = _editable(visit, digest_id)
    pieces = {
        name: Rewritten(name in blijft, int(place) if place.isdecimal() else 0, _line(title), _line(text))
        for name, place, title, text in zip_longest(stuk, plaats, titel, tekst, fillvalue="")
    }
    wanted = Edit(_line(subject), _line(opening), interpretation.strip(), _line(signed), pieces)
    try:
        with kept(visit.session):
            save(visit.session, digest_id, version, wanted, visit.account.name, visit.now)
    except StaleEdit as stale:
        return _form(visit, stale.digest, 409, wanted, str(stale))
    except EditError as refused:
        visit.session.refresh(digest)
        return _form(visit, digest, 422, wanted, str(refused))
    return see_other(f"/dagberichten/{digest_id}")


def may_edit(account: Account, digest: Digest) -> bool:
    """Whether this account may change this digest now: the newsroom and administrators all, a department its own, until it has gone."""
    return may_handle(account, [digest.audience]) and digest.gone_at is None and digest.goes_at is not None and bool(digest.content)


def _form(visit: Visit, digest: Digest, status: int, typed: Edit | None, refused: str | None) -> Response:
    content = DigestContent.model_validate(digest.content)
    return visit.page(
        "digest_edit.html", status, digest=digest, content=content, typed=typed, refused=refused, names=_audiences(visit), whole=Rewritten()
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _audiences(visit: Visit) -> dict[str, str]:
    return {NEWSROOM: _("Redactie"), EXECUTIVE: _("Bestuur"), **department_names(visit.session)}


def _editable(visit: Visit, digest_id: int) -> Digest:
    digest = _found(visit, digest_id)
    if digest.gone_at is not None:
        raise not_yours(_("Dit bericht is al verstuurd. Wat u nog wilt zeggen kan in het volgende."))
    if not may_edit(visit.account, digest):
        raise not_yours(_("Alleen de redactie en de afdeling zelf kunnen dit bericht bewerken."))
    return digest


def _found(visit: Visit, digest_id: int) -> Digest:
    digest = visit.session.get(Digest, digest_id)
    if digest is None:
        raise not_found(_("Dit dagbericht"))
    return digest
