"""What a post may do, and the only way to reach a paper. Both are decided here and nowhere else.

The rules lie by what they speak of (`incoming`, `outgoing`, `papers`, `tasks`), `rules` names the permission that each
answers, `finding` finds a paper or says that there is none."""

from .finding import (
    asked_for,
    assignment_for,
    consultation_for,
    deliveries_for,
    extension_for,
    file_for,
    incoming_for,
    kept_copy_use_for,
    order_extension_for,
    order_for,
    outgoing_for,
    paper_for,
    place_for,
    recurring_for,
    recurring_seen_by,
    report_file_for,
    scan_batch_for,
    scan_for,
    slip_for,
    task_for,
    task_with_parts,
    task_without_paper,
)
from .outgoing import keeps_the_seal
from .people import has_left
from .rules import PERSONAL, POST_POWERS, RULES, declare_rule, may
from .tasks import FALLEN

__all__ = [
    "FALLEN",
    "PERSONAL",
    "POST_POWERS",
    "RULES",
    "asked_for",
    "assignment_for",
    "consultation_for",
    "declare_rule",
    "deliveries_for",
    "extension_for",
    "file_for",
    "has_left",
    "incoming_for",
    "keeps_the_seal",
    "kept_copy_use_for",
    "may",
    "order_extension_for",
    "order_for",
    "outgoing_for",
    "paper_for",
    "place_for",
    "recurring_for",
    "recurring_seen_by",
    "report_file_for",
    "scan_batch_for",
    "scan_for",
    "slip_for",
    "task_for",
    "task_with_parts",
    "task_without_paper",
]
