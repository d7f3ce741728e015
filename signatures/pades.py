"""The signatures of a paper: the person certifies, the agency fills number and date and seals.

One file that only grows (Decree 30/2020, Articles 13, 15, 17; Appendix I.II.7d and 8). The person's signature
leaves form filling open, the agency's closes the file. Levels are those of ETSI EN 319 142-1: B-B the signature,
B-T with a time stamp, B-LT with everything a verifier needs inside the file, B-LTA with a stamp over all of it.
Validation data lies in the revision of the signature it serves, so at B-LT the seal still covers the whole file. It must
not be older than the signature (`verification.answers`): what a slow key made old is gathered anew, for the person's
signature with the seal, for the agency's in a revision behind it.

Signing is begun and finished apart, because the key may be in a token, a telephone or another computer:
`begin_…` gives what the key has to sign, `finish` puts the signature in. `certify`, `seal` and `mark` do both.
"""

import io
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pyhanko.pdf_utils.misc import PdfError as PyHankoPdfError
from pyhanko.sign import PdfTimeStamper
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError as PyHankoSigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest, SignatureObject
from pyhanko.sign.validation.dss import DocumentSecurityStore

from documents.layout.fields import AGENCY, BESIDE, PERSON
from signatures import cms
from signatures.appearance.fields import Writer, draw, field_named, fields_of, fill, given_in
from signatures.closing import check_closed, closed
from signatures.errors import SigningError
from signatures.providers import Identity, KeyHolder
from signatures.providers.raw import is_right
from signatures.services import Services
from signatures.verification import intact_signature

SOON = timedelta(minutes=2)  # evidence gathered so long before the signature still counts as gathered with it
LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")
MARK = "ky_so_co_quan"  # the field of a separate attachment or a copy
BESIDE_MISSING = "Chưa có chữ ký số của thư ký hoặc bên kia; người ấy ký trước, bạn ký sau."
BESIDE_BROKEN = "Chữ ký số của thư ký hoặc bên kia không còn đúng: tệp đã bị thay đổi sau khi ký."
_BAD_FILE = "Tệp PDF không đọc được nên không ký được."
_AUTHOR = SigMDPSetup("sha256", certify=True, docmdp_perms=MDPPerm.FILL_FORMS)
_CLOSES = SigMDPSetup("sha256", field_lock=FieldMDPSpec(FieldMDPAction.ALL), docmdp_perms=MDPPerm.NO_CHANGES)


@dataclass(frozen=True)
class Pending:
    """A paper whose signature is still to come. `attributes` (DER) is exactly what the key signs with SHA-256;
    the container for the signature lies from byte `start` to `end` of `pdf`. `begun`: when the evidence in it was
    gathered, where nothing but `finish` can renew that."""

    pdf: bytes
    attributes: bytes
    digest: bytes
    start: int
    end: int
    begun: datetime | None = None


def person_level(level: str) -> str:
    """How far the person's own signature goes: the archival stamp comes once, after the seal and over both."""
    return "B-LT" if level == "B-LTA" else level


def certify(pdf: bytes, key: KeyHolder, *, at: datetime, appearance: bytes | None = None,
            level: str = "B-B", services: Services | None = None) -> bytes:  # fmt: skip
    """`begin_certify`, the key, `finish`."""
    level = person_level(level)
    pending = begin_certify(pdf, key.identity, at=at, appearance=appearance, level=level, services=services)
    return _signed(pending, key, level, services)


def seal(pdf: bytes, key: KeyHolder, *, number_text: str, date_text: str, at: datetime,
         appearance: bytes | None = None, level: str = "B-B", services: Services | None = None) -> bytes:  # fmt: skip
    """`begin_seal`, the key, `finish`."""
    pending = begin_seal(
        pdf, key.identity, number_text=number_text, date_text=date_text, at=at, appearance=appearance,
        level=level, services=services,
    )  # fmt: skip
    return _signed(pending, key, level, services)


def mark(pdf: bytes, key: KeyHolder, *, look: bytes, box: tuple[float, float, float, float], at: datetime,
         level: str = "B-B", services: Services | None = None) -> bytes:  # fmt: skip
    """`begin_mark`, the key, `finish`."""
    pending = begin_mark(pdf, key.identity, look=look, box=box, at=at, level=level, services=services)
    return _signed(pending, key, level, services)


def begin_certify(pdf: bytes, identity: Identity, *, at: datetime, appearance: bytes | None = None,
                  level: str = "B-B", services: Services | None = None) -> Pending:  # fmt: skip
    """The person's signature on a prepared paper; after it only form filling and the seal may follow. Of minutes whose
    secretary signs too his comes first, and only the first of a file may certify it (ISO 32000-2, 12.8.2.2): both approve.

    `at` is the moment of signing (aware); `appearance` a one-page PDF, shrunk to fit if larger. Raises
    SigningError when the paper is not prepared, already signed, or the certificate unusable; ServiceDown.
    """
    identity.check_usable(at)
    check_closed(pdf)
    writer = _open(pdf)
    field = field_named(writer, PERSON)
    if given_in(writer) - {BESIDE}:
        raise SigningError("Văn bản đã có chữ ký số, không ký lần nữa.")
    two = any(one.get("/T") == BESIDE for one in fields_of(writer))
    chain = intact_signature(pdf, BESIDE) if two else ()
    if two and not chain:
        raise SigningError(BESIDE_BROKEN if given_in(writer) else BESIDE_MISSING)
    draw(writer, field, appearance, shrink=True)
    if chain and level in ("B-LT", "B-LTA"):
        with suppress(SigningError):  # as at the seal
            _add_evidence(writer, services, chain)
    return _begin(writer, PERSON, _holds(PERSON) if two else _AUTHOR, identity, at, level, services)


def beside(pdf: bytes, key: KeyHolder, *, at: datetime, appearance: bytes | None = None,
           level: str = "B-B", services: Services | None = None) -> bytes:  # fmt: skip
    """`begin_beside`, the key, `finish`."""
    level = person_level(level)
    pending = begin_beside(pdf, key.identity, at=at, appearance=appearance, level=level, services=services)
    return _signed(pending, key, level, services)


def begin_beside(pdf: bytes, identity: Identity, *, at: datetime, appearance: bytes | None = None,
                 level: str = "B-B", services: Services | None = None) -> Pending:  # fmt: skip
    """The first of two who sign a paper, at its left: approves it, and leaves the other fields open, but no new one. Raises as
    `begin_certify` does."""
    identity.check_usable(at)
    check_closed(pdf)
    writer = _open(pdf)
    field = field_named(writer, BESIDE)
    if given_in(writer):
        raise SigningError("Văn bản đã có chữ ký số, không ký lần nữa.")
    draw(writer, field, appearance, shrink=True)
    return _begin(writer, BESIDE, _holds(BESIDE), identity, at, level, services)


def begin_seal(pdf: bytes, identity: Identity, *, number_text: str, date_text: str, at: datetime,
               appearance: bytes | None = None, level: str = "B-B", services: Services | None = None) -> Pending:  # fmt: skip
    """Fill number and date and close the whole file with the agency's signature, in one update.

    `appearance` is a one-page PDF drawn at its real size. Raises SigningError when the personal
    signature is missing or broken, when anything changed after it, or when a seal is there already.
    """
    identity.check_usable(at)
    _check_texts(number_text, date_text)
    writer = _open(pdf)
    field = field_named(writer, AGENCY)
    if field.get("/V") is not None:
        raise SigningError("Văn bản đã có chữ ký số của cơ quan, không đóng dấu lần nữa.")
    if field_named(writer, PERSON).get("/V") is None:
        raise SigningError("Văn bản chưa có chữ ký số của người có thẩm quyền, không được đóng dấu.")
    check_closed(pdf)
    chain = intact_signature(pdf, PERSON)
    if not chain:
        raise SigningError("Chữ ký số của người có thẩm quyền không còn đúng: tệp đã bị thay đổi sau khi ký.")
    fill(writer, number_text, date_text)
    draw(writer, field, appearance, shrink=False)
    if level in ("B-LT", "B-LTA"):
        with suppress(
            SigningError
        ):  # revoked since, or not known now: what was gathered at the signature has to do
            _add_evidence(writer, services, chain)
    return _begin(writer, AGENCY, _CLOSES, identity, at, level, services)


def begin_side(pdf: bytes, identity: Identity, *, field: str, at: datetime, appearance: bytes | None = None,
               level: str = "B-B", services: Services | None = None) -> Pending:  # fmt: skip
    """One of two people who sign minutes (documents/layout/sides.py), each in his own field: the first certifies and leaves
    the other field open, the last closes the file. Raises as `begin_seal` does."""
    identity.check_usable(at)
    check_closed(pdf)
    writer = _open(pdf)
    mine, chain = field_named(writer, field), ()
    if mine.get("/V") is not None:
        raise SigningError("Bên này đã ký biên bản, không ký lần nữa.")
    others = given_in(writer)
    for one in others:
        chain = intact_signature(pdf, one)
        if not chain:
            raise SigningError("Chữ ký số của bên kia không còn đúng: tệp đã bị thay đổi sau khi ký.")
    draw(writer, mine, appearance, shrink=True)
    if chain and level in ("B-LT", "B-LTA"):
        with suppress(SigningError):  # as at the seal
            _add_evidence(writer, services, chain)
    return _begin(writer, field, _CLOSES if others else _AUTHOR, identity, at, level, services)


def side(pdf: bytes, key: KeyHolder, *, field: str, at: datetime, appearance: bytes | None = None,
         level: str = "B-B", services: Services | None = None) -> bytes:  # fmt: skip
    """`begin_side`, the key, `finish`."""
    how = {"field": field, "at": at, "appearance": appearance, "level": level, "services": services}
    return _signed(begin_side(pdf, key.identity, **how), key, level, services)


def begin_mark(pdf: bytes, identity: Identity, *, look: bytes, box: tuple[float, float, float, float],
               at: datetime, level: str = "B-B", services: Services | None = None) -> Pending:  # fmt: skip
    """The agency's signature on a separate attachment or an electronic copy: a new field on page 1 at `box`
    (points, from the bottom left), showing the one page of `look` (Appendix I.III.1d, samples 2.2 and 3.2)."""
    identity.check_usable(at)
    writer = _open(closed(pdf))
    if any(one.get("/T") == MARK for one in fields_of(writer)):
        raise SigningError("Tệp đã có chữ ký số của cơ quan, không ký lần nữa.")
    return _begin(
        writer,
        MARK,
        None,
        identity,
        at,
        level,
        services,
        new=SigFieldSpec(MARK, on_page=0, box=box),
        look=look,
    )


def finish(
    pending: Pending,
    identity: Identity,
    signature: bytes,
    *,
    level: str = "B-B",
    services: Services | None = None,
) -> bytes:
    """The signed file. `signature` is the key's answer over `pending.attributes`.

    Raises SigningError when it is not this certificate's signature, ServiceDown when the time stamp is missing.
    """
    check_signature(identity, pending.attributes, signature)
    stamp = services.stamp(signature) if level != "B-B" else b""
    out = io.BytesIO(pending.pdf)
    place = PreparedByteRangeDigest(pending.digest, pending.start, pending.end)
    try:
        place.fill_with_cms(out, cms.signed_data(identity, pending.attributes, signature, stamp))
    except PyHankoSigningError as error:
        raise SigningError("Chữ ký số lớn hơn chỗ dành sẵn trong tệp. Hãy ký lại.") from error
    late = pending.begun is not None and datetime.now(UTC) - pending.begun > SOON
    chains = [[identity.certificate, *identity.chain]] if late else []
    if level == "B-LTA":
        return renew(out.getvalue(), services=services, chains=chains)
    return (
        _told(out.getvalue(), services, [*chains, services.stamp_chain()])
        if late and level == "B-LT"
        else out.getvalue()
    )


def renew(pdf: bytes, *, services: Services, chains=()) -> bytes:
    """One more document time stamp over everything in the file, with the evidence for `chains` (certificates,
    leaf first, of what the file's signatures rest on): the proof holds until the new stamp's certificate ends.

    Raises ServiceDown, SigningError.
    """
    writer = _open(pdf)
    for chain in (*chains, services.stamp_chain()):
        _add_evidence(writer, services, chain)
    out = io.BytesIO()
    try:
        PdfTimeStamper(services.timestamper).timestamp_pdf(
            writer, "sha256", bytes_reserved=2 * (services.stamp_size() + 1024), output=out
        )
    except (PyHankoPdfError, PyHankoSigningError, ValueError, OSError) as error:
        raise SigningError("Không thêm được dấu thời gian vào tệp. " + _BAD_FILE) from error
    return out.getvalue()


def check_signature(identity: Identity, attributes: bytes, signature: bytes) -> None:
    """Raises SigningError unless the key of this very certificate signed: a wrong answer never enters a paper."""
    if not is_right(identity, attributes, signature):
        raise SigningError("Chữ ký nhận về không khớp với chứng thư số; văn bản chưa được ký.")


def _signed(pending: Pending, key: KeyHolder, level: str, services: Services | None) -> bytes:
    (signature,) = key.sign([pending.attributes])
    return finish(pending, key.identity, signature, level=level, services=services)


def _check_texts(number: str, day: str) -> None:
    if not (number.isascii() and number.isalnum() and number[:1].isdigit() and len(number) <= 8):
        raise SigningError("Số văn bản không hợp lệ.")
    if not day.startswith("ngày ") or not day.isprintable() or len(day) > 40:
        raise SigningError("Ngày ban hành không hợp lệ.")


def _holds(name: str) -> SigMDPSetup:
    """What the lock of the field says, where two approve and nobody certifies: only fields that are there may be filled."""
    return SigMDPSetup(
        "sha256", field_lock=FieldMDPSpec(FieldMDPAction.INCLUDE, [name]), docmdp_perms=MDPPerm.FILL_FORMS
    )


def _open(pdf: bytes) -> Writer:
    try:
        return Writer(io.BytesIO(pdf))
    except (PyHankoPdfError, ValueError, OSError) as error:
        raise SigningError(_BAD_FILE) from error


def _begin(writer, name, permissions, identity, at, level, services, *, new=None, look=None) -> Pending:
    if at.tzinfo is None:
        raise ValueError("the moment of signing must carry its zone")
    if level not in LEVELS:
        raise ValueError(f"no such level: {level}")
    if level in ("B-LT", "B-LTA"):
        for chain in ([identity.certificate, *identity.chain], services.stamp_chain()):
            _add_evidence(writer, services, chain)
    room = len(cms.signed_data(identity, bytes(400), bytes(1024))) + 1024
    room += services.stamp_size() if level != "B-B" else 0
    try:
        steps = PdfCMSEmbedder(new_field_spec=new).write_cms(name, writer, existing_fields_only=new is None)
        field = next(steps).get_object()
        if look is not None:
            draw(writer, field, look, shrink=False)
        container = SignatureObject(bytes_reserved=2 * room, subfilter=SigSeedSubFilter.PADES, timestamp=at)
        steps.send(SigObjSetup(container, mdp_setup=permissions))
        place, out = steps.send(SigIOSetup("sha256"))
    except (PyHankoPdfError, PyHankoSigningError, ValueError) as error:
        raise SigningError("Không ký được tệp này. " + _BAD_FILE) from error
    attributes = cms.signed_attributes(identity, place.document_digest)
    return Pending(
        out.getvalue(),
        attributes,
        place.document_digest,
        place.reserved_region_start,
        place.reserved_region_end,
    )


def _told(pdf: bytes, services: Services, chains) -> bytes:
    """The file with evidence in a revision of its own."""
    writer, out = _open(pdf), io.BytesIO()
    for chain in chains:
        _add_evidence(writer, services, chain)
    writer.write(out)
    return out.getvalue()


def _add_evidence(writer: Writer, services: Services, chain) -> None:
    found = services.evidence(chain)
    DocumentSecurityStore.supply_dss_in_writer(
        writer, None, certs=found.certificates, ocsps=found.ocsps, crls=found.crls
    )
