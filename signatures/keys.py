"""From a certificate row to something that signs. Keys lie in PKCS#12 files outside the database."""

from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils import timezone

from orgs.models import Organisation, Post, User
from signatures import demo_marks, demo_pki, trust
from signatures.errors import SigningError
from signatures.image_actions import register_image
from signatures.images import image_of
from signatures.models import Certificate
from signatures.providers import KeyHolder
from signatures.providers.file import FileKey


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
    return _usable(Certificate.objects.filter(user=user), f"{user} chưa có chứng thư số cá nhân.")


def agency_certificate(organisation: Organisation) -> Certificate:
    return _usable(
        Certificate.objects.filter(organisation=organisation), f"{organisation} chưa có chứng thư số cơ quan."
    )


def give_demo_certificates(posts: list[Post], organisations: list[Organisation]) -> None:
    """Certificates of the demonstration's own authority and pictures of marks, made once.

    Refused outside the demonstration.
    """
    if not settings.DEMO:
        raise SigningError("Chứng thư thử nghiệm chỉ có trong bản trình diễn.")
    folder = Path(settings.SIGNING_KEY_DIR)
    _trust_demo(folder)
    for post in posts:
        data = demo_pki.issue_person(folder, str(post.user), post.organisation.name, post.title)
        remember(folder, data, user=post.user)
        _give_image(post.user, demo_marks.person_mark(str(post.user)))
    for organisation in organisations:
        data = demo_pki.issue_agency(folder, organisation.name, organisation.code)
        remember(folder, data, organisation=organisation)
        _give_image(organisation, demo_marks.seal_mark(organisation.name))


def _give_image(owner: User | Organisation, drawn: demo_marks.Drawn) -> None:
    if image_of(owner) is None:
        register_image(owner, data=drawn.png, width_mm=drawn.width_mm, by=None, at=timezone.now())


def _trust_demo(folder: Path) -> None:
    demo_pki.build_ca(folder, base_url=settings.DEMO_PKI_URL)
    for name in ("root", "ca"):
        trust.trust(
            (folder / f"{name}.pem").read_bytes(), reason="Bản trình diễn", by=None, at=timezone.now()
        )


def _usable(found, missing: str) -> Certificate:
    """The newest certificate in use. One that was withdrawn signs nothing, and the holder is told so."""
    known = list(found.filter(retired_at=None).order_by("-valid_to"))
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
    path = Path(settings.SIGNING_KEY_DIR) / certificate.key_ref
    try:
        return _loaded(str(path), path.stat().st_mtime_ns)
    except FileNotFoundError as error:
        raise SigningError(
            "Không tìm thấy khóa ký của chứng thư số này. Hãy liên hệ quản trị hệ thống."
        ) from error


@lru_cache(maxsize=200)
def _loaded(path: str, _changed: int) -> FileKey:
    return FileKey.load(Path(path).read_bytes(), demo_pki.DEMO_PASSWORD)


def remember(folder: Path, data: bytes, **owner) -> Certificate:
    """Keeps a PKCS#12 file in the key folder and its certificate in a row, once. `owner`: user or organisation."""
    _, leaf, chain = pkcs12.load_key_and_certificates(data, demo_pki.DEMO_PASSWORD.encode())
    serial = f"{leaf.serial_number:x}"
    name = f"{serial}.p12"
    if not (folder / name).exists():
        demo_pki.write_private(folder / name, data)
    row, _ = Certificate.objects.get_or_create(
        serial=serial,
        defaults={
            "subject": _common_name(leaf),
            "pem": _pem(leaf),
            "chain": "".join(_pem(one) for one in chain),
            "valid_from": leaf.not_valid_before_utc,
            "valid_to": leaf.not_valid_after_utc,
            "key_ref": name,
            **owner,
        },
    )
    return row


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _common_name(leaf: x509.Certificate) -> str:
    return str(leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
