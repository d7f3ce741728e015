"""Certificates of the trusted authority that were given out for something else than signing papers."""

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose

from signatures.providers import Identity
from signatures.providers.file import FileKey
from simulators.pki import folder as store

from . import handmade, people, raw
from .cast import Cast
from .table import attack

GROUP = "Chứng thư cấp cho việc khác"
_FORM = b"/AcroForm << /Fields [10 0 R] /SigFlags 3 >>"


def signed(cast: Cast, key, form: bytes = handmade.PADES) -> bytes:
    """As the product signs, without the product's question whether the certificate is fit for it."""
    own = {10: handmade.field(b"ChuKy", 11), 11: handmade.value(form)}
    return handmade.filled(
        raw.written(raw.parts(catalog=_FORM, page=b"/Annots [10 0 R]", more=own)), handmade.by(key)
    )


def usage(**on: bool) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: on.get(name, False) for name in names})


for _label, _extended in {
    "Máy chủ web (serverAuth)": (Purpose.SERVER_AUTH,),
    "Máy chủ web và máy khách (serverAuth, clientAuth)": (Purpose.SERVER_AUTH, Purpose.CLIENT_AUTH),
    "Ký phần mềm (codeSigning)": (Purpose.CODE_SIGNING,),
    "Dấu thời gian (timeStamping)": (Purpose.TIME_STAMPING,),
    "Trả lời trạng thái (OCSPSigning)": (Purpose.OCSP_SIGNING,),
    "Đăng nhập bằng thẻ (smartcardLogon)": (Purpose.SMARTCARD_LOGON,),
    "Việc không ai biết (OID lạ)": (x509.ObjectIdentifier("2.999.7"),),
}.items():
    attack(GROUP, _label)(
        lambda cast, extended=_extended: signed(cast, people.issued(cast, extended=extended))
    )


@attack(GROUP, "Máy chủ web (serverAuth), ghi là không bắt buộc")
def not_critical(cast: Cast) -> bytes:
    return signed(cast, people.issued(cast, extended=(Purpose.SERVER_AUTH,), critical=False))


@attack(GROUP, "Chứng thư của chính dịch vụ dấu thời gian")
def the_stamping_service(cast: Cast) -> bytes:
    return signed(cast, _held(cast, "tsa"))


@attack(GROUP, "Chứng thư của chính dịch vụ trạng thái (OCSP)")
def the_responder(cast: Cast) -> bytes:
    return signed(cast, _held(cast, "ocsp"))


@attack(GROUP, "Chứng thư của chính cơ quan cấp")
def the_authority(cast: Cast) -> bytes:
    return signed(cast, _held(cast, "ca"))


for _label, _usage in {
    "Chỉ để mã hóa khóa (keyEncipherment)": usage(key_encipherment=True),
    "Chỉ để thỏa thuận khóa (keyAgreement)": usage(key_agreement=True),
    "Chỉ để ký danh sách thu hồi (cRLSign)": usage(crl_sign=True),
}.items():
    attack(GROUP, _label)(lambda cast, made=_usage: signed(cast, people.issued(cast, usage=made)))


@attack(GROUP, "Dấu thời gian do chứng thư không phải dịch vụ dấu thời gian cấp")
def stamped_by_anybody(cast: Cast) -> bytes:
    """The signer stamps his own expired signature, in the middle of his certificate's life."""
    key = people.issued(cast, valid=(-90, -30))
    holder = store.Holding(None, key.identity.certificate, key.key)
    stamp = handmade.stamped(cast.folder / "honest", cast.now - 60 * people.DAY, holder)
    own = {10: handmade.field(b"ChuKy", 11), 11: handmade.value()}
    pdf = raw.written(raw.parts(catalog=_FORM, page=b"/Annots [10 0 R]", more=own))
    return handmade.filled(pdf, handmade.by(key, stamp))


@attack(GROUP, "Khóa RSA 1024 bit")
def short_key(cast: Cast) -> bytes:
    return signed(
        cast, people.issued(cast, key=rsa.generate_private_key(public_exponent=65537, key_size=1024))
    )


@attack(GROUP, "Đường cong P-192")
def short_curve(cast: Cast) -> bytes:
    return signed(cast, people.issued(cast, key=ec.generate_private_key(ec.SECP192R1())))


def _held(cast: Cast, name: str) -> FileKey:
    folder = cast.folder / "honest"
    held = store.holding(folder, name)
    return FileKey(Identity(held.plain, (store.holding(folder, "ca").plain,)), held.key)
