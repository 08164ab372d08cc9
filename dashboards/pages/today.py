"""Vandaag: the stand-up, read standing, from three metres."""

from fastapi import APIRouter
from starlette.responses import Response

from dashboards.visit import Visitor
from models.digest import NEWSROOM, newest_before
from models.settings import settings
from routing.stand_up import stand_up

router = APIRouter()


@router.get("/")
def today(visit: Visitor) -> Response:
    day = visit.now.astimezone(settings().zone).date()
    return visit.page("today.html", today=stand_up(visit.session, visit.now), earlier=newest_before(visit.session, NEWSROOM, day))
