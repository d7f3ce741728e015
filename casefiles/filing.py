"""Into a file at completion: what the form of a finishing step asks, and what is done with the answer (documents/actions/work/ending.py)."""

from datetime import datetime

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError

from casefiles.access import open_files_of
from casefiles.actions.items import file_paper, filed_anywhere, leave_unfiled
from casefiles.journey import hold
from casefiles.models import CaseFile, FilingRule, Item
from documents.actions.work.ending import Ask
from documents.journey import NotAllowedNow
from documents.models import Incoming
from orgs.models import Post

NEEDED = "Cơ quan đặt cách làm việc: văn bản hoàn thành phải đưa vào hồ sơ. Hãy chọn hồ sơ, hoặc ghi lý do không đưa vào."


class CaseField(forms.ModelChoiceField):
    def label_from_instance(self, case: CaseFile) -> str:
        return f"{case.code} ({case.year}) – {case.title[:80]}"


def must_file(organisation_id: int) -> bool:
    return FilingRule.objects.filter(organisation=organisation_id, must_file=True).exists()


def proposed_for(paper: Incoming, post: Post) -> CaseFile | None:
    """The file where an answer to it, or what it answers, lies already; else the one this post filed into last."""
    mine = open_files_of(post)
    kin = Item.objects.filter(removed_at=None, document__outgoing__in_reply_to=paper.pk).values("case")
    return (
        mine.filter(pk__in=kin).order_by("-pk").first()
        or mine.filter(pk__in=Item.objects.filter(by=post).order_by("-pk").values("case")[:1]).first()
    )


def fields(paper: Incoming, post: Post) -> dict[str, forms.Field]:
    if filed_anywhere(paper):
        return {}
    files, needed = open_files_of(post).order_by("-opened_at", "-pk"), must_file(paper.organisation_id)
    found = {
        "case_file": CaseField(
            files, label="Đưa vào hồ sơ", required=False, empty_label="Chưa đưa vào hồ sơ", initial=proposed_for(paper, post)
        )
    }  # fmt: skip
    if needed:
        found["unfiled_why"] = forms.CharField(
            label="Hoặc lý do không đưa vào hồ sơ", required=False, max_length=300
        )
    return found


def carry_out(paper: Incoming, *, by: Post, at: datetime, asked: dict | None) -> None:
    """Files the paper, or keeps why not; where the office asks for it nothing else lets a paper be completed."""
    case, why = (asked or {}).get("case_file"), ((asked or {}).get("unfiled_why") or "").strip()
    if case is not None:
        try:
            file_paper(case, paper, by=by, at=at)
        except (
            NotAllowedNow,
            PermissionDenied,
        ) as refusal:  # closed, or he was let out, while the form was filled in
            raise ValidationError({"case_file": str(refusal)}) from refusal
        return
    if not must_file(paper.organisation_id) or filed_anywhere(paper):
        return
    if len(why) >= 10:
        leave_unfiled(paper, by=by, at=at, reason=why)
    elif paper.unfiled.exists():
        return
    elif asked is None:
        raise NotAllowedNow(f"{NEEDED} Mở văn bản, phần Thông tin, mục Hồ sơ.", paper)
    else:
        raise ValidationError({"case_file": NEEDED + (" Lý do cần ít nhất 10 ký tự." if why else "")})


def hold_file(asked: dict | None) -> None:
    if case := (asked or {}).get("case_file"):
        hold(case)


ASKS = Ask(fields, carry_out, hold_file)
