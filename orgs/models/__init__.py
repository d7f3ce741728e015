from .assistant import Assistant
from .authority import SigningAuthority
from .calendar import DayOff
from .law import LegalReference
from .look import Look
from .notice import Notice
from .organisation import Code, Lineage, Organisation, Unit
from .people import Business, Delegation, Post, Role, User
from .proposal import Proposal
from .security import Authenticator, Identity, Passkey, RecoveryCode, Session
from .support import SupportRequest

__all__ = [
    "Assistant",
    "Authenticator",
    "Business",
    "Code",
    "DayOff",
    "Delegation",
    "Identity",
    "LegalReference",
    "Lineage",
    "Look",
    "Notice",
    "Organisation",
    "Passkey",
    "Post",
    "Proposal",
    "RecoveryCode",
    "Role",
    "Session",
    "SigningAuthority",
    "SupportRequest",
    "Unit",
    "User",
]
