"""Text that is being typed: kept for its writer, offered when the form is opened again, forgotten when it was sent."""

import json
import re
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from documents import blobs
from documents.models import Assignment, DraftPicture, Extension, Incoming, ScannedPaper, UnsentText
from orgs.models import User

KEPT = timedelta(days=30)
MOST = 100  # forms of one person; the oldest go first
LONGEST = 500_000  # letters: the body of a draft may have 200,000, and a line end or a mark is written as two
_OF_EXTENSION = r"assignment_(grant|refuse|withdraw)_extension"  # named by the request, not by the task
_FORM = re.compile(r"[a-z][a-z0-9_-]{0,79}", re.ASCII)


@transaction.atomic
def keep(user: User, *, form: str, fields: str, at: datetime) -> None:
    """Raises ValidationError for what no page of ours sends."""
    if not _FORM.fullmatch(form) or len(fields) > LONGEST:
        raise ValidationError("Nội dung đang gõ quá dài để giữ.")
    try:
        # Put together anew, so that no zero byte and no half of a letter reaches the database as such.
        written = json.dumps(json.loads(fields), ensure_ascii=False)
        written.encode()
    except (ValueError, RecursionError) as error:
        raise ValidationError("Nội dung đang gõ không đọc được.") from error
    if len(written) > LONGEST:
        raise ValidationError("Nội dung đang gõ quá dài để giữ.")
    UnsentText.objects.update_or_create(user=user, form=form, defaults={"fields": written, "at": at})
    by_age = UnsentText.objects.filter(user=user).order_by("-at", "-pk").values_list("pk", flat=True)
    UnsentText.objects.filter(pk__in=list(by_age[MOST:])).delete()


def kept(user: User, form: str) -> UnsentText | None:
    return UnsentText.objects.filter(user=user, form=form[:80].replace("\0", "")).first()


def forget(user: User, form: str) -> None:
    UnsentText.objects.filter(user=user, form=form[:80].replace("\0", "")).delete()


def forget_about(paper: Incoming) -> None:
    """What anybody was typing about a paper whose content is destroyed: its steps, its work, its consultations, a reply,
    its scan."""
    work = Assignment.objects.filter(incoming=paper)
    of = [
        (r"incoming_[a-z_]+|register|consult|circulate|draft-tra-loi", [paper.pk]),
        (r"consultation_[a-z_]+|opinion", paper.consultations.values_list("pk", flat=True)),
        (rf"(?!{_OF_EXTENSION})assignment_[a-z_]+", work.values_list("pk", flat=True)),
        ("scan", ScannedPaper.objects.filter(incoming=paper).values_list("pk", flat=True)),
        (_OF_EXTENSION, Extension.objects.filter(assignment__in=work).values_list("pk", flat=True)),
    ]
    forms = [f"({names})-({'|'.join(map(str, pks))})" for names, pks in of if pks]
    UnsentText.objects.filter(form__regex=f"^({'|'.join(forms)})$").delete()


def forget_about_scan(scan: ScannedPaper) -> None:
    """What anybody was typing beside a scan that is deleted, or joined onto another."""
    UnsentText.objects.filter(form=f"scan-{scan.pk}").delete()


def forget_old(*, at: datetime) -> int:
    """What nobody came back to, and the pictures that were put into it; gives how much of it."""
    old = DraftPicture.objects.filter(outgoing=None, at__lt=at - KEPT)
    for picture in old.select_related("blob"):
        if old.filter(pk=picture.pk).delete()[0]:  # not brought again meanwhile
            blobs.destroy(picture.blob)  # unless a draft has it
    return UnsentText.objects.filter(at__lt=at - KEPT).delete()[0]
