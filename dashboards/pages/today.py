"""Vandaag: the stand-up, read standing, from three metres; what is decided there, and the stand-ups that were."""

from collections import defaultdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from dashboards.errors import not_found
from dashboards.people.rights import Right
from dashboards.signals.deciding import Posted, Refused
from dashboards.visit import CheckedForm, Visit, Visitor, kept, needs, see_other
from dashboards.words.explanation import recognised
from models.choice import Choice, choices_about, chosen_at, newest_choices
from models.language import _
from models.settings import settings
from models.stand_up import stand_up_after, stand_up_before, stand_up_of
from models.town import department_names, departments
from models.vocabulary import newest_words
from routing.errors import ChoiceError, StaleChoice
from routing.proposals.choices import choose
from routing.stand_up.kept import content_of, keep, name_present
from routing.stand_up.told import stand_up

router = APIRouter(dependencies=[needs(Right.READ)])


@router.get("/")
def today(visit: Visitor) -> Response:
    return _page(visit)


@router.get("/stand-up/{day}")
def as_it_was(visit: Visitor, day: date) -> Response:
    if day == _day(visit):
        return see_other("/")
    held = stand_up_of(visit.session, day)
    if held is None:
        raise not_found(_("De stand-up van %(day)s", day=f"{day:%d-%m-%Y}"))
    told = content_of(held)
    choices: dict[int, list[Choice]] = defaultdict(list)
    for choice in chosen_at(visit.session, held.id):
        choices[choice.signal_id].append(choice)
    after = stand_up_after(visit.session, day)
    return visit.page(
        "stand_up.html",
        today=told,
        held=held,
        choices=choices,
        names=department_names(visit.session),
        before=stand_up_before(visit.session, day),
        after=after,
    )


@router.post("/stand-up/aanwezig", dependencies=[needs(Right.DECIDE), CheckedForm])
def present(visit: Visitor, wie: Annotated[str, Form(max_length=1000)] = "") -> Response:
    try:
        with kept(visit.session):
            name_present(visit.session, wie, visit.now)
    except ChoiceError as refused:
        return _page(visit, 422, Refused(0, str(refused), {}))
    return see_other("/")


@router.post("/stand-up/besluit", dependencies=[needs(Right.DECIDE), CheckedForm])
def decide(visit: Visitor, signaal: Annotated[int, Form()], typed: Posted) -> Response:
    try:
        with kept(visit.session):
            wish = typed.wish
            held = keep(visit.session, visit.now, signaal)
            choose(visit.session, signaal, typed.gezien, wish, visit.account.name, visit.now, held)
    except StaleChoice as stale:
        return _page(visit, 409, typed.refused(signaal, stale))
    except ChoiceError as refused:
        return _page(visit, 422, typed.refused(signaal, refused))
    return see_other(f"/#signaal-{signaal}")


def _page(visit: Visit, status: int = 200, refused: Refused | None = None) -> Response:
    session, day = visit.session, _day(visit)
    told = stand_up(session, visit.now)
    numbers = [item.signal_id for item in told.items]
    return visit.page(
        "today.html",
        status,
        today=told,
        held=stand_up_of(session, day),
        before=stand_up_before(session, day),
        choices=choices_about(session, numbers),
        newest=newest_choices(session, numbers),
        names=department_names(session),
        departments=departments(session),
        may=visit.may(Right.DECIDE),
        refused=refused,
        recognised=recognised(session, numbers, told.since),
        words=newest_words(session, day),
    )


def _day(visit: Visit) -> date:
    return visit.now.astimezone(settings().zone).date()
