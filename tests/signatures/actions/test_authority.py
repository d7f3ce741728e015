"""Authority at that second: asked when the key is used, kept with the signature (decree 30 art. 13)."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import blobs
from hanoi_docs.demo.certificates import give_demo_certificates
from orgs.actions.authorities import end
from signatures import actions as signing
from signatures.actions import papers as acts
from signatures.errors import SigningError
from signatures.models import Signature
from tests.documents.desks import words
from tests.documents.outgoing_cases import brought, kinds, sits_down
from tests.orgs.two import granted


def authorised(office, **fields):
    at = timezone.now()
    given = {
        "post": office.hoa, "capacity": "TUQ", "basis": "Giấy ủy quyền số 12/GUQ-SNV", "kinds": ["CV"], "scope": "Đôn đốc",
        "basis_on": timezone.localdate(at), "valid_from": at, "valid_to": at + dt.timedelta(days=30),
    }  # fmt: skip
    return granted(by=office.dung, at=at, **given | fields)


def untouched(paper, state: str) -> bool:
    paper.refresh_from_db()
    return paper.state == state and "sign" not in kinds(paper) and not Signature.objects.exists()


def test_a_head_of_room_signs_under_authorisation(client, office, keys):
    right = authorised(office)
    give_demo_certificates([office.hoa], [])
    paper = brought(office, "format_checked", signer=office.hoa)
    desk = sits_down(client, office.hoa)
    page = desk.get(reverse("outgoing_approve", args=[paper.pk]))
    assert "TUQ. Giám đốc; căn cứ: Giấy ủy quyền số 12/GUQ-SNV" in words(page)
    desk.post(reverse("outgoing_approve", args=[paper.pk]), {"sha256": page.context["sha256"]})
    paper.refresh_from_db()
    assert (paper.state, paper.signer_name) == ("signed", "Lê Thu Hoa")
    signature = Signature.objects.get()
    verdict, report = signing.check(blobs.read(signature.file.blob))
    assert (verdict, report["signatures"][0]["signer_name"]) == ("valid", "Lê Thu Hoa")

    kept, certificate = signature.evidence, signature.certificate
    assert signature.authority == right
    assert kept["at"] == signature.signed_at.isoformat()
    assert kept["organisation"] == {"name": "Sở Nội vụ", "code": "H26.TAM002"}
    assert kept["signer"] == {"name": "Lê Thu Hoa", "title": "Trưởng phòng", "unit": "Phòng Tổ chức"}
    assert kept["head"] == {"name": "Phạm Tiến Dũng", "title": "Giám đốc"}
    expected = {
        "id": right.pk, "capacity": "TUQ", "words": "TUQ. Giám đốc", "block": ["TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG TỔ CHỨC"],
        "passed_on_by": "", "basis": right.basis, "scope": "Đôn đốc", "kinds": ["CV"], "from": right.valid_from.isoformat(),
        "to": right.valid_to.isoformat(), "granted_by": "Phạm Tiến Dũng", "granted_at": right.granted_at.isoformat(),
    }  # fmt: skip
    assert kept["authority"] == paper.events.get(kind="sign").payload["authority"] == expected
    assert (
        kept["certificate"]["serial"] == certificate.serial and "THỬ NGHIỆM" in kept["certificate"]["issuer"]
    )
    assert kept["certificate"]["to"] == certificate.valid_to.isoformat()

    # The right ends, the evidence stays; the clerk's seal has no right of its own.
    end(right, by=office.dung, at=timezone.now(), reason="Thu hồi")
    signing.number_seal_issue(paper, by=office.lan, at=timezone.now())
    assert paper.state == "issued"
    assert list(paper.signatures.values_list("authority", flat=True)) == [right.pk, None]
    tab = words(sits_down(client, office.lan).get(f"{paper.get_absolute_url()}?tab=signature"))
    assert "Thẩm quyền TUQ. Giám đốc; căn cứ: Giấy ủy quyền số 12/GUQ-SNV" in tab


def test_submitted_in_time_and_signed_too_late(client, office, keys):
    paper = brought(office, "awaiting_signature", signer=office.thao)
    end(office.thao.signing_authorities.get(), by=office.dung, at=timezone.now(), reason="Thôi phụ trách")
    desk = sits_down(client, office.thao)
    approve = reverse("outgoing_approve", args=[paper.pk])
    page = desk.get(approve).content.decode()
    assert "Thôi phụ trách" in page and f'action="{approve}"' not in page
    assert reverse("outgoing_send_back", args=[paper.pk]) in page
    answer = desk.post(reverse("outgoing_sign", args=[paper.pk]), follow=True)
    assert "Chưa ký được. Thẩm quyền KT." in words(answer)
    assert untouched(paper, "awaiting_signature")


def test_the_last_second(office, keys):
    right = authorised(office)
    give_demo_certificates([office.hoa], [])
    paper = brought(office, "awaiting_signature", signer=office.hoa)
    with pytest.raises(SigningError, match="đã hết hạn lúc"):
        signing.sign(paper, by=office.hoa, at=right.valid_to)
    assert untouched(paper, "awaiting_signature")
    signing.sign(paper, by=office.hoa, at=right.valid_to - dt.timedelta(seconds=1))
    assert Signature.objects.get().authority == right


def test_another_capacity_than_the_page_says(office, keys):
    """The page says KT.; meanwhile the deputy acts as head."""
    paper = brought(office, "awaiting_signature", signer=office.thao)
    type(office.dung).objects.filter(pk=office.dung.pk).update(valid_to=timezone.localdate())
    at = timezone.now()
    granted(
        post=office.thao,
        capacity="Q",
        basis="Quyết định số 1/QĐ-UBND",
        valid_from=at,
        by=office.quantri,
        at=at,
    )
    with pytest.raises(
        SigningError, match=r"trên trang là “KT\. GIÁM ĐỐC / PHÓ GIÁM ĐỐC”, nay là “Q\. GIÁM ĐỐC”"
    ):
        signing.sign(paper, by=office.thao, at=timezone.now())
    assert untouched(paper, "awaiting_signature")


def test_a_right_that_ends_while_the_key_is_slow(office, keys, monkeypatch):
    paper = brought(office, "awaiting_signature", signer=office.thao)
    right, started = office.thao.signing_authorities.get(), timezone.now()
    opened = acts.open_key

    def slow(*args, **kwargs):
        end(right, by=office.dung, at=started, reason="Thu hồi trong lúc ký")
        return opened(*args, **kwargs)

    monkeypatch.setattr(acts, "open_key", slow)
    with pytest.raises(SigningError, match="Thu hồi trong lúc ký"):
        signing.sign(paper, by=office.thao, at=started + dt.timedelta(seconds=1))
    assert untouched(paper, "awaiting_signature")
    assert paper.current_file().stage == "draft"
