"""Old good news: answers about revocation that lie in the file, while the service says that the key was revoked."""

from collections.abc import Sequence
from datetime import timedelta

from asn1crypto import crl, ocsp, pdf
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509 import ReasonFlags
from pyhanko.sign.validation.dss import DocumentSecurityStore

from signatures.pades import certify, renew
from simulators import pki as demo_pki
from simulators.pki import revocation
from simulators.pki.folder import holding

from . import handmade, people, raw, tools
from .cast import Cast
from .table import attack

GROUP = "Tin tốt đã cũ (dữ liệu thu hồi kèm trong tệp)"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REVOKED = 2 * HOUR  # before now


def _news(cast: Cast, key, *, ago: timedelta, lists: bool = False) -> tuple[list[bytes], list[bytes]]:
    """OCSP answers and lists as the authority gave them `ago`, when it had revoked nothing yet."""
    folder, at = cast.live.folder, cast.now - ago
    root = revocation.crl(folder, "root", at=at)
    if lists:
        return [], [root, revocation.crl(folder, "ca", at=at)]
    return [revocation.answer_about(folder, key.identity.certificate, at=at)], [root]


def _key(cast: Cast):
    return people.issued(cast, folder=cast.live.folder, pointers=True)


def _revoke(cast: Cast, key) -> None:
    serial = key.identity.certificate.serial_number
    demo_pki.revoke(cast.live.folder, serial, at=cast.now - REVOKED, reason=ReasonFlags.key_compromise)


def _keeping(cast: Cast, pdf: bytes, ocsps: Sequence[bytes], lists: Sequence[bytes]) -> bytes:
    """With the answers in its document security store."""
    ca, root = (holding(cast.live.folder, name).plain for name in ("ca", "root"))

    def change(writer):
        DocumentSecurityStore.supply_dss_in_writer(
            writer, None, certs=[ca, root], ocsps=[ocsp.OCSPResponse.load(one) for one in ocsps],
            crls=[crl.CertificateList.load(one) for one in lists],
        )  # fmt: skip

    return tools.updated(pdf, change)


def _signed(cast: Cast, level: str = "B-B", make=_news, **how) -> bytes:
    """Signed now, by a key revoked two hours ago."""
    key = _key(cast)
    ocsps, lists = make(cast, key, **how)
    _revoke(cast, key)
    services = cast.services_of(cast.live.folder)
    signed = certify(
        cast.prepared, key, at=cast.now, level="B-B" if level == "B-B" else "B-T", services=services
    )
    kept = _keeping(cast, signed, ocsps, lists)
    return renew(kept, services=services) if level == "B-LTA" else kept


for _label, _how in {
    "OCSP từ trước khi thu hồi, còn trong hạn": {"ago": 3 * HOUR},
    "Danh sách (CRL) từ trước khi thu hồi, còn trong hạn": {"ago": 3 * HOUR, "lists": True},
    "OCSP từ trước khi thu hồi, đã quá hạn": {"ago": 3 * DAY},
    "Danh sách (CRL) từ trước khi thu hồi, đã quá hạn": {"ago": 3 * DAY, "lists": True},
    "OCSP đề ngày mai": {"ago": -DAY},
    "Danh sách (CRL) đề ngày mai": {"ago": -DAY, "lists": True},
    "OCSP từ trước khi thu hồi; chữ ký có dấu thời gian": {"ago": 3 * HOUR, "level": "B-T"},
    "Danh sách (CRL) từ trước khi thu hồi; chữ ký có dấu thời gian": {"ago": 3 * HOUR, "lists": True, "level": "B-T"},
    "OCSP từ trước khi thu hồi; dấu thời gian phủ cả tệp": {"ago": 3 * HOUR, "level": "B-LTA"},
}.items():  # fmt: skip
    attack(GROUP, _label, online=True)(lambda cast, how=_how: _signed(cast, **how))


def _without_end(cast: Cast, key) -> tuple[list[bytes], list[bytes]]:
    """An answer of last year that names no end (nextUpdate is optional, RFC 6960, 4.2.2.1)."""
    (told,), lists = _news(cast, key, ago=300 * DAY)
    return [_resigned(cast, told, lambda one: one.__delitem__("next_update"))], lists


def _resigned(cast: Cast, answer: bytes, change, key=None, cert=None) -> bytes:
    """The answer about one certificate, changed and signed by the responder, or by somebody else."""
    whole = ocsp.OCSPResponse.load(answer)
    basic = whole["response_bytes"]["response"].parsed
    data = basic["tbs_response_data"]
    change(data["responses"][0])
    responder = holding(cast.live.folder, "ocsp")
    data = ocsp.ResponseData.load(data.dump(force=True))
    made = ocsp.BasicOCSPResponse({
        "tbs_response_data": data,
        "signature_algorithm": {"algorithm": "sha256_rsa"},
        "signature": (key or responder.key).sign(data.dump(), padding.PKCS1v15(), hashes.SHA256()),
        "certs": [cert or responder.plain],
    })  # fmt: skip
    said = {"response_type": "basic_ocsp_response", "response": made}
    return ocsp.OCSPResponse({"response_status": "successful", "response_bytes": said}).dump()


def _own_answer(cast: Cast, key) -> tuple[list[bytes], list[bytes]]:
    """The revoked key answers about itself: its certificate is of the right authority, but no responder's."""
    (told,), lists = _news(cast, key, ago=HOUR)

    def change(one):
        one["cert_status"] = ocsp.CertStatus("good")

    return [_resigned(cast, told, change, key.key, key.identity.certificate)], lists


def _own_list(cast: Cast, key) -> tuple[list[bytes], list[bytes]]:
    """A list in the authority's name, signed by the revoked key."""
    lists = [revocation.crl(cast.live.folder, "root", at=cast.now - HOUR)]
    return [], [*lists, _list(cast, key.key)]


def _list(cast: Cast, key, *extensions) -> bytes:
    ca = holding(cast.live.folder, "ca")
    at = cast.now - HOUR
    builder = x509.CertificateRevocationListBuilder(ca.certificate.subject, at, at + DAY)
    number = x509.CRLNumber(int(at.timestamp()) + 1)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key())
    for extension, critical in ((number, False), (identifier, False), *extensions):
        builder = builder.add_extension(extension, critical)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _partial(cast: Cast, key, **what) -> tuple[list[bytes], list[bytes]]:
    """A true list of the authority that does not speak of papers' signers."""
    point = dict.fromkeys(("full_name", "relative_name", "only_some_reasons")) | dict.fromkeys(
        ("only_contains_user_certs", "only_contains_ca_certs", "indirect_crl", "only_contains_attribute_certs"), False
    )  # fmt: skip
    extension = x509.IssuingDistributionPoint(**point | what)
    root = revocation.crl(cast.live.folder, "root", at=cast.now - HOUR)
    return [], [root, _list(cast, holding(cast.live.folder, "ca").key, (extension, True))]


def _delta(cast: Cast, key) -> tuple[list[bytes], list[bytes]]:
    root = revocation.crl(cast.live.folder, "root", at=cast.now - HOUR)
    return [], [root, _list(cast, holding(cast.live.folder, "ca").key, (x509.DeltaCRLIndicator(1), True))]


for _label, _make, _how in (
    ("OCSP cũ không ghi hạn", _without_end, {}),
    ("OCSP do chính khóa bị thu hồi ký", _own_answer, {}),
    ("Danh sách (CRL) do chính khóa bị thu hồi ký", _own_list, {}),
    ("Danh sách chỉ nói về chứng thư của cơ quan cấp", _partial, {"only_contains_ca_certs": True}),
    ("Danh sách chỉ nói về một số lý do", _partial, {"only_some_reasons": frozenset([ReasonFlags.superseded])}),
    ("Danh sách bổ sung (delta) thay cho danh sách đủ", _delta, {}),
):  # fmt: skip
    attack(GROUP, _label, online=True)(lambda cast, make=_make, how=_how: _signed(cast, make=make, **how))


def _in_attribute(cast: Cast, **how) -> bytes:
    """The answers in the signed attribute of the adbe form."""
    key = _key(cast)
    ocsps, lists = _news(cast, key, **how)
    _revoke(cast, key)
    news = {
        "ocsp": [ocsp.OCSPResponse.load(one) for one in ocsps],
        "crl": [crl.CertificateList.load(one) for one in lists],
    }
    archive = handmade.attribute(
        "adobe_revocation_info_archival", pdf.RevocationInfoArchival({k: v for k, v in news.items() if v})
    )
    form = b"/AcroForm << /Fields [10 0 R] /SigFlags 3 >>"
    own = {10: handmade.field(b"ChuKy", 11), 11: handmade.value(b"/adbe.pkcs7.detached")}
    paper = raw.written(raw.parts(catalog=form, page=b"/Annots [10 0 R]", more=own))
    return handmade.filled(paper, handmade.with_attributes(key, lambda usual: [*usual, archive]))


for _label, _how in {
    "OCSP từ trước khi thu hồi, trong thuộc tính của chữ ký": {"ago": 3 * HOUR},
    "Danh sách từ trước khi thu hồi, trong thuộc tính của chữ ký": {"ago": 3 * HOUR, "lists": True},
    "OCSP đề ngày mai, trong thuộc tính của chữ ký": {"ago": -DAY},
}.items():
    attack(GROUP, _label, online=True)(lambda cast, how=_how: _in_attribute(cast, **how))
