from .bookmark import Bookmark, behind, next_events, open_bookmarks
from .calendar import CalendarAddress
from .dispatch import Dispatch
from .kept import Counted, MonthCount
from .made import MadeReport
from .office import ClosingDay
from .push import PushAddress
from .subscription import Published, Subscription
from .wish import When, Wish

__all__ = [
    "Bookmark",
    "CalendarAddress",
    "ClosingDay",
    "Counted",
    "Dispatch",
    "MadeReport",
    "MonthCount",
    "Published",
    "PushAddress",
    "Subscription",
    "When",
    "Wish",
    "behind",
    "next_events",
    "open_bookmarks",
]
