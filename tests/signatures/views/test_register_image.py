"""A person registers the picture of their signature, the office that of its seal; papers then carry it."""

import hashlib
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents import blobs
from documents.models import Event
from orgs.models import Delegation, Role
from signatures import actions as signing
from signatures.actions.images import register_image
from signatures.appearance.pictures import image_mark, image_of, image_then
from signatures.errors import SigningError
from signatures.models import SignatureImage
from tests.documents.desks import at_desk
from tests.documents.outgoing_cases import brought, sits_down
from tests.orgs.two import confirmed, latest
from tests.signatures.appearance.test_marks import spans
from tests.signatures.pictures import BLACK, BLUE, RED, png, seal, signature


def sent(client, name: str, data: bytes, width: str, file="chu-ky.png"):
    upload = SimpleUploadedFile(file, data, content_type="image/png")
    return client.post(reverse(name), {"file": upload, "width_mm": width}, follow=True)


def test_a_person_registers_and_replaces_their_own(office):
    dung = at_desk(office.dung)
    assert "Chưa đăng ký hình ảnh" in dung.get(reverse("own_image")).content.decode()
    page = sent(dung, "own_image", png(signature()), "40")
    assert "Đã đăng ký hình ảnh chữ ký." in page.content.decode()
    first = image_of(office.dung.user)
    assert (first.width_mm, first.height_mm, first.uploaded_by) == (
        Decimal("40.0"),
        Decimal("12.3"),
        office.dung.user,
    )
    shown = dung.get(reverse("signature_picture", args=[first.pk]))
    data = b"".join(shown.streaming_content)
    assert shown["Content-Type"] == "image/png" and hashlib.sha256(data).hexdigest() == first.blob_id
    assert (
        f'width="151" height="{round(12.3 * 96 / 25.4)}"' in page.content.decode()
    )  # 40 mm at 96 dots to the inch
    page = sent(dung, "own_image", png(signature(700, 300)), "45.5").content.decode()
    second = image_of(office.dung.user)
    first.refresh_from_db()
    assert second.pk != first.pk and first.ended_at == second.uploaded_at
    assert "Đã dùng trước đây" in page and reverse("signature_picture", args=[first.pk]) in page
    events = Event.objects.filter(kind="register_signature", organisation=office.home_affairs)
    assert [one.payload["width_mm"] for one in events] == [40.0, 45.5] and events[0].user == office.dung.user


@pytest.mark.parametrize(
    ("data", "width", "field", "words"),
    [
        (png(signature(ink=BLACK)), "40", "file", "Chữ ký phải màu xanh"),
        (png(signature().convert("RGB"), format="JPEG"), "40", "file", "không phải ảnh PNG"),
        (b"", "40", "file", "rỗng"),
        (png(signature()), "60", "width_mm", "từ 15 đến 50 mm"),
        (png(signature()), "", "width_mm", "Hãy ghi chiều rộng thật"),
        (png(signature()), "NaN", "width_mm", ""),
        (png(signature()), "1e9", "width_mm", ""),
        (b"\x89PNG" + bytes(2 * 1024 * 1024), "40", "file", "lớn hơn 2 MB"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_changes(office, data, width, field, words):
    dung = at_desk(office.dung)
    sent(dung, "own_image", png(signature()), "40")
    before = image_of(office.dung.user)
    page = sent(dung, "own_image", data, width)
    assert page.status_code == 200 and words in " ".join(page.context["form"].errors[field])
    assert f'id="id_{field}_error"' in page.content.decode()
    assert image_of(office.dung.user) == before


def test_a_seal_is_registered_by_the_clerk_and_the_administrators_of_the_body(office):
    admin = office.post("admin", "Quản Trị Sở", office.home_affairs, Role.ORG_ADMIN, "Quản trị")
    for post, width in ((office.lan, "36"), (admin, "38")):
        before = image_of(office.home_affairs)
        page = sent(at_desk(post), "seal_image", png(seal()), width)
        assert (
            "khi một người khác xác nhận" in page.content.decode() and image_of(office.home_affairs) == before
        )
        other = admin if post is office.lan else office.lan
        shown = at_desk(other).get(reverse("proposed_seal", args=[latest().pk]))
        assert (
            shown["Content-Type"] == "image/png"
            and reverse("proposed_seal", args=[latest().pk]) in page.content.decode()
        )
        confirmed(other)
        image = image_of(office.home_affairs)
        assert (image.width_mm, image.height_mm, image.uploaded_by) == (
            Decimal(width),
            Decimal(width),
            other.user,
        )
        assert 'href="/don-vi/con-dau/"' in at_desk(post).get("/").content.decode()
    for post in (office.minh, office.dung, office.hoa):
        assert sent(at_desk(post), "seal_image", png(seal()), "40").status_code == 404
        for name, pk in (("signature_picture", image.pk), ("proposed_seal", latest().pk)):
            assert at_desk(post).get(reverse(name, args=[pk])).status_code == 404 or (post, name) == (
                office.dung,
                "proposed_seal",
            )
        assert "/don-vi/con-dau/" not in at_desk(post).get("/").content.decode()
    sent(at_desk(office.khach), "seal_image", png(seal()), "40")  # of his own body
    confirmed(office.quantri)
    assert image_of(office.justice).width_mm == 40
    assert image_of(office.home_affairs) == image
    assert at_desk(office.khach).get(reverse("signature_picture", args=[image.pk])).status_code == 404
    with pytest.raises(PermissionDenied):
        register_image(office.home_affairs, data=png(seal()), width_mm=36, by=office.khach, at=timezone.now())


def test_nobody_registers_or_sees_anothers_signature(office):
    with pytest.raises(PermissionDenied):
        register_image(office.dung.user, data=png(signature()), width_mm=40, by=office.lan, at=timezone.now())
    image = register_image(
        office.dung.user, data=png(signature()), width_mm=40, by=office.dung, at=timezone.now()
    )
    for post in (office.lan, office.thao, office.quantri, office.khach):
        assert at_desk(post).get(reverse("signature_picture", args=[image.pk])).status_code == 404


def test_in_a_lent_inbox_one_registers_ones_own_and_no_seal(client, office):
    today = timezone.localdate()
    Delegation.objects.create(post=office.lan, to=office.thao.user, valid_from=today, valid_to=today)
    client.force_login(office.thao.user)
    client.post(reverse("act_as"), {"post": office.lan.pk})
    sent(client, "own_image", png(signature()), "40")
    assert image_of(office.thao.user) and image_of(office.lan.user) is None
    assert client.get(reverse("seal_image")).status_code == 404


def test_the_seal_page_is_as_fast_with_three_former_pictures_as_with_one(office):
    lan, counts = at_desk(office.lan), []
    for rounds in (2, 2):
        for number in range(rounds):
            register_image(
                office.home_affairs,
                data=png(seal(500 + number)),
                width_mm=36,
                by=None,
                at=timezone.now(),
            )
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert lan.get(reverse("seal_image")).status_code == 200
        counts.append(len(queries))
    assert SignatureImage.objects.count() == 4 and counts[0] == counts[1]


def test_without_a_picture_nothing_is_signed_and_the_sentence_says_where(client, office, keys):
    paper = brought(office, "format_checked")
    office.dung.user.signature_images.update(ended_at=timezone.now())
    answer = sits_down(client, office.dung).post(
        reverse("outgoing_approve", args=[paper.pk]), {"sha256": paper.current_file().blob_id}, follow=True
    )
    said = answer.content.decode()
    assert "chưa đăng ký hình ảnh chữ ký" in said and "mục “Hình ảnh chữ ký”" in said
    assert 'href="/chu-ky/hinh-anh/"' in said
    paper.refresh_from_db()
    assert (paper.state, paper.signatures.count()) == ("format_checked", 0)


def test_without_a_seal_no_number_is_taken(client, office, keys):
    paper = brought(office, "signed")
    office.home_affairs.seal_images.update(ended_at=timezone.now())
    answer = sits_down(client, office.lan).post(reverse("outgoing_number", args=[paper.pk]), follow=True)
    assert "chưa đăng ký hình ảnh con dấu" in answer.content.decode()
    paper.refresh_from_db()
    assert (paper.state, paper.number) == ("signed", "")
    with pytest.raises(SigningError, match="con dấu"):
        signing.seal(brought(office, "numbered"), by=office.lan, at=timezone.now())


def test_the_seal_lies_beside_the_picture_that_was_in_use_when_the_leader_signed(office, keys):
    at = timezone.now()
    narrow = register_image(
        office.dung.user, data=png(signature(400, 300)), width_mm=20, by=office.dung, at=at
    )
    paper = brought(office, "numbered")
    signed_at = paper.signatures.get().signed_at
    register_image(office.dung.user, data=png(signature()), width_mm=50, by=office.dung, at=timezone.now())
    assert image_then(office.dung.user, signed_at) == narrow
    assert image_then(office.dung.user, signed_at.replace(year=2020)) is not None  # a paper of the past
    signing.seal(paper, by=office.lan, at=timezone.now())
    sealed = blobs.read(paper.current_file().blob)
    assert signing.check(sealed)[0] == "valid"
    blue, red = spans(sealed, BLUE, RED)
    assert red[2] - (blue[2] - 20) == pytest.approx(20 / 3, abs=0.5)


def test_a_picture_is_drawn_once_and_is_small(office, keys):
    mark = image_mark(office.dung.user)
    assert mark is image_mark(office.dung.user) and len(mark) < 20_000
    assert len(image_mark(office.home_affairs)) < 40_000
    assert image_mark(office.hoa.user) is None


def test_the_last_one_is_in_use_and_the_others_are_kept(office):
    for width in (30, 31, 32):
        register_image(
            office.hoa.user, data=png(signature()), width_mm=width, by=office.hoa, at=timezone.now()
        )
    images = SignatureImage.objects.filter(user=office.hoa.user)
    assert images.count() == 3 and images.get(ended_at=None).width_mm == 32
    with pytest.raises(ValidationError) as refused:
        register_image(office.hoa.user, data=b"x", width_mm=30, by=office.hoa, at=timezone.now())
    assert list(refused.value.error_dict) == ["file"]
