from .assignment import Assignment, Direction
from .blob import Blob, File
from .delivery import Delivery, DeliveryStep, StatusReport
from .document import Document, DocumentUserPermission, Urgency
from .event import ChainHead, Event
from .incoming import Incoming
from .outgoing import Outgoing
from .recall import RecallRequest
from .register import RegisterBook

__all__ = [
    "Assignment",
    "Blob",
    "ChainHead",
    "Delivery",
    "DeliveryStep",
    "Direction",
    "Document",
    "DocumentUserPermission",
    "Event",
    "File",
    "Incoming",
    "Outgoing",
    "RecallRequest",
    "RegisterBook",
    "StatusReport",
    "Urgency",
]
