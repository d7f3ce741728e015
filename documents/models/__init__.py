from .access import Access, Reading
from .assignment import Assignment, Direction
from .blob import Blob, File
from .by_hand import KeptCopyUse, PostedEnvelope
from .change import ChangeRequest, Correction, Update
from .consultation import Asked, Consultation, Opinion
from .copy import CertifiedCopy
from .delivery import Delivery, DeliveryStep, StatusReport
from .document import Document, DocumentUserPermission, Urgency
from .drafting import DraftPicture, DraftRemark
from .due_rule import DuePause, DueRule
from .event import ChainHead, Event
from .file_text import FileText
from .follow_up import DeadlineReminder, Extension, ProgressReport, Reminder, ReportFile
from .incoming import Incoming
from .list_choice import ListChoice
from .muted import MutedRule
from .numbers import Board, KindSeries, NumberLine, Reservation
from .office_file import OfficeConversion
from .order import Order
from .outgoing import Outgoing
from .own_field import OwnField
from .prepared import PreparedDirection
from .recurring import Recurring
from .register import RegisterBook
from .scan import Pace, ScanBatch, ScannedFile, ScannedPaper
from .slip import Slip, SlipOpinion, SlipPlace, SlipReminder, SlipRound
from .task import Task
from .template import DraftTemplate, StandingLines, TemplateVersion
from .unsent import UnsentText

__all__ = [
    "Access",
    "Asked",
    "Assignment",
    "Blob",
    "Board",
    "CertifiedCopy",
    "ChainHead",
    "ChangeRequest",
    "Consultation",
    "Correction",
    "DeadlineReminder",
    "Delivery",
    "DeliveryStep",
    "Direction",
    "Document",
    "DocumentUserPermission",
    "DraftPicture",
    "DraftRemark",
    "DraftTemplate",
    "DuePause",
    "DueRule",
    "Event",
    "Extension",
    "File",
    "FileText",
    "Incoming",
    "KeptCopyUse",
    "KindSeries",
    "ListChoice",
    "MutedRule",
    "NumberLine",
    "OfficeConversion",
    "Opinion",
    "Order",
    "Outgoing",
    "OwnField",
    "Pace",
    "PostedEnvelope",
    "PreparedDirection",
    "ProgressReport",
    "Reading",
    "Recurring",
    "RegisterBook",
    "Reminder",
    "ReportFile",
    "Reservation",
    "ScanBatch",
    "ScannedFile",
    "ScannedPaper",
    "Slip",
    "SlipOpinion",
    "SlipPlace",
    "SlipReminder",
    "SlipRound",
    "StandingLines",
    "StatusReport",
    "Task",
    "TemplateVersion",
    "UnsentText",
    "Update",
    "Urgency",
]
