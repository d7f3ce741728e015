from .access import Access, Reading
from .assignment import Assignment, Direction
from .blob import Blob, File
from .change import ChangeRequest, Update
from .consultation import Asked, Consultation, Opinion
from .delivery import Delivery, DeliveryStep, StatusReport
from .document import Document, DocumentUserPermission, Urgency
from .event import ChainHead, Event
from .follow_up import DeadlineReminder, Extension, ProgressReport, Reminder
from .incoming import Incoming
from .outgoing import Outgoing
from .register import RegisterBook
from .scan import Pace, ScanBatch, ScannedFile, ScannedPaper

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
    "Opinion",
    "Outgoing",
    "Pace",
    "ProgressReport",
    "Reading",
    "RegisterBook",
    "Reminder",
    "ScanBatch",
    "ScannedFile",
    "ScannedPaper",
    "StatusReport",
    "Update",
    "Urgency",
]
