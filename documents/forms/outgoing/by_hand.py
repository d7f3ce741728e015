"""What the clerk writes into the book of the post and the book of kept copies."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from documents.actions.outgoing.by_hand import ALLOWS
from documents.forms.widgets import PersonField
from documents.forms.work.people import colleagues
from orgs.models import Post
from ui.days import DayField


class PostForm(forms.Form):
    day = DayField(label="Ngày chuyển", back=True)
    recipient = forms.CharField(label="Nơi nhận văn bản", max_length=200)
    envelopes = forms.IntegerField(label="Số lượng bì", min_value=1, max_value=9999)
    receipt = forms.CharField(
        label="Ký nhận, dấu bưu điện", required=False, max_length=100,
        help_text="Tên nhân viên bưu điện nhận, số hiệu bưu gửi; để trống thì ký và đóng dấu trên sổ in.",
    )  # fmt: skip
    note = forms.CharField(label="Ghi chú", required=False, max_length=500)


class LendForm(forms.Form):
    day = DayField(label="Ngày", back=True)
    reader = PersonField(
        Post.objects.none(), label="Người sử dụng", required=False, empty_label="Người ngoài cơ quan"
    )
    name = forms.CharField(
        label="Họ tên người ngoài cơ quan", required=False, max_length=100,
        help_text="Chỉ ghi khi không chọn được ở trên; người này ký nhận trên sổ in.",
    )  # fmt: skip
    allowed_by = PersonField(Post.objects.none(), label="Người cho phép sử dụng")
    file_code = forms.CharField(label="Số và ký hiệu hồ sơ", required=False, max_length=50)
    note = forms.CharField(label="Ghi chú", required=False, max_length=500)

    def __init__(self, *args, post: Post, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        people = colleagues(post, today)
        self.fields["reader"].queryset = people
        self.fields["allowed_by"].queryset = people.filter(role__in=ALLOWS)

    def clean(self):
        data = super().clean()
        if "reader" in data and bool(data["reader"]) == bool(data.get("name")):
            raise ValidationError(
                "Hãy chọn người trong cơ quan, hoặc ghi họ tên người ngoài; chỉ một trong hai."
            )
        return data


class ReturnForm(forms.Form):
    day = DayField(label="Ngày trả", back=True)
