"""Afdelingen: what waits where."""

from fastapi import APIRouter
from starlette.responses import Response

from dashboards.people.rights import Right
from dashboards.visit import Visitor, needs
from models.ticket import Workload, workloads
from models.town import departments

router = APIRouter(dependencies=[needs(Right.READ)])

NOTHING = Workload(0, 0)


@router.get("/afdelingen")
def every_department(visit: Visitor) -> Response:
    waiting = workloads(visit.session, visit.now)
    named = [(department, waiting.get(department.id, NOTHING)) for department in departments(visit.session)]
    own = visit.account.department_id
    return visit.page("departments.html", departments=sorted(named, key=lambda pair: pair[0].id != own))
