"""Ambassadeurs: residents who said yes to being asked, with when and how, and how they withdraw. Seen by webcare and the newsroom only."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from dashboards.errors import not_found
from dashboards.people.rights import Right
from dashboards.visit import CheckedForm, Visit, Visitor, needs, see_other
from models.ambassador import Ambassador, Invitation, ambassadors, erase_ambassador, invitations
from models.language import _
from models.settings import settings
from models.trend import themes_to_ask

router = APIRouter(prefix="/ambassadeurs", dependencies=[needs(Right.AMBASSADORS)])

NAME, LINE = 60, 300


class Typed:
    """What was typed of somebody who said yes."""

    def __init__(
        self,
        called: Annotated[str, Form(alias="naam", max_length=NAME)] = "",
        kept_at: Annotated[str, Form(alias="bewaard", max_length=LINE)] = "",
        on: Annotated[str, Form(alias="dag", max_length=10)] = "",
        by: Annotated[str, Form(alias="hoe", max_length=LINE)] = "",
        withdraw: Annotated[str, Form(alias="intrekken", max_length=LINE)] = "",
        thema: Annotated[list[str], Form()] = [],  # noqa: B006 - as FastAPI wants it
    ) -> None:
        self.called, self.kept_at, self.by, self.withdraw = (" ".join(text.split()) for text in (called, kept_at, by, withdraw))
        self.on, self.themes = on, thema

    def refused(self, today: date) -> str | None:
        """What is wrong with it, in Dutch; None where nothing is."""
        if not all((self.called, self.kept_at, self.by, self.withdraw)):
            return _("Vul alles in: zonder te weten wanneer en hoe iemand ja zei, en hoe die dat intrekt, mogen we niets bewaren.")
        if "@" in self.called or "@" in self.kept_at:
            return _("Schrijf hier geen e-mailadres of accountnaam. Bewaar dat in uw klantsysteem, en schrijf hier het nummer daarvan.")
        day = self.day
        if day is None or day > today:
            return _("Vul de dag in waarop iemand ja zei, vandaag of eerder. Schrijf een dag als 2026-11-21.")
        return None

    @property
    def day(self) -> date | None:
        try:
            return date.fromisoformat(self.on)
        except ValueError:
            return None


@dataclass(frozen=True)
class Known:
    """Somebody who said yes, and what that person was asked for, newest first."""

    who: Ambassador
    asked: list[Invitation]


@router.get("")
def everybody(visit: Visitor, gewist: bool = False) -> Response:
    return _page(visit, erased=gewist)


@router.post("", dependencies=[CheckedForm])
def said_yes(visit: Visitor, typed: Annotated[Typed, Depends()]) -> Response:
    if refused := typed.refused(visit.now.astimezone(settings().zone).date()):
        return _page(visit, 422, typed, refused)
    known = {theme.slug for theme in themes_to_ask(visit.session)}
    visit.session.add(
        Ambassador(
            called=typed.called,
            kept_at=typed.kept_at,
            themes=[slug for slug in typed.themes if slug in known],
            said_yes_on=typed.day,
            said_yes_by=typed.by,
            withdraw=typed.withdraw,
            written_by=visit.account.name,
            written_at=visit.now,
        )
    )
    return see_other("/ambassadeurs")


@router.post("/{ambassador_id}/uitnodiging", dependencies=[CheckedForm])
def invite(visit: Visitor, ambassador_id: int, waarvoor: Annotated[str, Form(max_length=LINE)] = "") -> Response:
    """Write down what somebody was asked for; the asking itself is done where the contact is kept."""
    if visit.session.get(Ambassador, ambassador_id, with_for_update={"key_share": True}) is None:
        raise not_found(_("Deze ambassadeur"))
    asked_for = " ".join(waarvoor.split())
    if not asked_for:
        return _page(visit, 422, refused=_("Schrijf op waarvoor u deze ambassadeur vroeg."))
    visit.session.add(Invitation(ambassador_id=ambassador_id, asked_for=asked_for, asked_by=visit.account.name, asked_at=visit.now))
    return see_other("/ambassadeurs")


@router.post("/{ambassador_id}/wissen", dependencies=[CheckedForm])
def withdrew(visit: Visitor, ambassador_id: int) -> Response:
    """Somebody withdrew: nothing is left of it here. Done twice it is done."""
    erase_ambassador(visit.session, ambassador_id)
    return see_other("/ambassadeurs?gewist=1")


def _page(visit: Visit, status: int = 200, typed: Typed | None = None, refused: str | None = None, erased: bool = False) -> Response:
    asked = invitations(visit.session)
    return visit.page(
        "ambassadors.html",
        status,
        known=[Known(who, asked.get(who.id, [])) for who in ambassadors(visit.session)],
        themes=[theme for theme in themes_to_ask(visit.session) if theme.parent is None],
        typed=typed,
        refused=refused,
        erased=erased,
    )
