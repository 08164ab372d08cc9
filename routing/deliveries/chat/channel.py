"""One channel, called through apprise. Its address is a secret: it stays out of every table, log and error."""

import logging
import re
from collections.abc import Iterable

from apprise import Apprise, AppriseAsset, NotifyFormat
from sqlalchemy.orm import Session

from models.configuration import ConfigurationError
from models.delivery import Delivery
from models.settings import settings
from outside.errors import SecretMissing
from routing.deliveries.attempt import SENT, Attempt, Fate
from routing.deliveries.chat.brief import brief
from routing.deliveries.chat.channels import channel_named

TIMEOUT = 20.0
"""Seconds for one call, all in all."""
_STATUS = re.compile(r"error=(\d{3})\b")
for _talker in ("apprise", "urllib3.connectionpool"):
    logging.getLogger(_talker).setLevel(logging.WARNING)
"""What they say below a warning names whole addresses and quotes answers."""


class ChatChannel:
    """The channel of this name in channels.yaml."""

    def __init__(self, name: str) -> None:
        self._name = name

    def send(self, _session: Session, delivery: Delivery) -> Attempt:
        """Call it with the short form of a letter."""
        try:
            channel = channel_named(settings().config, self._name)
            address = channel.url.reveal(f"Kanaal {self._name}")
        except (ConfigurationError, SecretMissing) as error:
            return Attempt(Fate.LATER, str(error), down=True)
        told = brief(delivery, settings().public_url, channel.quotes)
        apprise = Apprise(asset=_asset())
        if not apprise.add(address):
            problem = f"{channel.url.place[:1].upper()}{channel.url.place[1:]} bevat geen adres dat apprise kent. Zie docs/deliveries.md."
            return Attempt(Fate.LATER, problem, down=True)
        with apprise.notify(title=told.title, body=told.body, body_format=NotifyFormat.TEXT) as result:
            if result:
                return SENT
            return _meaning(self._name, channel.url.place, (entry.message for entry in result.logs()))

    def close(self) -> None:
        """Each call is a connection of its own."""


def _asset() -> AppriseAsset:
    """No redirects: a message goes where the address says and nowhere else. Nothing is kept on disk, no pictures are fetched."""
    return AppriseAsset(
        app_id="Luisterpost",
        app_desc="Luisterpost",
        http_redirects=False,
        storage_mode="memory",
        service_timeout=TIMEOUT,
        image_url_mask="",
    )


def _meaning(name: str, place: str, lines: Iterable[str]) -> Attempt:
    """What apprise's lines come to. The status is all that is taken from them."""
    statuses = [int(found) for line in lines for found in _STATUS.findall(line)]
    match statuses[-1] if statuses else None:
        case None:
            return Attempt(Fate.LATER, f"Kanaal {name} is niet bereikbaar. Het wordt opnieuw geprobeerd.", down=True)
        case 401 | 403 | 404 | 410 as status:
            problem = f"Kanaal {name} kent ons niet meer ({status}). Maak daar een nieuw adres en zet het in {place}."
            return Attempt(Fate.LATER, problem, down=True)
        case 429 as status:
            return Attempt(Fate.LATER, f"Kanaal {name} vraagt om rustiger aan te doen ({status}). Het wordt opnieuw geprobeerd.", down=True)
        case status if 300 <= status < 400:
            problem = f"Kanaal {name} verwijst door naar een ander adres ({status}). Zet dat adres in {place}."
            return Attempt(Fate.LATER, problem, down=True)
        case status if 400 <= status < 500:
            return Attempt(Fate.NEVER, f"Kanaal {name} weigert dit bericht ({status}). Kijk of het adres in {place} bij dit kanaal past.")
        case status:
            return Attempt(Fate.LATER, f"Kanaal {name} heeft een storing ({status}). Het wordt opnieuw geprobeerd.", down=True)
