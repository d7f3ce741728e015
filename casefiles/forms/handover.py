"""Who leaves, and who has what afterwards."""

from django import forms
from django.utils import timezone

from casefiles.actions.handover import can_have, successors_for
from casefiles.models.handover import Kind
from documents.forms.widgets import PersonField, lines
from orgs.models import Post
from ui.order import in_vietnamese


def people(queryset):
    return queryset.with_names().order_by(in_vietnamese("user__full_name"), "pk")


class LeaverForm(forms.Form):
    leaver = PersonField(Post.objects.none(), label="Người rời vị trí", empty_label="Chọn người")

    def __init__(self, *args, found, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["leaver"].queryset = people(found)


def choices_of(found: list[Post], kind: str) -> list[tuple[int, str]]:
    return [(post.pk, f"{post.user} – {post.title}") for post in found if can_have(kind, post.role)]


def successors(leaver: Post) -> list[Post]:
    return list(people(successors_for(leaver, timezone.localdate())))


class HandOverForm(forms.Form):
    """One successor for each kind of which something is left. The people are asked for once."""

    note = forms.CharField(label="Ghi chú, lý do", required=False, max_length=500, widget=lines(2))

    def __init__(self, *args, leaver: Post, counts: dict[str, int], apart: dict[str, int], **kwargs):
        super().__init__(*args, **kwargs)
        found = successors(leaver)
        by_key = {str(post.pk): post for post in found}
        for kind, number in counts.items():
            if not number:
                continue
            chosen = apart.get(kind, 0)
            self.fields[kind] = forms.TypedChoiceField(
                label=f"{Kind(kind).label} ({number})", choices=[("", "Chọn người nhận"), *choices_of(found, kind)],
                coerce=by_key.get, empty_value=None, required=chosen < number,
                help_text=f"{chosen} mục đã chọn riêng người nhận." if chosen else "",
            )  # fmt: skip
        self.order_fields([*counts, "note"])

    def given(self) -> dict:
        data = self.cleaned_data
        return {"to": {kind: data.get(kind) for kind in Kind.values}, "note": data["note"]}


class ChooseForm(forms.Form):
    to = forms.TypedChoiceField(label="Người nhận các mục đã đánh dấu", required=False, empty_value=None)

    def __init__(self, *args, kind: str, leaver: Post, **kwargs):
        super().__init__(*args, **kwargs)
        found = successors(leaver)
        self.fields["to"].choices = [("", "Cùng người nhận chung của loại này"), *choices_of(found, kind)]
        self.fields["to"].coerce = {str(post.pk): post for post in found}.get
