"""Mensen: who may look and act, and what each role may. Administrators keep the accounts; the privacy officer reads along."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from dashboards.errors import not_found
from dashboards.people import keeping
from dashboards.people.accounts import WITH_DEPARTMENT
from dashboards.people.keeping import AccountError
from dashboards.people.rights import RIGHTS, Right
from dashboards.people.sign_in_file import SignInFile
from dashboards.visit import CheckedForm, Visit, Visitor, kept, needs, see_other
from models.account import Account, every_account
from models.language import _
from models.settings import settings
from models.signed_in import end_sessions_of, sessions_by_account
from models.town import department_names, departments
from models.words import Role

router = APIRouter(prefix="/mensen", dependencies=[needs(Right.SEE_PEOPLE)])

Department = Annotated[str, Form(alias="afdeling")]
Given = Annotated[Role, Form(alias="rol")]


@router.get("")
def everybody(visit: Visitor) -> Response:
    return _page(visit)


@router.post("", dependencies=[needs(Right.PEOPLE), CheckedForm])
def add(visit: Visitor, role: Given, naam: Annotated[str, Form(max_length=100)] = "", department: Department = "") -> Response:
    try:
        with kept(visit.session):
            link = keeping.add(visit.session, naam, role, department or None, visit.now)
    except AccountError as refused:
        return _page(visit, 422, str(refused), typed={"naam": naam, "rol": role.value, "afdeling": department})
    return _page(visit, link=link, whom=naam)


@router.post("/{account_id}/rol", dependencies=[needs(Right.PEOPLE), CheckedForm])
def change_role(visit: Visitor, account_id: int, role: Given, department: Department = "") -> Response:
    account = _found(visit, account_id)
    try:
        with kept(visit.session):
            keeping.change_role(visit.session, account, role, department or None)
    except AccountError as refused:
        return _refused(visit, refused)
    return see_other(f"/mensen#account-{account_id}")


@router.post("/{account_id}/link", dependencies=[needs(Right.PEOPLE), CheckedForm])
def new_link(visit: Visitor, account_id: int) -> Response:
    """Shows the link on this page alone: it stands in no address, and is kept nowhere."""
    account = _found(visit, account_id)
    try:
        with kept(visit.session):
            link = keeping.new_link(visit.session, account, visit.now)
    except AccountError as refused:
        return _refused(visit, refused)
    return _page(visit, link=link, whom=account.name)


@router.post("/{account_id}/uitloggen", dependencies=[needs(Right.PEOPLE), CheckedForm])
def sign_out_everywhere(visit: Visitor, account_id: int) -> Response:
    end_sessions_of(visit.session, _found(visit, account_id).id)
    return see_other(f"/mensen#account-{account_id}")


@router.post("/{account_id}/sluiten", dependencies=[needs(Right.PEOPLE), CheckedForm])
def close(visit: Visitor, account_id: int) -> Response:
    account = _found(visit, account_id)
    try:
        with kept(visit.session):
            keeping.close(visit.session, account, visit.now)
    except AccountError as refused:
        return _refused(visit, refused)
    return see_other(f"/mensen#account-{account_id}")


@router.post("/{account_id}/openen", dependencies=[needs(Right.PEOPLE), CheckedForm])
def open_again(visit: Visitor, account_id: int) -> Response:
    keeping.open_again(_found(visit, account_id))
    return see_other(f"/mensen#account-{account_id}")


def _refused(visit: Visit, refused: AccountError) -> Response:
    visit.session.expire_all()
    return _page(visit, 422, str(refused))


def _page(
    visit: Visit, status: int = 200, problem: str = "", *, link: str = "", whom: str = "", typed: dict[str, str] | None = None
) -> Response:
    rules: SignInFile = visit.request.app.state.sign_in
    visit.session.flush()
    return visit.page(
        "people.html",
        status,
        people=every_account(visit.session),
        signed_in_now=sessions_by_account(visit.session, visit.now - rules.idle, visit.now - rules.lasts),
        names=department_names(visit.session),
        departments=departments(visit.session),
        roles=list(Role),
        with_department=WITH_DEPARTMENT,
        rights_by_role=RIGHTS,
        every_right=[right for right in Right if right is not Right.SIGNED_IN],
        keeps=visit.may(Right.PEOPLE),
        problem=problem,
        link=f"{settings().public_url.rstrip('/')}{link}" if link else "",
        whom=whom,
        typed=typed or {},
    )


def _found(visit: Visit, account_id: int) -> Account:
    account = visit.session.get(Account, account_id)
    if account is None:
        raise not_found(_("Dit account"))
    return account
