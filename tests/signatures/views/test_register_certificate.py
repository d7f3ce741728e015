"""A certificate enters the register only when everything about it is right; otherwise a sentence says what is not."""

import datetime as dt

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from documents.models import Event
from hanoi_docs.demo import marks as demo_marks
from hanoi_docs.demo.certificates import give_demo_certificates
from orgs.models import Role
from signatures import actions as signing
from signatures.actions.certificates import same_person
from signatures.actions.images import register_image
from signatures.errors import SigningError
from signatures.keys import personal_certificate
from signatures.models import Certificate, TrustedAuthority
from simulators import pki as demo_pki
from tests.documents.desks import at_desk, words
from tests.documents.lists.test_lists import cost
from tests.documents.outgoing_cases import brought
from tests.orgs.two import confirmed
from tests.signatures.certificate_cases import DAY, file_of, public_half, self_made

OFFICE = "Sở Nội vụ"


@pytest.fixture
def admin(office, settings, pki):
    """The office's administrator; the running authority is trusted, and its key folder is the server's."""
    settings.DEMO, settings.SIGNING_KEY_DIR = True, pki.folder
    give_demo_certificates([], [])
    for owner, drawn in (
        (office.dung.user, demo_marks.person_mark("Phạm Tiến Dũng")),
        (office.home_affairs, demo_marks.seal_mark(OFFICE)),
    ):
        register_image(owner, data=drawn.png, width_mm=drawn.width_mm, by=None, at=timezone.now())
    return office.post("binh", "Ngô Thanh Bình", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")


def person(pki, name="Phạm Tiến Dũng", organisation=OFFICE, **given) -> bytes:
    return demo_pki.issue_person(pki.folder, name, organisation, "Giám đốc", **given)


def sent(data: bytes, owner="co-quan", holder="agent", key_ref="") -> dict:
    file = SimpleUploadedFile("chung-thu.cer", data, "application/pkix-cert")
    return {"file": file, "owner": owner, "holder": holder, "key_ref": key_ref}


def shown_then_confirmed(client, given: dict, query=""):
    """Both presses; the second sends what the page showed."""
    url = reverse("certificate_add") + query
    page = client.post(url, given)
    assert "Bước 2" in words(page), words(page)
    said = {name: given[name] for name in ("owner", "holder", "key_ref")}
    return client.post(url, said | {"confirm": "1", "certificate": page.context["certificate"]}, follow=True)


def by_two(client, given: dict, other, query=""):
    """The certificate that seals is proposed by the two presses and confirmed by another."""
    page = shown_then_confirmed(client, given, query)
    assert "khi một người khác xác nhận" in words(page), words(page)
    assert not Certificate.objects.exclude(organisation=None).exists()
    confirmed(other)
    return page


def test_looked_at_confirmed_and_signed_with(office, admin, pki):
    p12 = person(pki)
    given = sent(public_half(p12), office.dung.user_id, "file", file_of(pki.folder, p12))
    client = at_desk(admin)
    client.post(reverse("certificate_add"), given)
    assert not Certificate.objects.exists()  # a look changes nothing
    given["file"].seek(0)
    page = shown_then_confirmed(client, given)
    assert "Đã đăng ký chứng thư số của Phạm Tiến Dũng" in words(page)
    row = Certificate.objects.get()
    assert (row.user, row.organisation, row.subject, row.holder) == (
        office.dung.user,
        None,
        "Phạm Tiến Dũng",
        "file",
    )
    assert row.checked_at is not None and row.chain.count("BEGIN CERTIFICATE") == 1
    event = Event.objects.get(kind="register_certificate")
    assert (event.organisation, event.post, event.payload["serial"]) == (
        office.home_affairs,
        admin,
        row.serial,
    )
    assert "Phạm Tiến Dũng" in words(client.get(reverse("certificates")))
    assert brought(office, "signed").signatures.get().certificate == row


def test_the_chain_is_found_where_the_file_has_none(office, admin, pki):
    agency = demo_pki.issue_agency(pki.folder, OFFICE, "H26.TAM002", key="ec", ocsp=True)
    by_two(at_desk(admin), sent(public_half(agency, der=True)), office.quantri)
    row = Certificate.objects.get()
    assert (row.organisation, row.user) == (office.home_affairs, None)
    assert row.chain.count("BEGIN CERTIFICATE") == 1  # from the trusted list


REFUSED = {
    "another person": (lambda pki: person(pki, "Vũ Phương Thảo"), "dung", "của Vũ Phương Thảo, không phải của Phạm Tiến Dũng"),
    "a likeness": (lambda pki: person(pki, "Phạm Tiến Dung"), "dung", "không phải của Phạm Tiến Dũng"),
    "a person of another office": (lambda pki: person(pki, organisation="Sở Tư pháp"), "dung", "người của Sở Tư pháp, không phải của Sở Nội vụ"),
    "another office": (lambda pki: demo_pki.issue_agency(pki.folder, "Sở Tư pháp", "H26.TAM003"), None, "của Sở Tư pháp, không phải của Sở Nội vụ"),
    "its name with another's code": (lambda pki: demo_pki.issue_agency(pki.folder, OFFICE, "H26.TAM003"), None, "không phải của Sở Nội vụ"),
    "a person's for the office": (person, None, "của cá nhân Phạm Tiến Dũng, không phải của cơ quan"),
    "the office's for a person": (lambda pki: demo_pki.issue_agency(pki.folder, OFFICE), "dung", "không phải của Phạm Tiến Dũng"),
    "expired": (lambda pki: person(pki, valid_from=timezone.now() - 90 * DAY, valid_to=timezone.now() - DAY), "dung", "đã hết hạn"),
    "not yet": (lambda pki: person(pki, valid_from=timezone.now() + DAY, valid_to=timezone.now() + 90 * DAY), "dung", "chưa đến ngày có hiệu lực"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_a_sentence(office, admin, pki, case):
    make, who, sentence = REFUSED[case]
    owner = getattr(office, who).user_id if who else "co-quan"
    page = at_desk(admin).post(reverse("certificate_add"), sent(public_half(make(pki)), owner))
    assert sentence in words(page) and "Bước 2" not in words(page)
    assert not Certificate.objects.exists()
    assert not Event.objects.filter(kind="register_certificate").exists()


def test_of_a_withdrawn_certificate_the_authority_is_asked(office, admin, pki):
    p12 = person(pki, valid_to=timezone.now() + 200 * DAY)
    pki.revoke(p12)
    page = at_desk(admin).post(reverse("certificate_add"), sent(public_half(p12), office.dung.user_id))
    assert "Chứng thư số đã bị thu hồi từ" in words(page)


def test_a_silent_authority_is_no_yes(office, admin, pki):
    p12 = person(pki, valid_to=timezone.now() + 201 * DAY)
    with pki.broken(ocsp="down", crl="down"):
        page = at_desk(admin).post(reverse("certificate_add"), sent(public_half(p12), office.dung.user_id))
    assert "không trả lời. Hãy thử lại sau ít phút" in words(page)
    assert not Certificate.objects.exists()


def test_of_an_authority_nobody_trusts(office, admin, pki, tmp_path):
    stranger = demo_pki.issue_person(tmp_path / "la", "Phạm Tiến Dũng", OFFICE, "Giám đốc")
    page = at_desk(admin).post(reverse("certificate_add"), sent(public_half(stranger), office.dung.user_id))
    assert "không do tổ chức cung cấp dịch vụ chứng thực được tin cậy cấp" in words(page)
    for row in TrustedAuthority.objects.all():
        page = at_desk(admin).post(reverse("certificate_add"), sent(row.pem.encode()))
        assert (
            "chứng thư của tổ chức cung cấp dịch vụ chứng thực, không phải của người hay cơ quan ký"
            in words(page)
        )


def test_a_stamping_services_certificate_signs_no_paper(office, admin, pki):
    tsa = (pki.folder / "tsa.pem").read_bytes()
    page = at_desk(admin).post(reverse("certificate_add"), sent(tsa, office.dung.user_id))
    assert "cấp cho máy chủ hoặc dịch vụ, không dùng để ký văn bản" in words(page)


@pytest.mark.parametrize(
    "data",
    [b"x", b"\x30\x82\x10", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", b"A" * 70_000],
)
def test_what_is_no_certificate(office, admin, data):
    page = at_desk(admin).post(reverse("certificate_add"), sent(data))
    assert "Không đọc được tệp" in words(page)


def test_a_file_with_the_private_key_is_turned_away(office, admin, pki):
    key, leaf, _ = pkcs12.load_key_and_certificates(person(pki), demo_pki.DEMO_PASSWORD.encode())
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    page = at_desk(admin).post(
        reverse("certificate_add"), sent(leaf.public_bytes(Encoding.PEM) + secret, office.dung.user_id)
    )
    assert "Tệp có chứa khóa bí mật" in words(page)
    assert secret.splitlines()[1].decode() not in page.content.decode()


@pytest.mark.parametrize(
    "holder, key_ref, sentence",
    [
        ("token", "", "nhãn thiết bị/nhãn khóa"),
        ("token", "the-1", "nhãn thiết bị/nhãn khóa"),
        ("remote", "", "mã khóa (credential ID)"),
        ("file", "", "tên tệp khóa"),
        ("file", "../root.key", "tên tệp khóa"),
        ("file", "khong-co.p12", "không có tệp “khong-co.p12”"),
    ],
)
def test_where_the_key_is_must_be_said(office, admin, pki, holder, key_ref, sentence):
    given = sent(public_half(person(pki)), office.dung.user_id, holder, key_ref)
    assert sentence in words(at_desk(admin).post(reverse("certificate_add"), given))


def test_the_key_file_of_somebody_else_is_not_lent(office, admin, pki):
    """Whoever keeps one office's register must not come by another's key."""
    others = demo_pki.issue_agency(pki.folder, "Sở Tư pháp", "H26.TAM003")
    given = sent(public_half(person(pki)), office.dung.user_id, "file", file_of(pki.folder, others))
    assert "giữ khóa của đúng chứng thư này" in words(at_desk(admin).post(reverse("certificate_add"), given))


def test_pressed_twice_it_is_registered_once(office, admin, pki):
    client, data = at_desk(admin), public_half(person(pki))
    shown_then_confirmed(client, sent(data, office.dung.user_id))
    page = client.post(reverse("certificate_add"), sent(data, office.dung.user_id))
    assert "đã được đăng ký cho Phạm Tiến Dũng" in words(page)
    assert Certificate.objects.count() == Event.objects.filter(kind="register_certificate").count() == 1


def test_what_the_second_press_sends_is_examined_again(office, admin, pki):
    said = {"owner": office.dung.user_id, "holder": "agent", "key_ref": "", "confirm": "1"}
    swapped = public_half(person(pki, "Vũ Phương Thảo")).decode()
    page = at_desk(admin).post(reverse("certificate_add"), said | {"certificate": swapped})
    assert "không phải của Phạm Tiến Dũng" in words(page) and not Certificate.objects.exists()


def test_laid_aside_with_a_reason_and_kept(office, admin, pki):
    shown_then_confirmed(at_desk(admin), sent(public_half(person(pki)), office.dung.user_id))
    row, client = Certificate.objects.get(), at_desk(admin)
    url = reverse("certificate_retire", args=[row.pk])
    assert "ít nhất mười ký tự" in words(client.post(url, {"reason": "cũ"}))
    page = client.post(url, {"reason": "Thiết bị hỏng, đã cấp chứng thư mới"}, follow=True)
    row.refresh_from_db()
    assert row.retired_at and "ngừng sử dụng" in words(page)
    event = Event.objects.get(kind="retire_certificate")
    assert (event.post, event.payload["reason"]) == (admin, "Thiết bị hỏng, đã cấp chứng thư mới")
    with pytest.raises(SigningError, match="chưa có chứng thư số cá nhân"):
        personal_certificate(office.dung.user)
    page = client.post(url, {"reason": "Một lý do khác hẳn trước"}, follow=True)
    assert (
        "đã ngừng sử dụng từ trước" in words(page)
        and Event.objects.filter(kind="retire_certificate").count() == 1
    )
    assert not client.get(reverse("certificates")).context["rows"]
    assert "Thiết bị hỏng" in words(client.get(reverse("certificates") + "?tinh-trang=thoi-dung"))
    again = client.post(reverse("certificate_add"), sent(public_half(person(pki)), office.dung.user_id))
    assert "đã được đăng ký cho Phạm Tiến Dũng, ngừng sử dụng từ" in words(again)


def test_each_administrator_keeps_his_own_register(office, admin, pki):
    ours, theirs = (
        self_made("Phạm Tiến Dũng", user=office.dung.user),
        self_made("Sở Tư pháp", organisation=office.justice),
    )
    client = at_desk(admin)
    page = words(client.get(reverse("certificates")))
    assert "Phạm Tiến Dũng" in page and "Sở Tư pháp" not in page
    assert client.get(reverse("certificates") + f"?co-quan={office.justice.pk}").status_code == 404
    assert client.get(reverse("certificate", args=[ours.pk])).status_code == 200
    for name in ("certificate", "certificate_retire", "certificate_check"):
        assert client.post(
            reverse(name, args=[theirs.pk]), {"reason": "Không phải của mình"}
        ).status_code in (404, 405)
    everybody = words(at_desk(office.quantri).get(reverse("certificates")))
    assert "Phạm Tiến Dũng" in everybody and "Sở Tư pháp" in everybody
    one = words(at_desk(office.quantri).get(reverse("certificates") + f"?co-quan={office.justice.pk}"))
    assert "Phạm Tiến Dũng" not in one and "Sở Tư pháp" in one
    for other in (office.lan, office.dung, office.minh):
        for name in ("certificates", "certificate_add"):
            assert at_desk(other).get(reverse(name)).status_code == 404


def test_the_operator_registers_for_any_office(office, admin, pki):
    agency = demo_pki.issue_agency(pki.folder, "Sở Tư pháp", "H26.TAM003")
    theirs = office.post("quanly3", "Quản Lý", office.justice, Role.ORG_ADMIN, "Quản trị đơn vị")
    by_two(at_desk(office.quantri), sent(public_half(agency)), theirs, f"?co-quan={office.justice.pk}")
    assert Certificate.objects.get().organisation == office.justice
    assert Event.objects.get(kind="register_certificate").organisation == office.justice


def test_a_person_of_two_offices_is_left_alone_by_the_other(office, admin, pki):
    office.post("dung", "Phạm Tiến Dũng", office.justice, Role.LEADER, "Ủy viên")
    theirs = demo_pki.issue_person(pki.folder, "Phạm Tiến Dũng", "Sở Tư pháp", "Ủy viên")
    shown_then_confirmed(
        at_desk(office.quantri),
        sent(public_half(theirs), office.dung.user_id),
        f"?co-quan={office.justice.pk}",
    )
    row = Certificate.objects.get()
    page = at_desk(admin).get(reverse("certificate", args=[row.pk]))
    assert page.status_code == 200 and not page.context["manages"]
    retire = at_desk(admin).post(
        reverse("certificate_retire", args=[row.pk]), {"reason": "Không phải của mình"}
    )
    assert retire.status_code == 404


def test_one_row_costs_what_three_cost(office, admin):
    client, url = at_desk(admin), reverse("certificates")
    self_made("Phạm Tiến Dũng", user=office.dung.user)
    client.get(url)
    one = cost(client, url)
    self_made("Vũ Phương Thảo", user=office.thao.user)
    self_made(OFFICE, organisation=office.home_affairs)
    assert cost(client, url) == one
    assert [row["it"].subject for row in client.get(url + "?q=thao").context["rows"]] == ["Vũ Phương Thảo"]


def test_names_with_and_without_marks():
    assert same_person("PHAM TIEN DUNG", "Phạm Tiến Dũng") and same_person("Phạm Tiến Dũng", "phạm tiến dũng")
    assert same_person("Nguyễn Thị Thuý", "Nguyễn Thị Thúy")
    assert not same_person("Trần Văn Hùng", "Trần Văn Hưng") and not same_person("", "Phạm Tiến Dũng")


def test_a_seal_needs_a_certificate_in_use(office, admin, pki):
    """The whole way: both certificates registered on the screen, then a paper signed and sealed with them."""
    for p12, owner in (
        (person(pki), office.dung.user_id),
        (demo_pki.issue_agency(pki.folder, OFFICE, "H26.TAM002"), "co-quan"),
    ):
        shown_then_confirmed(at_desk(admin), sent(public_half(p12), owner, "file", file_of(pki.folder, p12)))
    confirmed(office.quantri)
    paper = brought(office, "numbered")
    signing.seal(paper, by=office.lan, at=timezone.now() + dt.timedelta(seconds=1))
    assert paper.signatures.count() == 2
