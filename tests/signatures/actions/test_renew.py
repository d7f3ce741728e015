"""Proof that weakens: a paper sealed without its time stamp, and one whose stamp's certificate ends."""

import datetime as dt
import io
import shutil
import subprocess
import threading
import time

import pytest
from asn1crypto import pem, x509
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore

from documents import blobs
from documents.models import Event
from signatures.actions import proofs
from signatures.models import Proof
from signatures.services import _asked_of, configured
from signatures.trust import known_authorities, trust_roots
from signatures.verification import verify
from tests.documents.outgoing_cases import brought, kinds, sits_down
from tests.signatures.pki_process import Pki
from tests.signatures.proof_cases import issued_without_stamp, office_at, tsa_until

DAY = dt.timedelta(days=1)


@pytest.fixture
def signing(office, settings, pki):
    """The office with certificates of the running authority, which asks for B-LT."""
    return office_at(pki, office, settings)


def judged(paper):
    """The file in force, judged with nothing but the roots: no service is asked."""
    data = blobs.read(paper.current_file().blob)
    return verify(data, trust_roots=trust_roots(), other_certs=known_authorities())


def levels(verdict) -> list[str]:
    return [one.level for one in verdict.signatures if one.capacity != "stamp"]


def test_signed_while_the_stamps_were_away_and_upgraded_later(signing, settings, pki, tmp_path):
    paper = issued_without_stamp(signing, settings, pki)
    proof = Proof.objects.get(document=paper)
    assert (proof.level, proof.asked_level) == ("B-B", "B-LT")
    assert [one.level for one in paper.signatures.all()] == ["B-B", "B-B"]
    assert judged(paper).verdict == "unknown"  # nothing in the file tells about revocation
    issued = paper.current_file()
    assert proofs.renew_due(at=timezone.now()) == 1
    verdict = judged(paper)
    assert verdict.verdict == "valid", verdict.reasons
    assert levels(verdict) == ["B-LTA", "B-LTA"]
    proof.refresh_from_db()
    assert proof.level == "B-LTA" and proof.weak_from > timezone.now() + 5 * 365 * DAY
    renewed = paper.current_file()
    assert (renewed.stage, proof.file) == ("renewed", renewed)
    assert kinds(paper)[-1] == "renew"
    event = Event.objects.filter(document=paper).last()
    assert (event.payload["before"], event.payload["sha256"]) == (issued.blob_id, renewed.blob_id)
    # The issued bytes stay, under their hash, and the new ones only add to them.
    old, new = blobs.read(issued.blob), blobs.read(renewed.blob)
    assert paper.files.filter(pk=issued.pk, stage="sealed", blob=issued.blob_id).exists()
    assert new.startswith(old) and len(new) > len(old)
    assert proofs.renew_due(at=timezone.now()) == 0
    if shutil.which("pdfsig"):
        (tmp_path / "paper.pdf").write_bytes(new)
        said = subprocess.run(
            ["pdfsig", "-nocert", str(tmp_path / "paper.pdf")], capture_output=True, text=True, check=True
        ).stdout
        assert (
            said.count("Signature Validation: Signature is Valid.") == 2
        )  # poppler does not judge time stamps
    assert pyhanko_passes(new)


def pyhanko_passes(data: bytes) -> bool:
    """By pyHanko's validators, offline: the stamp over the document holds, and at its time both signatures did.

    Its one-step validation of this level wants a stamp inside each signature; ETSI EN 319 142-1, table 1, takes
    either.
    """
    reader = PdfFileReader(io.BytesIO(data))
    roots = [
        x509.Certificate.load(der) for file in trust_roots() for _, _, der in pem.unarmor(file, multiple=True)
    ]
    asked = {"trust_roots": roots, "revocation_mode": "hard-fail", "allow_fetching": False}
    store = DocumentSecurityStore.read_dss(reader)
    (stamp,) = reader.embedded_timestamp_signatures
    told = validate_pdf_timestamp(stamp, store.as_validation_context(asked))
    then = store.as_validation_context(asked | {"moment": told.timestamp, "retroactive_revinfo": True})
    given = [validate_pdf_signature(one, then) for one in reader.embedded_regular_signatures]
    return told.valid and told.trusted and len(given) == 2 and all(one.bottom_line for one in given)


def test_a_refused_signature_leaves_the_paper_exactly_where_it_was(signing, settings, pki, client):
    settings.TIMESTAMP_DOWN = "refuse"
    paper = brought(signing, "format_checked")
    before = (kinds(paper), list(paper.files.values_list("pk", "blob")))
    dung = sits_down(client, signing.dung)
    sent = {"sha256": paper.current_file().blob_id}
    with pki.broken(tsa="down"):
        page = dung.post(reverse("outgoing_approve", args=[paper.pk]), sent, follow=True).content.decode()
    assert "Dịch vụ cấp dấu thời gian không trả lời" in page
    paper.refresh_from_db()
    assert (paper.state, paper.signed_at) == ("format_checked", None)
    assert (kinds(paper), list(paper.files.values_list("pk", "blob"))) == before
    assert not paper.signatures.exists() and not Proof.objects.exists()
    _asked_of.cache_clear()
    dung.post(reverse("outgoing_approve", args=[paper.pk]), sent)
    paper.refresh_from_db()
    assert paper.state == "signed"


def test_the_stamps_are_away_during_the_renewal(signing, settings, pki):
    paper = issued_without_stamp(signing, settings, pki)
    file, events, now = paper.current_file(), len(kinds(paper)), timezone.now()
    with pki.broken(tsa="down"):
        assert proofs.renew_due(at=now) == 0
    _asked_of.cache_clear()
    proof = Proof.objects.get(document=paper)
    assert (proof.failed_at, proof.level, proof.renewed_at) == (now, "B-B", None)
    assert "không trả lời" in proof.reason
    assert paper.current_file() == file and len(kinds(paper)) == events
    assert proofs.renew_due(at=now + dt.timedelta(hours=5)) == 0  # not at every tick
    assert proofs.renew_due(at=now + dt.timedelta(hours=7)) == 1
    proof.refresh_from_db()
    assert (proof.failed_at, proof.reason, proof.level) == (None, "", "B-LTA")


def test_ninety_days_before_the_stamps_certificate_ends(office, settings, tmp_path):
    with Pki(tmp_path / "pki") as pki:
        office_at(pki, office, settings)
        ends = tsa_until(pki, timezone.now() + 100 * DAY)
        paper = brought(office, "issued")
        proof = Proof.objects.get(document=paper)
        assert (proof.level, proof.weak_from) == ("B-LT", ends)
        issued = paper.current_file()
        tsa_until(pki, timezone.now() + 3650 * DAY)
        _asked_of.cache_clear()
        assert proofs.renew_due(at=timezone.now() + 9 * DAY) == 0
        # Whoever signed has left since: the certificate is revoked, and the paper stays good.
        time.sleep(
            1.1
        )  # stamps and lists count whole seconds; within the same one nobody knows which came first
        pki.revoke((pki.folder / paper.signatures.first().certificate.key_ref).read_bytes())
        _asked_of.cache_clear()
        assert proofs.renew_due(at=timezone.now() + 11 * DAY) == 1
        proof.refresh_from_db()
        assert proof.weak_from > ends + 3000 * DAY
        verdict = judged(paper)
        assert (verdict.verdict, levels(verdict)) == ("valid", ["B-LTA", "B-LTA"]), verdict.reasons
        # Long after the first stamp's certificate ended, the second one still proves it.
        later = ends + 30 * DAY
        known = {"trust_roots": trust_roots(), "other_certs": known_authorities(), "at": later}
        assert verify(blobs.read(paper.current_file().blob), **known).verdict == "valid"
        assert verify(blobs.read(issued.blob), **known).verdict == "unknown"


def test_what_cannot_be_saved_any_more_is_not_called_saved(office, settings, tmp_path):
    """Its only stamp can no longer be relied on: another one over it would prove nothing."""
    with Pki(tmp_path / "pki") as pki:
        office_at(pki, office, settings)
        paper = issued_without_stamp(office, settings, pki)
        pki.revoke((pki.folder / paper.signatures.first().certificate.key_ref).read_bytes())
        file = paper.current_file()
        assert proofs.renew_due(at=timezone.now()) == 0
        proof = Proof.objects.get(document=paper)
        assert proof.level == "B-B" and "thu hồi" in proof.reason
        assert paper.current_file() == file


def test_a_file_lost_on_the_server_stops_nobody_else(signing, settings, pki):
    lost = issued_without_stamp(signing, settings, pki)
    other = issued_without_stamp(signing, settings, pki, subject="Về việc khác")
    Proof.objects.filter(document=lost).update(weak_from=timezone.now())
    blobs.path_of(lost.current_file().blob).unlink()
    assert proofs.renew_due(at=timezone.now()) == 1
    assert "Không đọc được tệp" in Proof.objects.get(document=lost).reason
    assert Proof.objects.get(document=other).level == "B-LTA"


def test_two_workers_renew_once(transactional_db, signing, settings, pki):
    paper = issued_without_stamp(signing, settings, pki)
    gate, done = threading.Barrier(2), []
    real = proofs._check

    def both_have_stamped(data):
        real(data)
        gate.wait(20)

    def work():
        try:
            done.append(proofs.renew_due(at=timezone.now(), services=configured()))
        finally:
            connections.close_all()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proofs, "_check", both_have_stamped)
        threads = [threading.Thread(target=work) for _ in range(2)]
        [thread.start() for thread in threads]
        [thread.join(60) for thread in threads]
    assert sorted(done) == [0, 1]
    assert paper.files.filter(stage="renewed").count() == 1
    assert kinds(paper).count("renew") == 1
    assert Proof.objects.get(document=paper).file == paper.current_file()
