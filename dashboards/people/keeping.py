"""What an administrator does with accounts: another role, a new link, signing out everywhere, closing and opening again."""

from datetime import datetime

from sqlalchemy.orm import Session

from dashboards.people.accounts import WITH_DEPARTMENT, sign_in_link
from models.account import Account, account_called, administrators
from models.language import _
from models.signed_in import end_sessions_of
from models.town import Department
from models.words import Role


class AccountError(Exception):
    """A change that was not made; the message says why, for the administrator."""


def add(session: Session, name: str, role: Role, department_id: str | None, now: datetime) -> str:
    """A new account; the path that signs it in, once.

    Raises:
        AccountError: no name, a name that somebody has, or a role and a department that do not go together.
    """
    wanted = " ".join(name.split())
    if not wanted:
        raise AccountError(_("Vul een naam in. Die staat straks bij wat deze persoon doet."))
    if account_called(session, wanted) is not None:
        raise AccountError(_("Er is al een account %(wanted)s. Kies een andere naam, of maak voor dat account een link.", wanted=wanted))
    return sign_in_link(session, wanted, role, _department(session, role, department_id), now)


def change_role(session: Session, account: Account, role: Role, department_id: str | None) -> None:
    """Another role or department, which holds from the next page this person opens.

    Raises:
        AccountError: the last administrator would be gone, or role and department do not go together.
    """
    if role is not Role.ADMINISTRATOR:
        _refuse_last(session, account)
    account.role, account.department_id = role, _department(session, role, department_id)


def new_link(session: Session, account: Account, now: datetime) -> str:
    """The path that signs this account in, once. A password it had is forgotten: who asks for a link does not know it any more.

    Raises:
        AccountError: the account is closed.
    """
    if account.closed_at is not None:
        raise AccountError(_("Dit account is gesloten. Open het eerst weer."))
    account.password_hash = None
    return sign_in_link(session, account.name, account.role, account.department_id, now)


def close(session: Session, account: Account, now: datetime) -> None:
    """From now on this person cannot sign in, and is signed out everywhere.

    Raises:
        AccountError: the last administrator.
    """
    _refuse_last(session, account)
    account.closed_at = account.closed_at or now
    end_sessions_of(session, account.id)


def open_again(account: Account) -> None:
    account.closed_at = None


def called(session: Session, name: str) -> Account:
    """The account of this name.

    Raises:
        AccountError: there is none.
    """
    account = account_called(session, name)
    if account is None:
        raise AccountError(_("Er is geen account %(name)s. `luisterpost account list` toont wie er zijn.", name=name))
    return account


def _refuse_last(session: Session, account: Account) -> None:
    if account.role is Role.ADMINISTRATOR and not administrators(session, but=account.id):
        raise AccountError(_("Dit is de laatste beheerder. Geef eerst iemand anders de rol beheer."))


def _department(session: Session, role: Role, department_id: str | None) -> str | None:
    """The department that goes with a role."""
    if role not in WITH_DEPARTMENT:
        return None
    if department_id is None or session.get(Department, department_id) is None:
        raise AccountError(_("Bij deze rol hoort een afdeling. Kies er een."))
    return department_id
