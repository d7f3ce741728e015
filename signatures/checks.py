"""What a server must not start with: key files that others can read, or that nobody here can open, and settings with
which every signature would fail; and whether what reads files of strangers can come near the keys."""

import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register

from documents.pdf import sandbox
from signatures.pades import LEVELS


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


@register
def services(app_configs, **kwargs) -> list[Error]:
    """Settings that contradict each other: found out here and not by the first person who signs."""
    level, down = settings.SIGNATURE_LEVEL, settings.TIMESTAMP_DOWN
    remote = {name: getattr(settings, f"REMOTE_SIGNING_{name}") for name in ("URL", "CLIENT", "SECRET")}
    missing = ", ".join(f"REMOTE_SIGNING_{name}" for name, value in remote.items() if not value)
    module = settings.PKCS11_MODULE
    wrong = {
        "E004": level not in LEVELS
        and (f"SIGNATURE_LEVEL “{level}” không phải mức chữ ký.", f"Chọn một trong {', '.join(LEVELS)}."),
        "E005": level in LEVELS[1:]
        and not settings.TSA_URL
        and (
            f"Mức chữ ký {level} cần dấu thời gian, nhưng chưa có dịch vụ cấp dấu thời gian: mọi lần ký sẽ bị từ chối.",
            "Đặt TSA_URL, hoặc SIGNATURE_LEVEL=B-B.",
        ),
        "E006": down not in ("refuse", "degrade")
        and (f"TIMESTAMP_DOWN “{down}” không có nghĩa.", "Chọn refuse (từ chối ký) hoặc degrade (ký mức B-B, bổ sung sau)."),
        "E007": any(remote.values())
        and missing
        and (f"Dịch vụ ký số từ xa thiếu {missing}.", "Đặt đủ cả ba biến REMOTE_SIGNING_URL, _CLIENT, _SECRET, hoặc bỏ cả ba."),
        "E008": module
        and not Path(module).is_file()
        and (f"Không có thư viện token “{module}”.", "Sửa PKCS11_MODULE thành đường dẫn của thư viện PKCS#11 trên máy này."),
    }  # fmt: skip
    return [Error(told[0], hint=told[1], id=f"signatures.{number}") for number, told in wrong.items() if told]


@register(Tags.security)
def walls(app_configs, **kwargs) -> list[CheckMessage]:
    """What could not be had on this machine is said at every start; the system works without."""
    try:
        found = behind_walls()
    except (OSError, subprocess.SubprocessError) as error:
        told = (getattr(error, "stderr", None) or str(error).encode()).decode(errors="replace").strip()
        return [
            Error(
                f"Tiến trình đọc tệp PDF không khởi động được: {told.splitlines()[-1]}",
                hint="Python và mã nguồn phải đọc được từ tài khoản chạy máy chủ.",
                id="signatures.E003",
            )
        ]
    if found["reads"] or found["connects"]:
        return [
            Warning(
                "Tiến trình đọc tệp PDF của người lạ không bị ngăn khỏi khóa ký và mạng trên máy này.",
                hint="Cần Linux 5.13 có Landlock, hoặc user namespace; hoặc để root chạy máy chủ.",
                id="signatures.W001",
            )
        ]
    if found["uid"] != sandbox.ACCOUNT:
        return [
            Info(
                "Tiến trình đọc tệp PDF chạy cùng tài khoản với máy chủ: không đọc được khóa và không có mạng nhờ"
                " Landlock và seccomp, nhưng không có tài khoản và thư mục gốc riêng.",
                hint="Cho phép user namespace, hoặc để root chạy máy chủ.",
                id="signatures.I001",
            )
        ]
    return []


@cache
def behind_walls() -> dict:
    """`sandbox.tried` on a file like a key, in the place of the keys; once for each process of ours."""
    places = [Path(settings.SIGNING_KEY_DIR), Path(settings.STATE_DIR)]
    where = next((place for place in places if os.access(place, os.W_OK)), None)
    with tempfile.NamedTemporaryFile(prefix=".thu-", dir=where) as secret:
        return sandbox.tried(Path(secret.name))


def _open_to_others(path: Path) -> bool:
    seen = path.stat()
    return bool(seen.st_mode & 0o077) or seen.st_uid not in (0, os.geteuid())
