"""The panel "Hồ sơ" on a paper and on a task, where it lies, and one press to file it; what waits for the archive."""

from django import template
from django.db.models import BooleanField, Value
from django.urls import reverse
from django.utils import timezone

from casefiles.access import open_files_of
from casefiles.models import CaseFile, Item, Loan
from casefiles.reviewing import due
from casefiles.states import LABELS, TONES
from documents.models import Document, Task
from orgs.models import Post, Role

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


@register.inclusion_tag("casefiles/_archive_tiles.html")
def archive_tiles(post: Post) -> dict:
    """What waits for whoever keeps the archive, on his first page. Each number is the list that it opens."""
    if post.role != Role.ARCHIVIST:
        return {"tiles": []}
    seen, here = CaseFile.objects.visible_to(post), reverse("case_list")
    waiting = Loan.objects.filter(organisation=post.organisation_id, state="asked")
    counts = (
        ("Hồ sơ chờ kiểm tra", seen.filter(state="submitted").count(), f"{here}?box=submitted"),
        ("Đề nghị đọc chờ duyệt", waiting.count(), f"{reverse('loan_list')}?box=waiting"),
        ("Đến hạn xem xét", due(seen, timezone.localdate()).count(), reverse("review_list")),
    )
    return {
        "tiles": [
            {"label": label, "count": count, "url": url, "tone": "info" if count else ""}
            for label, count, url in counts
        ]
    }


def _rows(files, *, lies: bool):
    return files.annotate(lies=Value(lies, BooleanField())).values(*_ROW)
