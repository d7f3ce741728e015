"""Signing, sealing and verifying: the whole act of the office beside the bare cryptography under it."""

import io
from itertools import repeat

from asn1crypto import pem, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from bench import fill
from bench.figures import Figure
from bench.pace import Work, side_by_side
from bench.stage import Stage
from documents import blobs
from documents.actions import outgoing as papers
from documents.models import Outgoing
from signatures import actions, pades
from signatures.images import image_mark, image_of, seal_mark
from signatures.keys import agency_certificate, open_key, personal_certificate
from signatures.trust import known_authorities, trust_roots

MOST = 100  # papers a second, more than one process signs


def measure(stage: Stage) -> list[Figure]:
    """Signing first: what it leaves is sealed afterwards."""
    waiting = fill.approved_paper()
    copies = fill.copies(waiting, int(MOST * stage.seconds) + 10)
    return [*_sign(stage, waiting, [one.pk for one in copies]), *_seal(stage), *_verify(stage)]


def _sign(stage: Stage, paper: Outgoing, pks: list[int]) -> list[Figure]:
    dung = paper.signer
    pdf, signer = blobs.read(paper.current_file().blob), open_key(personal_certificate(dung.user))
    mark = image_mark(dung.user)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    stage.conditions["paper to sign"] = f"{len(pdf) / 1000:.0f} kB"

    def act(pk: int) -> None:
        actions.sign(Outgoing.objects.for_list().get(pk=pk), by=dung, at=timezone.now())

    def bare(_) -> None:
        pades.certify(pdf, signer, at=timezone.now(), appearance=mark)

    actions.sign(paper, by=dung, at=timezone.now())  # once before the clock runs: the mark is drawn and kept
    whole, certify, raw = side_by_side(
        Work(act, pks),
        Work(bare, repeat(None)),
        Work(lambda _: key.sign(b"sach", padding.PKCS1v15(), hashes.SHA256()), repeat(None)),
        seconds=stage.seconds,
    )
    return [
        Figure("signed papers, whole act", whole.rate, "papers/s", certify.rate, "pades.certify, same file"),
        Figure("pades.certify alone", certify.rate, "papers/s", raw.rate, "raw RSA-2048 signatures"),
    ]


def _seal(stage: Stage) -> list[Figure]:
    lan = fill.people().posts["lan"]
    signed = list(Outgoing.objects.for_list().filter(organisation=lan.organisation, state="signed"))
    for paper in signed:
        papers.number(paper, by=lan, at=timezone.now())
    paper, organisation = signed[0], lan.organisation
    pdf, signer = blobs.read(paper.current_file().blob), open_key(agency_certificate(organisation))
    mark = seal_mark(image_of(organisation), beside=float(image_of(paper.signer.user).width_mm))

    def act(paper: Outgoing) -> None:
        actions.seal(paper, by=lan, at=timezone.now())

    def bare(_) -> None:
        pades.seal(
            pdf, signer, number_text="4711", date_text=pades.date_text(timezone.localdate()),
            at=timezone.now(), appearance=mark,
        )  # fmt: skip

    act(paper)
    whole, seal = side_by_side(Work(act, signed[1:]), Work(bare, repeat(None)), seconds=stage.seconds)
    name = "pades.seal, same file"
    return [Figure("sealed papers, whole act", whole.rate, "papers/s", seal.rate, name)]


def _verify(stage: Stage) -> list[Figure]:
    pdf = blobs.read(fill.issued_paper().current_file().blob)
    roots, others = _certificates(trust_roots()), _certificates(known_authorities())

    def bare(_) -> None:
        for signature in PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures:
            context = ValidationContext(
                trust_roots=roots, other_certs=others, allow_fetching=False, revocation_mode="soft-fail"
            )
            if not validate_pdf_signature(signature, context).bottom_line:
                raise AssertionError("the bench measures a paper that is not valid")

    verdict, _ = actions.check(pdf)
    if verdict != "valid":
        raise AssertionError(f"the bench measures a paper that is {verdict}")
    whole, validate = side_by_side(
        Work(lambda _: actions.check(pdf), repeat(None)), Work(bare, repeat(None)), seconds=stage.seconds
    )
    name = "pyHanko's validation alone"
    return [Figure("verified papers of two signatures", whole.rate, "papers/s", validate.rate, name)]


def _certificates(files: list[bytes]) -> list[x509.Certificate]:
    return [x509.Certificate.load(der) for data in files for _, _, der in pem.unarmor(data, multiple=True)]
