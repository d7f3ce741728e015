"""Files handed in together: the check of every file, the minutes, both signatures, what comes back with a reason each."""

import base64
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casefiles.actions import transfer_signing, transfers
from casefiles.actions.archive import accept_file, return_file
from casefiles.actions.checking import check_files
from casefiles.actions.exports import make_waiting
from casefiles.actions.items import add_to_file
from casefiles.models import CaseEvent, CaseFile, CheckedFile, Export, Transfer, TransferFile
from documents import blobs
from documents.arrival import NewFile
from documents.journey import NotAllowedNow
from documents.models import Blob, Event
from documents.pdf.reading import text_lines
from hanoi_docs.demo.certificates import give_demo_certificates
from orgs.models import Notice, Role
from signatures.actions import check
from signatures.actions.finishing import finish
from signatures.models import SigningSession
from signatures.providers.file import FileKey
from simulators.pki import DEMO_PASSWORD
from tests.casefiles.filing import closed, opened
from tests.conftest import tiny_pdf
from tests.documents.desks import at_desk, stored, words
from tests.signatures.actions.test_certify_copy import scan
from tests.signatures.key_cases import person

FACTS = {"name": "Hồ sơ tổ chức cán bộ", "boxes": 3, "paper_files": 12, "metres": Decimal("0.40")}


@pytest.fixture
def keeper(office):
    return office.post("luu", "Người Lưu Trữ", office.home_affairs, Role.ARCHIVIST, "Lưu trữ cơ quan")


@pytest.fixture
def signing(office, keeper, settings, key_folder):
    """Both sides have a certificate of their own and a picture of their signature."""
    settings.DEMO, settings.SIGNING_KEY_DIR, settings.SIGNATURE_LEVEL = True, key_folder, "B-B"
    give_demo_certificates([office.minh, keeper], [])


def batch(office, *files, **facts) -> Transfer:
    cases = files or (closed(office),)
    at = timezone.now()
    return transfers.open_transfer(files=[case.pk for case in cases], by=office.minh, at=at, **FACTS | facts)


def written(office, keeper, *files) -> Transfer:
    made = batch(office, *files)
    transfers.write_minutes(made, by=keeper, at=timezone.now(), **FACTS)
    return Transfer.objects.for_page().get(pk=made.pk)


def text_of(blob) -> str:
    return " ".join(line for page in text_lines(blobs.read(blob)) for line in page)


def test_a_batch_goes_from_the_unit_to_the_archive_with_minutes_that_both_sides_sign(office, keeper, signing):
    """Acceptance 10, over HTTP from the first press to the last."""
    cases = [closed(office, opened(office, term=term)) for term in ("vinh_vien", "20")]
    minh, luu = at_desk(office.minh), at_desk(keeper)
    page = minh.post(
        reverse("transfer_open"),
        {**FACTS, "condition": "Tốt", "files": [case.pk for case in cases]},
        follow=True,
    )
    made = Transfer.objects.get()
    assert made.state == "checking" and all(case.code in words(page) for case in cases)
    assert Notice.objects.filter(user=keeper.user, text__contains="2 hồ sơ").exists()
    luu.post(reverse("transfer_minutes", args=[made.pk]), {**FACTS, "condition": "Đủ, sạch"})
    made = Transfer.objects.for_page().get()
    assert (made.state, made.files) == (
        "written",
        2,
    ) and made.computer_files == CheckedFile.objects.count() > 0
    said = text_of(made.minutes)
    for words_ in ("BIÊN BẢN", "Giao nhận hồ sơ, tài liệu", "Tổng số hộp (cặp): 3", "Tổng số hồ sơ (đơn vị bảo quản): 12",
                   "Quy ra mét giá: 0,4 mét", "Tổng số hồ sơ: 2", f"Tổng số tệp tin trong hồ sơ: {made.computer_files}",
                   "Trần Quang Minh", "Người Lưu Trữ", "vĩnh viễn: 1 hồ sơ", "lập thành hai bản"):  # fmt: skip
        assert words_ in said, words_
    early = luu.post(reverse("transfer_sign", args=[made.pk]), {"step": "sign_taking"}, follow=True)
    assert "Không thể" in words(early) and Transfer.objects.get().state == "written"
    page = minh.post(reverse("transfer_sign", args=[made.pk]), {"step": "sign_giving"}, follow=True)
    assert "Bên giao đã ký" in words(page), words(page)
    page = luu.post(reverse("transfer_sign", args=[made.pk]), {"step": "sign_taking"}, follow=True)
    made = Transfer.objects.for_page().get()
    assert made.state == "done" and made.receiver == keeper, words(page)
    waiting = Export.objects.filter(kind="AIP", taken_over=True, state="waiting", post=keeper)
    assert {one.case for one in waiting} == set(cases)
    assert make_waiting() == 2 and all(one.state == "ready" for one in Export.objects.all())
    verdict, report = check(blobs.read(made.minutes))
    signed = [(one["signer_name"], one["verdict"]) for one in report["signatures"]]
    assert verdict == "valid" and signed == [("Trần Quang Minh", "valid"), ("Người Lưu Trữ", "valid")], report
    assert "Chữ ký trên biên bản" in words(page) and words(page).count("Người Lưu Trữ") >= 2
    assert {case.state for case in CaseFile.objects.all()} == {"archived"}
    for case in cases:
        kinds = list(CaseEvent.objects.filter(case=case).values_list("event__kind", flat=True))
        assert kinds[-2:] == ["submit_file", "accept_file"]
    told = list(Event.objects.filter(payload__transfer=made.pk, document=None).values_list("kind", flat=True))
    assert (
        told
        == ["submit_file"] * 2
        + ["open_transfer", "write_minutes", "sign_giving", "sign_taking"]
        + ["accept_file"] * 2
    )
    lists = {
        kind: minh.get(reverse("file_register"), {"batch": made.pk, "list": kind}).content
        for kind in ("forever", "term")
    }
    lists = {
        kind: " ".join(line for page in text_lines(data) for line in page) for kind, data in lists.items()
    }
    assert (
        cases[0].code in lists["forever"]
        and cases[0].code not in lists["term"]
        and cases[1].code in lists["term"]
    )
    assert (
        "PHÒNG TỔ CHỨC" in lists["term"]
        and at_desk(office.khach).get(reverse("file_register"), {"batch": made.pk}).status_code == 404
    )
    pdf = minh.get(reverse("transfer_file", args=[made.pk]))
    assert pdf["Content-Type"] == "application/pdf" and pdf.content == blobs.read(made.minutes)


def test_the_check_names_every_file_and_what_is_wrong_comes_back_with_a_reason_for_each_paper(office, keeper):
    """Acceptance 16."""
    case, blob = opened(office), blobs.store(b"\x89PNG\r\n\x1a\n123", "image/png")
    add_to_file(case, files=[NewFile("anh.png", blob)], by=office.minh, at=timezone.now())
    case = closed(office, case)
    made = batch(office, case)
    case.refresh_from_db()
    path = blobs.path_of(Blob(sha256=blob.sha256))
    path.write_bytes(path.read_bytes()[:-1] + b"4")
    luu = at_desk(keeper)
    page = luu.post(reverse("case_check", args=[case.pk]), follow=True)
    assert "Đã kiểm tra hết" in words(page) and "anh.png" in words(page) and "Không đạt" in words(page)
    page = luu.post(
        reverse("transfer_minutes", args=[made.pk]), {**FACTS, "note": "Vẫn nhận cho kịp thời hạn"}
    )
    assert page.status_code == 200 and "không còn nguyên vẹn" in words(page)
    number = case.items.get(blob=blob).ordinal
    form = words(luu.get(reverse("case_return", args=[case.pk])))
    assert f"{number}: “anh.png” thiếu hoặc không còn nguyên vẹn." in form
    assert "99" in words(luu.post(reverse("case_return", args=[case.pk]), {"things": "99: không có"}))
    luu.post(reverse("case_return", args=[case.pk]), {"things": f"{number}: Ảnh hỏng, chụp lại"})
    case.refresh_from_db()
    assert case.state == "returned" and TransferFile.objects.get().out_at is not None
    page = words(at_desk(office.minh).get(case.get_absolute_url()))
    assert f"Tệp số {number}: Ảnh hỏng, chụp lại" in page
    with pytest.raises(ValidationError, match="không còn hồ sơ nào"):
        transfers.write_minutes(made, by=keeper, at=timezone.now(), **FACTS)


def test_of_a_scan_the_check_notes_what_the_archive_wants_otherwise_and_takes_it_all_the_same(office, keeper):
    """Acceptance 29."""
    case = opened(office)
    given = {"mo": scan(150), "xam": scan(200, "L"), "tot": scan(200), "van-ban": tiny_pdf()}
    files = [NewFile(f"{name}.pdf", stored(data)) for name, data in given.items()]
    add_to_file(case, files=files, by=office.minh, at=timezone.now())
    case = closed(office, case)
    batch(office, case)
    page = words(at_desk(keeper).post(reverse("case_check", args=[case.pk]), follow=True))
    assert "Bản quét dưới 200 dpi: trang 1 (150 dpi)." in page
    assert page.count("Bản quét dưới") == page.count("không phải ảnh màu: trang 1.") == 1
    assert page.count("không có lớp chữ: trang 1.") == 3, "a picture has no words"
    assert "Không đạt" not in page
    with_words = CheckedFile.objects.get(case=case, name="van-ban.pdf")
    assert "quét" not in with_words.words and not CheckedFile.objects.filter(case=case, wrong=True).exists()


def test_a_wrong_signature_is_taken_over_only_with_a_word_why_and_a_long_check_goes_on_where_it_stopped(
    office, keeper
):
    case = opened(office)
    for n in range(3):
        add_to_file(
            case, files=[NewFile(f"{n}.pdf", stored(b"%%PDF-1.4 %d" % n))], by=office.minh, at=timezone.now()
        )
    case = closed(office, case)
    batch(office, case)
    case.refresh_from_db()
    total = check_files(case, at=timezone.now(), seconds=1e-9) + 1
    assert CheckedFile.objects.count() == 1 and total >= 3
    assert check_files(case, at=timezone.now()) == 0 and CheckedFile.objects.count() == total
    one = CheckedFile.objects.order_by("-pk").first()
    CheckedFile.objects.filter(pk=one.pk).update(
        wrong=True, verdict="invalid", words="Chữ ký số: không hợp lệ."
    )
    made = Transfer.objects.get()
    with pytest.raises(ValidationError, match="ghi rõ lý do"):
        transfers.write_minutes(made, by=keeper, at=timezone.now(), **FACTS)
    transfers.write_minutes(
        made, by=keeper, at=timezone.now(), note="Bản giấy gốc đã đối chiếu, đúng", **FACTS
    )
    assert "đã đối chiếu" in Event.objects.get(kind="write_minutes").payload["note"]


def test_a_file_in_a_batch_is_taken_over_with_it_alone_and_not_given_back_once_minutes_are_written(
    office, keeper
):
    made = written(office, keeper)
    case = CaseFile.objects.get()
    with pytest.raises(ValidationError, match="nằm trong một đợt nộp lưu"):
        accept_file(case, by=keeper, at=timezone.now())
    with pytest.raises(ValidationError, match="hủy biên bản trước"):
        return_file(case, by=keeper, at=timezone.now(), reason="Thiếu văn bản trả lời")
    page = at_desk(keeper).post(
        reverse("transfer_undo", args=[made.pk]), {"reason": "Ghi sai số hộp hồ sơ giấy"}
    )
    made.refresh_from_db()
    assert page.status_code == 302 and (made.state, made.minutes, made.files) == ("checking", None, None)
    at_desk(office.hoa).post(reverse("transfer_cancel", args=[made.pk]), {"reason": "Nộp lại cùng đợt khác"})
    made.refresh_from_db()
    assert made.state == "cancelled"
    accept_file(case, by=keeper, at=timezone.now())


def test_minutes_written_anew_while_somebody_signs_leave_his_signature_out(
    office, keeper, signing, monkeypatch
):
    made, real = written(office, keeper), transfer_signing.sign_side

    def meanwhile(data, **given):
        signed = real(data, **given)
        at = timezone.now()
        transfers.undo_minutes(made, by=keeper, at=at, reason="Ghi sai số hộp hồ sơ giấy")
        transfers.write_minutes(Transfer.objects.for_page().get(), by=keeper, at=at, **FACTS | {"boxes": 4})
        return signed

    monkeypatch.setattr(transfer_signing, "sign_side", meanwhile)
    with pytest.raises(NotAllowedNow, match="lập lại trong lúc ký"):
        transfer_signing.sign_giving(made, by=office.minh, at=timezone.now())
    made.refresh_from_db()
    assert (
        made.state == "written" and made.given_by is None and check(blobs.read(made.minutes))[0] == "unsigned"
    )


def test_a_byte_changed_after_the_check_stops_the_last_signature_and_nothing_is_taken_over(
    office, keeper, signing
):
    case, blob = opened(office), blobs.store(b"\x89PNG\r\n\x1a\n567", "image/png")
    add_to_file(case, files=[NewFile("anh.png", blob)], by=office.minh, at=timezone.now())
    made = written(office, keeper, closed(office, case))
    transfer_signing.sign_giving(made, by=office.minh, at=timezone.now())
    path = blobs.path_of(Blob(sha256=blob.sha256))
    path.write_bytes(path.read_bytes()[:-1] + b"8")
    page = at_desk(keeper).post(reverse("transfer_sign", args=[made.pk]), {}, follow=True)
    assert "không còn nguyên vẹn" in words(page)
    assert Transfer.objects.get().state == "given" and CaseFile.objects.get().state == "submitted"


def test_a_key_at_the_signers_own_computer_signs_the_minutes_too(office, keeper, signing, key_folder):
    held = person(key_folder, "ec", str(office.minh.user), office.minh.title)
    held.row(holder="agent", key_ref="", user=office.minh.user)
    made, minh = written(office, keeper), at_desk(office.minh)
    address = reverse("transfer_sign", args=[made.pk])
    pages = [minh.post(address, {"step": "sign_giving"}).url for _ in range(2)]
    session = SigningSession.objects.get()
    assert pages == [reverse("signing", args=[session.pk])] * 2 and made.name in words(minh.get(pages[0]))
    assert Transfer.objects.get().state == "written"
    (signature,) = FileKey.load(held.data, DEMO_PASSWORD).sign(session.texts())
    minh.post(
        reverse("signing_finish", args=[session.pk]), {"signature": base64.b64encode(signature).decode()}
    )
    made = Transfer.objects.for_page().get()
    assert made.state == "given", SigningSession.objects.get().reason
    assert check(blobs.read(made.minutes))[0] == "valid" and SigningSession.objects.get().state == "signed"
    assert made.name in words(minh.get(pages[0]))


def test_minutes_undone_while_a_key_elsewhere_is_asked_are_not_signed(office, keeper, signing, key_folder):
    held = person(key_folder, "ec", str(office.minh.user), office.minh.title)
    held.row(holder="agent", key_ref="", user=office.minh.user)
    made, at = written(office, keeper), timezone.now()
    session = transfer_signing.begin_side("sign_giving", made, by=office.minh, at=at)
    transfers.undo_minutes(made, by=keeper, at=at, reason="Ghi sai số hộp hồ sơ giấy")
    (signature,) = FileKey.load(held.data, DEMO_PASSWORD).sign(session.texts())
    with pytest.raises(NotAllowedNow):
        finish(session, signature, at=at)
    session.refresh_from_db()
    assert session.state == "failed" and Transfer.objects.get().state == "checking"


def test_whoever_has_no_certificate_is_told_so_and_nothing_changes(office, keeper):
    made = written(office, keeper)
    page = at_desk(office.minh).post(reverse("transfer_sign", args=[made.pk]), {}, follow=True)
    assert "chưa có chứng thư số cá nhân" in words(page) and Transfer.objects.get().state == "written"


@pytest.mark.django_db(transaction=True)
def test_of_two_batches_with_the_same_file_at_once_one_has_it(transactional_db, office, keeper):
    case = closed(office)

    def one(by):
        try:
            with suppress(ValidationError):
                return transfers.open_transfer(files=[case.pk], by=by, at=timezone.now(), **FACTS)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        made = [found for found in pool.map(one, [office.minh, office.minh]) if found]
    assert len(made) == 1 and TransferFile.objects.count() == 1
    assert Event.objects.filter(kind="submit_file").count() == 1


def test_the_second_signature_asks_no_more_of_a_larger_batch_than_a_look_at_each_file(
    office, keeper, signing
):
    """Events and states of all are written together; what grows with the batch is the question whose file it is."""

    def asked(*cases):
        made = written(office, keeper, *cases)
        transfer_signing.sign_giving(made, by=office.minh, at=timezone.now())
        made = Transfer.objects.for_page().get(pk=made.pk)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            transfer_signing.sign_taking(made, by=keeper, at=timezone.now())
        return [query["sql"] for query in queries]

    one = asked(closed(office))
    four = asked(*(closed(office, opened(office, title=f"Hồ sơ số {n} của đợt")) for n in range(4)))
    writes = [sum(bool(re.match("INSERT|UPDATE", sql)) for sql in found) for found in (one, four)]
    assert writes[0] == writes[1]
    assert len(four) - len(one) <= 3 * 8


def test_who_sees_a_batch(office, keeper):
    made = written(office, keeper)
    for post, seen in (
        (office.minh, 200),
        (office.hoa, 200),
        (office.dung, 200),
        (keeper, 200),
        (office.lan, 404),
        (office.khach, 404),
    ):
        assert at_desk(post).get(made.get_absolute_url()).status_code == seen, post
        assert at_desk(post).get(reverse("transfer_file", args=[made.pk])).status_code == seen, post


def test_the_lists_ask_the_same_of_one_batch_and_of_three(office, keeper):
    def asked() -> list[int]:
        luu, found = at_desk(keeper), []
        first = Transfer.objects.order_by("pk").first()
        desk = reverse("case_check", args=[first.places.get().case_id])
        for url in (reverse("transfers"), first.get_absolute_url(), desk):
            luu.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert luu.get(url).status_code == 200
            found.append(len(queries))
        return found

    batch(office)
    one = asked()
    for n in range(2):
        batch(office, closed(office, opened(office, title=f"Hồ sơ số {n} của đợt")))
    assert asked() == one and max(one) <= 10, one
