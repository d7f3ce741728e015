"""Many scans at once: through the door, cut by the worker, entered, joined, split or deleted by the clerk."""

import datetime as dt
import io
import re

import pikepdf
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from documents import blobs
from documents.actions.incoming import scan_reading, scans
from documents.journey import NotAllowedNow
from documents.models import Blob, Event, Incoming, ScanBatch, ScannedFile, ScannedPaper
from documents.pdf import inspect
from documents.tasks import read_scans
from orgs.models import Role
from simulators.pki import build_ca
from tests.conftest import tiny_pdf
from tests.documents.desks import at_desk, kinds, pdf_saying, words
from tests.documents.incoming.scan_cases import (
    FILES,
    blank,
    cut,
    letter,
    picture,
    put_in,
    read_all,
    separator,
    stack,
    upload,
    waiting,
)
from tests.documents.incoming.test_paper_form import encrypted_pdf
from tests.signatures.signers import Signer, signed


def entered(office, scan, **changes):
    """The press on the form as it came, with what only a person can say."""
    page = at_desk(office.lan).get(scan.get_absolute_url())
    form = page.context["form"]
    sent = {name: value for name, value in form.data.items() if value} | {"not_secret": "on", "there": "1"}
    sent["seen"] = re.search(r'name="seen" value="(\w+)"', page.content.decode())[1]
    sent |= {"issuer_name": "Bộ Nội vụ", "subject": form.data.get("subject") or "Về việc cung cấp số liệu"}
    sent |= {"opened": page.context["opened"]} | changes
    return at_desk(office.lan).post(scan.get_absolute_url(), sent)


def long(pages: int) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def states() -> list[str]:
    return list(ScannedPaper.objects.order_by("file", "first", "pk").values_list("state", flat=True))


def test_one_big_scan_is_cut_at_blank_sheets_and_at_printed_ones(office):
    first, second, third = cut(
        office,
        upload(
            stack(picture(letter("15")), blank(), letter("16"), letter("16"), separator(office), letter("17"))
        ),
    )
    assert [(p.first, p.last, p.pages) for p in (first, second, third)] == [(1, 1, 1), (3, 4, 2), (6, 6, 1)]
    assert (first.proposed["number"], first.proposed["notation"]) == ("15", "BNV-VP")
    assert (first.source, second.source) == ("nhận dạng từ ảnh quét", "đọc từ tệp")
    assert third.proposed["number"] == "17"
    assert not Incoming.objects.exists()
    assert Event.objects.filter(kind="scan").count() == 3


@pytest.mark.parametrize(("parting", "found"), [("sheet", [(1, 3), (6, 6)]), ("none", [(1, 6)])])
def test_both_sides_scanned_part_at_printed_sheets_alone_or_nowhere(office, parting, found):
    scan = stack(letter("15"), blank(), letter("15"), separator(office), blank(), letter("16"))
    papers = cut(office, upload(scan), parting=parting)
    assert [(paper.first, paper.last) for paper in papers] == found


def test_a_file_that_is_one_paper_keeps_its_bytes(office):
    (paper,) = cut(office, upload(letter("15")))
    assert blobs.read(paper.blob) == letter("15")


def test_a_signed_file_is_never_cut(office, tmp_path):
    build_ca(tmp_path)
    file = signed(Signer(tmp_path), pdf=stack(letter("15"), blank(), letter("15")))
    (paper,) = cut(office, upload(file))
    assert (paper.pages, blobs.read(paper.blob)) == (3, file)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (encrypted_pdf(), "mật khẩu"),
        (b"%PDF-1.7 hong giua chung %%EOF", "hỏng"),
        (b"Day khong phai PDF", "không phải PDF"),
        (pdf_saying("MẬT"), "dấu “MẬT”"),
        (tiny_pdf() + b" " * 90_000, "lớn hơn"),
        (long(501), "nhiều hơn mức 500 trang"),
        (stack(blank(), blank()), "chỉ có tờ trắng"),
    ],
    ids=["locked", "broken", "no-pdf", "secret", "large", "long", "blank"],
)
def test_a_bad_file_has_a_sentence_on_its_row_and_holds_up_no_other(office, settings, data, sentence):
    settings.MAX_SCAN_BYTES = 80_000
    answer = put_in(office, upload(data, "hong.pdf"), upload(letter("15"), "tot.pdf"))
    read_all()
    page = words(at_desk(office.lan).get(answer.url))
    assert sentence in page and "1 chờ vào sổ, 1 tệp không dùng được" in page
    assert len(waiting()) == 1 and waiting()[0].file.name == "tot.pdf"
    scan_reading.release_settled()
    bad = ScannedFile.objects.get(name="hong.pdf")
    assert (bad.state, bad.blob) == ("failed", None)


def test_a_mark_in_the_picture_is_asked_about_and_what_is_secret_leaves_no_byte(office):
    marked = picture(letter("15", about="MẬT"))
    papers = cut(office, upload(stack(marked, blank(), letter("16"))))
    assert papers[0].marks == "MẬT"
    answer = entered(office, papers[0])
    assert "dấu “MẬT”" in " ".join(answer.context["form"].errors["marks_ok"])
    held = [papers[0].blob, papers[0].file.blob]
    delete = f"{papers[0].get_absolute_url()}xoa/"
    at_desk(office.lan).post(delete, {"reason": "Văn bản mật, quét nhầm", "secret": "on"})
    gone = ScannedPaper.objects.get(pk=papers[0].pk)
    assert (gone.state, gone.blob, gone.proposed, gone.file.name) == ("deleted", None, {}, "(đã hủy)")
    assert not any(blobs.there(blob) for blob in held)
    assert not Blob.objects.filter(pk__in=[blob.pk for blob in held]).exists()
    event = Event.objects.get(kind="delete_scan")
    assert event.payload["reason"] == "Văn bản mật, quét nhầm" and event.payload["secret"]
    assert entered(office, waiting()[0]).status_code == 302  # its neighbour is untouched


def test_other_desks_with_the_same_bytes_are_warned_of_a_secret(office):
    same = upload(letter("15"), "a.pdf"), upload(letter("15"), "b.pdf"), upload(letter("15"), "c.pdf")
    first, second, third = cut(office, *same)
    entered(office, first)
    scans.delete(second, reason="Văn bản mật", secret=True, by=office.lan, at=timezone.now())
    third.refresh_from_db()
    assert "bí mật nhà nước" in third.marks and "bí mật nhà nước" in Incoming.objects.get().secrecy_marks
    assert blobs.there(third.blob)  # until they have looked


def test_sent_twice_it_is_one_batch_and_one_file(office):
    for _ in range(2):
        put_in(office, upload(letter("15")))
    assert (ScanBatch.objects.count(), ScannedFile.objects.count()) == (1, 1)
    read_all()
    read_all()
    assert len(waiting()) == 1


def test_a_worker_that_dies_in_the_middle_is_followed_by_one_that_goes_on(office, monkeypatch):
    put_in(office, upload(stack(letter("15"), blank(), letter("16"), blank(), letter("17"))))
    now = timezone.now()
    assert scan_reading.step(at=now) and scan_reading.step(at=now)  # the sheets, the first paper
    real = scan_reading.kept_pdf

    def killed(*args):
        real(*args)
        raise SystemExit

    monkeypatch.setattr(scan_reading, "kept_pdf", killed)
    with pytest.raises(SystemExit):
        scan_reading.step(at=now)
    monkeypatch.setattr(scan_reading, "kept_pdf", real)
    assert not scan_reading.step(at=now + dt.timedelta(seconds=30))  # it may still be at work
    while scan_reading.step(at=now + dt.timedelta(minutes=5)):
        pass
    assert [paper.first for paper in waiting()] == [1, 3, 5]
    assert ScannedFile.objects.get().deaths == 1 and Event.objects.filter(kind="scan").count() == 3


def test_whoever_was_thought_dead_makes_nothing_twice(office):
    put_in(office, upload(letter("15")))
    scan_reading.step(at=timezone.now())
    slow = ScannedFile.objects.select_related("batch__organisation", "blob").get()
    slow.claimed_at = timezone.now() - dt.timedelta(minutes=9)
    read_all()
    scan_reading._make(slow, letter("15"), 1, 1, at=timezone.now())
    assert len(waiting()) == 1


def test_a_file_that_kills_three_workers_is_given_up(office):
    put_in(office, upload(letter("15")))
    ScannedFile.objects.update(claimed_at=timezone.now() - dt.timedelta(minutes=9), deaths=2)
    read_all()
    file = ScannedFile.objects.get()
    assert file.state == "failed" and "nhiều lần" in file.problem


def test_the_long_scan_does_not_keep_a_single_letter_waiting(office):
    put_in(office, upload(stack(*[letter("15"), blank()] * 12), "dai.pdf"))
    put_in(office, upload(letter("16"), "ngan.pdf"))
    for _ in range(4):
        scan_reading.step(at=timezone.now())
    assert ScannedPaper.objects.filter(file__name="ngan.pdf").exists()


def test_entered_by_the_act_of_the_paper_form_and_on_to_the_next(office):
    first, second = cut(office, upload(stack(picture(letter("15")), blank(), letter("16"))))
    held = first.blob
    answer = entered(office, first)
    paper = Incoming.objects.get()
    assert answer.url == second.get_absolute_url()
    assert (paper.state, paper.source, paper.arrival_number, paper.code) == (
        "registered",
        "paper",
        1,
        "15/BNV-VP",
    )
    assert kinds(paper) == ["receive", "register"] and paper.files.get().blob == held
    first.refresh_from_db()
    assert (first.state, first.incoming, first.blob) == ("registered", paper, None)
    assert entered(office, second).url == "/van-ban-den/ban-quet/"
    source = ScannedFile.objects.get().blob
    assert scan_reading.release_settled() == 1 and not blobs.there(source)
    assert all(blobs.there(one.files.get().blob) for one in Incoming.objects.all())


def test_the_checks_of_the_paper_form_hold_here_too(office):
    entered(office, cut(office, upload(letter("15")))[0])
    (again,) = cut(office, upload(letter("15"), "lai.pdf"))
    page = at_desk(office.lan).get(again.get_absolute_url())
    assert page.context["form"].next_field() == "duplicate_ok" and "Có thể trùng" in words(page)
    assert "trùng" in words(entered(office, again))
    assert "bí mật nhà nước" in " ".join(
        entered(office, again, not_secret="").context["form"].errors["not_secret"]
    )
    assert entered(office, again, duplicate_ok="on").status_code == 302


def test_what_was_typed_is_not_overwritten_by_what_was_read(office):
    (scan,) = cut(office, upload(letter("15")))
    assert entered(office, scan, number="99").status_code == 302
    assert Incoming.objects.get().number == "99"


def test_two_clerks_on_one_scan_take_one_number_and_the_second_is_told(office):
    (scan,) = cut(office, upload(letter("15")))
    other = office.post("mai", "Trần Mai", office.home_affairs, Role.CLERK, "Văn thư")
    page = at_desk(other).get(scan.get_absolute_url())
    typed = dict(page.context["form"].data.items()) | {"not_secret": "on", "subject": "Điều tôi đã gõ"}
    entered(office, scan)
    answer = at_desk(other).post(
        scan.get_absolute_url(), {name: value for name, value in typed.items() if value}
    )
    assert answer.status_code == 409 and Incoming.objects.count() == 1
    assert "số đến" in words(answer) and "Điều tôi đã gõ" in answer.content.decode()
    assert at_desk(other).get(scan.get_absolute_url()).url == Incoming.objects.get().get_absolute_url()


def test_a_wrong_cut_is_joined_with_the_sheet_that_was_no_blank(office):
    first, second = cut(office, upload(stack(letter("15"), blank(), letter("16"))))
    answer = at_desk(office.lan).post(f"{second.get_absolute_url()}noi/")
    assert answer.url == first.get_absolute_url()
    (paper,) = waiting()
    assert (paper.pages, paper.first, paper.last, paper.blob) == (3, 1, 3, paper.file.blob)
    assert paper.proposed["number"] == "15" and states() == ["waiting", "joined"]
    assert inspect(blobs.read(paper.blob)).pages == 3


def test_two_files_that_are_one_paper_are_joined_and_parted_again(office):
    first, second = cut(
        office, upload(letter("15"), "a.pdf"), upload(stack(letter("16"), letter("17")), "b.pdf")
    )
    at_desk(office.lan).post(f"{second.get_absolute_url()}noi/")
    (paper,) = waiting()
    assert (paper.pk, paper.pages, paper.last) == (first.pk, 3, None)
    at_desk(office.lan).post(f"{paper.get_absolute_url()}tach/", {"page": "2"})
    head, tail = waiting()
    assert (head.pages, tail.pages, tail.proposed["number"]) == (1, 2, "16")
    assert [inspect(blobs.read(one.blob)).pages for one in (head, tail)] == [1, 2]
    scan_reading.release_settled()
    assert entered(office, head).status_code == entered(office, tail).status_code == 302


def test_a_missing_cut_is_made_at_a_page(office):
    (paper,) = cut(office, upload(stack(letter("15"), letter("15"), letter("16"))))
    desk = at_desk(office.lan)
    for page in ("1", "4", "x", ""):
        desk.post(f"{paper.get_absolute_url()}tach/", {"page": page})
        assert len(waiting()) == 1
    desk.post(f"{paper.get_absolute_url()}tach/", {"page": "3"})
    head, tail = waiting()
    assert [(one.first, one.last) for one in (head, tail)] == [(1, 2), (3, 3)]
    assert tail.proposed["number"] == "16"
    at_desk(office.lan).post(f"{tail.get_absolute_url()}noi/")
    assert [(one.first, one.last, one.pages) for one in waiting()] == [(1, 3, 3)]


def test_what_is_settled_between_two_is_not_joined_again(office):
    first, second, third = cut(
        office, upload(stack(letter("15"), blank(), letter("16"), blank(), letter("17")))
    )
    entered(office, second)
    scans.join(third, by=office.lan, at=timezone.now())
    (paper,) = waiting()
    assert (paper.pk, paper.pages, paper.last) == (first.pk, 2, None)


def test_the_first_paper_has_nothing_before_it(office):
    (paper,) = cut(office, upload(letter("15")))
    answer = at_desk(office.lan).post(f"{paper.get_absolute_url()}noi/", follow=True)
    assert "không có văn bản nào chờ trước nó" in words(answer) and len(waiting()) == 1


def test_a_mend_that_comes_too_late_changes_nothing(office):
    first, second = cut(office, upload(stack(letter("15"), blank(), letter("16"))))
    entered(office, first)
    stale = ScannedPaper.objects.select_related("file__batch", "file__blob", "blob").get(pk=second.pk)
    scans.delete(second, reason="Quét nhầm", by=office.lan, at=timezone.now())
    for act in (
        lambda: scans.delete(stale, reason="Quét nhầm", by=office.lan, at=timezone.now()),
        lambda: (
            scans.split(stale, page=2, by=office.lan, at=timezone.now())
            if stale.pages > 1
            else stale_join(stale, office)
        ),
    ):
        with pytest.raises((NotAllowedNow, scans.ValidationError)):
            act()
    assert states() == ["registered", "deleted"]


def stale_join(scan, office):
    return scans.join(scan, by=office.lan, at=timezone.now())


def test_deletion_wants_a_reason(office):
    (paper,) = cut(office, upload(letter("15")))
    url = f"{paper.get_absolute_url()}xoa/"
    assert at_desk(office.lan).post(url, {"reason": "x"}).status_code == 200 and len(waiting()) == 1
    assert at_desk(office.lan).post(url, {"reason": "Quét trùng"}).url == "/van-ban-den/ban-quet/"
    assert ScannedPaper.objects.get().reason == "Quét trùng"


def test_the_count_of_the_box_is_its_list_at_every_moment(office):
    lan = at_desk(office.lan)

    def count() -> tuple:
        page = lan.get("/van-ban-den/ban-quet/")
        rail = next(link for link in page.context["rail"] if link["label"] == "Bản quét")
        return rail["boxes"][0]["count"], page.context["shown"], page.content.decode().count("data-nav-item")

    assert count() == (0, "0 văn bản", 0)
    first, *_ = cut(
        office, upload(stack(letter("15"), blank(), letter("16"), blank(), letter("17"), letter("18")))
    )
    assert count() == (3, "3 văn bản", 3)
    entered(office, first)
    assert count() == (2, "2 văn bản", 2)
    scans.join(waiting()[1], by=office.lan, at=timezone.now())
    assert count() == (1, "1 văn bản", 1)
    scans.split(waiting()[0], page=2, by=office.lan, at=timezone.now())
    assert count() == (2, "2 văn bản", 2)
    scans.delete(waiting()[0], reason="Quét nhầm", by=office.lan, at=timezone.now())
    assert count() == (1, "1 văn bản", 1)


def test_what_nobody_has_entered_stays_and_says_for_how_long(office):
    cut(office, upload(letter("15")))
    ScannedPaper.objects.update(at=timezone.now() - dt.timedelta(days=9))
    scan_reading.release_settled()
    assert "Chờ 9 ngày" in words(at_desk(office.lan).get("/van-ban-den/ban-quet/"))
    assert entered(office, waiting()[0]).status_code == 302


def test_clerks_alone_and_of_one_office(office):
    (paper,) = cut(office, upload(letter("15")))
    paths = ["", "trang/1/", "noi/", "tach/", "xoa/"]
    for post in (office.minh, office.dung, office.khach):
        for path in paths:
            assert at_desk(post).post(f"{paper.get_absolute_url()}{path}").status_code in (404, 405)
            assert at_desk(post).get(f"{paper.get_absolute_url()}{path}").status_code in (404, 405)
        assert at_desk(post).get(paper.file.batch.get_absolute_url()).status_code == 404
    assert at_desk(office.minh).get(FILES).status_code == at_desk(office.dung).post(FILES).status_code == 403
    assert Client().get(paper.get_absolute_url()).status_code == 302
    assert at_desk(office.lan).get(f"{paper.get_absolute_url()}trang/1/")["Content-Type"] == "image/png"
    assert at_desk(office.lan).get(f"{paper.get_absolute_url()}trang/2/").status_code == 404


def test_anothers_batch_takes_nothing_of_mine(office):
    put_in(office, upload(letter("15")))
    other = office.post("mai", "Trần Mai", office.home_affairs, Role.CLERK, "Văn thư")
    sent = {"key": str(ScanBatch.objects.get().key), "parting": "none", "files": [upload(letter("16"))]}
    assert at_desk(other).post(FILES, sent).status_code == 403 and ScannedFile.objects.count() == 1


@pytest.mark.parametrize("sent", [{}, {"key": "x"}, {"parting": "zz"}, {"files": []}])
def test_what_is_no_form_is_said_on_the_form(office, sent):
    good = {
        "key": "6f1c1d2e-0000-4000-8000-000000000001",
        "parting": "blank",
        "files": [upload(letter("15"))],
    }
    answer = at_desk(office.lan).post(FILES, good | sent if sent else {})
    assert answer.status_code == 200 and not ScannedFile.objects.exists()


def test_a_purged_paper_takes_the_scan_it_was_cut_from(office):
    from documents.actions.incoming.reception import purge

    first, _ = cut(office, upload(stack(letter("15"), blank(), letter("16"))))
    entered(office, first)
    source = ScannedFile.objects.get().blob
    purge(Incoming.objects.get(), by=office.lan, at=timezone.now())
    assert not blobs.there(source) and ScannedFile.objects.get().name == "(đã hủy)"


def test_the_separator_is_a_page_of_ours(office):
    with pikepdf.open(upload(at_desk(office.lan).get("/van-ban-den/ban-quet/to-ngan/").content)) as pdf:
        assert len(pdf.pages) == 1


def test_the_task_reads_to_the_end_and_one_shift_is_at_it_at_a_time(office):
    put_in(office, upload(stack(letter("15"), blank(), letter("16"))))
    cache.set("scans-being-read", True, 60)
    read_scans()
    assert not waiting()
    cache.delete("scans-being-read")
    read_scans()
    assert len(waiting()) == 2 and cache.get("scans-being-read") is None
