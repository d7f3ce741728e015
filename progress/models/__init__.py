from .kept import Counted, MonthCount
from .office import ClosingDay

__all__ = ["ClosingDay", "Counted", "MonthCount"]
