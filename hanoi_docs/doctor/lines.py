"""What stands at the other end of a line: the broker, and the site as a browser sees it."""

import socket
import ssl
import time
from urllib.parse import parse_qs, urlsplit

import redis
from django.conf import settings

from hanoi_docs.doctor.database import LOCAL
from hanoi_docs.doctor.finding import first_line

# Numbers of OpenSSL (x509_vfy.h).
NOT_BELIEVED = {
    10: "đã hết hạn",
    18: "tự ký",
    19: "do một tổ chức tự lập cấp",
    20: "không rõ ai cấp, hoặc thiếu chứng thư trung gian",
    21: "không rõ ai cấp, hoặc thiếu chứng thư trung gian",
    62: "của một tên khác",
}


def broker() -> tuple[str, str]:
    parts = urlsplit(settings.REDIS_URL)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    local = (parts.hostname or "") in LOCAL
    bare = redis.Redis(
        host=parts.hostname or "127.0.0.1", port=parts.port or 6379, socket_timeout=5, socket_connect_timeout=5,
        ssl=parts.scheme == "rediss", ssl_ca_certs=asked.get("ssl_ca_certs"),
        ssl_cert_reqs=asked.get("ssl_cert_reqs", "required"),
    )  # fmt: skip
    redis.from_url(settings.REDIS_URL, socket_timeout=5, socket_connect_timeout=5).ping()
    try:
        bare.ping()
    except redis.AuthenticationError:
        pass
    else:
        return "ai kết nối cũng được", "Đặt requirepass ở Redis và mật khẩu trong REDIS_URL."
    if not local and parts.scheme != "rediss":
        return (
            f"{parts.hostname}, có mật khẩu, không mã hóa",
            "Dùng rediss://…?ssl_cert_reqs=required&ssl_ca_certs=…",
        )
    if parts.scheme == "rediss" and asked.get("ssl_cert_reqs", "required") in ("none", "CERT_NONE"):
        return (
            f"{parts.hostname}, TLS không kiểm tra chứng thư",
            "Đặt ssl_cert_reqs=required trong REDIS_URL.",
        )
    return ("cùng máy, có mật khẩu" if local else f"{parts.hostname}, TLS, có mật khẩu"), ""


def certificate() -> tuple[str, str]:
    """Of the site, as a browser sees it: asked at the address people type."""
    parts = urlsplit(settings.PUBLIC_URL)
    if parts.scheme != "https":
        return "không có", "Đặt PUBLIC_URL=https://…"
    host, trust = parts.hostname or "", ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, parts.port or 443), timeout=5) as line,
            trust.wrap_socket(line, server_hostname=host) as tls,
        ):
            ends = ssl.cert_time_to_seconds(tls.getpeercert()["notAfter"])
    except ssl.SSLCertVerificationError as error:
        why = NOT_BELIEVED.get(error.verify_code, error.verify_message)
        return f"trình duyệt không tin chứng thư của {host}: {why}", (
            "Đặt chứng thư của tên này, kèm các chứng thư trung gian, vào tệp site_certificate (khóa vào site_key)"
            " rồi nạp lại nginx."
        )
    except OSError as error:
        return f"{parts.netloc} không trả lời: {first_line(error)}", "Khởi động nginx và mở cổng (ops/nginx)."
    left = int(ends - time.time()) // (24 * 3600)
    if left < 14:
        return f"chứng thư của {host} còn {left} ngày", "Gia hạn chứng thư TLS và nạp lại nginx."
    return f"chứng thư của {host} còn {left} ngày, tới một tổ chức mà máy này tin", ""
