"""Vandaag: the stand-up, read standing, from three metres."""

from fastapi import APIRouter
from starlette.responses import Response

from dashboards.explanation import recognised
from dashboards.visit import Visitor
from models.digest import NEWSROOM, newest_before
from models.settings import settings
from models.vocabulary import newest_words
from routing.digests.stand_up import stand_up

router = APIRouter()


@router.get("/")
def today(visit: Visitor) -> Response:
    day = visit.now.astimezone(settings().zone).date()
    told = stand_up(visit.session, visit.now)
    return visit.page(
        "today.html",
        today=told,
        earlier=newest_before(visit.session, NEWSROOM, day),
        recognised=recognised(visit.session, [item.signal_id for item in told.items], told.since),
        words=newest_words(visit.session, day),
    )
