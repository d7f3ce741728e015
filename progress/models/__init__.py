from .bookmark import Bookmark, behind
from .calendar import CalendarAddress
from .dispatch import Dispatch
from .wish import When, Wish

__all__ = ["Bookmark", "CalendarAddress", "Dispatch", "When", "Wish", "behind"]
