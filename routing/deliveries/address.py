"""Where something goes: by which way, and to whom."""

from dataclasses import dataclass

from models.settings import settings
from models.words import DeliveryWay


@dataclass(frozen=True)
class Address:
    """One way out and whom it leads to: an e-mail address, or the name of an entry in channels.yaml (CHAT) or targets.yaml (TARGET)."""

    way: DeliveryWay
    recipient: str


NOWHERE = Address(DeliveryWay.PAGE, "")


def address_of(to: Address | str | None) -> Address:
    """What `to` means: a plain string is an e-mail address; without an address, or without a mail server, it is the mail page."""
    meant = Address(DeliveryWay.SMTP, to) if isinstance(to, str) else to or NOWHERE
    if not meant.recipient or (meant.way is DeliveryWay.SMTP and settings().smtp_url is None):
        return Address(DeliveryWay.PAGE, meant.recipient)
    return meant
