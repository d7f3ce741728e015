"""Signing, sealing and verifying: the whole act of the office beside the bare cryptography under it."""

import gc
import io
import subprocess
from collections.abc import Callable
from itertools import repeat
from pathlib import Path

import pikepdf
from asn1crypto import pem, x509
from django.conf import settings
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from bench import fill
from bench.bare_pyhanko import BareSigner
from bench.bare_pyhanko import certify as bare_certify
from bench.figures import Figure
from bench.pace import Work, side_by_side
from bench.stage import Stage
from bench.verifying import ALLOWED, HEAVY, PAGES, lengthened
from documents import blobs
from documents.actions.outgoing import approval as papers
from documents.layout.dates import date_text
from documents.models import Outgoing
from hanoi_docs.demo.certificates import remember
from orgs.models import Post
from signatures import actions, pades
from signatures.appearance.pictures import image_mark, image_of, seal_mark
from signatures.keys import agency_certificate, open_key, personal_certificate
from signatures.models import Certificate
from signatures.trust import known_authorities, trust_roots
from simulators import pki as demo_pki

MOST = 100  # papers a second, more than one process signs


def measure(stage: Stage) -> list[Figure]:
    """Signing first: what it leaves is sealed afterwards."""
    waiting = fill.approved_paper()
    pks = [one.pk for one in fill.copies(waiting, 2 * (int(MOST * stage.seconds) + 10))]
    pdf, signer = blobs.read(waiting.current_file().blob), waiting.signer
    heavy = _memory(stage, pdf, signer)
    return [*_sign(stage, waiting, pks), *_seal(stage), *_verify(stage), *heavy]


def _sign(stage: Stage, paper: Outgoing, pks: list[int]) -> list[Figure]:
    dung, folder = paper.signer, Path(settings.SIGNING_KEY_DIR)
    pdf, mark = blobs.read(paper.current_file().blob), image_mark(dung.user)
    look = PdfFileReader(io.BytesIO(mark))
    stage.conditions["paper to sign"] = f"{len(pdf) / 1000:.0f} kB"
    speed = openssl_speed()
    stage.conditions["openssl speed"] = ", ".join(f"{name} {rate:.0f} sign/s" for name, rate in speed.items())
    waiting, found = iter(pks), []
    for name, kind in (("RSA-2048", "rsa"), ("P-256", "ec")):
        Certificate.objects.filter(user=dung.user).update(retired_at=timezone.now())
        data = demo_pki.issue_person(folder, str(dung.user), "Sở Nội vụ", dung.title, key=kind)
        Certificate.objects.filter(pk=remember(folder, data, user=dung.user).pk).update(retired_at=None)
        key = open_key(personal_certificate(dung.user))
        bare = BareSigner(key)
        fill.settle()
        whole, ours, theirs = side_by_side(
            Work(lambda pk: _act(pk, dung), waiting),
            Work(
                lambda _, key=key: pades.certify(pdf, key, at=timezone.now(), appearance=mark), repeat(None)
            ),
            Work(lambda _, bare=bare: bare_certify(pdf, bare, look), repeat(None)),
            seconds=stage.seconds,
        )
        found += [
            Figure(
                f"signed papers {name}, whole act",
                whole.rate,
                "papers/s",
                theirs.rate,
                "pyHanko bare and tuned, same file",
            ),
            Figure(
                f"pades.certify {name} alone",
                ours.rate,
                "papers/s",
                theirs.rate,
                "pyHanko bare and tuned, same file",
            ),
            Figure(
                f"pyHanko bare {name}",
                theirs.rate,
                "papers/s",
                speed.get(name),
                "openssl speed, raw signatures",
            ),
        ]
    return found


def _act(pk: int, by: Post) -> None:
    """Open the version, sign, store, event."""
    actions.sign(Outgoing.objects.get(pk=pk), by=by, at=timezone.now())


def openssl_speed() -> dict[str, float]:
    """Raw signatures per second of this machine's OpenSSL; empty where there is none."""
    found = {}
    for name, algorithm, mark in (("RSA-2048", "rsa2048", "rsa "), ("P-256", "ecdsap256", "256 bits ecdsa")):
        try:
            done = subprocess.run(
                ["openssl", "speed", "-seconds", "1", algorithm], capture_output=True, text=True
            )
        except OSError:
            return {}
        line = next((line for line in done.stdout.splitlines() if mark in line and "bits" in line), "")
        if line:
            found[name] = float(line.split()[-2])
    return found


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
            pdf, signer, number_text="4711", date_text=date_text(timezone.localdate()),
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


def _memory(stage: Stage, pdf: bytes, signer: Post) -> list[Figure]:
    """How far this process grows while a heavy paper is signed, and while it is sealed."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        heavy = lengthened(opened, PAGES, HEAVY // PAGES)
    person, agency = (
        open_key(personal_certificate(signer.user)),
        open_key(agency_certificate(signer.organisation)),
    )
    beside = float(image_of(signer.user).width_mm)
    seal = seal_mark(image_of(signer.organisation), beside=beside)
    signed, signing = _grown(
        lambda: pades.certify(heavy, person, at=timezone.now(), appearance=image_mark(signer.user))
    )
    _, sealing = _grown(
        lambda: pades.seal(
            signed, agency, number_text="4711", date_text=date_text(timezone.localdate()),
            at=timezone.now(), appearance=seal,
        )
    )  # fmt: skip
    stage.conditions["heavy paper"] = f"{PAGES} pages, {len(heavy) / 1e6:.0f} MB"
    name = "memory to {} a paper of 200 pages and 50 MB"
    return [
        Figure(name.format(act), grown / len(heavy), "x its size", ALLOWED, "what is allowed")
        for act, grown in (("sign", signing), ("seal", sealing))
    ]


def _grown(act: Callable[[], bytes]) -> tuple[bytes, int]:
    """What the act gives, and by how many bytes the process was larger than before at its largest."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
    before = _status("VmRSS")
    made = act()
    return made, _status("VmHWM") - before


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def _certificates(files: list[bytes]) -> list[x509.Certificate]:
    return [x509.Certificate.load(der) for data in files for _, _, der in pem.unarmor(data, multiple=True)]
