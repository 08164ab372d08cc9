"""The words of the glossary as tables, and the database they live in. Imports nothing of ours."""

from models.account import Account, SignInLink
from models.annotation import Annotation, AnnotationPlace, AnnotationTheme
from models.base import Base
from models.delivery import Delivery
from models.digest import Digest
from models.message import Message, Origin
from models.rule import Routing, RuleSet
from models.signal import Burst, Signal, SignalMessage
from models.source import RejectedRow, Source, SourceRun
from models.ticket import Ticket, TicketEvent
from models.town import Department, Place, Theme

__all__ = [
    "Account",
    "Annotation",
    "AnnotationPlace",
    "AnnotationTheme",
    "Base",
    "Burst",
    "Delivery",
    "Department",
    "Digest",
    "Message",
    "Origin",
    "Place",
    "RejectedRow",
    "Routing",
    "RuleSet",
    "SignInLink",
    "Signal",
    "SignalMessage",
    "Source",
    "SourceRun",
    "Theme",
    "Ticket",
    "TicketEvent",
]
