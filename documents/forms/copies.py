"""What the clerk says of a copy to be made (decree 30 art. 25–27)."""

import re
from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError

from documents.actions.books.reserving import open_lines
from documents.forms.widgets import SignerField, lines
from documents.models import CertifiedCopy, Document, NumberLine
from orgs.authority import signers
from orgs.models import Post
from ui.days import DayField

ORIGINAL, COPY = "original", "copy"
MOST_PAGES = 500
_RANGE = re.compile(r"(\d{1,3})(?:\s*[-–]\s*(\d{1,3}))?")


class CopyForm(forms.Form):
    kind = forms.ChoiceField(label="Hình thức sao", choices=CertifiedCopy.Kind)
    source = forms.ChoiceField(label="Sao từ")
    medium = forms.ChoiceField(
        label="Sao sang bản",
        choices=[(key, words.capitalize()) for key, words in CertifiedCopy.Medium.choices],
    )
    pages = forms.CharField(
        label="Trang cần trích", required=False, max_length=200,
        help_text="Chỉ của trích sao. Ví dụ: 2, 4-5. Trang đầu và trang cuối luôn kèm theo vì mang thể thức, chữ ký.",
    )  # fmt: skip
    text = forms.CharField(
        label="Hoặc đoạn cần trích", required=False, max_length=20000, widget=lines(5), strip=False,
        help_text="Chỉ của trích sao. Chép nguyên văn; hệ thống đặt lại thể thức của văn bản gốc quanh đoạn này.",
    )  # fmt: skip
    signer = SignerField(
        Post.objects.none(), label="Người ký bản sao", empty_label=None,
        help_text="Người đứng đầu quy định ai được ký bản sao. Bản điện tử mang chữ ký số của cơ quan.",
    )  # fmt: skip
    recipients = forms.CharField(
        label="Nơi nhận bản sao",
        required=False,
        max_length=2000,
        widget=lines(3),
        help_text="Mỗi nơi một dòng.",
    )
    quantity = forms.IntegerField(label="Số bản", min_value=1, max_value=9999, initial=1)
    reserved = forms.ModelChoiceField(
        NumberLine.objects.none(), label="Số đã ghi tay", required=False, empty_label="Không, lấy số tiếp theo",
        help_text="Số giữ trước khi hệ thống ngừng, đã ghi trên bản sao giấy này.",
    )  # fmt: skip
    made_on = DayField(label="Ngày sao đã ghi", required=False, back=True)

    def __init__(
        self, *args, post: Post, at: datetime, document: Document, copies: list[CertifiedCopy], **kwargs
    ):
        """`copies`: those of the paper that were made before."""
        super().__init__(*args, **kwargs)
        self._earlier = {f"c{one.pk}": one for one in copies if one.kind == "SY" and one.number_value}
        named = [
            (key, f"Bản sao y {one.code} ({one.get_medium_display()})") for key, one in self._earlier.items()
        ]
        came = [(COPY, "Văn bản đến, bản thân là bản sao y")] if document.direction == "in" else []
        self.fields["source"].choices = [(ORIGINAL, "Bản gốc, bản chính"), *came, *named]
        self.fields["signer"].queryset = signers(post.organisation, at)
        # One that is gone meanwhile is said to be so; without the field the next number would be taken instead.
        if open_lines(post, "cpy").exists() or self.data.get("reserved"):
            self.fields["reserved"].queryset = open_lines(post, "cpy").select_related("book")
        else:
            del self.fields["reserved"], self.fields["made_on"]

    def clean(self) -> dict:
        data = super().clean()
        if bool(data.get("reserved")) != bool(data.get("made_on")) and not {"reserved", "made_on"} & set(
            self.errors
        ):
            self.add_error(
                "made_on", "Số đã ghi tay đi cùng ngày sao đã ghi: hãy chọn cả hai, hoặc để trống cả hai."
            )
        return data

    def clean_pages(self) -> list[int]:
        found: set[int] = set()
        for part in filter(None, (one.strip() for one in re.split(r"[,;]", self.cleaned_data["pages"]))):
            match = _RANGE.fullmatch(part)
            if not match or int(match[2] or match[1]) < int(match[1]):
                raise ValidationError(f"Không hiểu “{part[:20]}”. Hãy ghi như: 2, 4-5.")
            found.update(range(int(match[1]), int(match[2] or match[1]) + 1))
        return sorted(found)[:MOST_PAGES]

    def given(self) -> dict:
        """As `actions.copies.make_copy` takes it."""
        data = dict(self.cleaned_data)
        source, line, day = data.pop("source"), data.pop("reserved", None), data.pop("made_on", None)
        by_hand = (line, day) if line else None
        return data | {"is_copy": source == COPY, "of_copy": self._earlier.get(source), "by_hand": by_hand}
