"""Afdelingen: what waits where, and the inbox of each department."""

from fastapi import APIRouter
from starlette.responses import Response

from dashboards.errors import not_found
from dashboards.story import window
from dashboards.visit import Visitor
from models.settings import settings
from models.signal import curves_of
from models.ticket import Workload, in_tray, workloads
from models.town import Department, departments

router = APIRouter()

MOST = 200
NOTHING = Workload(0, 0)


@router.get("/afdelingen")
def every_department(visit: Visitor) -> Response:
    waiting = workloads(visit.session, visit.now)
    named = [(department, waiting.get(department.id, NOTHING)) for department in departments(visit.session)]
    own = visit.account.department_id
    return visit.page("departments.html", departments=sorted(named, key=lambda pair: pair[0].id != own))


@router.get("/afdelingen/{department_id}")
def inbox(visit: Visitor, department_id: str, stand: str = "open") -> Response:
    department = visit.session.get(Department, department_id)
    if department is None:
        raise not_found("Deze afdeling")
    settled = stand == "afgehandeld"
    tickets = in_tray(visit.session, department_id, settled, MOST)
    today = visit.now.astimezone(settings().zone).date()
    return visit.page(
        "inbox.html",
        department=department,
        tickets=tickets,
        settled=settled,
        curves=curves_of(visit.session, [signal.id for _, signal in tickets], window(today, today, 14), settings().zone),
    )
