"""The panel "Hồ sơ" on a paper and on a task: where it lies, and one press to file it."""

from django import template
from django.db.models import BooleanField, Value
from django.urls import reverse

from casefiles.access import open_files_of
from casefiles.models import CaseFile, Item
from casefiles.states import LABELS, TONES
from documents.models import Document, Task
from orgs.models import Post

register = template.Library()
OFFERED = 4  # of which three are a press, and one says that there are more
_ROW = ("pk", "code", "title", "state", "lies")


@register.inclusion_tag("casefiles/_panel.html")
def filed_in(matter: Document | Task, post: Post) -> dict:
    """One query: the files that one sees and it lies in, and those it can go into, the latest opened first."""
    is_task = isinstance(matter, Task)
    about = {"task": matter.pk} if is_task else {"document": matter.pk}
    inside = Item.objects.filter(removed_at=None, **about).values("case")
    rows = _rows(CaseFile.objects.visible_to(post).filter(pk__in=inside), lies=True)
    fits = is_task or matter.direction == "out" or bool(matter.arrival_number)
    if fits:
        mine = open_files_of(post).exclude(pk__in=inside).order_by("-opened_at", "-pk")
        rows = rows.union(_rows(mine, lies=False)[:OFFERED], all=True)
    found = [
        row
        | {
            "url": reverse("case", args=[row["pk"]]),
            "label": LABELS[row["state"]],
            "tone": TONES[row["state"]],
        }
        for row in sorted(rows, key=lambda row: -row["pk"])
    ]
    return {
        "matter": matter, "is_task": is_task, "fits": fits, "files": [row for row in found if row["lies"]],
        "offered": [row for row in found if not row["lies"]],
        "address": reverse("file_task" if is_task else "file_paper", args=[matter.pk]),
    }  # fmt: skip


def _rows(files, *, lies: bool):
    return files.annotate(lies=Value(lies, BooleanField())).values(*_ROW)
