from .bookmark import Bookmark, behind, next_events, open_bookmarks
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
    "next_events",
    "open_bookmarks",
]
