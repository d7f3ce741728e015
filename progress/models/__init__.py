from .bookmark import Bookmark, behind
from .calendar import CalendarAddress
from .dispatch import Dispatch
from .kept import Counted, MonthCount
from .office import ClosingDay
from .wish import When, Wish

__all__ = [
    "Bookmark",
    "CalendarAddress",
    "ClosingDay",
    "Counted",
    "Dispatch",
    "MonthCount",
    "When",
    "Wish",
    "behind",
]
