"""Đến hạn xem xét and đợt hủy: what each step asks. And what a term counts from."""

import re

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
_NAME = re.compile(r"([^\s=()]{1,20})\s*\(\s*(\d{4})\s*\)")
_PAIR = re.compile(rf"\s*{_NAME.pattern}\s*=\s*{_NAME.pattern}\s*$")


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
    files = FilesField(
        CaseFile.objects.none(),
        label="Hồ sơ hết thời hạn",
        required=False,
        widget=forms.CheckboxSelectMultiple(),
    )
    duplicates = forms.CharField(
        label="Hồ sơ trùng lặp", required=False, max_length=8000, widget=lines(3),
        help_text="Mỗi dòng một hồ sơ và hồ sơ giữ lại thay nó, ví dụ: 05.TCCB (2024) = 02.TCCB (2023). Nút “Tìm hồ sơ trùng lặp” ghi sẵn các cặp có tài liệu giống hệt nhau ở lưu trữ; hãy xem lại. Hồ sơ giữ lại ở lưu trữ và có đủ tài liệu của hồ sơ hủy.",
    )  # fmt: skip

    def __init__(self, *args, offered, seen, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["files"].queryset = offered
        if not offered:
            self.fields["files"].widget = forms.MultipleHiddenInput()
        self.seen = seen  # files that may be named as duplicates

    def clean_duplicates(self) -> list[tuple[CaseFile, CaseFile]]:
        """Pairs of (the file that goes, the one that is kept)."""
        rows = [line for line in self.cleaned_data["duplicates"].splitlines() if line.strip()]
        if wrong := [line for line in rows if not _PAIR.match(line)]:
            raise forms.ValidationError(
                [
                    f"Dòng “{line.strip()[:60]}” chưa đúng dạng: 05.TCCB (2024) = 02.TCCB (2023)."
                    for line in wrong[:5]
                ]
            )
        said = [[(code, int(year)) for code, year in _NAME.findall(line)] for line in rows]
        names = {name for pair in said for name in pair}
        found = self.seen.filter(code__in={code for code, _ in names}, year__in={year for _, year in names})
        files = {(case.code, case.year): case for case in found}
        if unknown := sorted(names - set(files)):
            raise forms.ValidationError([f"Không thấy hồ sơ {code} ({year})." for code, year in unknown[:5]])
        if len({one for one, _ in said}) < len(said):
            raise forms.ValidationError("Có hồ sơ trùng lặp được ghi hai lần.")
        return [(files[one], files[other]) for one, other in said]

    def clean(self):
        super().clean()
        if not self.errors and not self.cleaned_data["files"] and not self.cleaned_data["duplicates"]:
            raise forms.ValidationError("Hãy chọn hồ sơ hết thời hạn hoặc ghi hồ sơ trùng lặp.")


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
            if line.stead:
                label += f" – {line.ground_words} – {line.stead.title}"
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
