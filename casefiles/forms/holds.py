"""An order that freezes files."""

from django import forms

from casefiles.models import CaseFile
from documents.forms.widgets import lines
from ui.days import DayField

OFFERED = 100  # to be ticked one by one; of more, all or a narrower list
CHOSEN, ALL = "chosen", "all"


class FilesField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, case: CaseFile) -> str:
        return f"{case.code} ({case.year}) – {case.title[:100]}"


class HoldForm(forms.Form):
    title = forms.CharField(
        label="Tên lệnh đóng băng", max_length=200, help_text="Ví dụ: Thanh tra công tác tuyển dụng 2024."
    )
    basis = forms.CharField(
        label="Căn cứ", max_length=300, help_text="Văn bản, người ra lệnh: số, ngày, cơ quan."
    )
    reason = forms.CharField(label="Lý do", max_length=500, widget=lines(2))
    from_on = DayField(label="Từ ngày", back=True)
    scope = forms.ChoiceField(label="Đóng băng", widget=forms.RadioSelect())
    files = FilesField(
        CaseFile.objects.none(), label="Hồ sơ", required=False, widget=forms.CheckboxSelectMultiple()
    )

    def __init__(self, *args, found, count: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.found = found
        offered = found.order_by("-opened_at", "-pk").values_list("pk", flat=True)[:OFFERED]
        # Those of a page: of a slice nothing more can be asked.
        self.fields["files"].queryset = CaseFile.objects.filter(pk__in=list(offered)).order_by(
            "-opened_at", "-pk"
        )
        self.fields["scope"].choices = [
            (ALL, f"Cả {count} hồ sơ của danh sách"),
            (CHOSEN, "Chỉ các hồ sơ đánh dấu dưới đây"),
        ]
        self.fields["scope"].initial = ALL

    def chosen(self):
        """The files meant, as a query: of the whole list, what it holds when it is asked."""
        if self.cleaned_data["scope"] == ALL:
            return self.found
        return CaseFile.objects.filter(pk__in=[case.pk for case in self.cleaned_data["files"]])
