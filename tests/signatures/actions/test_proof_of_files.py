"""Attachments and electronic copies are proven in files of their own, and kept alive like the paper."""

import datetime as dt

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone

from documents import blobs
from signatures.actions import proofs
from signatures.models import Proof
from signatures.services import _asked_of
from signatures.trust import known_authorities, trust_roots
from signatures.verification import verify
from tests.documents.desks import at_desk, words
from tests.documents.outgoing_cases import brought
from tests.signatures.actions.test_attachments import pdf_file, sheet, with_attachments
from tests.signatures.actions.test_certify_copy import letter, press
from tests.signatures.pki_process import Pki
from tests.signatures.proof_cases import issued_without_stamp, office_at, tsa_until

BOARD = "/quan-tri/bang-chung/?tinh-trang=duoi-muc"
DAY = dt.timedelta(days=1)


def levels_of(file) -> list[str]:
    """As the file proves by itself, with no service asked."""
    found = verify(blobs.read(file.blob), trust_roots=trust_roots(), other_certs=known_authorities())
    assert found.verdict == "valid", found.reasons
    return [one.level for one in found.signatures if one.capacity != "stamp"]


def test_each_signed_file_has_its_own_proof_and_is_renewed_beside_what_was_sent(office, settings, tmp_path):
    with Pki(tmp_path / "pki") as pki:
        office_at(pki, office, settings)
        ends = tsa_until(pki, timezone.now() + 100 * DAY)
        paper = with_attachments(office, pdf_file("phu-luc.pdf", "Danh mục"), sheet())
        paper = brought(office, "issued", paper)
        own, attached = Proof.objects.order_by("pk")  # nobody signed the sheet, so it proves nothing
        assert own.file == paper.current_file() and attached.file == paper.attachments().first()
        assert attached.weak_from == own.weak_from == ends
        tsa_until(pki, timezone.now() + 3650 * DAY)
        _asked_of.cache_clear()
        assert proofs.renew_due(at=timezone.now() + 11 * DAY) == 2
        attached.refresh_from_db()
        assert attached.file.stage == "renewed" and attached.file.part == "attachment"
        assert levels_of(attached.file) == ["B-LTA"]
        # What goes out and is shown is still what was issued.
        assert [file.stage for file in paper.attachments()] == ["sealed", "draft"]
        page = at_desk(office.lan).get(f"{paper.get_absolute_url()}?tab=signature")
        assert "Bằng chứng lâu dài: phu-luc.pdf" in words(page)
        assert reverse("file", args=[attached.file_id]) in page.content.decode()


def test_an_attachment_signed_while_the_stamps_were_away_is_made_good(office, settings, pki):
    office_at(pki, office, settings)
    paper = with_attachments(office, pdf_file("phu-luc.pdf", "Danh mục"))
    paper = issued_without_stamp(office, settings, pki, paper=paper)
    assert {(one.level, one.asked_level) for one in Proof.objects.all()} == {("B-B", "B-LT")}
    assert "Tài liệu kèm theo: phu-luc.pdf" in words(at_desk(office.lan).get(BOARD))
    assert proofs.renew_due(at=timezone.now()) == 2
    for proof in Proof.objects.select_related("file__blob"):
        assert set(levels_of(proof.file)) == {"B-LTA"}


def test_an_electronic_copy_is_proven_and_renewed(office, settings, pki):
    office_at(pki, office, settings)
    settings.TIMESTAMP_DOWN = "degrade"
    paper = letter(office)
    with pki.broken(tsa="down"):
        press(office, paper)
    _asked_of.cache_clear()
    copy = paper.files.get(stage="copy")
    proof = Proof.objects.get(document=paper, original=copy)
    assert (proof.level, proof.file) == ("B-B", copy)
    page = at_desk(office.lan).get(BOARD)
    assert "Bản sao điện tử" in words(page) and f"/van-ban-den/{paper.pk}/" in page.content.decode()
    assert "ký khi dịch vụ dấu thời gian không trả lời" in words(page).lower()
    assert proofs.renew_due(at=timezone.now()) == 1
    proof.refresh_from_db()
    assert levels_of(proof.file) == ["B-LTA"]
    shown = at_desk(office.lan).get(f"{paper.get_absolute_url()}?tab=signature")
    assert f"/tep/{copy.pk}/trang/1/" in shown.content.decode() and "Bằng chứng lâu dài" in words(shown)


def test_the_proofs_of_before_find_the_file_that_was_sealed(transactional_db, office, keys):
    """The migration, run back and forth over a paper that was renewed since."""
    paper = brought(office, "issued")
    sealed, held = paper.current_file(), Proof.objects.get()
    renewed = paper.files.create(
        blob=sealed.blob, name="a.pdf", part="main", stage="renewed", version=sealed.version,
        created_at=timezone.now(),
    )  # fmt: skip
    Proof.objects.filter(pk=held.pk).update(file=renewed)
    try:
        MigrationExecutor(connection).migrate([("signatures", "0007_lives_of_certificates")])
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    held.refresh_from_db()
    assert (held.original, held.file) == (sealed, renewed)
