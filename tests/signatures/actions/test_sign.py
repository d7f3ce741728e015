"""The signer's page and the personal signature, over HTTP with real keys."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from documents import blobs
from documents.actions.outgoing import approval as papers
from orgs.models import Delegation
from signatures import actions as signing
from signatures.errors import SigningError
from signatures.models import Certificate, Signature
from tests.documents.outgoing_cases import brought, kinds, sits_down


def approve(client, paper, sha256):
    return client.post(reverse("outgoing_approve", args=[paper.pk]), {"sha256": sha256}, follow=True)


def test_one_press_approves_and_signs_the_pages_shown(client, office, keys):
    paper = brought(office, "format_checked")
    dung = sits_down(client, office.dung)
    page = dung.get(reverse("outgoing_approve", args=[paper.pk]))
    shown = page.context["sha256"]
    assert f'value="{shown}"' in page.content.decode() and shown == paper.current_file().blob_id
    assert [act["who"] for act in page.context["acts"]] == ["Nguyễn Thị Lan", "Lê Thu Hoa", "Trần Quang Minh"]
    approve(dung, paper, shown)
    paper.refresh_from_db()
    assert (paper.state, paper.signer_name, paper.holder) == ("signed", "Phạm Tiến Dũng", None)
    signature = Signature.objects.get()
    assert (signature.before, signature.file.stage, signature.kind) == (shown, "signed", "personal")
    signed = blobs.read(signature.file.blob)
    assert signed.startswith(blobs.read(paper.files.get(stage="draft").blob))
    verdict, report = signing.check(signed)
    assert (verdict, report["signatures"][0]["signer_name"]) == ("valid", "Phạm Tiến Dũng")


def test_a_page_that_has_changed_meanwhile_is_not_signed(client, office, keys):
    paper = brought(office, "format_checked")
    answer = approve(sits_down(client, office.dung), paper, "0" * 64)
    assert "Dự thảo đã thay đổi" in answer.content.decode()
    paper.refresh_from_db()
    assert (paper.state, Signature.objects.count()) == ("format_checked", 0)


def test_a_lost_key_leaves_the_paper_where_it_was_and_a_second_press_signs_it(
    client, office, keys, settings, tmp_path
):
    paper = brought(office, "format_checked")
    settings.SIGNING_KEY_DIR = tmp_path / "empty"
    dung = sits_down(client, office.dung)
    answer = approve(dung, paper, paper.current_file().blob_id)
    assert "Không tìm thấy khóa ký" in answer.content.decode()
    paper.refresh_from_db()
    assert (paper.state, Signature.objects.count()) == ("format_checked", 0)
    assert kinds(paper)[-1] == "check_format"
    settings.SIGNING_KEY_DIR = keys
    approve(dung, paper, paper.current_file().blob_id)
    paper.refresh_from_db()
    assert paper.state == "signed"
    assert kinds(paper)[-2:] == ["approve", "sign"]


def test_no_certificate_no_signature(office, keys):
    paper = brought(office, "awaiting_signature", signer=office.thao)
    Certificate.objects.filter(user=office.thao.user).delete()
    with pytest.raises(SigningError, match="chưa có chứng thư số cá nhân"):
        signing.sign(paper, by=office.thao, at=timezone.now())
    assert paper.state == "awaiting_signature"


def test_a_delegated_inbox_reads_but_never_signs(client, office, keys):
    paper = brought(office, "format_checked")
    today = timezone.localdate()
    Delegation.objects.create(post=office.dung, to=office.thao.user, valid_from=today, valid_to=today)
    client.force_login(office.thao.user)
    client.post(reverse("act_as"), {"post": office.dung.pk})
    assert client.get(paper.get_absolute_url()).status_code == 200
    assert approve(client, paper, paper.current_file().blob_id).status_code == 403
    page = client.get(reverse("outgoing_approve", args=[paper.pk]), follow=True)
    assert "Duyệt và ký số" not in page.content.decode()
    with pytest.raises(PermissionDenied):
        signing.sign(paper, by=office.dung.used_by(office.thao.user), at=timezone.now())
    paper.refresh_from_db()
    assert (paper.state, Signature.objects.count()) == ("format_checked", 0)


def test_a_second_signature_is_refused(client, office, keys):
    paper = brought(office, "signed")
    answer = sits_down(client, office.dung).post(reverse("outgoing_sign", args=[paper.pk]), follow=True)
    assert "Không thể “Ký số”" in answer.content.decode()
    assert Signature.objects.count() == 1


def test_a_file_changed_on_the_disk_is_not_signed(office, keys):
    paper = brought(office, "awaiting_signature")
    path = blobs.path_of(paper.current_file().blob)
    path.write_bytes(path.read_bytes() + b"\n%")
    with pytest.raises(SigningError, match="không còn đúng"):
        signing.sign(paper, by=office.dung, at=timezone.now())
    assert paper.state == "awaiting_signature"


def test_who_cannot_sign_is_told_where_the_paper_stands(client, office, keys):
    paper = brought(office, "content_checked")
    page = sits_down(client, office.dung).get(reverse("outgoing_approve", args=[paper.pk]), follow=True)
    assert page.redirect_chain and "không chờ ký" in page.content.decode()


@pytest.mark.parametrize("state", ["format_checked", "awaiting_signature"])
def test_who_no_longer_holds_the_post_neither_approves_nor_signs(office, keys, state):
    paper = brought(office, state)
    office.dung.valid_to = timezone.localdate()
    office.dung.save()
    paper.refresh_from_db()
    with pytest.raises(PermissionDenied):
        if state == "format_checked":
            papers.approve(paper, by=office.dung, at=timezone.now(), sha256=paper.current_file().blob_id)
        else:
            signing.sign(paper, by=office.dung, at=timezone.now())
    assert Signature.objects.count() == 0
