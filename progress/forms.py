from django import forms

from progress.kinds import KINDS
from progress.models import When, Wish

AS_BEFORE = ""
PUSHED = [(one.value, one.label) for one in (When.NEVER, When.URGENT, When.NOW)]


class WishForm(forms.Form):
    """What comes by mail, by kind; of a person or of an office. `before`: what holds where nothing is chosen."""

    quiet_from = forms.TimeField(label="Yên tĩnh từ", required=False, help_text="Ví dụ 18:00. Trong giờ này chỉ thư khẩn được gửi.")  # fmt: skip
    quiet_to = forms.TimeField(label="Yên tĩnh đến", required=False, help_text="Ví dụ 07:00.")
    with_words = forms.BooleanField(label="Ghi câu thông báo trong thư", required=False)

    def __init__(self, data=None, *, wish: Wish | None, before, of_office: bool):
        kept = wish or Wish()
        super().__init__(
            data,
            initial={"quiet_from": kept.quiet_from, "quiet_to": kept.quiet_to, "with_words": kept.with_words},
        )
        if not of_office:
            self.fields["push"] = forms.ChoiceField(
                label="Đẩy đến thiết bị đã bật", choices=PUSHED, required=False, initial=kept.push
            )
        for name, kind in KINDS.items():
            choices = [(AS_BEFORE, f"Như mặc định ({When(before.when(name)).label.lower()})"), *When.choices]
            self.fields[f"mail_{name}"] = forms.ChoiceField(
                label=kind.label, choices=choices, required=False, initial=kept.mail.get(name, AS_BEFORE)
            )
        if of_office:
            del self.fields["quiet_from"], self.fields["quiet_to"]
            self.fields["with_words"].label = "Cho phép ghi câu thông báo trong thư"
            self.fields[
                "with_words"
            ].help_text = "Câu thông báo có tên người và việc, không có trích yếu. Không chọn: thư chỉ ghi số thông báo mới."

    def clean(self):
        cleaned = super().clean()
        if bool(cleaned.get("quiet_from")) != bool(cleaned.get("quiet_to")) and not self.errors:
            raise forms.ValidationError("Hãy ghi cả hai giờ yên tĩnh, hoặc bỏ trống cả hai.")
        return cleaned

    @property
    def by_kind(self):
        return [self[f"mail_{name}"] for name in KINDS]

    def chosen(self) -> dict:
        """As columns of a Wish."""
        data = self.cleaned_data
        mail = {name: when for name in KINDS if (when := data[f"mail_{name}"]) != AS_BEFORE}
        return {
            "mail": mail, "with_words": data["with_words"], "quiet_from": data.get("quiet_from"),
            "quiet_to": data.get("quiet_to"),
        } | ({"push": data["push"] or When.URGENT} if "push" in data else {})  # fmt: skip
