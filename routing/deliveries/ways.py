"""The ways out of the house, each opened when the first delivery needs it and closed at the end of a run."""

from datetime import datetime
from types import TracebackType
from typing import Protocol

from sqlalchemy.orm import Session

from models.delivery import Circuit, Delivery
from models.settings import settings
from models.words import DeliveryWay
from routing.deliveries.attempt import SENT, Attempt, Fate
from routing.deliveries.chat.channel import ChatChannel
from routing.deliveries.mail.server import MailServer
from routing.deliveries.targets.bring import TargetDoor


class Way(Protocol):
    """One server that takes deliveries."""

    def send(self, session: Session, delivery: Delivery) -> Attempt: ...

    def close(self) -> None: ...


class Page:
    """The mail page: what is in the outbox stands there already."""

    def send(self, _session: Session, _delivery: Delivery) -> Attempt:
        return SENT

    def close(self) -> None:
        """Nothing was opened."""


class Unset:
    """A way for which the municipality has set nothing."""

    def __init__(self, problem: str) -> None:
        self._problem = problem

    def send(self, _session: Session, _delivery: Delivery) -> Attempt:
        return Attempt(Fate.LATER, self._problem, down=True)

    def close(self) -> None:
        """Nothing was opened."""


class Ways:
    """Every way out, for one run. A context manager: what was opened is closed with it."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._open: dict[Circuit, Way] = {}

    def __enter__(self) -> "Ways":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for way in self._open.values():
            way.close()

    def send(self, session: Session, delivery: Delivery) -> Attempt:
        """Try one delivery, by its own way."""
        circuit = delivery.circuit
        if circuit not in self._open:
            self._open[circuit] = self._way(circuit)
        return self._open[circuit].send(session, delivery)

    def _way(self, circuit: Circuit) -> Way:
        match circuit.way:
            case DeliveryWay.PAGE:
                return Page()
            case DeliveryWay.CHAT:
                return ChatChannel(circuit.recipient)
            case DeliveryWay.TARGET:
                return TargetDoor(circuit.recipient, self._now)
            case DeliveryWay.SMTP:
                url = settings().smtp_url
                if url is None:
                    return Unset("Er is geen mailserver ingesteld. Zet LUISTERPOST_SMTP_URL.")
                return MailServer(url.get_secret_value(), settings().mail_from)
