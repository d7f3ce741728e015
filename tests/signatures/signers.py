"""Signers and files that our own tools would never make: any certificate, any attributes, evidence of any day."""

import io
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pikepdf
from asn1crypto import cms as asn1_cms
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.validation.dss import DocumentSecurityStore

from signatures import cms
from signatures.providers import Identity
from simulators.pki import profiles
from simulators.pki.folder import base_url, holding, locked, remember_issued

DAY = timedelta(days=1)


class Signer:
    """A certificate of the authority in `folder`, as asked for, and its key. `names` are (OID, value)."""

    def __init__(
        self, folder, *names, usages=(), key=None, extensions=None, critical=False, ocsp=False, valid=None
    ):
        self.key = key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
        names = names or ((NameOID.ORGANIZATION_NAME, "Sở Nội vụ"), (NameOID.TITLE, "Giám đốc"),
                          (NameOID.COMMON_NAME, "Phạm Tiến Dũng"))  # fmt: skip
        said = profiles.holder() if extensions is None else list(extensions)
        if usages:
            said.append((x509.ExtendedKeyUsage([x509.ObjectIdentifier(one) for one in usages]), critical))
        said += profiles.pointers(base_url(folder), "ca", ocsp=ocsp)
        now, ca = datetime.now(UTC), holding(folder, "ca")
        with locked(folder):
            made = profiles.certificate(
                profiles.name(*names), self.key.public_key(), issuer=ca.certificate.subject, issuer_key=ca.key,
                extensions=said, valid=valid or (now - 400 * DAY, now + 400 * DAY),
            )  # fmt: skip
            remember_issued(folder, "ca", made)
        self.certificate = asn1.Certificate.load(made.public_bytes(Encoding.DER))
        self.issuer = ca.plain

    @property
    def serial(self) -> int:
        return self.certificate.serial_number

    @property
    def identity(self) -> Identity:
        return Identity(self.certificate, (self.issuer,))

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(data, ec.ECDSA(hashes.SHA256()))
        return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def message(
        self, digest: bytes, *, without=(), stamp=b"", shown: "Signer | None" = None, beside=()
    ) -> bytes:
        """A CMS over `digest`, lacking the attributes named in `without`, as if `shown` had signed."""
        attributes = cms.signed_attributes(self.identity, digest)
        if without:
            kept = [
                one for one in asn1_cms.CMSAttributes.load(attributes) if one["type"].native not in without
            ]
            attributes = asn1_cms.CMSAttributes(kept).dump()
        who = (shown or self).identity
        who = Identity(who.certificate, (*who.chain, *(one.certificate for one in beside)))
        value = self.sign(attributes)
        return cms.signed_data(who, attributes, value, stamp(value) if stamp else b"")


def blank() -> bytes:
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.save(out)
    return out.getvalue()


def signed(signer: Signer, *, form=SigSeedSubFilter.PADES, at=None, pdf=b"", **how) -> bytes:
    """A page with one signature; `how` as for `Signer.message`."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf or blank()))
    steps = PdfCMSEmbedder(new_field_spec=SigFieldSpec("KySo")).write_cms("KySo", writer)
    next(steps)
    container = SignatureObject(bytes_reserved=20_000, subfilter=form, timestamp=at or datetime.now(UTC))
    steps.send(SigObjSetup(container))
    place, out = steps.send(SigIOSetup("sha256"))
    place.fill_with_cms(out, signer.message(place.document_digest, **how))
    return out.getvalue()


def with_dss(pdf: bytes, proofs) -> bytes:
    """One more revision that holds what `demo_pki.moment` told of a day."""
    writer, out = IncrementalPdfFileWriter(io.BytesIO(pdf)), io.BytesIO()
    DocumentSecurityStore.supply_dss_in_writer(
        writer, None, certs=proofs.certificates, ocsps=proofs.ocsps, crls=proofs.crls
    )
    writer.write(out)
    return out.getvalue()


def stamped_skeleton(signer: Signer, stamp) -> bytes:
    """A document time stamp over a file whose index points at a place behind its end, and the signature written there
    afterwards: the index says that both stand in one revision. `stamp(data)` gives a token."""
    form = "<< /FT /Sig /T (%s) /V %d 0 R /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /P 3 0 R /F 132 >>"
    bodies = {
        1: "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R 5 0 R] /SigFlags 3 >> >>",
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [4 0 R 5 0 R] >>",
        4: form % ("KySo", 7), 5: form % ("DauThoiGian", 6),
        6: _value("DocTimeStamp", "ETSI.RFC3161"),
    }  # fmt: skip
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in bodies.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    index = len(out)
    places[7] = index + 1000
    out += b"xref\n0 8\n0000000000 65535 f \n"
    out += "".join(f"{places[number]:010d} 00000 n \n" for number in range(1, 8)).encode()
    end = f"startxref\n{index}\n%%EOF\n".encode()
    out += b"trailer\n<< /Size 8 /Root 1 0 R >>\n" + end
    _fill(out, places[6], lambda digest, data: stamp(data))
    out += (
        b" " * (places[7] - len(out))
        + f"7 0 obj\n{_value('Sig', 'ETSI.CAdES.detached')}\nendobj\n".encode()
        + end
    )
    _fill(out, places[7], lambda digest, data: signer.message(digest))
    return bytes(out)


def _value(kind: str, form: str) -> str:
    place = "0" * 24_000
    return (
        f"<< /Type /{kind} /Filter /Adobe.PPKLite /SubFilter /{form} /ByteRange [0 ********** ********** **********]"
        f" /Contents <{place}> >>"
    )


def _fill(out: bytearray, at: int, message) -> None:
    begun = out.index(b"/Contents <", at) + len("/Contents ")
    ended = out.index(b">", begun) + 1
    numbers = (begun, ended, len(out) - ended)
    place = out.index(b"/ByteRange [0 ", at) + len("/ByteRange [0 ")
    out[place : place + 32] = " ".join(f"{one:<10d}" for one in numbers).encode()
    data = bytes(out[:begun] + out[ended:])
    text = message(sha256(data).digest(), data).hex().encode()
    out[begun + 1 : begun + 1 + len(text)] = text
