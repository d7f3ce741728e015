"""Papers that open without a password and may only not be edited: signed, then changed."""

import io

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigSeedSubFilter

from . import raw, tools
from .cast import Cast
from .table import attack

GROUP = "Tệp mở được không cần mật khẩu"


def _restricted(pdf: bytes, revision: int) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        aes = revision >= 4
        how = pikepdf.Encryption(user="", owner="chu", R=revision, aes=aes, metadata=aes)
        file.save(out, encryption=how, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def _writer(pdf: bytes) -> IncrementalPdfFileWriter:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    writer.encrypt("")
    return writer


def _signed(cast: Cast, pdf: bytes) -> bytes:
    """By another tool: the product itself signs no such file."""
    writer = _writer(pdf)
    meta = PdfSignatureMetadata(field_name="ChuKy", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    out = io.BytesIO()
    PdfSigner(meta, cast.simple()).sign_pdf(writer, bytes_reserved=16384, output=out)
    return out.getvalue()


def _paper(cast: Cast, revision: int) -> bytes:
    return _signed(cast, _restricted(raw.paper(), revision))


def _updated(pdf: bytes, change) -> bytes:
    writer, out = _writer(pdf), io.BytesIO()
    change(writer)
    writer.write(out)
    return out.getvalue()


def _other_contents(writer) -> None:
    page = tools.page_of(writer)
    page["/Contents"] = tools.stream(writer, raw.FALSE)
    writer.update_container(page)


for _revision, _name in {3: "RC4 128 bit", 4: "AES 128 bit", 6: "AES 256 bit"}.items():
    attack(GROUP, f"Nội dung trang bị thay ({_name})", seen=True)(
        lambda cast, revision=_revision: _updated(_paper(cast, revision), _other_contents)
    )


@attack(GROUP, "Bản cập nhật bỏ mã hóa: chữ đọc ra khác", seen=True)
def no_longer_encrypted(cast: Cast) -> bytes:
    """Without /Encrypt in the last trailer nothing is decrypted any more; the page comes out empty."""
    pdf = _paper(cast, 4)
    return tools.appended(pdf, {})


@attack(GROUP, "Từ điển mã hóa bị ghi lại trong bản cập nhật", seen=True)
def other_dictionary(cast: Cast) -> bytes:
    pdf = _paper(cast, 4)
    number = tools.trailer_of(pdf)["/Encrypt"].idnum
    body = pdf[pdf.index(b"%d 0 obj" % number) :].split(b"obj", 1)[1].split(b"endobj", 1)[0]
    body = body.replace(b"/StmF /StdCF", b"/StmF /Identity")
    return tools.appended(pdf, {number: body.strip()}, trailer=tools.protection_of(pdf))


@attack(GROUP, "Nội dung chưa có khi ký, định nghĩa về sau", seen=True)
def undefined(cast: Cast) -> bytes:
    def name_it(writer):
        page = tools.page_of(writer)
        page["/Contents"] = tools.list_of(page.raw_get("/Contents"), tools.nowhere(writer, 900))
        writer.update_container(page)

    def define_it(writer):
        writer.objects[0, 900] = generic.StreamObject(stream_data=raw.FALSE)
        writer._lastobj_id = 900

    return _updated(_signed(cast, _updated(_restricted(raw.paper(), 4), name_it)), define_it)
