"""A file: opened, changed, filled, closed, opened again; who is let in; one that was handled on paper."""

from typing import ClassVar

from django import forms
from django.utils import timezone

from casefiles.access import open_files_of
from casefiles.actions.cases import symbols_of
from casefiles.filing import CaseField
from casefiles.models import CaseFile, Member, PlanEntry, RetentionRule
from casefiles.terms import CHOICES
from documents.forms.attached import Attaching
from documents.forms.widgets import ManyFiles, PersonField, lines, own_hand
from documents.forms.work.people import colleagues
from orgs.models import Post
from ui.days import WRITTEN, DayField

TERM_HELP = "Tính từ năm kết thúc công việc. Không rõ thì tra Bảng thời hạn bảo quản."


class EntryField(forms.ModelChoiceField):
    def label_from_instance(self, entry: PlanEntry) -> str:
        return f"{entry.code} – {entry.label[:80]} ({entry.term_words})"


class RuleField(forms.ModelChoiceField):
    def label_from_instance(self, rule: RetentionRule) -> str:
        return f"{rule.whole[:110]}: {rule.term_words}"


class OpenForm(forms.Form):
    """From the list of the year: the entry says the rest. Outside it: title, sign, term, day (decree 30 art. 29.2)."""

    entry = EntryField(
        PlanEntry.objects.none(), label="Hồ sơ trong danh mục", required=False, empty_label="Ngoài danh mục, tự đặt tiêu đề",
    )  # fmt: skip
    title = forms.CharField(
        label="Tiêu đề hồ sơ", required=False, max_length=500, widget=lines(2),
        help_text="Chọn hồ sơ trong danh mục thì để trống được.",
    )  # fmt: skip
    symbol = forms.CharField(
        label="Ký hiệu đề mục", required=False, max_length=12,
        help_text="Chữ viết tắt của đề mục lớn, ví dụ TCCB. Hệ thống lấy số tiếp theo của năm.",
    )  # fmt: skip
    term = forms.ChoiceField(
        label="Thời hạn bảo quản",
        required=False,
        choices=[("", "Theo danh mục"), *CHOICES],
        help_text=TERM_HELP,
    )
    mode = forms.ChoiceField(label="Chế độ sử dụng", choices=CaseFile.Mode.choices)
    started_on = DayField(label="Ngày bắt đầu", back=True)
    keywords = forms.CharField(label="Từ khóa", required=False, max_length=200)
    note = forms.CharField(label="Ghi chú", required=False, max_length=500)

    def __init__(self, *args, post: Post, year: int, **kwargs):
        super().__init__(*args, **kwargs)
        free = PlanEntry.objects.filter(
            plan__organisation=post.organisation_id,
            plan__year=year,
            plan__decision__state="issued",
            case_file=None,
        )
        self.fields["entry"].queryset = free.order_by(
            "heading__parent__position", "heading__position", "number"
        )
        self.signs = symbols_of(post.organisation, year)
        if self.signs:
            self.fields["symbol"].help_text += (
                " Đề mục của năm: " + ", ".join(sign for sign, _ in self.signs) + "."
            )

    def clean(self):
        data = super().clean()
        entry = data.get("entry")
        if entry:
            data["title"], data["term"] = data.get("title") or entry.label, data.get("term") or entry.term
            return data
        needed = {"title": "tiêu đề", "symbol": "ký hiệu đề mục", "term": "thời hạn bảo quản"}
        for name, words in needed.items():
            if not data.get(name) and name not in self.errors:
                self.add_error(name, f"Hồ sơ ngoài danh mục phải có {words}.")
        return data


class ChangeForm(forms.Form):
    title = forms.CharField(label="Tiêu đề hồ sơ", max_length=500, widget=lines(2))
    term = forms.ChoiceField(label="Thời hạn bảo quản", choices=CHOICES, help_text=TERM_HELP)
    mode = forms.ChoiceField(label="Chế độ sử dụng", choices=CaseFile.Mode.choices)
    started_on = DayField(label="Ngày bắt đầu", back=True)
    keywords = forms.CharField(label="Từ khóa", required=False, max_length=200)
    note = forms.CharField(label="Ghi chú", required=False, max_length=500)


class OnPaperForm(forms.Form):
    title = forms.CharField(label="Tiêu đề hồ sơ", max_length=500, widget=lines(2))
    symbol = forms.CharField(
        label="Ký hiệu đề mục", max_length=12, help_text="Ví dụ TCCB; hệ thống lấy số tiếp theo của năm."
    )
    term = forms.ChoiceField(label="Thời hạn bảo quản", choices=CHOICES, initial="5")
    started_on = DayField(label="Ngày bắt đầu", back=True)
    ended_on = DayField(label="Ngày kết thúc", back=True)
    reason = forms.ChoiceField(
        label="Lý do xử lý trên giấy", choices=[("", "Chọn lý do"), *CaseFile.PaperReason.choices]
    )
    note = forms.CharField(label="Ghi rõ thêm", required=False, max_length=500)


class AddFilesForm(Attaching, forms.Form):
    signed = False  # they go with the file, and with no paper that the agency signs
    attachments = ManyFiles(label="Tệp thêm vào hồ sơ", required=False)

    def __init__(self, *args, post: Post, **kwargs):
        super().__init__(*args, **kwargs)
        self.post = post
        self.ready_for_files()

    def clean(self):
        data = super().clean()
        self.take_files()
        if not self.errors and not self.attached:
            self.add_error("attachments", "Hãy chọn ít nhất một tệp.")
        return data

    def given(self) -> dict:
        return {"files": self.attached}


class LetInForm(forms.Form):
    post = PersonField(Post.objects.none(), label="Người được vào hồ sơ", empty_label="Chọn người")
    role = forms.ChoiceField(label="Quyền", choices=Member.Role.choices)

    def __init__(self, *args, case: CaseFile, by: Post, **kwargs):
        super().__init__(*args, **kwargs)
        there = case.members.filter(ended_at=None).values("post")
        people = colleagues(by, timezone.localdate()).exclude(pk=case.creator_id).exclude(pk__in=there)
        self.fields["post"].queryset = people


class RemoveForm(forms.Form):
    reason = forms.CharField(label="Lý do bỏ khỏi hồ sơ", max_length=300)


class CloseForm(forms.Form):
    title = forms.CharField(label="Tiêu đề hồ sơ", max_length=500, widget=lines(2))
    term = forms.ChoiceField(label="Thời hạn bảo quản", choices=CHOICES, help_text=TERM_HELP)
    term_why = forms.CharField(label="Lý do, nếu hạ thời hạn", required=False, max_length=300)
    ended_on = DayField(label="Ngày kết thúc công việc", back=True)
    settled_on = DayField(
        label="Ngày quyết toán công trình", back=True, required=False,
        help_text="Chỉ hồ sơ công trình xây dựng: nộp lưu trong 3 tháng từ ngày này.",
    )  # fmt: skip
    on_paper = forms.BooleanField(
        label="Có bước đã in ra, ký tay hoặc xử lý trên giấy", required=False, widget=own_hand()
    )
    paper_step = forms.CharField(label="Bước nào, vì sao", required=False, max_length=300)
    remove = forms.TypedMultipleChoiceField(
        label="Loại khỏi hồ sơ", required=False, coerce=int, widget=forms.CheckboxSelectMultiple()
    )

    own: ClassVar = ("title", "term", "term_why", "ended_on", "settled_on", "on_paper", "paper_step")

    def __init__(self, *args, spare: dict[int, str], names: dict[int, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["remove"].choices = [(pk, f"{names[pk]}: {why}") for pk, why in spare.items()]
        if not spare:
            del self.fields["remove"]

    def clean(self):
        data = super().clean()
        if data.get("on_paper") and not data.get("paper_step"):
            self.add_error("paper_step", "Hãy ghi bước nào đã làm trên giấy, vì sao.")
        if data.get("paper_step") and not data.get("on_paper"):
            data["on_paper"] = True
        return data

    def own_fields(self):
        return [self[name] for name in self.own]

    def given(self) -> dict:
        data = self.cleaned_data
        names = ("title", "term", "term_why", "ended_on", "settled_on", "paper_step")
        return {name: data[name] for name in names} | {"remove": data.get("remove") or []}


class FileForm(forms.Form):
    """Into which of one's open files a paper or a task goes."""

    case = CaseField(CaseFile.objects.none(), label="Hồ sơ", empty_label="Chọn hồ sơ")

    def __init__(self, *args, post: Post, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["case"].queryset = open_files_of(post).order_by("-opened_at", "-pk")


def today() -> str:
    return f"{timezone.localdate():{WRITTEN}}"
