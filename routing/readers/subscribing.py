"""How one becomes a reader, changes one's wishes, and leaves. Whoever asks is asked back by mail first; nobody learns who reads what."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.configuration import ConfigurationError, read_yaml
from models.digest import EXECUTIVE, NEWSROOM
from models.language import Language, _, speaking
from models.municipality import About
from models.reader import EVERY_DAY, Reader, forget_readers, reader_at
from models.settings import settings
from models.town import departments
from models.words import DeliveryWay, DigestKind
from routing.deliveries.address import Address
from routing.deliveries.outbox import put
from routing.digests.letters import write
from routing.errors import RoutingError
from routing.readers.tokens import BadLink, Purpose, link, opened

KEPT_AFTER_LEAVING = timedelta(days=30)
KEPT_UNCONFIRMED = timedelta(days=7)
LONGEST_ADDRESS = 254
LONGEST_NAME = 80
ADDRESS = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
"""An address as the HTML standard has it."""


class ReaderError(RoutingError):
    """A wish of a reader cannot be granted; the message says why."""


@dataclass(frozen=True)
class Wishes:
    """How a reader wants its digests. Empty `themes` and `places` mean all; `weekdays` count from Monday, 1; without an `hour` as soon as
    the digest is there.
    """

    kinds: Sequence[str] = tuple(kind.value for kind in DigestKind)
    themes: Sequence[str] = ()
    places: Sequence[str] = ()
    weekdays: Sequence[int] = tuple(EVERY_DAY)
    hour: time | None = None
    only_rising: bool = False


def audience_names(session: Session) -> dict[str, str]:
    """Name of every audience there is now, by id."""
    return {NEWSROOM: _("Redactie"), EXECUTIVE: _("Bestuur")} | {department.id: department.name for department in departments(session)}


def keep_standing(session: Session, now: datetime) -> None:
    """Make the readers that the configuration names: the department's address, the newsroom's, the executive's. One that has left the
    configuration is erased; one that unsubscribed stays unsubscribed. A file that cannot be read changes nothing.
    """
    about = _about()
    if about is None:
        return
    named = _named(session, about)
    known = {"standing": True, "confirmed_at": func.coalesce(Reader.confirmed_at, now)}
    for audience, recipient in named.items():
        values = {
            "audience": audience,
            "way": DeliveryWay.SMTP,
            "recipient": recipient,
            "standing": True,
            "kinds": list(Wishes.kinds),
            "weekdays": EVERY_DAY,
            "created_at": now,
            "confirmed_at": now,
        }
        standing = insert(Reader).values(values)
        session.execute(standing.on_conflict_do_update(index_elements=["audience", "way", "recipient"], set_=known))
    for reader in session.scalars(select(Reader).where(Reader.standing)):
        if named.get(reader.audience) != reader.recipient:
            session.execute(delete(Reader).where(Reader.id == reader.id))


def subscribe(session: Session, audience: str, address: str, now: datetime, account_id: int | None = None) -> None:
    """Somebody asks for the digests of an audience at an e-mail address: the address is asked to confirm, at most once a day. Who reads
    them already is told so there, and only there.

    Raises:
        ReaderError: there is no such audience, or the address is not one of the municipality's.
    """
    recipient = allowed_address(address)
    if audience not in audience_names(session):
        raise ReaderError(_("Deze afdeling bestaat niet. Kies er een uit de lijst."))
    reader = reader_at(session, audience, DeliveryWay.SMTP, recipient)
    if reader is None:
        reader = Reader(audience=audience, recipient=recipient, created_at=now, account_id=account_id)
        session.add(reader)
        session.flush()
    present = reader.confirmed_at is not None and reader.unsubscribed_at is None
    with speaking(Language.DUTCH):
        name = audience_names(session)[audience]
    if present:
        content = {
            "heading": f"U krijgt de berichten voor {name} al",
            "lines": ["Iemand vroeg dit op dit adres aan. U hoeft niets te doen. Wilt u ze op een ander uur, of minder vaak, dan kan dat."],
            "button": "Bekijk uw voorkeuren",
            "link": preferences_link(reader.id),
        }
    else:
        content = {
            "heading": f"Wilt u de berichten van Luisterpost voor {name}?",
            "lines": [
                "Dit adres is opgegeven om ze te krijgen. Klopt dat, bevestig het dan hieronder.",
                "Hebt u dit niet gevraagd? Doe dan niets: u krijgt verder geen post, en het adres wordt na een week gewist.",
            ],
            "button": "Ja, stuur ze mij",
            "link": link(Purpose.CONFIRM, reader.id),
        }
    letter = write("reader", str(content["heading"]), content)
    put(session, f"reader/{reader.id}/{now.astimezone(settings().zone).date()}", letter, Address(DeliveryWay.SMTP, recipient), now)


def allowed_address(address: str) -> str:
    """The address as it is kept.

    Raises:
        ReaderError: it is no address, or of a domain that may not ask for digests by itself.
    """
    recipient = plain_address(address)
    allowed = _domains()
    if recipient.rpartition("@")[2] not in allowed:
        may = (
            _("Alleen adressen die eindigen op @%(domains)s kunnen dit zelf.", domains=" of @".join(allowed))
            if allowed
            else _("Dit staat hier niet open.")
        )
        raise ReaderError(may + " " + _("Vraag uw beheerder om het adres toe te voegen."))
    return recipient


def plain_address(address: str) -> str:
    """An e-mail address in lower case: one, without a name beside it.

    Raises:
        ReaderError: it is something else.
    """
    recipient = address.strip().lower()
    if len(recipient) > LONGEST_ADDRESS or not ADDRESS.fullmatch(recipient):
        raise ReaderError(_("Dit is geen e-mailadres. Een adres ziet eruit als naam@gemeente.nl."))
    return recipient


def open_to_colleagues() -> bool:
    """Whether colleagues may ask for digests themselves."""
    return bool(_domains())


def add(session: Session, audience: str, to: Address, name: str, now: datetime) -> Reader:
    """An administrator adds a reader: an address that has not been confirmed by whoever reads it, or a channel.

    Raises:
        ReaderError: there is no such audience or way, it is no address, or it reads this already.
    """
    if audience not in audience_names(session) or to.way not in (DeliveryWay.SMTP, DeliveryWay.CHAT):
        raise ReaderError(_("Kies een afdeling en een weg uit de lijst."))
    to = Address(to.way, plain_address(to.recipient) if to.way is DeliveryWay.SMTP else to.recipient.strip())
    if not to.recipient:
        raise ReaderError(_("Vul het adres in, of de naam van het kanaal."))
    present = reader_at(session, audience, to.way, to.recipient)
    if present is not None and present.confirmed_at is not None and present.unsubscribed_at is None:
        raise ReaderError(_("Dit adres krijgt deze berichten al."))
    reader = present or Reader(audience=audience, way=to.way, recipient=to.recipient, created_at=now)
    reader.name, reader.confirmed_at, reader.unsubscribed_at, reader.bouncing_since = name[:LONGEST_NAME], now, None, None
    session.add(reader)
    session.flush()
    return reader


def behind(session: Session, purpose: Purpose, token: str) -> Reader:
    """The reader that a link is about.

    Raises:
        BadLink: it is not one of ours, or the reader has been erased.
    """
    (number,) = opened(purpose, token, int)
    reader = session.get(Reader, number)
    if reader is None:
        raise BadLink
    return reader


def confirm(reader: Reader, now: datetime) -> None:
    """From now on it gets digests. Twice is once; whoever left and asked again is back."""
    if reader.confirmed_at is None or reader.unsubscribed_at is not None:
        reader.confirmed_at, reader.unsubscribed_at, reader.bouncing_since = now, None, None


def unsubscribe(reader: Reader, now: datetime) -> None:
    """Nothing more is sent; the address is erased after thirty days."""
    reader.unsubscribed_at = reader.unsubscribed_at or now


def mend(reader: Reader, now: datetime) -> None:
    """The address works again."""
    reader.bouncing_since, reader.mended_at = None, now


def prefer(session: Session, reader: Reader, wishes: Wishes) -> None:
    """Keep what a reader wishes; themes, places and days that do not exist are left out.

    Raises:
        ReaderError: with these wishes nothing would ever come.
    """
    kinds = [kind.value for kind in DigestKind if kind.value in wishes.kinds]
    weekdays = sorted({day for day in wishes.weekdays if day in EVERY_DAY})
    if not kinds or not weekdays:
        raise ReaderError(_("Zo krijgt u nooit een bericht. Kies ten minste één soort en één dag, of meld u af."))
    reader.kinds, reader.weekdays = kinds, weekdays
    reader.themes, reader.places = sorted(set(wishes.themes)), sorted(set(wishes.places))
    reader.hour, reader.only_rising = wishes.hour, wishes.only_rising
    session.flush()


def forget(session: Session, now: datetime) -> int:
    """Erase the addresses of who left thirty days ago, and of who asked a week ago and never confirmed."""
    return forget_readers(session, now - KEPT_AFTER_LEAVING, now - KEPT_UNCONFIRMED)


def preferences_link(reader_id: int) -> str:
    """Where a reader sets its wishes."""
    return link(Purpose.PREFERENCES, reader_id)


def unsubscribe_link(reader_id: int) -> str:
    """Where one click ends it: a POST there unsubscribes at once (RFC 8058), a GET shows a button."""
    return link(Purpose.UNSUBSCRIBE, reader_id)


def masked(recipient: str) -> str:
    """An address of which its owner knows that it is theirs: `s…@rivierstad.example`. The name of a channel stays."""
    local, at, domain = recipient.rpartition("@")
    return f"{local[:1]}…@{domain}" if at else recipient


def _named(session: Session, about: About) -> Mapping[str, str]:
    own = {NEWSROOM: about.newsroom_email, EXECUTIVE: about.executive_email}
    addresses = own | {department.id: department.email for department in departments(session)}
    return {audience: address for audience, address in addresses.items() if address}


def _domains() -> Sequence[str]:
    about = _about()
    return about.reader_domains if about else ()


def _about() -> About | None:
    """municipality.yaml; None where it cannot be used, which other pages tell."""
    try:
        return read_yaml(settings().config / "municipality.yaml", About)
    except ConfigurationError:
        return None
