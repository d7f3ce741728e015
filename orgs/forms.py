from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils import timezone

from orgs import throttle
from orgs.models import Post, Unit, User

DEMO_PASSWORD = "hanoi"  # printed at the start of every demonstration, so worth nothing anywhere else
SHORTEST = 8  # characters, as MinimumLengthValidator has it


class DateField(forms.DateField):
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, **kwargs):
        super().__init__(input_formats=["%Y-%m-%d", "%d/%m/%Y"], **kwargs)


class SignIn(AuthenticationForm):
    error_messages = {
        "invalid_login": "Tên đăng nhập hoặc mật khẩu không đúng, hoặc tài khoản đang bị khóa.",
        "inactive": "Tài khoản đang bị khóa.",
    }

    def clean(self):
        username, password = self.cleaned_data.get("username", ""), self.cleaned_data.get("password", "")
        address = throttle.address_of(self.request)
        if not throttle.enter(username, address):
            raise ValidationError("Đã sai nhiều lần. Hãy đợi 1 phút rồi thử lại.")
        if password == DEMO_PASSWORD and not settings.DEMO:
            raise ValidationError(
                "Mật khẩu này chỉ dùng cho bản trình diễn nên không được chấp nhận."
                " Hãy nhờ quản trị đơn vị đặt lại mật khẩu."
            )
        cleaned = super().clean()
        throttle.leave(username, address)
        return cleaned


class NewPassword(PasswordChangeForm):
    def clean_new_password1(self):
        password = self.cleaned_data["new_password1"]
        if password in (self.data.get("old_password"), DEMO_PASSWORD):
            raise ValidationError("Mật khẩu mới phải khác mật khẩu cũ.")
        return password

    def clean_new_password2(self):
        """Django's own sentence on length has no Vietnamese translation, so it is said here first."""
        password = self.cleaned_data["new_password2"]
        if len(password) < SHORTEST:
            raise ValidationError(f"Mật khẩu mới quá ngắn: cần ít nhất {SHORTEST} ký tự.")
        return password

    def save(self, commit=True):
        """Only what changed here: an account locked a moment ago must not be opened again by an old row."""
        self.user.must_change_password = False
        self.user.set_password(self.cleaned_data["new_password1"])
        self.user.save(update_fields=["password", "must_change_password"])
        return self.user


class DelegationForm(forms.Form):
    post = forms.ModelChoiceField(Post.objects.none(), label="Hộp việc của vị trí", empty_label=None)
    to = forms.ModelChoiceField(User.objects.none(), label="Ủy quyền cho", empty_label="Chọn đồng nghiệp")
    valid_from = DateField(label="Từ ngày", initial=timezone.localdate)
    valid_to = DateField(label="Đến hết ngày")
    reason = forms.CharField(label="Lý do", max_length=300, required=False)

    def __init__(self, *args, acting: Post, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["post"].queryset = Post.objects.filter(pk=acting.pk).with_names()
        self.fields["post"].initial = acting.pk
        there = Post.objects.on(today).filter(organisation=acting.organisation)
        colleagues = User.objects.filter(posts__in=there, is_active=True).exclude(pk=acting.user_id)
        self.fields["to"].queryset = colleagues.distinct().order_by("full_name", "pk")


class PostForm(forms.Form):
    role = forms.ChoiceField(label="Vai trò")
    title = forms.CharField(label="Chức vụ", max_length=100)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="Phòng, ban", required=False, empty_label="Không thuộc phòng nào"
    )
    head = forms.BooleanField(label="Là người đứng đầu cơ quan", required=False)
    on = DateField(label="Từ ngày", initial=timezone.localdate)

    def __init__(self, *args, organisation, roles, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]
        self.fields["role"].initial = "officer"
        self.fields["unit"].queryset = organisation.units.all()


class UserForm(PostForm):
    username = forms.CharField(
        label="Tên đăng nhập",
        max_length=150,
        validators=[UnicodeUsernameValidator(message="Chỉ dùng chữ cái, số và các ký tự @ . + - _")],
    )
    full_name = forms.CharField(label="Họ và tên", max_length=100)
    field_order = ["full_name", "username", "role", "title", "unit", "head", "on"]


class ImportForm(forms.Form):
    file = forms.FileField(label="Tệp CSV (UTF-8)", allow_empty_file=True, max_length=200)
