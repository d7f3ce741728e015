from .authority import SigningAuthority
from .calendar import DayOff
from .notice import Notice
from .organisation import Code, Lineage, Organisation, Unit
from .people import Delegation, Post, Role, User

__all__ = [
    "Code",
    "DayOff",
    "Delegation",
    "Lineage",
    "Notice",
    "Organisation",
    "Post",
    "Role",
    "SigningAuthority",
    "Unit",
    "User",
]
