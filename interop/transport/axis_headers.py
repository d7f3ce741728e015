"""The signed headers of the national axis, both sides: how a call is signed and how it is checked.

Pure functions, shared by the client (`interop.transport.axis`) and the simulator. The format is that of the axis SDK
2.0.x: every parameter travels in an `XroadVnpt-…` header, a JSON object repeats them, an HMAC signs the JSON.
"""

import hashlib
import hmac
import io
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import BinaryIO

PREFIX = "XroadVnpt-"
USER_AGENT = "JAVASDKAgent/1.0.0 XRoad/VPCP"
VERSION = "3.0.201608"
VIETNAM = timezone(timedelta(hours=7))
MAX_AGE = timedelta(minutes=15)
MOMENT = "%d/%m/%Y %H:%M:%S"

_STAMP = re.compile(r"(\d{8}T\d{6})\+(\d{4})")


class BadSignature(Exception):
    """The headers do not prove who calls; the text says why, in the unaccented Vietnamese of the axis."""


def sign(
    params: Mapping[str, str], *, system_id: str, secret: str, content_type: str, at: datetime
) -> dict[str, str]:
    """All headers of one call: the parameters, their JSON, its HMAC. `at` is an aware moment.

    Raises ValueError for a value that is not printable ASCII: the SDK signs ASCII only, and a line break in a
    value would be a header of its own.
    """
    items = {"timestamp": stamp(at), "systemid": system_id, "Content-Type": content_type, **params}
    for name, value in items.items():
        if not value.isascii() or (value and not value.isprintable()):
            raise ValueError(f"The axis parameter {name} must be printable ASCII: {value!r}")
    signed = {PREFIX + name: value for name, value in items.items()}
    text = json.dumps(signed, separators=(",", ":"))
    return {
        **signed,
        "Content-Type": content_type,
        "User-Agent": USER_AGENT,
        PREFIX + "version": VERSION,
        PREFIX + "sign-header-key": ";".join(signed),
        PREFIX + "sign-header": text,
        PREFIX + "hash-header": _hmac(secret, text),
    }


def check(
    headers: Mapping[str, str], *, secret_of: Callable[[str], str | None], at: datetime
) -> dict[str, str]:
    """The signed parameters of a call, by name without prefix, after proving the signature and the time.

    `headers` looks names up without regard to case; `secret_of(system_id)` is the shared secret or None.
    Raises BadSignature. Only what was signed is returned, so an unsigned header can never act as a parameter.
    """
    text = headers.get(PREFIX + "sign-header") or ""
    signed = _signed_items(text)
    if (headers.get(PREFIX + "sign-header-key") or "").split(";") != list(signed):
        raise BadSignature("Danh sach header ky khong khop")
    if any(headers.get(name) != value for name, value in signed.items()):
        raise BadSignature("Header da ky khong khop voi header gui")
    params = {name[len(PREFIX) :]: value for name, value in signed.items()}
    secret = secret_of(params.get("systemid", ""))
    given = headers.get(PREFIX + "hash-header") or ""
    if secret is None or not hmac.compare_digest(_hmac(secret, text).encode(), given.encode()):
        raise BadSignature("Sai SystemId hoac SecretKey")
    _check_age(params.get("timestamp", ""), at)
    return params


def file_hash(package: bytes | BinaryIO) -> str:
    """SHA-256 of the package as the SDK prints it: hex, each byte **without** zero padding (0x0a: "a")."""
    stream = io.BytesIO(package) if isinstance(package, bytes) else package
    stream.seek(0)
    return "".join(f"{byte:x}" for byte in hashlib.file_digest(stream, "sha256").digest())


def stamp(at: datetime) -> str:
    """The pattern `ddMMyyyy'T'HHmmss+SSSS` of the SDK: Vietnamese time, four digits of milliseconds."""
    local = at.astimezone(VIETNAM)
    return f"{local:%d%m%YT%H%M%S}+{local.microsecond // 1000:04d}"


def format_moment(at: datetime) -> str:
    """`dd/MM/yyyy HH:mm:ss` in Vietnamese time."""
    return at.astimezone(VIETNAM).strftime(MOMENT)


def parse_moment(text: str) -> datetime | None:
    """An aware moment from the shapes seen in answers of the axis; None when the text is not one of them."""
    text = str(text or "").strip()
    for pattern in (MOMENT, "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(text[:19], pattern).replace(tzinfo=VIETNAM)
        except ValueError:
            continue
    return None


def _hmac(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _signed_items(text: str) -> dict[str, str]:
    try:
        signed = json.loads(text)
    except ValueError as error:
        raise BadSignature("Thieu hoac sai sign-header") from error
    if not isinstance(signed, dict) or not all(
        name.startswith(PREFIX) and isinstance(value, str) for name, value in signed.items()
    ):
        raise BadSignature("Thieu hoac sai sign-header")
    return signed


def _check_age(text: str, at: datetime) -> None:
    match = _STAMP.fullmatch(text)
    try:
        sent = datetime.strptime(match[1], "%d%m%YT%H%M%S").replace(tzinfo=VIETNAM) if match else None
    except ValueError:
        sent = None
    if sent is None:
        raise BadSignature("Sai dinh dang timestamp")
    if abs(at - sent) > MAX_AGE:
        raise BadSignature("Timestamp qua han")
