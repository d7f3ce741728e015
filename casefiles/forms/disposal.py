"""Đến hạn xem xét and đợt hủy: what each step asks. And what a term counts from."""

from django import forms
from django.utils import timezone

from casefiles.forms.cases import TERM_HELP
from casefiles.forms.holds import FilesField
from casefiles.models import CaseFile, Disposal
from casefiles.terms import CHOICES, EVENTS
from documents.forms.widgets import PersonField, lines
from documents.forms.work.people import colleagues
from orgs.models import Post
from ui.days import DayField

_AFTER = [(name, words) for name, words in EVENTS.items() if name != "end_of_work"]


class PeopleField(forms.ModelMultipleChoiceField):
    label_from_instance = PersonField.label_from_instance
    away = PersonField.away


class ListForm(forms.Form):
    """Danh mục, with what the bản thuyết minh says of it."""

    title = forms.CharField(
        label="Tên đợt hủy", max_length=200, help_text="Ví dụ: Hủy hồ sơ hết thời hạn năm 2026, đợt 1."
    )
    origin = forms.CharField(label="Sự hình thành khối tài liệu", max_length=2000, widget=lines(3))
    content = forms.CharField(label="Thành phần và nội dung chủ yếu", max_length=2000, widget=lines(3))
    files = FilesField(CaseFile.objects.none(), label="Hồ sơ", widget=forms.CheckboxSelectMultiple())

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["files"].queryset = offered


class CouncilForm(forms.Form):
    chair = PersonField(Post.objects.none(), label="Chủ tịch hội đồng", empty_label="Chọn người")
    members = PeopleField(Post.objects.none(), label="Thành viên", widget=forms.CheckboxSelectMultiple())

    def __init__(self, *args, disposal: Disposal, by: Post, **kwargs):
        super().__init__(*args, **kwargs)
        people = colleagues(by, timezone.localdate())
        self.fields["members"].queryset = people
        self.fields["chair"].queryset = people.exclude(user=disposal.proposed_user_id)


class VoteForm(forms.Form):
    """A yes or no for each file, and why one is kept."""

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = rows
        for line in rows:
            choices = [("destroy", "Hủy"), ("keep", "Giữ lại")]
            label = f"{line.case.code} ({line.case.year}) – {line.case.title}"
            self.fields[f"vote_{line.pk}"] = forms.ChoiceField(
                label=label, choices=choices, widget=forms.RadioSelect()
            )
            self.fields[f"why_{line.pk}"] = forms.CharField(
                label="Lý do, nếu giữ lại", required=False, max_length=300
            )

    def given(self) -> dict:
        data = self.cleaned_data
        return {
            "votes": {
                one.pk: (data[f"vote_{one.pk}"] == "destroy", data[f"why_{one.pk}"]) for one in self.rows
            }
        }


class DecideForm(forms.Form):
    decision = forms.CharField(
        label="Quyết định hủy: số, ngày",
        max_length=200,
        help_text="Ví dụ: Quyết định số 15/QĐ-SNV ngày 01/12/2026.",
    )
    opinion = forms.CharField(
        label="Ý kiến của cơ quan có thẩm quyền", required=False, max_length=500, widget=lines(2),
        help_text="Bắt buộc với cơ quan thuộc nguồn nộp lưu vào lưu trữ lịch sử: văn bản số, ngày.",
    )  # fmt: skip


class TriggerForm(forms.Form):
    trigger = forms.ChoiceField(label="Thời hạn tính từ", choices=_AFTER)
    on = DayField(label="Ngày xảy ra", back=True)
    reason = forms.CharField(label="Lý do, nếu rút ngắn", required=False, max_length=500)


class TermForm(forms.Form):
    term = forms.ChoiceField(label="Thời hạn bảo quản", choices=CHOICES, help_text=TERM_HELP)
    reason = forms.CharField(label="Lý do, bắt buộc nếu hạ thời hạn", required=False, max_length=500)
