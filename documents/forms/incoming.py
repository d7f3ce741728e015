"""Forms of the clerk's and the leader's desks over one incoming paper."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, When

from documents.actions.assignments import CANNOT_HANDLE
from documents.forms.widgets import PeopleField, PersonField, lines, own_hand
from documents.models import Incoming, Outgoing
from documents.phrases import DAYS
from orgs.calendar import Calendar
from orgs.days import DayField
from orgs.models import Post, Role
from orgs.order import in_vietnamese

HEADS = (Role.UNIT_HEAD, Role.OFFICE_HEAD, Role.LEADER)


def colleagues(post: Post, today: date):
    """Everybody of the organisation who can be given work, one's own unit first."""
    people = Post.objects.on(today).filter(organisation=post.organisation_id).exclude(role__in=CANNOT_HANDLE)
    elsewhere = Case(When(unit=post.unit_id, unit__isnull=False, then=0), default=1)
    rank = Case(When(role__in=HEADS, then=0), default=1)
    return people.with_names().order_by(
        elsewhere, "unit__order", in_vietnamese("unit__name"), "-head", rank, in_vietnamese("user__full_name"), "pk"
    )  # fmt: skip


def leaders(post: Post, today: date):
    return colleagues(post, today).filter(role__in=(Role.LEADER, Role.OFFICE_HEAD)).order_by("-head", "pk")


def acceptance_reason(label: str = "Lý do vẫn nhận") -> forms.CharField:
    """Why something is taken whose signature is invalid; the action asks for it."""
    return forms.CharField(
        label=label, required=False, max_length=1000, widget=lines(3),
        help_text="Lãnh đạo, người xử lý và lịch sử văn bản thấy nguyên văn. Ít nhất 10 ký tự.",
    )  # fmt: skip


class RegisterForm(forms.Form):
    """Into the book; the two ticks only appear when there is something to confirm."""

    due_on = DayField(label="Hạn giải quyết", required=False)
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

    def __init__(self, *args, incoming: Incoming, post: Post, today: date, duplicates: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["leader"].queryset = leaders(post, today)
        self.fields["due_on"].initial = incoming.due_on
        if not incoming.secrecy_marks or incoming.secrecy_cleared_by_id:
            del self.fields["not_secret"]
        if not duplicates:
            del self.fields["duplicate_ok"]


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


class RecallForm(forms.Form):
    """The answer to a sender who asks for his paper back."""

    answer = forms.ChoiceField(
        label="Trả lời",
        choices=[("agree", "Đồng ý: hủy nội dung văn bản tại đây"), ("refuse", "Từ chối: giữ văn bản")],
        widget=forms.RadioSelect(),
    )
    reason = forms.CharField(
        label="Lý do từ chối", required=False, max_length=1000, widget=lines(3),
        help_text="Chỉ ghi khi từ chối; nơi gửi nhận được nguyên văn. Ít nhất 10 ký tự.",
    )  # fmt: skip


class ChangeForm(forms.Form):
    """The answer to a sender who changes what it wrote."""

    answer = forms.ChoiceField(
        label="Trả lời",
        choices=[("agree", "Đồng ý: ghi theo đề nghị"), ("refuse", "Từ chối: giữ như đang ghi")],
        widget=forms.RadioSelect(),
    )
    reason = forms.CharField(
        label="Lý do từ chối", required=False, max_length=1000, widget=lines(3),
        help_text="Chỉ ghi khi từ chối; nơi gửi nhận được nguyên văn. Ít nhất 10 ký tự.",
    )  # fmt: skip
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
        self.fields["to"].queryset = others.exclude(pk=holder.pk) if holder else others


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Lý do", max_length=1000, widget=lines(4))


class PeopleForm(forms.Form):
    """Who leads, who supports, who is told, by when, with what to show for it: the six "rõ" of a task."""

    text = forms.CharField(label="Nội dung giao", max_length=2000, required=False, widget=lines(4))
    phrase = forms.ChoiceField(label="Mẫu ý kiến", required=False)
    lead = PersonField(Post.objects.none(), label="Chủ trì", required=False)
    support = PeopleField(Post.objects.none(), label="Phối hợp", required=False)
    info = PeopleField(Post.objects.none(), label="Để biết", required=False)
    due_on = DayField(label="Thời hạn", required=False)
    due_in = forms.TypedChoiceField(
        label="Hoặc tính theo ngày làm việc", required=False, coerce=date.fromisoformat, empty_value=None
    )
    product = forms.CharField(label="Sản phẩm", required=False, max_length=300)
    later_ok = forms.BooleanField(label="Vẫn giao với hạn muộn hơn", required=False, widget=own_hand())

    def __init__(
        self,
        *args,
        people,
        phrases: list[str],
        today: date,
        calendar: Calendar,
        promised: date | None,
        **kwargs,
    ):
        """`promised`: the date on the paper itself; a later one is never given by mistake."""
        super().__init__(*args, **kwargs)
        self.phrases, self.promised = phrases, promised
        self.fields["phrase"].choices = [("", "Tự viết"), *((words, words) for words in phrases)]
        self.dates = [(calendar.add(today, days), days) for days in DAYS]
        self.fields["due_in"].choices = [("", "Theo ngày đã ghi")] + [
            (day.isoformat(), f"{days} ngày làm việc – {day:%d/%m/%Y}") for day, days in self.dates
        ]
        self.people(people)

    def people(self, people) -> None:
        """Who can be chosen, in any of the three roles."""
        for name in ("lead", "support", "info"):
            self.fields[name].queryset = people

    def clean(self):
        data = super().clean()
        data["text"] = (data.get("text") or data.get("phrase") or "").strip()
        data["due_on"] = data.get("due_in") or data.get("due_on")
        if self.gives_more_time() and not data.get("later_ok"):
            self.add_error(
                "later_ok",
                f"Văn bản có hạn {self.promised:%d/%m/%Y}. Nếu đúng là giao muộn hơn, hãy đánh dấu xác nhận.",
            )
        if not data["text"]:
            self.add_error("text", ValidationError("Hãy ghi ý kiến hoặc chọn một mẫu.", code="required"))
        if not (data.get("lead") or self.nobody_leads() or "lead" in self.errors):
            self.add_error(
                "lead", "Hãy chọn người chủ trì, hoặc chọn “Không ai chủ trì” nếu chỉ chuyển để biết."
            )
        return data

    def gives_more_time(self) -> bool:
        """Whether the date given is later than the paper's own."""
        given = getattr(self, "cleaned_data", {}).get("due_on")
        return bool(self.promised and given and given > self.promised)

    def nobody_leads(self) -> bool:
        """Chosen on purpose: forgetting to choose would close the paper as merely "để biết"."""
        return self.data.get("lead") == ""

    def groups(self) -> list[dict]:
        """The people by unit, with what was ticked, for the table of the page."""
        chosen = {name: {str(v) for v in self._values(name)} for name in ("lead", "support", "info")}
        groups: list[dict] = []
        for post in self.fields["lead"].queryset:
            unit = str(post.unit or "Lãnh đạo, văn phòng")
            if not groups or groups[-1]["unit"] != unit:
                groups.append({"unit": unit, "people": []})
            groups[-1]["people"].append(
                {"post": post} | {name: str(post.pk) in values for name, values in chosen.items()}
            )
        return groups

    def people_errors(self) -> list[str]:
        return [error for name in ("lead", "support", "info") for error in self.errors.get(name, [])]

    def _values(self, name: str) -> list:
        value = self[name].value()
        return value if isinstance(value, list | tuple) else [value]

    def given(self) -> dict:
        """What the actions take."""
        data = self.cleaned_data
        return {name: data[name] for name in ("text", "lead", "due_on", "product")} | {
            "support": list(data["support"]),
            "info": list(data["info"]),
        }


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

    def __init__(self, *args, replies, **kwargs):
        super().__init__(*args, **kwargs)
        issued = [paper.pk for paper in replies if paper.state == "issued"]
        if len(issued) == 1:
            self.initial.setdefault("reply", issued[0])
        self.fields["reply"].queryset = replies
        self.fields["reply"].label_from_instance = lambda paper: (
            f"{paper.code or 'Chưa có số'} – {paper.subject[:80]} ({paper.state_label})"
        )


class ShareForm(forms.Form):
    to = PersonField(Post.objects.none(), label="Cho người này xem", empty_label="Chọn người")

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people
