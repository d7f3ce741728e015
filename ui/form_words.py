"""Sentences of Django's forms that its Vietnamese catalogue leaves in English or says oddly. Said once, here."""

from django import forms
from django.core import validators

CHOOSE = "Hãy chọn một mục trong danh sách."
NOT_THERE = "Có mục không còn trong danh sách. Hãy chọn lại."


def mend() -> None:
    """Puts our sentences where every form takes its own from."""
    forms.IntegerField.default_error_messages["invalid"] = "Hãy nhập một số nguyên."
    forms.DateField.default_error_messages["invalid"] = "Hãy nhập ngày có thật, dạng ngày/tháng/năm."
    forms.ChoiceField.default_error_messages["invalid_choice"] = f"“%(value)s” không có. {CHOOSE}"
    forms.ModelChoiceField.default_error_messages["invalid_choice"] = CHOOSE
    forms.ModelMultipleChoiceField.default_error_messages |= dict.fromkeys(
        ("invalid_list", "invalid_choice", "invalid_pk_value"), NOT_THERE
    )
    forms.FileField.default_error_messages["empty"] = "Tệp rỗng. Hãy chọn tệp khác."
    forms.FileField.default_error_messages["invalid"] = "Chưa nhận được tệp. Hãy chọn lại."
    forms.FileField.default_error_messages["max_length"] = (
        "Tên tệp dài quá %(max)d ký tự (hiện có %(length)d). Hãy đổi tên tệp."
    )
    validators.ProhibitNullCharactersValidator.message = "Có ký tự không dùng được. Hãy gõ lại."
    validators.MinValueValidator.message = "Giá trị nhỏ nhất là %(limit_value)s."
    validators.MaxValueValidator.message = "Giá trị lớn nhất là %(limit_value)s."
    validators.MinLengthValidator.message = "Cần ít nhất %(limit_value)d ký tự (hiện có %(show_value)d)."
    validators.MaxLengthValidator.message = "Nhiều nhất %(limit_value)d ký tự (hiện có %(show_value)d)."
