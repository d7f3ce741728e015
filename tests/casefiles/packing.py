"""A file that was taken over, with a signed paper, a table, a photograph and a paper that is not there any more; and its packages."""

import datetime as dt
import io

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

from casefiles.actions.exports import ask_export, make_waiting
from casefiles.actions.items import add_to_file
from casefiles.models import CaseFile, Export
from documents import blobs
from documents.arrival import NewFile
from documents.models import File
from orgs.models import Role
from tests.casefiles.filing import answered, closed, issued, opened
from tests.documents.desks import pdf_saying, workbook


def signed_pdf(text: str) -> bytes:
    """By a key of its own: that the signature holds is what is asked, not whose it is."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Người Ký")]),
    )
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(days=1))
    made = made.not_valid_after(now + dt.timedelta(days=9)).sign(key, hashes.SHA256())
    der = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    from asn1crypto import keys
    from asn1crypto import x509 as asn1
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    certificate = asn1.Certificate.load(made.public_bytes(serialization.Encoding.DER))
    signer = signers.SimpleSigner(certificate, keys.PrivateKeyInfo.load(der), SimpleCertificateStore())
    meta = signers.PdfSignatureMetadata(
        field_name="KySo", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    return signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf_saying(text))), meta, signer=signer
    ).getvalue()


def with_file(paper, data: bytes, name="van-ban.pdf", part="main", stage="sealed", kind="application/pdf"):
    return File.objects.create(
        document=paper, blob=blobs.store(data, kind), name=name, part=part, stage=stage, pages=1, created_at=timezone.now()
    )  # fmt: skip


def keeper_of(office):
    return office.post("luu", "Người Lưu Trữ", office.home_affairs, Role.ARCHIVIST, "Lưu trữ cơ quan")


def taken_over(office, *, term="vinh_vien", **fields) -> CaseFile:
    """As if the archive had taken it: that way is told elsewhere."""
    case = opened(
        office, term=term, at=timezone.now() - dt.timedelta(days=30), keywords="kiện toàn; tổ chức", **fields
    )
    case.came = answered(office, case)
    case.ours = issued(
        office,
        case,
        kind="QĐ",
        issued_amount=12,
        subject=f"Quyết định <kiện toàn> & phân công {'dài ' * 200}",
    )
    with_file(case.ours, signed_pdf("Quyết định"))
    with_file(case.ours, workbook(), "bảng tính.xlsx", "attachment", "draft", "application/octet-stream")
    photo = blobs.store(b"\x89PNG\r\n\x1a\n1", "image/png")
    add_to_file(case, files=[NewFile("ảnh.png", photo)], by=office.minh, at=timezone.now())
    kept = closed(office, case)
    CaseFile.objects.filter(pk=case.pk).update(state="archived")
    kept.refresh_from_db()
    kept.came, kept.ours = case.came, case.ours
    return kept


def made(case, by, kind, flavour="tt05", **more) -> Export:
    asked = ask_export(case, kind=kind, flavour=flavour, by=by, at=timezone.now(), **more)
    make_waiting()
    asked.refresh_from_db()
    return asked
