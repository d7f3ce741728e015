"""Forms at the door: name and password, the second step, proving again, a new password."""

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils import timezone

from orgs.actions import factors
from orgs.actions.refused import Refused
from orgs.identity import known_browsers, passkeys, throttle
from orgs.identity.passwords import DEMO_PASSWORD
from orgs.models import User

# Names of fields that no other form of the house uses: they travel beside its own.
ANSWERS = ("proof_password", "proof_code", "proof_passkey")


class SignIn(AuthenticationForm):
    error_messages = {
        "invalid_login": "Tên đăng nhập hoặc mật khẩu không đúng, hoặc tài khoản đang bị khóa.",
        "inactive": "Tài khoản đang bị khóa.",
    }

    def clean(self):
        username, password = self.cleaned_data.get("username", ""), self.cleaned_data.get("password", "")
        address = throttle.address_of(self.request)
        known = known_browsers.mark(self.request, username)
        if not throttle.enter(username, address, known=known):
            raise ValidationError("Đã sai nhiều lần. Hãy đợi 1 phút rồi thử lại.")
        if password == DEMO_PASSWORD and not settings.DEMO:
            raise ValidationError(
                "Mật khẩu này chỉ dùng cho bản trình diễn nên không được chấp nhận."
                " Hãy nhờ quản trị đơn vị đặt lại mật khẩu."
            )
        cleaned = super().clean()
        throttle.leave(username, address, known=known)
        return cleaned


class Proof(forms.Form):
    """Who sits at the keyboard is `user`: proved with the second factor by who has one, else with the password."""

    proof_password = forms.CharField(
        label="Mật khẩu của bạn", strip=False, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )  # fmt: skip
    proof_code = forms.CharField(
        label="Mã xác thực", max_length=40, required=False,
        help_text="Sáu chữ số đang hiện trên ứng dụng xác thực, hoặc một mã dự phòng.",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        ),
    )  # fmt: skip
    proof_passkey = forms.CharField(required=False, max_length=passkeys.MOST, widget=forms.HiddenInput)

    def __init__(self, request, user: User, *, data=None):
        super().__init__(data)
        self.request, self.user, self.by_factor = request, user, user.second_factor
        self.guessed = False  # an answer was looked at, and it was wrong
        for name in ("proof_password",) if self.by_factor else ("proof_code", "proof_passkey"):
            del self.fields[name]

    def passkey_options(self) -> str:
        """The question for the browser; asked when the page is drawn, answered once."""
        return passkeys.to_answer(self.request, self.user) if self.by_factor else ""

    def clean(self):
        answers = {name: value for name, value in self.cleaned_data.items() if value}
        if not answers:
            raise ValidationError("Hãy nhập mã xác thực." if self.by_factor else "Hãy nhập mật khẩu.")
        what = "factor" if self.by_factor else "proof"
        if minutes := throttle.try_of_account(what, self.user.pk):
            factors.warn_of_guessing(self.user, at=timezone.now())
            raise ValidationError(f"Đã sai nhiều lần. Hãy đợi {minutes} phút rồi thử lại.")
        try:
            self._check(answers)
        except Refused as refusal:
            self.guessed = True
            raise ValidationError(str(refusal)) from None
        throttle.forget_account(what, self.user.pk)

    def _check(self, answers: dict[str, str]) -> None:
        if "proof_passkey" in answers:
            self._check_passkey(answers["proof_passkey"])
        elif "proof_code" in answers:
            factors.use_code(self.user, answers["proof_code"], at=timezone.now())
        elif not self.user.check_password(answers["proof_password"]):
            raise Refused("Mật khẩu không đúng. Chưa có gì được ghi.")

    def _check_passkey(self, answer: str) -> None:
        try:
            key, sign_count = passkeys.answered(self.request, self.user, answer)
        except passkeys.NotProven:
            raise Refused(
                "Khóa truy cập không được chấp nhận. Khóa phải hỏi mã PIN, vân tay hoặc khuôn mặt của bạn;"
                " hãy thử lại hoặc dùng mã xác thực."
            ) from None
        factors.use_passkey(key, sign_count=sign_count, at=timezone.now())


class NewPassword(PasswordChangeForm):
    def clean_old_password(self):
        """Whoever sits down at somebody's open session does not guess here either."""
        if minutes := throttle.try_of_account("proof", self.user.pk):
            raise ValidationError(f"Đã sai nhiều lần. Hãy đợi {minutes} phút rồi thử lại.")
        password = super().clean_old_password()
        throttle.forget_account("proof", self.user.pk)
        return password

    def clean_new_password1(self):
        password = self.cleaned_data["new_password1"]
        if password in (self.data.get("old_password"), DEMO_PASSWORD):
            raise ValidationError("Mật khẩu mới phải khác mật khẩu cũ.")
        return password


class AuthenticatorCode(forms.Form):
    code = forms.CharField(
        label="Mã đang hiện trên ứng dụng", max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
    )  # fmt: skip

    def clean_code(self):
        return "".join(self.cleaned_data["code"].split())


class PasskeyName(forms.Form):
    name = forms.CharField(label="Tên gợi nhớ", max_length=60, help_text="Ví dụ: điện thoại, máy ở cơ quan.")
    made = forms.CharField(widget=forms.HiddenInput, max_length=passkeys.MOST)
