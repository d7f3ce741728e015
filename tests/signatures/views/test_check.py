"""What the desks show about signatures: the verdict on a file, the tab of a paper."""

from django.utils import timezone

from documents import blobs
from signatures import actions as signing
from signatures import trust
from signatures.models import TrustedAuthority
from tests.conftest import tiny_pdf
from tests.documents.outgoing_cases import brought, sits_down


def test_a_file_without_signatures(db):
    verdict, report = signing.check(tiny_pdf())
    assert (verdict, report["signatures"]) == ("unsigned", [])
    assert report["sentence"].startswith("Tệp không có chữ ký số")


def test_another_name_than_the_senders_is_a_remark(office, keys):
    sealed = blobs.read(brought(office, "sealed").current_file().blob)
    verdict, report = signing.check(sealed, sender=office.justice)
    assert verdict == "valid" and report["sender"]["matches"] is False
    assert report["reasons"] == ["Chữ ký của Sở Nội vụ, nơi gửi là Sở Tư pháp."]
    assert report["todo"] == "Việc cần làm: hỏi lại nơi gửi trước khi vào sổ."
    assert all(isinstance(one["signed_at"], str) for one in report["signatures"])  # goes into a JSON column


def test_without_trusted_roots_nothing_is_called_valid(office, keys):
    sealed = blobs.read(brought(office, "sealed").current_file().blob)
    assert signing.check(sealed)[0] == "valid"
    for row in TrustedAuthority.objects.filter(kind="root"):
        trust.end(row, reason="thử", by=office.quantri, at=timezone.now())
    assert signing.check(sealed)[0] == "unknown"


def test_the_tab_shows_the_verdict_and_each_signature_with_its_file(client, office, keys):
    paper = brought(office, "sealed")
    page = sits_down(client, office.minh).get(f"{paper.get_absolute_url()}?tab=signature").content.decode()
    assert "Chữ ký số hợp lệ, tệp không bị thay đổi" in page
    assert "Chữ ký số cá nhân" in page and "Chữ ký số cơ quan" in page
    for file in paper.files.all():
        assert f"/tep/{file.pk}/" in page


def test_a_draft_says_that_nobody_signed(client, office):
    paper = brought(office, "in_review")
    page = sits_down(client, office.minh).get(f"{paper.get_absolute_url()}?tab=signature").content.decode()
    assert "Văn bản chưa có chữ ký số" in page
