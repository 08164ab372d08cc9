"""The closed word lists of the glossary: English names in code, the Dutch value in the tables and on the page."""

from enum import StrEnum


class Channel(StrEnum):
    """Through which kind of channel a message came in."""

    SOCIAL = "social"
    WEBCARE = "webcare"
    CONTACT_CENTRE = "contact_centre"
    NEWS = "news"
    PARTICIPATION = "participation"


class Kind(StrEnum):
    """What a resident does with a message."""

    QUESTION = "vraag"
    REPORT = "melding"
    COMPLAINT = "klacht"
    COMPLIMENT = "compliment"
    IDEA = "idee"
    OPINION = "mening"
    OTHER = "overig"


class PlaceKind(StrEnum):
    """The levels of the gazetteer, from small to large."""

    LANDMARK = "landmark"
    STREET = "street"
    NEIGHBOURHOOD = "neighbourhood"
    DISTRICT = "district"
    MUNICIPALITY = "municipality"


class SignalStatus(StrEnum):
    """Whether a signal still takes in messages."""

    OPEN = "open"
    CLOSED = "closed"
    MERGED = "merged"


class Action(StrEnum):
    """What a rule does with a signal."""

    TICKET = "ticket"
    ALERT = "alert"
    DIGEST = "digest"
    WATCH = "watch"
    IGNORE = "ignore"


class TicketStatus(StrEnum):
    """Where a ticket stands; the value is what the page and the export show."""

    OPEN = "open"
    ACCEPTED = "opgepakt"
    SETTLED = "afgehandeld"


class TicketStep(StrEnum):
    """What can happen to a ticket; each is a line of its history."""

    OPENED = "geopend"
    GREW = "gegroeid"
    ACCEPTED = "opgepakt"
    HANDED_OVER = "overgedragen"
    SETTLED = "afgehandeld"
    REOPENED = "heropend"
    NOTED = "aangetekend"


class DigestKind(StrEnum):
    """How often a digest appears."""

    DAILY = "daily"


class DeliveryStatus(StrEnum):
    """Where a delivery stands in the outbox."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


class DeliveryWay(StrEnum):
    """How a delivery leaves: by mail server, or onto the mail page where no server is configured."""

    SMTP = "smtp"
    PAGE = "page"


class RunOutcome(StrEnum):
    """How one reading of a source ended."""

    DONE = "done"
    PARTLY = "partly"
    FAILED = "failed"


class Role(StrEnum):
    """What an account may do in the web application."""

    NEWSROOM = "newsroom"
    DEPARTMENT = "department"
    ADMINISTRATOR = "administrator"


class Verdict(StrEnum):
    """What a person says of an annotation."""

    RIGHT = "klopt"
    WRONG = "verbeterd"
    NOT_OURS = "niet van ons"
