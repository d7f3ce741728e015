"""What a server must not start with: a line to others that can carry nothing."""

import os
from pathlib import Path

from django.conf import settings
from django.core.checks import Error, register


@register
def lines(app_configs, **kwargs) -> list[Error]:
    """An axis with its secret, a folder that is there and can be written to."""
    found = []
    if settings.AXIS_URL and not settings.AXIS_SECRET:
        found.append(
            Error(
                f"Có địa chỉ trục liên thông {settings.AXIS_URL} nhưng thiếu khóa bí mật: trục sẽ từ chối mọi gói tin.",
                hint="Đặt AXIS_SECRET, hoặc bỏ trống AXIS_URL khi chưa nối trục.",
                id="interop.E001",
            )
        )
    if settings.AXIS_URL and not settings.AXIS_URL.startswith(("http://", "https://")):
        found.append(
            Error(
                f"AXIS_URL “{settings.AXIS_URL}” không phải địa chỉ http:// hoặc https://.",
                hint="Ví dụ: AXIS_URL=https://truc.example",
                id="interop.E002",
            )
        )
    folder = settings.FOLDER_EXCHANGE
    if folder and not (Path(folder).is_dir() and os.access(folder, os.R_OK | os.W_OK | os.X_OK)):
        found.append(
            Error(
                f"Thư mục trao đổi “{folder}” không có hoặc tài khoản chạy máy chủ không ghi được vào đó.",
                hint="Tạo thư mục rồi giao cho tài khoản chạy máy chủ, hoặc bỏ trống FOLDER_EXCHANGE.",
                id="interop.E003",
            )
        )
    return found
