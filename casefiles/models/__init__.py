from .case import CaseFile, CodeSeries, Member, RightsChange
from .item import CaseEvent, FilingRule, Item, SecretCount, Unfiled
from .plan import FilePlan, PlanEntry, PlanHeading
from .retention import RetentionRule

__all__ = [
    "CaseEvent",
    "CaseFile",
    "CodeSeries",
    "FilePlan",
    "FilingRule",
    "Item",
    "Member",
    "PlanEntry",
    "PlanHeading",
    "RetentionRule",
    "RightsChange",
    "SecretCount",
    "Unfiled",
]
