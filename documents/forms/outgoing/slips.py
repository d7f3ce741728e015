"""Phiếu trình: who is to speak in which group, what each says, who takes a place."""

from datetime import date

from django import forms

from documents.forms.widgets import PersonField, ReceiversField, lines
from documents.forms.work.people import Picker
from documents.models import SlipOpinion, SlipPlace
from orgs.calendar import Calendar
from orgs.models import Post
from ui.days import DayField

DAYS = [1, 2, 3, 5, 7]  # working days a slip usually takes


def group(number: int) -> ReceiversField:
    return ReceiversField(label=f"Nhóm {number}", required=False)


class SlipForm(Picker):
    """Who is ticked in a column is in that group; groups are asked one after the other, from the left."""

    columns = ("group_1", "group_2", "group_3", "group_4", "group_5")
    head_does = "cho ý kiến"
    lately = "Trình gần đây"

    text = forms.CharField(label="Nội dung trình", max_length=4000, widget=lines(5))
    proposal = forms.CharField(label="Kiến nghị", max_length=2000, widget=lines(3))
    group_1, group_2, group_3, group_4, group_5 = (group(number) for number in range(1, 6))
    due_on = DayField(label="Hạn cho ý kiến", required=False)

    def __init__(
        self, *args, people, today: date, calendar: Calendar, last: list[str] = (), find: str = "",
        away: dict[int, str] | None = None, **kwargs
    ):  # fmt: skip
        super().__init__(*args, **kwargs)
        self.dates = [(calendar.add(today, days), days) for days in DAYS]
        self.offer(people, with_rooms=True, last=last, find=find, away=away or {})

    def given(self) -> dict:
        """What the action takes."""
        data = self.cleaned_data
        groups = [list(data[name]) for name in self.columns]
        return {name: data[name] for name in ("text", "proposal", "due_on")} | {"groups": groups}


def last_laid_before(post: Post) -> list[str]:
    """The values of the people and rooms on this post's slips, the latest first. One query."""
    asked = SlipPlace.objects.filter(slip__by=post).order_by("-pk").values_list("post_id", "unit_id")[:60]
    return list(dict.fromkeys(f"unit-{unit}" if unit else str(person) for person, unit in asked))


class AnswerSlipForm(forms.Form):
    """Three buttons under a field of words. `sha256`: which version is on the screen."""

    choice = forms.ChoiceField(
        choices=SlipOpinion.Choice.choices,
        error_messages={"required": "Hãy bấm Đồng ý, Ý kiến khác hoặc Không đồng ý."},
    )
    text = forms.CharField(
        label="Ý kiến", max_length=2000, required=False, widget=lines(3),
        help_text="Bắt buộc khi không đồng ý hoặc có ý kiến khác.",
    )  # fmt: skip
    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)


class SendAgainForm(forms.Form):
    note = forms.CharField(
        label="Tiếp thu, giải trình", max_length=2000, required=False, widget=lines(4),
        help_text="Những gì đã sửa theo ý kiến lần trước; người được trình đọc cùng bản mới.",
    )  # fmt: skip
    due_on = DayField(label="Hạn cho ý kiến", required=False)


class PlaceField(forms.ModelChoiceField):
    def label_from_instance(self, place: SlipPlace) -> str:
        return f"Nhóm {place.group}: {place.post.user} – {place.post.title} ({place.get_state_display().lower()})"


class ReplaceForm(forms.Form):
    place = PlaceField(SlipPlace.objects.none(), label="Thay ai", empty_label="Chọn người cần thay")
    person = PersonField(Post.objects.none(), label="Bằng ai", empty_label="Chọn người thay")
    reason = forms.CharField(label="Lý do", max_length=1000, widget=lines(3))

    def __init__(self, *args, places, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset, self.fields["person"].queryset = places, people
