"""What the demonstration's people sign with: made once, by its own authority, worth nothing before the law."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils import timezone

from hanoi_docs.demo import marks as demo_marks
from orgs.models import Organisation, Post, User
from signatures import trust
from signatures.actions.images import register_image
from signatures.appearance.pictures import image_of
from signatures.errors import SigningError
from signatures.models import Certificate
from simulators import pki as demo_pki


def give_demo_certificates(posts: list[Post], organisations: list[Organisation]) -> None:
    """Certificates of the demonstration's own authority and pictures of marks, made once.

    Refused outside the demonstration.
    """
    if not settings.DEMO:
        raise SigningError("Chứng thư thử nghiệm chỉ có trong bản trình diễn.")
    folder, secret = Path(settings.SIGNING_KEY_DIR), settings.SIGNING_KEY_PASSWORD
    _trust_demo(folder)
    for post in posts:
        data = demo_pki.issue_person(
            folder, str(post.user), post.organisation.name, post.title, password=secret
        )
        remember(folder, data, user=post.user)
        _give_image(post.user, demo_marks.person_mark(str(post.user)))
    for organisation in organisations:
        data = demo_pki.issue_agency(folder, organisation.name, organisation.code, password=secret)
        remember(folder, data, organisation=organisation)
        _give_image(organisation, demo_marks.seal_mark(organisation.name))


def remember(folder: Path, data: bytes, **owner) -> Certificate:
    """Keeps a PKCS#12 file in the key folder and its certificate in a row, once. `owner`: user or organisation."""
    leaf, chain = demo_pki.certificates_in(data, settings.SIGNING_KEY_PASSWORD)
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


def _give_image(owner: User | Organisation, drawn: demo_marks.Drawn) -> None:
    if image_of(owner) is None:
        register_image(owner, data=drawn.png, width_mm=drawn.width_mm, by=None, at=timezone.now())


def _trust_demo(folder: Path) -> None:
    demo_pki.build_ca(folder, base_url=settings.DEMO_PKI_URL)
    for name in ("root", "ca"):
        trust.trust(
            (folder / f"{name}.pem").read_bytes(), reason="Bản trình diễn", by=None, at=timezone.now()
        )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _common_name(leaf: x509.Certificate) -> str:
    return str(leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
