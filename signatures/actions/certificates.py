"""A certificate's life in the register: entered after every check, asked about each day, laid aside, never deleted."""

import logging
import time
from datetime import datetime, timedelta

from asn1crypto import x509
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from documents.journey import record
from orgs.actions.notices import tell
from orgs.actions.proposals import ask_for_two
from orgs.models import Organisation, Post, Proposal, User
from signatures import certificates
from signatures.errors import SigningError
from signatures.keys import open_key
from signatures.models import Certificate
from signatures.providers import Identity
from signatures.providers.rows import identity_of
from signatures.trust import both
from signatures.verification import sender
from signatures.verification.chain import STRANGER, Standing, World, standing
from signatures.verification.evidence import Evidence
from signatures.verification.revocation import Fetcher
from signatures.verification.signer import subject_of
from ui.text import fold, name_key, nfc

MIN_REASON = 10
ASKED_EVERY = timedelta(hours=20)  # once a day, whichever hour its turn comes
# Purposes of machines: a certificate with nothing else in it is not for signing papers.
_MACHINES = {"server_auth", "code_signing", "time_stamping", "ocsp_signing"}
_log = logging.getLogger(__name__)
Holder = Certificate.Holder


def register(
    data: bytes, *, user: User | None, organisation: Organisation, holder: str, key_ref: str, by: Post, at: datetime
) -> Certificate:  # fmt: skip
    """Enters the certificate of `user`, somebody of `organisation`; of the organisation itself when None.

    Raises ValidationError with every objection of `examine`. What seals goes by two (`signatures.powers`).
    """
    if user is None:
        ask_for_two(by, None, "register_agencys", at=at)
    found = examine(data, user=user, organisation=organisation, holder=holder, key_ref=key_ref, at=at)
    return _entered(found, user, organisation, holder, key_ref, by=by, at=at, checked_at=at)


def enter_agencys(
    data: bytes, *, organisation: Organisation, holder: str, key_ref: str, by: Post, at: datetime, confirmed: Proposal
) -> Certificate:  # fmt: skip
    """Enters what two persons agreed on and `examine` found good when it was proposed. No service is asked inside the
    transaction; the daily question begins with what was never asked about. Raises ValidationError."""
    said = {"holder": holder, "key_ref": key_ref, "pem": data.decode("ascii", "replace")}
    ask_for_two(by, confirmed, "register_agencys", at=at, organisation=organisation, **said)
    found = looked_at(data, user=None, organisation=organisation, holder=holder, key_ref=key_ref, at=at)
    return _entered(found, None, organisation, holder, key_ref, by=by, at=at, checked_at=None)


def _entered(
    found: Identity, user: User | None, organisation: Organisation, holder: str, key_ref: str, *, by: Post, at: datetime,
    checked_at: datetime | None,
) -> Certificate:  # fmt: skip
    leaf = found.certificate
    row = Certificate(
        user=user, organisation=None if user else organisation, subject=nfc(found.name)[:300],
        serial=f"{leaf.serial_number:x}", pem=certificates.armored(leaf), chain=certificates.armored(*found.chain),
        valid_from=leaf.not_valid_before, valid_to=leaf.not_valid_after, holder=holder, key_ref=key_ref,
        checked_at=checked_at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _note(
                "register_certificate", row, by=by, at=at, organisation=organisation, sha256=found.fingerprint
            )
    except IntegrityError:  # two presses at once
        raise ValidationError(_registered(row.serial)) from None
    return row


def examine(
    data: bytes, *, user: User | None, organisation: Organisation, holder: str, key_ref: str, at: datetime
) -> Identity:
    """What would be registered. Raises ValidationError with all that speaks against it, in sentences."""
    return _examined(data, user, organisation, holder, key_ref, at, ask=True)


def looked_at(
    data: bytes, *, user: User | None, organisation: Organisation, holder: str, key_ref: str, at: datetime
) -> Identity:
    """As `examine`, without asking its authority whether it still holds."""
    return _examined(data, user, organisation, holder, key_ref, at, ask=False)


def _examined(data, user, organisation, holder, key_ref, at, *, ask: bool) -> Identity:
    found = certificates.read(data)
    day = timezone.localdate(at)
    against = [
        _somebody_elses(found, user, organisation, day=day),
        _registered(f"{found.certificate.serial_number:x}"),
        _unfit(found, at) or (_not_vouched_for(found, at) if ask else ""),
        _no_key(found, holder, key_ref),
    ]
    if any(against):
        raise ValidationError([sentence for sentence in against if sentence])
    return found


def retire(row: Certificate, *, reason: str, by: Post, at: datetime) -> bool:
    """Nothing is signed with it from now on; what it signed stays good. False when it was laid aside before."""
    reason = nfc(reason)[:300]
    if len(reason) < MIN_REASON:
        raise ValidationError("Hãy ghi lý do, ít nhất mười ký tự.")
    with transaction.atomic():
        written = Certificate.objects.filter(pk=row.pk, retired_at=None)
        if not written.update(retired_at=at, retired_reason=reason):
            return False
        if row.user is not None:
            tell([row.user], f"Chứng thư số của bạn ({row.subject}) đã ngừng dùng. Lý do: {reason}", at=at)
        _note("retire_certificate", row, by=by, at=at, reason=reason)
    return True


def check(row: Certificate, *, by: Post | None, at: datetime, world: World | None = None) -> Standing:
    """Asks whether it was revoked and notes the answer. A service that is silent changes nothing."""
    told = _standing(identity_of(row), at, world or _world())
    if told.state == "revoked":
        changes = {"revoked_at": told.revoked_at or at, "checked_at": at}
        with transaction.atomic():
            if Certificate.objects.filter(pk=row.pk, revoked_at=None).update(**changes):
                _note("revoke_certificate", row, by=by, at=at, reason=told.reason)
    elif told.state == "good":
        with transaction.atomic():
            # An authority may suspend a certificate and take that back (RFC 5280, certificateHold).
            if Certificate.objects.filter(pk=row.pk).exclude(revoked_at=None).update(revoked_at=None):
                _note("restore_certificate", row, by=by, at=at)
            Certificate.objects.filter(pk=row.pk).update(checked_at=at)
    return told


def check_due(*, at: datetime, most: int = 1000, seconds: float = 200) -> int:
    """Asks about certificates in use, the one not asked about for longest first. Returns how many are known anew."""
    due = Certificate.objects.good(at).filter(Q(checked_at=None) | Q(checked_at__lt=at - ASKED_EVERY))
    world, end, known = _world(), time.monotonic() + seconds, 0
    for row in due.order_by(F("checked_at").asc(nulls_first=True), "pk").iterator(chunk_size=200):
        # Those nobody answers for are passed over: they must not keep all others waiting.
        if known >= most or time.monotonic() > end:
            break
        world.fetch.begin()
        known += check(row, by=None, at=at, world=world).state in ("good", "revoked")
    return known


def same_person(said: str, name: str) -> bool:
    """Where the certificate writes the marks they count: Hùng is not Hưng. Many certificates write none."""
    return fold(said) == fold(name) if said.isascii() else name_key(said) == name_key(name)


def _somebody_elses(found: Identity, user: User | None, organisation: Organisation, *, day) -> str:
    if user is None:
        if sender.is_agencys(found.certificate, organisation, day=day):
            return ""
        said = subject_of(found.certificate)
        if said["capacity"] != "agency":
            return f"Đây là chứng thư của cá nhân {found.name}, không phải của cơ quan."
        return f"Chứng thư này của {found.name}, không phải của {organisation.full_name}."
    if not same_person(found.name, str(user)):
        return f"Chứng thư này của {found.name}, không phải của {user}. Chỉ đăng ký cho đúng người có tên."
    if sender.works_at(found.certificate, organisation, day=day) is False:
        return (
            f"Chứng thư này cấp cho người của {found.organisation}, không phải của {organisation.full_name}."
        )
    return ""


def _registered(serial: str) -> str:
    row = Certificate.objects.filter(serial=serial).select_related("user", "organisation").first()
    if row is None:
        return ""
    aside = f", ngừng sử dụng từ {timezone.localtime(row.retired_at):%d/%m/%Y}" if row.retired_at else ""
    return f"Chứng thư này đã được đăng ký cho {row.user or row.organisation}{aside}."


def _unfit(found: Identity, at: datetime) -> str:
    leaf = found.certificate
    try:
        found.check_usable(at)
        if found.algorithm == "rsa" and leaf.public_key.bit_size < 2048:
            return "Khóa của chứng thư này quá ngắn (RSA dưới 2048 bit), không còn an toàn."
    except SigningError as error:
        return str(error)
    purposes = leaf.extended_key_usage_value
    if purposes is not None and set(purposes.native) <= _MACHINES:
        return "Chứng thư này cấp cho máy chủ hoặc dịch vụ, không dùng để ký văn bản."
    return ""


def _not_vouched_for(found: Identity, at: datetime) -> str:
    told = _standing(found, at, _world())
    if told.state == "good":
        return ""
    reason = told.reason[:1].upper() + told.reason[1:]
    if told.silent:
        return f"{reason} Hãy thử lại sau ít phút."
    if told.reason == STRANGER:
        return (
            f"{reason} Quản trị hệ thống quản lý danh sách tổ chức cung cấp dịch vụ chứng thực được tin cậy."
        )
    return reason


def _no_key(found: Identity, holder: str, key_ref: str) -> str:
    if holder == Holder.TOKEN and not all(key_ref.partition("/")):
        return "Hãy ghi khóa theo dạng: nhãn thiết bị/nhãn khóa."
    if holder == Holder.REMOTE and not key_ref:
        return "Hãy ghi mã khóa (credential ID) tại dịch vụ ký số từ xa."
    if holder != Holder.FILE:
        return ""
    if not key_ref or "/" in key_ref or key_ref.startswith("."):
        return "Hãy ghi tên tệp khóa trong thư mục khóa của máy chủ."
    try:
        held = open_key(Certificate(holder=holder, key_ref=key_ref)).identity
    except SigningError as error:
        if not settings.SIGNING_KEY_PASSWORD:
            return str(error)
        held = None
    if held is None or held.fingerprint != found.fingerprint:
        return f"Máy chủ không có tệp “{key_ref}” giữ khóa của đúng chứng thư này."
    return ""


def _standing(found: Identity, at: datetime, world: World) -> Standing:
    known = Evidence(certs=tuple(one.dump() for one in found.chain))
    return standing(found.certificate, purpose="sign", at=at, known=known, world=world)


def _world() -> World:
    roots, others = (_all(files) for files in both())
    return World(roots, others, Fetcher())


def _all(files: list[bytes]) -> tuple[x509.Certificate, ...]:
    return tuple(one for file in files for one in certificates.loaded(file.decode()))


def _note(kind: str, row: Certificate, *, by: Post | None, at: datetime, organisation=None, **said) -> None:
    """An event in the chain of the organisation it concerns: for ever, and nobody can change it."""
    organisation = organisation or row.organisation or _office_of(row.user, at)
    said = {"subject": row.subject, "serial": row.serial, "holder": row.holder, **said}
    if row.user_id:
        said["user"] = row.user_id
    _log.info("%s %s (%s) by %s", kind, row.serial, row.subject, by.operator if by else "the system")
    if organisation is not None:
        record(kind, None, by=by, at=at, payload=said, organisation=organisation)


def _office_of(user: User, at: datetime) -> Organisation | None:
    posts = user.posts.select_related("organisation")
    post = posts.on(timezone.localdate(at)).order_by("pk").first() or posts.order_by("-valid_from").first()
    return post.organisation if post else None
