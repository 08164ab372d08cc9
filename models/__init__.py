"""The words of the glossary as tables, and the database they live in. Imports nothing of ours."""

from models.account import Account, SignInLink
from models.alert import Alert
from models.ambassador import Ambassador, Invitation
from models.annotation import Annotation, AnnotationPlace, AnnotationTheme
from models.answer import Answer, AnswerEvent, HandAnswer
from models.assessment import Assessment, AssessmentAnswer, PeerAssessment
from models.base import Base
from models.burst import Burst
from models.calendar import CalendarEvent
from models.choice import Choice
from models.column_mapping import ColumnMapping
from models.community import CommunityMonth
from models.correction import Correction
from models.crisis import Crisis
from models.delivery import Delivery, Resend
from models.digest import Digest
from models.feedback import DigestFeedback, FeedAddress
from models.good_file import GoodFile
from models.hand_figure import HandFigure
from models.measure import Measure, MeasuredDay
from models.message import Message, Origin
from models.model_version import ModelVersion
from models.outside_ticket import OutsideTicket
from models.reader import Reader
from models.received import ReceivedCall
from models.roster import RosterChange
from models.rule import FurtherRouting, Routing, RuleSet
from models.saved_view import SavedView
from models.search import MessageWords
from models.signal import Signal, SignalEvent, SignalMessage
from models.signed_in import SignedIn
from models.source import RejectedRow, Source, SourceRun
from models.stand_up import HeldStandUp
from models.survey import SurveyImport, SurveyMonth
from models.tally import Tally, TallyDue, TallyName
from models.ticket import Ticket, TicketDepartment, TicketEvent, TicketLink
from models.town import Department, Place, Theme
from models.vocabulary import RisingWord

__all__ = [
    "Account",
    "Alert",
    "Ambassador",
    "Annotation",
    "AnnotationPlace",
    "AnnotationTheme",
    "Answer",
    "AnswerEvent",
    "Assessment",
    "AssessmentAnswer",
    "Base",
    "Burst",
    "CalendarEvent",
    "Choice",
    "ColumnMapping",
    "CommunityMonth",
    "Correction",
    "Crisis",
    "Delivery",
    "Department",
    "Digest",
    "DigestFeedback",
    "FeedAddress",
    "FurtherRouting",
    "GoodFile",
    "HandAnswer",
    "HandFigure",
    "HeldStandUp",
    "Invitation",
    "Measure",
    "MeasuredDay",
    "Message",
    "MessageWords",
    "ModelVersion",
    "Origin",
    "OutsideTicket",
    "PeerAssessment",
    "Place",
    "Reader",
    "ReceivedCall",
    "RejectedRow",
    "Resend",
    "RisingWord",
    "RosterChange",
    "Routing",
    "RuleSet",
    "SavedView",
    "SignInLink",
    "Signal",
    "SignalEvent",
    "SignalMessage",
    "SignedIn",
    "Source",
    "SourceRun",
    "SurveyImport",
    "SurveyMonth",
    "Tally",
    "TallyDue",
    "TallyName",
    "Theme",
    "Ticket",
    "TicketDepartment",
    "TicketEvent",
    "TicketLink",
]
