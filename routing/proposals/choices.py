"""Deciding what is done with a signal, and saying what came of it. All in the caller's transaction.

Every decision names the last choice its author saw: of two people who decide at once the second is shown what the first decided.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.choice import Choice, newest_choice
from models.language import _
from models.settings import settings
from models.signal import Signal
from models.stand_up import HeldStandUp
from models.town import Department
from models.words import ChoiceForm
from routing.errors import ChoiceError, StaleChoice, UnknownChoice

LONGEST = 500


@dataclass(frozen=True)
class Wish:
    """What somebody wants to be done: the form, who takes it, and by when."""

    form: ChoiceForm
    department_id: str | None = None
    person: str = ""
    due: date | None = None


def choose(
    session: Session, signal_id: int, seen: int, wish: Wish, actor: str, now: datetime, stand_up: HeldStandUp | None = None
) -> Choice:
    """Write a decision down. `seen` is the number of the last choice about the signal that its author saw, 0 for none.

    Raises:
        UnknownChoice: there is no such signal.
        StaleChoice: somebody decided in the meantime.
        ChoiceError: the department does not exist, or the day has passed.
    """
    if session.scalar(select(Signal.id).where(Signal.id == signal_id).with_for_update()) is None:
        raise UnknownChoice(_("Signaal %(signal_id)s", signal_id=signal_id))
    if newest_choice(session, signal_id) != seen:
        newer = select(Choice).where(Choice.signal_id == signal_id, Choice.id > seen).order_by(Choice.id.desc())
        raise StaleChoice(session.scalars(newer).all())
    _check(session, wish, now)
    choice = Choice(
        signal_id=signal_id,
        stand_up_id=stand_up.id if stand_up else None,
        present=stand_up.present if stand_up else "",
        form=wish.form,
        department_id=wish.department_id,
        person=_line(wish.person),
        due=wish.due,
        decided_at=now,
        decided_by=actor,
    )
    session.add(choice)
    session.flush()
    return choice


def tell_outcome(session: Session, choice_id: int, version: int, outcome: str, actor: str, now: datetime) -> Choice:
    """Say what came of a choice. Saying it again replaces what was said: the sentence is ours to mend.

    Raises:
        UnknownChoice, StaleChoice: see there.
        ChoiceError: nothing is said.
    """
    choice = _seen(session, choice_id, version)
    told = _line(outcome)
    if not told:
        raise ChoiceError(_("Schrijf in één zin wat het opleverde. Die zin staat er de volgende keer als voorbeeld bij."))
    choice.outcome, choice.outcome_at, choice.outcome_by = told, choice.outcome_at or now, actor
    session.flush()
    return choice


def withdraw(session: Session, choice_id: int, version: int, actor: str, now: datetime) -> Choice:
    """A choice was a mistake, or is off. It stays in the table and leaves the pages.

    Raises:
        UnknownChoice, StaleChoice: see there.
        ChoiceError: it is known what came of it.
    """
    choice = _seen(session, choice_id, version)
    if choice.outcome_at is not None:
        raise ChoiceError(_("Van dit besluit is al opgeschreven wat het opleverde, dus intrekken kan niet meer."))
    choice.withdrawn_at, choice.withdrawn_by = now, actor
    session.flush()
    return choice


def _seen(session: Session, choice_id: int, version: int) -> Choice:
    """The choice, locked until the end of the transaction, if it is still as the caller saw it."""
    choice = session.scalar(select(Choice).where(Choice.id == choice_id).with_for_update().execution_options(populate_existing=True))
    if choice is None or choice.withdrawn_at is not None:
        raise UnknownChoice(_("Besluit %(choice_id)s", choice_id=choice_id))
    if choice.version != version:
        raise StaleChoice([choice])
    return choice


def _check(session: Session, wish: Wish, now: datetime) -> None:
    department = None if wish.department_id is None else session.get(Department, wish.department_id)
    if wish.department_id is not None and (department is None or not department.active):
        raise ChoiceError(_("Afdeling %(department_id)r bestaat niet. Kies een afdeling uit de lijst.", department_id=wish.department_id))
    if wish.due is not None and wish.due < now.astimezone(settings().zone).date():
        raise ChoiceError(_("%(due)s is al voorbij. Kies een dag die nog komt, of laat de dag leeg.", due=f"{wish.due:%d-%m-%Y}"))


def _line(said: str) -> str:
    return " ".join(said.split())[:LONGEST]
