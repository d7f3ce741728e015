"""Verifying: one process and two, a file with ten signatures, and what a heavy file takes of memory."""

import io
import os
from itertools import repeat

from asn1crypto import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner, fields
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from bench import fill
from bench.figures import Figure
from bench.pace import Run, Work, go, side_by_side
from bench.stage import Stage
from documents import blobs
from signatures import trust
from signatures.actions import check
from signatures.verification import evidence
from signatures.verification.guard import Guard

TEN, LONG, PAGES, HEAVY = 10, 20, 200, 50_000_000
DRAWN = 1.5  # seconds
ALLOWED = 4.0  # times its own size


def measure(stage: Stage) -> list[Figure]:
    pdf = blobs.read(fill.issued_paper().current_file().blob)
    return [*_papers(stage, pdf), *_ten(stage), _followed(stage, pdf), _memory(stage)]


def _papers(stage: Stage, pdf: bytes) -> list[Figure]:
    one, two, bare = side_by_side(
        Work(lambda _: _valid(check(pdf)[0]), repeat(None)),
        Work(lambda _: _valid(check(pdf)[0]), repeat(None), threads=2),  # each thread has its own process
        Work(lambda _: _bare(pdf), repeat(None)),
        seconds=stage.seconds,
    )  # fmt: skip
    return [
        Figure("two-signature papers checked, one process", one.rate, "papers/s", bare.rate, "pyHanko's validation alone"),
        Figure("two-signature papers checked, two processes", two.rate, "papers/s", 2 * one.rate, "twice one process"),
    ]  # fmt: skip


def _ten(stage: Stage) -> list[Figure]:
    pdf = fill_signatures(_blank(2, 2_000), TEN)
    ours, bare = side_by_side(
        Work(lambda _: _valid(check(pdf)[0]), repeat(None)), Work(lambda _: _bare(pdf), repeat(None)),
        seconds=stage.seconds,
    )  # fmt: skip
    name = "pyHanko's validation alone"
    return [Figure("a file of ten signatures checked", _mean(ours), "s", _mean(bare), name)]


def _followed(stage: Stage, paper: bytes) -> Figure:
    """Something follows the last signature: every page is drawn, from the signed and from the whole file, twice."""
    import pikepdf

    long, out = pikepdf.new(), io.BytesIO()
    with pikepdf.open(io.BytesIO(paper)) as pages:
        while len(long.pages) < LONG:
            long.pages.append(pages.pages[len(long.pages) % len(pages.pages)])
        long.save(out)
    writer, grown = IncrementalPdfFileWriter(io.BytesIO(fill_signatures(out.getvalue(), 1))), io.BytesIO()
    writer.add_object(generic.DictionaryObject())
    writer.write(grown)
    ours = side_by_side(
        Work(lambda _: _valid(check(grown.getvalue())[0]), repeat(None)), seconds=stage.seconds
    )
    return Figure(
        f"a file of {LONG} pages that was added to, checked", _mean(ours[0]), "s", DRAWN, "what is allowed"
    )


def _memory(stage: Stage) -> Figure:
    """What the process that verifies grows by, above what it takes for a small file."""
    heavy = fill_signatures(_blank(PAGES, HEAVY // PAGES), 2)
    roots, issuing = trust.both()
    guard = Guard(seconds=60)
    try:
        _valid(
            guard.verify(
                fill_signatures(_blank(1, 1000), 2), trust_roots=roots, other_certs=issuing, fetch=False
            ).verdict
        )
        before = _most(guard)
        took = go(
            Work(
                lambda _: _valid(
                    guard.verify(heavy, trust_roots=roots, other_certs=issuing, fetch=False).verdict
                ),
                [None],
            ),
            0,
        )
        grown = (_most(guard) - before) / len(heavy)
    finally:
        guard.close()
    stage.conditions["heavy file"] = (
        f"{PAGES} pages, {len(heavy) / 1e6:.0f} MB, checked in {took.elapsed:.1f} s"
    )
    return Figure("memory for a file of 200 pages and 50 MB", grown, "x its size", ALLOWED, "what is allowed")


def fill_signatures(pdf: bytes, count: int) -> bytes:
    """So many signatures of another tool, each by dung."""
    certificate = fill.people().posts["dung"].user.certificates.first()
    from django.conf import settings

    signer = SimpleSigner.load_pkcs12(
        str(settings.SIGNING_KEY_DIR / certificate.key_ref), passphrase=settings.SIGNING_KEY_PASSWORD.encode()
    )
    for index in range(count):
        writer, out = IncrementalPdfFileWriter(io.BytesIO(pdf)), io.BytesIO()
        name = f"KySo{index}"
        meta = PdfSignatureMetadata(field_name=name, md_algorithm="sha256")
        spec = fields.SigFieldSpec(name, on_page=0, box=(10, 10 + 40 * index, 100, 40 + 40 * index))
        PdfSigner(meta, signer, new_field_spec=spec).sign_pdf(writer, bytes_reserved=16384, output=out)
        pdf = out.getvalue()
    return pdf


def _blank(pages: int, bytes_each: int) -> bytes:
    import pikepdf

    return lengthened(pikepdf.new(), pages, bytes_each)


def lengthened(pdf, pages: int, bytes_each: int) -> bytes:
    """The open file with so many pages more, each of so many bytes that cannot be compressed."""
    import pikepdf

    out = io.BytesIO()
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        image = pdf.make_stream(os.urandom(bytes_each), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))
    pdf.save(out, compress_streams=False)
    return out.getvalue()


def _bare(pdf: bytes) -> None:
    roots, issuing = trust.both()
    for signature in PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures:
        context = ValidationContext(
            trust_roots=_read(roots),
            other_certs=_read(issuing),
            allow_fetching=False,
            revocation_mode="soft-fail",
        )
        _valid("valid" if validate_pdf_signature(signature, context).bottom_line else "invalid")


def _read(files: list[bytes]) -> list[x509.Certificate]:
    from asn1crypto import pem

    return evidence.certificates(pem.unarmor(data)[2] for data in files)


def _valid(verdict: str) -> None:
    if verdict != "valid":
        raise AssertionError(f"the bench measures a file that is {verdict}")


def _mean(run: Run) -> float:
    return run.elapsed / len(run.times)


def _most(guard: Guard) -> int:
    pid = guard._pool._idle[0]._process.pid
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
