"""What a server must not start with: key files that others can read, or that nobody here can open."""

import os
from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security)
def key_files(app_configs, **kwargs) -> list[Error]:
    """The key folder and its files belong to the account of the server (or root) and open to nobody else."""
    folder = Path(settings.SIGNING_KEY_DIR)
    if not folder.is_dir():
        return []
    files = [path for path in folder.iterdir() if not path.name.startswith(".")]
    found = [
        Error(
            f"Người khác trên máy này đọc được “{path}”, nơi giữ khóa ký.",
            hint=f"chown -R tài-khoản-chạy-máy-chủ {folder}; chmod -R u=rwX,go= {folder}",
            id="signatures.E001",
        )
        for path in [folder, *files]
        if _open_to_others(path)
    ][:1]
    if not settings.SIGNING_KEY_PASSWORD and any(path.suffix == ".p12" for path in files):
        found.append(
            Error(
                f"Thư mục {folder} có tệp khóa ký nhưng máy chủ không biết mật khẩu mở tệp.",
                hint="Đặt SIGNING_KEY_PASSWORD trong môi trường; mọi tệp khóa dùng chung mật khẩu này.",
                id="signatures.E002",
            )
        )
    return found


def _open_to_others(path: Path) -> bool:
    seen = path.stat()
    return bool(seen.st_mode & 0o077) or seen.st_uid not in (0, os.geteuid())
