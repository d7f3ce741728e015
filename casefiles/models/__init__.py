from .audit import ArchiveRound
from .case import CaseFile, CodeSeries, Member, Relation, RightsChange
from .disposal import CouncilMember, Disposal, DisposalLine, Vote
from .export import Export, ReceivedPackage
from .figures import FrozenFile, FrozenMonth, MonthFigures, OnlineTarget
from .handover import Handover, HandoverChoice, HandoverLine
from .hold import HeldFile, LegalHold
from .item import CaseEvent, CaseReading, FilingRule, Item, SecretCount, Unfiled
from .keeping import CollectionPlan, KeptLonger
from .loan import Loan, LoanView
from .plan import FilePlan, PlanEntry, PlanHeading
from .rendition import Rendition
from .retention import RetentionRule
from .sent import ArchiveAnswer, SentPackage
from .transfer import CheckedFile, Transfer, TransferFile

__all__ = [
    "ArchiveAnswer",
    "ArchiveRound",
    "CaseEvent",
    "CaseFile",
    "CaseReading",
    "CheckedFile",
    "CodeSeries",
    "CollectionPlan",
    "CouncilMember",
    "Disposal",
    "DisposalLine",
    "Export",
    "FilePlan",
    "FilingRule",
    "FrozenFile",
    "FrozenMonth",
    "Handover",
    "HandoverChoice",
    "HandoverLine",
    "HeldFile",
    "Item",
    "KeptLonger",
    "LegalHold",
    "Loan",
    "LoanView",
    "Member",
    "MonthFigures",
    "OnlineTarget",
    "PlanEntry",
    "PlanHeading",
    "ReceivedPackage",
    "Relation",
    "Rendition",
    "RetentionRule",
    "RightsChange",
    "SecretCount",
    "SentPackage",
    "Transfer",
    "TransferFile",
    "Unfiled",
    "Vote",
]
