"""Asking colleagues for an opinion or a vote, and giving it."""

from datetime import date

from django import forms

from documents.actions.work.consultations import VOTE_LENGTH
from documents.forms.widgets import ReceiversField, lines
from documents.forms.work.people import Picker
from documents.models import Asked, Consultation, Opinion
from documents.models.consultation import VOTES
from orgs.calendar import Calendar
from orgs.models import Post
from ui.days import DayField

DAYS = [1, 2, 3, 5, 7]  # working days an opinion usually takes
NOT_VOTES = (Opinion.Choice.COMMENT, Opinion.Choice.NONE)


class ConsultForm(Picker):
    """What is asked, whom, by when; of a vote the day is a must."""

    columns = ("asked",)
    head_does = "cho ý kiến"
    lately = "Hỏi gần đây"

    question = forms.CharField(label="Nội dung cần ý kiến", max_length=2000, widget=lines(4))
    asked = ReceiversField(
        label="Hỏi ai", error_messages={"required": "Hãy chọn ít nhất một người hoặc một phòng để hỏi."}
    )
    due_on = DayField(label="Hạn cho ý kiến", required=False)

    def __init__(
        self, *args, kind: str, people, today: date, calendar: Calendar, last: list[str] = (), find: str = "",
        away: dict[int, str] | None = None, **kwargs
    ):  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["due_on"].required = kind == Consultation.Kind.VOTE
        self.dates = [(calendar.add(today, days), days) for days in DAYS]
        self.offer(people, with_rooms=True, last=last, find=find, away=away or {})


def last_asked(post: Post) -> list[str]:
    """The values of the people and rooms that this post asked, the latest first. One query."""
    asked = Asked.objects.filter(consultation__by=post).order_by("-pk").values_list("post_id", "unit_id")[:60]
    return list(dict.fromkeys(f"unit-{unit}" if unit else str(person) for person, unit in asked))


class OpinionForm(forms.Form):
    """An opinion in words, or that one has none: two buttons."""

    choice = forms.ChoiceField(choices=[(one.value, one.label) for one in NOT_VOTES], required=False)
    text = forms.CharField(label="Ý kiến", max_length=2000, required=False, widget=lines(6))

    def clean_choice(self):
        return self.cleaned_data["choice"] or Opinion.Choice.COMMENT


class VoteForm(forms.Form):
    choice = forms.ChoiceField(
        label="Biểu quyết",
        choices=[(one.value, one.label) for one in VOTES],
        widget=forms.RadioSelect(),
        error_messages={"required": "Hãy chọn đồng ý, không đồng ý hoặc ý kiến khác."},
    )
    text = forms.CharField(
        label="Nội dung", max_length=VOTE_LENGTH, required=False, widget=lines(5),
        help_text="Bắt buộc khi không đồng ý hoặc có ý kiến khác.",
    )  # fmt: skip


class ExtendForm(forms.Form):
    due_on = DayField(label="Hạn mới")
