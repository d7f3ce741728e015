from datetime import datetime, timedelta

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db.models import Q
from django.utils import timezone

from orgs.actions.authorities import start_of
from orgs.authority import by_rank, deputises, full_title
from orgs.kinds import KINDS
from orgs.law import KEYS
from orgs.models import Assistant, Business, Post, Role, SigningAuthority, Unit, User
from ui.days import DayField
from ui.order import in_vietnamese
from ui.text import nfc


class DelegationForm(forms.Form):
    post = forms.ModelChoiceField(Post.objects.none(), label="Vị trí ủy quyền", empty_label=None)
    to = forms.ModelChoiceField(User.objects.none(), label="Ủy quyền cho", empty_label="Chọn đồng nghiệp")
    valid_from = DayField(label="Từ ngày", initial=timezone.localdate)
    valid_to = DayField(label="Đến hết ngày")
    away = forms.BooleanField(
        label="Tôi vắng mặt trong thời gian này", required=False,
        help_text="Ai giao việc, trình, hỏi ý kiến tôi đều thấy “đang vắng đến …, người thay: …”.",
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label="Người thay làm được", required=False, choices=Business.choices, widget=forms.CheckboxSelectMultiple,
        help_text="Không chọn nội dung nào: mọi nội dung. Ký, cấp số, đóng dấu và quản trị không ủy quyền được.",
    )  # fmt: skip
    reason = forms.CharField(label="Lý do", max_length=300, required=False)

    def __init__(self, *args, acting: Post, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["post"].queryset = Post.objects.filter(pk=acting.pk).with_names()
        self.fields["post"].initial = acting.pk
        there = Post.objects.on(today).filter(organisation=acting.organisation)
        colleagues = User.objects.filter(posts__in=there, is_active=True).exclude(pk=acting.user_id)
        self.fields["to"].queryset = colleagues.distinct().order_by(in_vietnamese("full_name"), "pk")


class AssistantForm(forms.Form):
    post = forms.ModelChoiceField(Post.objects.none(), label="Trợ lý, thư ký", empty_label="Chọn người")
    told = forms.BooleanField(
        label="Trợ lý cùng nhận thông báo", required=False,
        help_text="Trợ lý được báo cùng lúc về những gì báo cho tôi, trong phạm vi được xem để làm việc.",
    )  # fmt: skip

    def __init__(self, *args, leader: Post, **kwargs):
        super().__init__(*args, **kwargs)
        there = Post.objects.on(timezone.localdate()).filter(
            organisation=leader.organisation_id, role=Role.ASSISTANT, user__is_active=True
        )
        named = Assistant.objects.filter(leader=leader, ended_at=None)
        free = there.exclude(user=leader.user_id).exclude(pk__in=named.values("post"))
        self.fields["post"].queryset = free.with_names().order_by(in_vietnamese("user__full_name"), "pk")
        self.fields["post"].label_from_instance = lambda post: f"{post.user}, {post.title}"


class ReferenceForm(forms.Form):
    key = forms.ChoiceField(
        label="Về", choices=[(key, label[0].upper() + label[1:]) for key, label in KEYS.items()]
    )
    name = forms.CharField(label="Tên gọi", max_length=100, help_text="Ví dụ: Nghị định 30/2020/NĐ-CP.")
    full = forms.CharField(
        label="Viện dẫn đầy đủ", max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Như trong phần căn cứ: tên loại, số, ký hiệu, ngày, cơ quan ban hành, trích yếu. Luật, pháp lệnh: chỉ ghi tên.",
    )  # fmt: skip
    valid_from = DayField(label="Có hiệu lực từ ngày")

    def clean_name(self):
        return nfc(self.cleaned_data["name"])

    def clean_full(self):
        return nfc(" ".join(self.cleaned_data["full"].split()))


class PostForm(forms.Form):
    role = forms.ChoiceField(label="Vai trò")
    title = forms.CharField(label="Chức vụ", max_length=100)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="Phòng, ban", required=False, empty_label="Không thuộc phòng nào"
    )
    head = forms.BooleanField(label="Là người đứng đầu cơ quan", required=False)
    on = DayField(label="Từ ngày", initial=timezone.localdate)

    def __init__(self, *args, organisation, roles, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]
        self.fields["role"].initial = "officer"
        self.fields["unit"].queryset = organisation.units.order_by("order", in_vietnamese("name"))


class UserForm(PostForm):
    username = forms.CharField(
        label="Tên đăng nhập",
        max_length=150,
        validators=[UnicodeUsernameValidator(message="Chỉ dùng chữ cái, số và các ký tự @ . + - _")],
    )
    full_name = forms.CharField(label="Họ và tên", max_length=100)
    field_order = ["full_name", "username", "role", "title", "unit", "head", "on"]


class AuthorityForm(forms.Form):
    """A right to sign for one body. `passing_on`: the TL. of whoever fills it in, for his own deputies only."""

    post = forms.ModelChoiceField(Post.objects.none(), label="Người được ký", empty_label="Chọn người")
    capacity = forms.ChoiceField(label="Hình thức ký")
    through = forms.ModelChoiceField(
        SigningAuthority.objects.none(), label="Giao lại thẩm quyền TL. của", required=False,
        empty_label="Không phải giao lại",
        help_text="Chỉ khi cấp phó của đơn vị ký thay người được ký thừa lệnh (khoản 4 Điều 13 quy định về công tác văn thư).",
    )  # fmt: skip
    own_power = forms.BooleanField(
        label="Ký theo quyền riêng của người đứng đầu, không ghi TM.", required=False
    )
    basis = forms.CharField(
        label="Căn cứ", max_length=280,
        help_text="TUQ.: số, ký hiệu văn bản ủy quyền. TL.: điều, khoản của quy chế làm việc. Khác: quyết định phân công.",
    )  # fmt: skip
    basis_on = DayField(label="Ngày của văn bản căn cứ", required=False, back=True)
    kinds = forms.MultipleChoiceField(
        label="Loại văn bản được ký", required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(code, name) for code, (name, _) in KINDS.items()], help_text="Không chọn loại nào: mọi loại.",
    )  # fmt: skip
    scope = forms.CharField(label="Phạm vi, nội dung", max_length=500, required=False)
    since = DayField(label="Từ ngày", initial=timezone.localdate, help_text="Từ hôm nay: có hiệu lực ngay.")
    until = DayField(label="Đến hết ngày", required=False, help_text="Bắt buộc với TUQ., tối đa một năm.")

    def __init__(
        self, *args, organisation, at: datetime, passing_on: SigningAuthority | None = None, **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.at, self.passing_on = at, passing_on
        self.fields["post"].queryset = _who_may_sign(organisation, at, passing_on)
        self.fields["post"].label_from_instance = lambda post: f"{post.user}, {full_title(post)}"
        self.fields["capacity"].choices = _capacities(organisation, passing_on)
        orders = SigningAuthority.objects.at(at).filter(
            organisation=organisation, capacity="TL", through=None
        )
        self.fields["through"].queryset = orders.with_names()
        self.fields["through"].label_from_instance = lambda one: f"{one.post.user}, {full_title(one.post)}"
        if passing_on:
            del self.fields["through"]
        if passing_on or not organisation.collective:
            del self.fields["own_power"]

    def given(self) -> dict:
        """What `grant` takes: days become seconds, today begins now."""
        data = dict(self.cleaned_data)
        since, until = data.pop("since"), data.pop("until")
        data["valid_from"] = (
            max(start_of(since), self.at) if since == timezone.localdate(self.at) else start_of(since)
        )
        data["valid_to"] = start_of(until + timedelta(days=1)) if until else None
        return data | ({"through": self.passing_on} if self.passing_on else {})


def _who_may_sign(organisation, at: datetime, passing_on: SigningAuthority | None):
    """Leaders, heads of rooms and their deputies."""
    there = Post.objects.on(timezone.localdate(at)).filter(organisation=organisation, user__is_active=True)
    there = there.filter(
        Q(role__in=(Role.LEADER, Role.OFFICE_HEAD, Role.UNIT_HEAD)) | Q(title__istartswith="phó ")
    )
    if passing_on:
        there = there.filter(
            pk__in=[post.pk for post in there.with_names() if deputises(post, passing_on.post)]
        )
    return by_rank(there.with_names())


def _capacities(organisation, passing_on: SigningAuthority | None) -> list[tuple[str, str]]:
    if passing_on:
        return [("TL", "Ký thừa lệnh, giao lại cho cấp phó (TL. … KT. …)")]
    left_out = set() if organisation.collective else {"TM"}
    every = [choice for choice in SigningAuthority.Capacity.choices if choice[0] not in left_out]
    return [("", "Chọn hình thức ký"), *every]


class EndAuthorityForm(forms.Form):
    reason = forms.CharField(
        label="Lý do kết thúc", max_length=300, help_text="Ví dụ: Quyết định số 15/QĐ-SNV ngày 20/11/2026."
    )


class ImportForm(forms.Form):
    file = forms.FileField(label="Tệp CSV (UTF-8)", allow_empty_file=True, max_length=200)
