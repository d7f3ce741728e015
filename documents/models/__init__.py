from .access import Access, Reading
from .assignment import Assignment, Direction
from .blob import Blob, File
from .by_hand import KeptCopyUse, PostedEnvelope
from .change import ChangeRequest, Update
from .consultation import Asked, Consultation, Opinion
from .delivery import Delivery, DeliveryStep, StatusReport
from .document import Document, DocumentUserPermission, Urgency
from .event import ChainHead, Event
from .follow_up import DeadlineReminder, Extension, ProgressReport, Reminder, ReportFile
from .incoming import Incoming
from .list_choice import ListChoice
from .order import Order
from .outgoing import Outgoing
from .prepared import PreparedDirection
from .recurring import Recurring
from .register import RegisterBook
from .scan import Pace, ScanBatch, ScannedFile, ScannedPaper
from .slip import Slip, SlipOpinion, SlipPlace, SlipReminder, SlipRound
from .task import Task
from .unsent import UnsentText

__all__ = [
    "Access",
    "Asked",
    "Assignment",
    "Blob",
    "ChainHead",
    "ChangeRequest",
    "Consultation",
    "DeadlineReminder",
    "Delivery",
    "DeliveryStep",
    "Direction",
    "Document",
    "DocumentUserPermission",
    "Event",
    "Extension",
    "File",
    "Incoming",
    "KeptCopyUse",
    "ListChoice",
    "Opinion",
    "Order",
    "Outgoing",
    "Pace",
    "PostedEnvelope",
    "PreparedDirection",
    "ProgressReport",
    "Reading",
    "Recurring",
    "RegisterBook",
    "Reminder",
    "ReportFile",
    "ScanBatch",
    "ScannedFile",
    "ScannedPaper",
    "Slip",
    "SlipOpinion",
    "SlipPlace",
    "SlipReminder",
    "SlipRound",
    "StatusReport",
    "Task",
    "UnsentText",
    "Update",
    "Urgency",
]
