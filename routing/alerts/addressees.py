"""Who an addressee is at this moment, and how that person is reached. Nobody is left without: what reaches nobody goes to the newsroom."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from models.configuration import ConfigurationError, read_yaml
from models.municipality import About
from models.settings import settings
from models.town import Department
from models.words import DeliveryWay
from routing.alerts.roster import Person, roster_on_hand
from routing.alerts.timetable import who_has_duty
from routing.deliveries.address import Address
from routing.deliveries.chat.channels import load_channels
from routing.rules.grammar import Way

DEPARTMENT, CHANNEL = "department:", "channel:"


@dataclass(frozen=True)
class Recipient:
    """Whom a letter goes to. `note` says why it is not who the rule names."""

    name: str
    to: Address | str | None
    note: str = ""


def recipient_of(session: Session, addressee: str, way: str, now: datetime) -> Recipient:
    """Who hears of an alert that is told now."""
    if addressee.startswith(DEPARTMENT):
        return _department(session, addressee.removeprefix(DEPARTMENT))
    if addressee.startswith(CHANNEL):
        return _channel(addressee.removeprefix(CHANNEL))
    if addressee == "roster":
        return _on_duty(session, way, now)
    return _newsroom("")


def _department(session: Session, department_id: str) -> Recipient:
    department = session.get(Department, department_id)
    if department is not None and department.email:
        return Recipient(department.name, department.email)
    name = department.name if department is not None else department_id
    return _newsroom(f"{name} heeft geen e-mailadres in departments.yaml, daarom krijgt u dit.")


def _channel(name: str) -> Recipient:
    if name in _channels():
        return Recipient(name, Address(DeliveryWay.CHAT, name))
    return _newsroom(f"Kanaal {name!r} staat niet in channels.yaml, daarom krijgt u dit.")


def _on_duty(session: Session, way: str, now: datetime) -> Recipient:
    roster = roster_on_hand(session, settings().config, now).roster
    person = who_has_duty(session, roster, now, settings().zone) if roster is not None else None
    if person is None:
        return _newsroom("Volgens roster.yaml heeft nu niemand dienst, daarom krijgt u dit.")
    to = _reached(person, way)
    return Recipient(person.name, to) if to else _newsroom(f"{person.name} heeft dienst maar is niet te bereiken, daarom krijgt u dit.")


def _reached(person: Person, way: str) -> Address | str | None:
    """By the way that is asked for, else the channel, else mail; a way that is not there does not keep the alert from going."""
    channel = Address(DeliveryWay.CHAT, person.channel) if person.channel in _channels() and person.channel is not None else None
    return person.mail or channel if way == Way.MAIL else channel or person.mail


def _newsroom(note: str) -> Recipient:
    """Whom municipality.yaml names. A mistake in that file is no reason to send nothing: the letter then stands on the mail page."""
    try:
        about = read_yaml(_folder() / "municipality.yaml", About)
    except ConfigurationError:
        return Recipient("de redactie", None, note)
    return Recipient("de redactie", about.newsroom_email or about.administrator, note)


def _channels() -> frozenset[str]:
    try:
        return frozenset(load_channels(_folder()).channels)
    except ConfigurationError:
        return frozenset()


def _folder() -> Path:
    return settings().config
