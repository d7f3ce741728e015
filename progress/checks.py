"""What a server must not start with: a key that signs nothing."""

from django.conf import settings
from django.core.checks import Error, register

from progress.push import key_of


@register
def push_key(app_configs, **kwargs) -> list[Error]:
    try:
        if settings.PUSH_KEY:
            key_of(settings.PUSH_KEY)
    except ValueError:
        return [
            Error(
                "PUSH_KEY không phải khóa dùng được: không thông báo nào đẩy đi được.",
                hint="Tạo khóa như docs/operate.md chỉ dẫn, hoặc bỏ trống PUSH_KEY khi không đẩy thông báo.",
                id="progress.E001",
            )
        ]
    return []
