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


class SignalStep(StrEnum):
    """What can happen to a signal; each is a line of its history."""

    BEGAN = "begonnen"
    GREW = "gegroeid"
    TOOK_IN = "opgenomen"
    """Another signal went into this one."""
    WENT_INTO = "opgegaan"
    """This signal went into another one."""
    SPLIT_OFF = "afgesplitst"
    """Part of this signal turned out to be another story."""
    SPLIT_FROM = "losgemaakt"
    """This signal began as a part of another one."""
    CLOSED = "gesloten"
    REOPENED = "heropend"


class BurstKind(StrEnum):
    """What is unusual about a burst; the value is what the page and the export show."""

    RISE = "piek"
    NEW = "nieuw"
    SLOW = "sluipend"


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
    IN_HAND = "in behandeling"
    WAITING = "wacht"
    SETTLED = "afgehandeld"
    REFUSED = "geweigerd"


CLOSED = frozenset({TicketStatus.SETTLED, TicketStatus.REFUSED})
"""Nobody has to act on these any more."""


class TicketStep(StrEnum):
    """What can happen to a ticket; each is a line of its history."""

    OPENED = "geopend"
    GREW = "gegroeid"
    ACCEPTED = "opgepakt"
    STARTED = "in behandeling genomen"
    WAITS = "laten wachten"
    ASSIGNED = "toegewezen"
    HANDED_OVER = "overgedragen"
    HELP_ASKED = "hulp gevraagd"
    HELP_ENDED = "hulp beëindigd"
    SETTLED = "afgehandeld"
    REFUSED = "geweigerd"
    MERGED = "samengevoegd"
    TOOK_IN = "ander ticket erbij genomen"
    LINKED = "verbonden"
    UNLINKED = "losgemaakt"
    REOPENED = "heropend"
    NOTED = "aangetekend"
    REMINDED = "herinnerd"
    ESCALATED = "opgeschaald"


class DigestKind(StrEnum):
    """What a digest tells, and how often it appears."""

    DAILY = "daily"
    WEEKLY = "weekly"
    EXECUTIVE = "executive"
    CRISIS = "crisis"


class DeliveryStatus(StrEnum):
    """Where a delivery stands in the outbox."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


class DeliveryWay(StrEnum):
    """How a delivery leaves: by mail server, into a chat or pager, into a department's own system, or onto the mail page."""

    SMTP = "smtp"
    CHAT = "chat"
    TARGET = "target"
    PAGE = "page"


class RunOutcome(StrEnum):
    """How one reading of a source ended."""

    DONE = "done"
    PARTLY = "partly"
    FAILED = "failed"


class Role(StrEnum):
    """What an account may do in the web application."""

    READER = "reader"
    ANALYST = "analyst"
    DEPARTMENT = "department"
    WEBCARE = "webcare"
    NEWSROOM = "newsroom"
    PRIVACY_OFFICER = "privacy-officer"
    ADMINISTRATOR = "administrator"


class Verdict(StrEnum):
    """What a person says of an annotation."""

    RIGHT = "klopt"
    WRONG = "verbeterd"
    NOT_OURS = "niet van ons"


class Opinion(StrEnum):
    """What a reader says of a digest, or of one item in it."""

    USEFUL = "nuttig"
    NOT_FOR_US = "niet voor ons"
    SEEN = "gezien"
    TAKEN = "opgepakt"


class CampaignLinks(StrEnum):
    """Which links of a digest carry Matomo's campaign parameters: all, only those that leave Luisterpost, or none."""

    ALL = "alle"
    OUTSIDE = "naar buiten"
    NONE = "geen"


class ChoiceForm(StrEnum):
    """What is done with a signal besides bringing it to its department, from answering to talking it through."""

    ANSWER = "antwoord"
    VISIT = "bezoek"
    SURVEY = "vragenlijst"
    Q_AND_A = "q-en-a"
    COMMUNITY = "community"
    FOCUS_GROUP = "focusgroep"
    BRIEF = "bestuur"
    FOLLOW = "volgen"


class AnswerStatus(StrEnum):
    """Where a proposed answer stands."""

    DRAFT = "concept"
    OFFERED = "voorgelegd"
    RETURNED = "teruggegeven"
    APPROVED = "akkoord"
    USED = "in gebruik"


class AnswerStep(StrEnum):
    """What can happen to a proposed answer; each is a line of its history."""

    WRITTEN = "geschreven"
    OFFERED = "voorgelegd"
    RETURNED = "teruggegeven"
    APPROVED = "akkoord"
    USED = "voor het eerst gebruikt"


class Occasion(StrEnum):
    """What stands in the municipality's calendar."""

    POST = "bericht"
    QUESTIONS = "vraag en antwoord"
    SURVEY = "vragenlijst"
    EVENING = "bijeenkomst"
    WORKS = "werkzaamheden"
    DECISION = "besluit"
    CAMPAIGN = "campagne"
    EVENT = "evenement"


class Tone(StrEnum):
    """How a message sounds, roughly; the value is what an address and the page show."""

    ANGRY = "boos"
    NEUTRAL = "neutraal"
    GLAD = "blij"
