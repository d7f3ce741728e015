from .authority import SigningAuthority
from .calendar import DayOff
from .organisation import Code, Lineage, Organisation, Unit
from .people import Delegation, Post, Role, User

__all__ = [
    "Code",
    "DayOff",
    "Delegation",
    "Lineage",
    "Organisation",
    "Post",
    "Role",
    "SigningAuthority",
    "Unit",
    "User",
]
