"""Forms of the clerk's and the leader's desks over one incoming paper."""

from datetime import date
from typing import ClassVar

from django import forms

from documents.absences import away_for
from documents.forms.own_fields import WithOwnFields
from documents.forms.widgets import PersonField, lines, own_hand
from documents.forms.work.people import colleagues
from documents.models import Incoming, Outgoing
from orgs.calendar import add_working_days
from orgs.models import Post, Role
from ui.days import DayField


def leaders(post: Post, today: date):
    return colleagues(post, today).filter(role__in=(Role.LEADER, Role.OFFICE_HEAD)).order_by("-head", "pk")


def acceptance_reason(label: str = "Lý do vẫn nhận") -> forms.CharField:
    """Why something is taken whose signature is invalid; the action asks for it."""
    return forms.CharField(
        label=label, required=False, max_length=1000, widget=lines(3),
        help_text="Lãnh đạo, người xử lý và lịch sử văn bản thấy nguyên văn. Ít nhất 10 ký tự.",
    )  # fmt: skip


class RegisterForm(WithOwnFields, forms.Form):
    """Into the book; the two ticks only appear when there is something to confirm."""

    due_on = DayField(label="Hạn giải quyết", required=False, add=add_working_days)
    leader = PersonField(
        Post.objects.none(), label="Vào sổ và trình", required=False, empty_label="Chưa trình"
    )
    not_secret = forms.BooleanField(
        label="Tôi đã xem: đây không phải văn bản chứa bí mật nhà nước",
        widget=own_hand(),
        error_messages={"required": "Hãy xác nhận, hoặc từ chối văn bản để hủy nội dung."},
    )
    duplicate_ok = forms.BooleanField(
        label="Vẫn vào sổ",
        widget=own_hand(),
        error_messages={"required": "Văn bản có thể bị trùng. Hãy xem lại rồi đánh dấu “Vẫn vào sổ”."},
    )
    acceptance_reason = acceptance_reason()

    def __init__(
        self,
        *args,
        incoming: Incoming,
        post: Post,
        today: date,
        duplicates: bool,
        proposed: date | None = None,
        **kwargs,
    ):
        """`proposed`: the day that a rule offers where the sender has named none."""
        super().__init__(*args, **kwargs)
        self.fields["leader"].queryset = leaders(post, today)
        self.fields["leader"].away = away_for(post, today)
        self.fields["due_on"].initial = incoming.due_on or proposed
        if not incoming.secrecy_marks or incoming.secrecy_cleared_by_id:
            del self.fields["not_secret"]
        if not duplicates:
            del self.fields["duplicate_ok"]
        self.add_own(incoming.organisation_id, "in", incoming)


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label="Lý do từ chối", min_length=10, max_length=1000, widget=lines(4),
        help_text="Nơi gửi nhận được nguyên văn. Ít nhất 10 ký tự.",
    )  # fmt: skip
    secret = forms.BooleanField(
        label="Văn bản chứa bí mật nhà nước: hủy ngay toàn bộ nội dung, chỉ giữ thời điểm, nơi gửi và mã băm",
        required=False,
        widget=own_hand(),
    )


class AnswerForm(forms.Form):
    """Yes or no to what a sender asks of his paper; a no has a reason."""

    answers: ClassVar[list[tuple[str, str]]] = []
    answer = forms.ChoiceField(label="Trả lời", widget=forms.RadioSelect())
    reason = forms.CharField(
        label="Lý do từ chối", required=False, max_length=1000, widget=lines(3),
        help_text="Chỉ ghi khi từ chối; nơi gửi nhận được nguyên văn. Ít nhất 10 ký tự.",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["answer"].choices = self.answers


class RecallForm(AnswerForm):
    """The sender asks for his paper back."""

    answers: ClassVar = [
        ("agree", "Đồng ý: hủy nội dung văn bản tại đây"),
        ("refuse", "Từ chối: giữ văn bản"),
    ]


class ChangeForm(AnswerForm):
    """The sender changes what it wrote."""

    answers: ClassVar = [("agree", "Đồng ý: ghi theo đề nghị"), ("refuse", "Từ chối: giữ như đang ghi")]
    not_secret = forms.BooleanField(
        label="Tệp mới không thuộc bí mật nhà nước", required=False, widget=own_hand()
    )
    acceptance_reason = acceptance_reason("Lý do vẫn nhận tệp có chữ ký không hợp lệ, khi đồng ý")

    def __init__(self, *args, marked: bool, invalid: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not marked:
            del self.fields["not_secret"]
        if not invalid:
            del self.fields["acceptance_reason"]


class PresentForm(forms.Form):
    to = PersonField(Post.objects.none(), label="Trình lãnh đạo", empty_label=None)
    note = forms.CharField(label="Ý kiến của văn thư", required=False, max_length=1000, widget=lines(3))

    def __init__(self, *args, post: Post, today: date, holder: Post | None, **kwargs):
        super().__init__(*args, **kwargs)
        others = leaders(post, today)
        self.fields["to"].away = away_for(post, today)
        self.fields["to"].queryset = others.exclude(pk=holder.pk) if holder else others


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Lý do", max_length=1000, widget=lines(4))


class FinishForm(forms.Form):
    reply = forms.ModelChoiceField(
        Outgoing.objects.none(),
        label="Văn bản trả lời",
        required=False,
        empty_label="Không có văn bản trả lời",
    )
    result = forms.CharField(
        label="Kết quả, hoặc lý do không cần trả lời", required=False, max_length=2000, widget=lines(4)
    )

    def __init__(self, *args, replies, asked: dict[str, forms.Field] | None = None, **kwargs):
        """`replies`: the papers that may be the answer; None where there is no paper to answer. `asked`: what the floors
        above ask beside it (documents/actions/work/ending.py)."""
        super().__init__(*args, **kwargs)
        self.asked = tuple(asked or ())
        self.fields |= asked or {}
        if replies is None:
            del self.fields["reply"]
            self.fields["result"].label = "Kết quả"
            return
        issued = [paper.pk for paper in replies if paper.state == "issued"]
        if len(issued) == 1:
            self.initial.setdefault("reply", issued[0])
        self.fields["reply"].queryset = replies
        self.fields["reply"].label_from_instance = lambda paper: (
            f"{paper.code or 'Chưa có số'} – {paper.subject[:80]} ({paper.state_label})"
        )

    def asked_fields(self):
        return [self[name] for name in self.asked]

    def given(self) -> dict:
        """What the action takes."""
        own = {name: value for name, value in self.cleaned_data.items() if name not in self.asked}
        return own | {"asked": {name: self.cleaned_data.get(name) for name in self.asked}}


class ShareForm(forms.Form):
    to = PersonField(Post.objects.none(), label="Cho người này xem", empty_label="Chọn người")

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people
