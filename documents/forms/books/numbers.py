"""What the clerk writes about books and numbers: numbers set aside, made void, the series of kinds, the end of a book."""

from datetime import date

from django import forms

from documents.actions.books.boards import CHAIRS
from documents.actions.books.reserving import MOST
from documents.forms.widgets import PersonField, lines, own_hand
from documents.forms.work.people import colleagues
from documents.kinds import CHOICES
from documents.models import RegisterBook, Reservation
from documents.numbering import written
from orgs.models import Post
from ui.days import DayField


def book_name(direction: str, series: str) -> str:
    name = dict(RegisterBook._meta.get_field("direction").choices)[direction]
    return f"{name}, hệ thống số {series}" if direction == "out" else name


class ReserveForm(forms.Form):
    book = forms.ChoiceField(label="Sổ")
    count = forms.IntegerField(label="Giữ bao nhiêu số", min_value=1, max_value=MOST)
    purpose = forms.CharField(
        label="Lý do giữ số",
        min_length=10,
        max_length=500,
        help_text="Ví dụ: Mất điện theo lịch chiều 05/12.",
    )

    def __init__(self, *args, series: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["book"].choices = [(f"{way}:{one}", book_name(way, one)) for way, one in series]

    def given(self) -> dict:
        data = self.cleaned_data
        direction, _, series = data["book"].partition(":")
        return {"direction": direction, "series": series, "count": data["count"], "purpose": data["purpose"]}


class VoidReservedForm(forms.Form):
    values = forms.TypedMultipleChoiceField(
        label="Số cần hủy", coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Hãy chọn ít nhất một số."},
    )  # fmt: skip
    reason = forms.CharField(
        label="Lý do hủy số", min_length=10, max_length=500, widget=lines(2),
        help_text="Ví dụ: Hệ thống hoạt động lại, không dùng đến. Số ở lại trong sổ với chữ “Hủy”.",
    )  # fmt: skip

    def __init__(self, *args, reservation: Reservation, **kwargs):
        super().__init__(*args, **kwargs)
        span = range(reservation.first, reservation.last + 1)
        self.fields["values"].choices = [(value, written(value)) for value in span]


class SeriesForm(forms.Form):
    kinds = forms.MultipleChoiceField(
        label="Loại văn bản", choices=CHOICES, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Hãy chọn ít nhất một loại văn bản."},
    )  # fmt: skip
    series = forms.CharField(
        label="Hệ thống số",
        max_length=10,
        help_text="Các loại cùng một tên dùng chung một dãy số, ví dụ CHUNG.",
    )
    since = DayField(
        label="Từ ngày",
        help_text="Ngày 01/01 của năm sau; hoặc hôm nay, khi loại này năm nay chưa cấp số nào.",
    )
    decision = forms.CharField(
        label="Văn bản quy định",
        required=False,
        max_length=200,
        help_text="Ví dụ: Quy chế văn thư 12/QĐ-SNV ngày 10/01/2026.",
    )


class CloseForm(forms.Form):
    early = forms.BooleanField(
        label="Năm chưa hết, tôi vẫn chốt: hệ thống số này không cấp thêm số nào trong năm",
        required=False,
        widget=own_hand(),
    )

    def __init__(self, *args, year: int, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        if year < today.year:
            del self.fields["early"]


class ChairForm(forms.Form):
    """Who signs in the name of a board, and when it ended."""

    chair = PersonField(Post.objects.none(), label="Người đứng đầu, ký thay mặt")
    chair_title = forms.CharField(
        label="Chức danh khi ký", max_length=60, help_text="Ví dụ: CHỦ TỊCH, TRƯỞNG BAN, TỔ TRƯỞNG."
    )
    deputy = PersonField(
        Post.objects.none(), label="Cấp phó được ký thay (KT.)", required=False, empty_label="Không có"
    )
    deputy_title = forms.CharField(
        label="Chức danh của cấp phó khi ký",
        max_length=60,
        required=False,
        help_text="Ví dụ: PHÓ CHỦ TỊCH, PHÓ TRƯỞNG BAN.",
    )
    ended_on = DayField(label="Kết thúc từ ngày", required=False, help_text="Để trống khi còn hoạt động.")

    def __init__(self, *args, post: Post, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        there = colleagues(post, today).filter(role__in=CHAIRS)
        self.fields["chair"].queryset = self.fields["deputy"].queryset = there

    def clean(self):
        data = super().clean()
        if bool(data.get("deputy")) != bool(data.get("deputy_title")) and "deputy" not in self.errors:
            self.add_error("deputy_title", "Cấp phó đi cùng chức danh: hãy ghi cả hai, hoặc để trống cả hai.")
        return data


class BoardForm(ChairForm):
    name = forms.CharField(label="Tên", max_length=150, help_text="Ví dụ: Hội đồng Thi đua - Khen thưởng.")
    abbreviation = forms.CharField(
        label="Chữ viết tắt", max_length=10, help_text="Trong ký hiệu và là tên hệ thống số, ví dụ HĐTĐ."
    )
    signs_as = forms.CharField(
        label="Ký thay mặt",
        max_length=40,
        initial="TM. HỘI ĐỒNG",
        help_text="TM. HỘI ĐỒNG, TM. BAN CHỈ ĐẠO, TM. TỔ CÔNG TÁC.",
    )
    decision = forms.CharField(label="Quyết định thành lập", max_length=200)
    since = DayField(label="Từ ngày")

    field_order = (
        "name",
        "abbreviation",
        "signs_as",
        "chair",
        "chair_title",
        "deputy",
        "deputy_title",
        "decision",
        "since",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["ended_on"]
