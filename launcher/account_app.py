"""`luisterpost account`: who may sign in, typed at a keyboard."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from launcher.refusals import refusals
from models.database import database, transaction
from models.words import Role

account_app = typer.Typer(help="De mensen: accounts, hun rol, aanmeldlinks, en overal afmelden.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="naam van het account")]


@account_app.command("list")
def every() -> None:
    """Wie er een account heeft, met welke rol."""
    from models.account import every_account

    with refusals(), database(), transaction() as session:
        for one in every_account(session):
            seen = f"{one.last_signed_in_at:%Y-%m-%d}" if one.last_signed_in_at else "-"
            closed = "gesloten" if one.closed_at else ""
            typer.echo("\t".join((one.name, one.role.value, one.department_id or "-", seen, closed)))


@account_app.command("role")
def role_of(
    name: Name,
    role: Annotated[Role, typer.Argument(help="de nieuwe rol")],
    department: Annotated[str | None, typer.Option(help="de eigen afdeling, bij de rollen department en webcare")] = None,
) -> None:
    """Geef een account een andere rol; die geldt meteen."""
    from dashboards.people.keeping import AccountError, called, change_role

    with refusals(AccountError), database(), transaction() as session:
        change_role(session, called(session, name), role, department)


@account_app.command("sign-out")
def sign_out(name: Name) -> None:
    """Meld iemand overal af."""
    from dashboards.people.keeping import AccountError, called
    from models.signed_in import end_sessions_of

    with refusals(AccountError), database(), transaction() as session:
        typer.echo(f"Op {end_sessions_of(session, called(session, name).id)} plek(ken) afgemeld.")


@account_app.command("close")
def close_account(name: Name) -> None:
    """Sluit een account: deze persoon kan niet meer naar binnen."""
    from dashboards.people.keeping import AccountError, called, close

    with refusals(AccountError), database(), transaction() as session:
        close(session, called(session, name), datetime.now(UTC))
