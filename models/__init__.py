"""The words of the glossary as tables, and the database they live in. Imports nothing of ours."""

from models.account import Account, SignInLink
from models.annotation import Annotation, AnnotationPlace, AnnotationTheme
from models.base import Base
from models.column_mapping import ColumnMapping
from models.correction import Correction
from models.delivery import Delivery
from models.digest import Digest
from models.message import Message, Origin
from models.model_version import ModelVersion
from models.received import ReceivedCall
from models.rule import Routing, RuleSet
from models.signal import Burst, Signal, SignalMessage
from models.source import RejectedRow, Source, SourceRun
from models.ticket import Ticket, TicketEvent
from models.town import Department, Place, Theme
from models.vocabulary import RisingWord

__all__ = [
    "Account",
    "Annotation",
    "AnnotationPlace",
    "AnnotationTheme",
    "Base",
    "Burst",
    "ColumnMapping",
    "Correction",
    "Delivery",
    "Department",
    "Digest",
    "Message",
    "ModelVersion",
    "Origin",
    "Place",
    "ReceivedCall",
    "RejectedRow",
    "RisingWord",
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
