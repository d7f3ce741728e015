"""The archive's announcement of what it collects in a year; a file that its unit keeps beyond the day, by the head's written
consent (decree 30 art. 31.3d)."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from casefiles.due import LONGEST, first_due, last_day, months_after
from casefiles.journey import check, hold, move, tell_office
from casefiles.models import CaseFile, CollectionPlan, KeptLonger
from documents.access import may
from documents.arrival import NewFile
from documents.models import Document
from orgs.actions.notices import tell
from orgs.models import Post, Role
from orgs.models.notice import WORK
from ui.text import nfc


@transaction.atomic
def announce_collection(*, year: int, until: date, text: str, by: Post, at: datetime) -> CollectionPlan:
    """The heads of all units are told; everybody of the office sees it beside the lists."""
    if not may(by, "announce_collection"):
        raise PermissionDenied(f"Vai trò “{by}” không công bố kế hoạch thu nộp hồ sơ.")
    today = timezone.localdate(at)
    if until < today:
        raise ValidationError({"until": "Hạn nộp không thể ở trước hôm nay."})
    if abs(year - today.year) > 1:
        raise ValidationError({"year": f"Kế hoạch là của năm nay hoặc năm liền kề, không phải năm {year}."})
    if len(text.strip()) < 10:
        raise ValidationError({"text": "Hãy ghi thu hồ sơ nào (ít nhất 10 ký tự)."})
    made = CollectionPlan.objects.create(
        organisation=by.organisation, year=year, until=until, text=nfc(text.strip())[:2000], by=by, at=at
    )
    heads = Post.objects.on(today).filter(
        organisation=by.organisation_id, role__in=(Role.UNIT_HEAD, Role.OFFICE_HEAD), user__is_active=True
    )
    users = {post.user for post in heads.select_related("user") if post.user_id != by.operator.pk}
    words = f"Lưu trữ công bố kế hoạch thu nộp hồ sơ năm {year}, hạn {until:%d/%m/%Y}."
    tell(users, words, at=at, url=reverse("collection_plans"), kind=WORK)
    said = {"note": f"năm {year}, hạn {until:%d/%m/%Y}", "plan_of_collection": made.pk}
    tell_office("announce_collection", by=by, at=at, organisation=by.organisation, payload=said)
    return made


@transaction.atomic
def keep_longer(
    case: CaseFile, *, until: date, reason: str, by: Post, at: datetime, paper: Document | None = None,
    consent: NewFile | None = None,
) -> KeptLonger:  # fmt: skip
    """The unit keeps the file up to `until`. With the head's written consent: a `paper` of the office, or a file.

    Raises ValidationError without it, for a day that is no later, or later than two years after the day by law.
    """
    case = hold(case)
    check(case, "keep_longer", by=by)
    due = first_due(case)
    if due is None:
        raise ValidationError("Hồ sơ này không phải nộp lưu nên không cần giữ lại.")
    latest = months_after(due, LONGEST)
    if not last_day(case) < until <= latest:
        raise ValidationError(
            {
                "until": f"Giữ lại phải sau {last_day(case):%d/%m/%Y} và không quá {latest:%d/%m/%Y} (hai năm từ ngày đến hạn nộp lưu)."
            }
        )
    if (paper is None) == (consent is None):
        raise ValidationError(
            {
                "paper": "Hãy ghi số văn bản đồng ý của người đứng đầu, hoặc đính kèm văn bản đó: một trong hai."
            }
        )
    if paper is not None and paper.organisation_id != case.organisation_id:
        raise ValidationError({"paper": "Văn bản đồng ý phải là văn bản của cơ quan mình."})
    if len(reason.strip()) < 10:
        raise ValidationError({"reason": "Hãy ghi vì sao cần giữ lại (ít nhất 10 ký tự)."})
    made = KeptLonger.objects.create(
        case=case, until=until, reason=nfc(reason.strip())[:500], paper=paper, blob=consent.blob if consent else None,
        name=consent.name if consent else "", by=by, at=at,
    )  # fmt: skip
    keepers = Post.objects.on(timezone.localdate(at)).filter(
        organisation=case.organisation_id, role=Role.ARCHIVIST
    )
    users = [post.user for post in keepers.select_related("user") if post.user_id != by.operator.pk]
    text = f"Hồ sơ {case.code} được giữ lại đến {until:%d/%m/%Y}."
    tell(users, text, at=at, url=reverse("kept_longer"), kind=WORK)
    said = {"note": f"đến {until:%d/%m/%Y}", "reason": made.reason, "kept": made.pk, "until": f"{until}"}
    move(
        case,
        "keep_longer",
        by=by,
        at=at,
        payload=said | ({"sha256": consent.blob.pk} if consent else {}),
        fills={"due_told_on": None},
    )
    return made
