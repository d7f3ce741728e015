"""From a certificate row to something that signs. Keys lie in PKCS#12 files outside the database, all under one
password, which only the environment knows (SIGNING_KEY_PASSWORD)."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from orgs.models import Organisation, User
from signatures.errors import SigningError
from signatures.models import Certificate
from signatures.providers import KeyHolder
from signatures.providers.file import FileKey
from ui.ready import Ready


def open_key(certificate: Certificate, *, pin: str = "") -> KeyHolder:
    """The holder of this certificate's key. `pin` is used by a token, once, and forgotten.

    Raises SigningError when the key is not where it should be, or is none that answers at once.
    """
    if certificate.holder == Certificate.Holder.FILE:
        return _file_key(certificate)
    if certificate.holder == Certificate.Holder.TOKEN:
        # Loaded by those who use one: the binding is a library of its own.
        from signatures.providers.token import TokenKey

        return TokenKey(certificate, pin)
    raise SigningError("Chữ ký của chứng thư số này phải được xác nhận ở nơi khác; hãy ký từ trang văn bản.")


def check_ready(certificate: Certificate, *, pin: str = "") -> None:
    """Raises SigningError when a token would refuse, or a remote service does not answer for this certificate."""
    if certificate.holder == Certificate.Holder.TOKEN:
        open_key(certificate, pin=pin).ready()
    elif certificate.holder == Certificate.Holder.REMOTE:
        from signatures.providers.remote import RemoteKey

        RemoteKey(certificate).ready()


def answers_later(certificate: Certificate) -> bool:
    """Whether the signature comes back in its own time, so that signing is begun and finished apart."""
    return certificate.holder in (Certificate.Holder.REMOTE, Certificate.Holder.AGENT)


def needs_pin(certificate: Certificate) -> bool:
    return certificate.holder == Certificate.Holder.TOKEN


def personal_certificate(user: User) -> Certificate:
    return _usable(_PERSONS.objects(user.pk), f"{user} chưa có chứng thư số cá nhân.")


def agency_certificate(organisation: Organisation) -> Certificate:
    return _usable(_AGENCYS.objects(organisation.pk), f"{organisation} chưa có chứng thư số cơ quan.")


_PERSONS = Ready(lambda user: Certificate.objects.filter(user=user, retired_at=None).order_by("-valid_to"))
_AGENCYS = Ready(
    lambda body: Certificate.objects.filter(organisation=body, retired_at=None).order_by("-valid_to")
)


def _usable(known: list[Certificate], missing: str) -> Certificate:
    """The newest certificate in use. One that was withdrawn signs nothing, and the holder is told so."""
    usable = next((one for one in known if one.revoked_at is None), None)
    if usable:
        return usable
    if known:
        day = timezone.localtime(known[0].revoked_at)
        raise SigningError(
            f"Chứng thư số “{known[0]}” đã bị thu hồi ngày {day:%d/%m/%Y}, không ký được."
            " Hãy liên hệ quản trị hệ thống để được cấp chứng thư mới."
        )
    raise SigningError(f"{missing} Hãy liên hệ quản trị hệ thống để được cấp.")


def _file_key(certificate: Certificate) -> FileKey:
    if not settings.SIGNING_KEY_PASSWORD:
        raise SigningError(
            "Máy chủ chưa được cho biết mật khẩu mở tệp khóa ký (SIGNING_KEY_PASSWORD)."
            " Hãy liên hệ quản trị hệ thống."
        )
    path = Path(settings.SIGNING_KEY_DIR) / certificate.key_ref
    try:
        return _loaded(str(path), path.stat().st_mtime_ns)
    except FileNotFoundError as error:
        raise SigningError(
            "Không tìm thấy khóa ký của chứng thư số này. Hãy liên hệ quản trị hệ thống."
        ) from error


@lru_cache(maxsize=200)
def _loaded(path: str, _changed: int) -> FileKey:
    return FileKey.load(Path(path).read_bytes(), settings.SIGNING_KEY_PASSWORD)
