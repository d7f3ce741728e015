"""Files that go with a report of progress: the door of all uploads, and nobody takes them who does not see the task."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents import blobs
from documents.actions.incoming.reception import refuse
from documents.actions.incoming.scanning import scan_waiting
from documents.actions.work import assignments as work
from documents.actions.work.follow_up import report_progress
from documents.arrival import NewFile
from documents.models import Blob, ProgressReport, Reading, ReportFile
from documents.readings import flush
from hanoi_docs.leaving import export
from orgs.models import Role
from tests.conftest import tiny_pdf
from tests.documents.clamd_process import EICAR, NAME, Clamd
from tests.documents.desks import at_desk, directed, pdf_saying, stored, task_of, words, workbook
from tests.documents.pdf.test_danger import HELD, document
from tests.documents.work.without_paper import given, work_of
from tests.signatures.pictures import png, seal


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def told(client, task, *files, **fields):
    sent = {"percent": "40", "text": "Đã có số liệu", "attachments": list(files)} | fields
    return client.post(f"/cong-viec/{task.pk}/bao-cao-tien-do/", sent)


def taken(client, file: ReportFile):
    return client.get(f"/tep-bao-cao/{file.pk}/")


def test_files_of_many_kinds_go_with_a_report_and_are_taken_from_the_page_of_the_task(office):
    task = given(office)
    minh, mine = at_desk(office.minh), work_of(task, office.minh)
    assert (
        'enctype="multipart/form-data"' in minh.get(f"/cong-viec/{mine.pk}/bao-cao-tien-do/").content.decode()
    )
    pdf = tiny_pdf()
    files = [
        upload("số liệu.pdf", pdf), upload("de-xuat.docx", document()), upload("bang.xlsx", workbook()),
        upload("hien-truong.png", png(seal())),
    ]  # fmt: skip
    assert told(minh, mine, *files).url == task.get_absolute_url()
    kept = list(ReportFile.objects.all())
    assert [file.name for file in kept] == ["số liệu.pdf", "de-xuat.docx", "bang.xlsx", "hien-truong.png"]
    page = at_desk(office.dung).get(task.get_absolute_url())
    assert all(file.name in words(page) for file in kept)
    assert f"/tep-bao-cao/{kept[0].pk}/" in page.content.decode()
    answer = taken(at_desk(office.dung), kept[0])
    assert b"".join(answer.streaming_content) == pdf
    assert (
        answer["Content-Disposition"].startswith("attachment")
        and "sandbox" in answer["Content-Security-Policy"]
    )
    event = task.events.get(kind="report_progress")
    assert event.payload["files"][0] == "số liệu.pdf" and event.payload["sha256"][0] == kept[0].blob_id
    assert "Tệp: số liệu.pdf, de-xuat.docx" in words(page)


def test_on_a_paper_they_stand_beside_the_work_and_a_download_is_a_look_at_the_paper(office):
    paper = directed(office)
    minh, mine = at_desk(office.minh), task_of(paper, office.minh)
    told(minh, mine, upload("so-lieu.pdf", tiny_pdf()))
    file = ReportFile.objects.get()
    assert "so-lieu.pdf" in words(at_desk(office.lan).get(f"{paper.get_absolute_url()}?tab=work"))
    assert taken(at_desk(office.lan), file).status_code == 200
    flush()
    assert Reading.objects.filter(document=paper.pk, kind="download", user=office.lan.user).count() == 1


def test_who_does_not_see_the_task_finds_no_file(office):
    of_task, of_paper = given(office), directed(office)
    for one in (work_of(of_task, office.minh), task_of(of_paper, office.minh)):
        told(at_desk(office.minh), one, upload("so-lieu.pdf", tiny_pdf()))
    first, second = ReportFile.objects.order_by("pk")
    stranger = office.post("binh", "Ngô Bình", office.home_affairs, Role.OFFICER, "Chuyên viên")
    for who in (stranger, office.khach, office.tu):
        for file in (first, second):
            assert taken(at_desk(who), file).status_code == 404
    assert (
        taken(at_desk(office.lan), first).status_code == 404
    )  # a task without a paper is none of the clerk's
    assert taken(at_desk(office.lan), second).status_code == 200
    assert taken(at_desk(office.minh), ReportFile(pk=first.pk + 999)).status_code == 404


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (lambda: upload("cong-van.docx", HELD["cong-van.docx"][0]), "có macro"),
        (lambda: upload("chay.exe", b"MZ" + b"\0" * 100), "Không nhận"),
        (lambda: upload("ghi-chu.txt", b"abc"), "Không nhận loại tệp"),
        (lambda: upload("anh.png", tiny_pdf()), "không đúng định dạng"),
        (lambda: upload("hong.pdf", tiny_pdf()[:200]), "PDF"),
        (lambda: upload("mat.pdf", pdf_saying("MẬT")), "không được đưa vào hệ thống"),
    ],
)
def test_what_the_door_refuses_is_said_and_the_good_file_need_not_be_chosen_again(office, file, said):
    mine = work_of(given(office), office.minh)
    minh = at_desk(office.minh)
    answer = told(minh, mine, upload("tot.pdf", tiny_pdf()), file())
    page = words(answer)
    assert answer.status_code == 200 and said.lower() in page.lower() and "Đã giữ: tot.pdf" in page
    assert "Đã có số liệu" in answer.content.decode() and not ProgressReport.objects.exists()
    token = answer.context["kept"][0]["token"]
    assert told(minh, mine, kept_attachment=token).status_code == 302
    assert [one.name for one in ReportFile.objects.all()] == ["tot.pdf"]


def test_no_more_files_than_a_paper_has_and_the_same_bytes_once(office, settings):
    settings.MAX_FILES_PER_PAPER = 3
    mine, minh = work_of(given(office), office.minh), at_desk(office.minh)
    many = [upload(f"{n}.pdf", pdf_saying(f"Tờ {n}")) for n in range(3)]
    answer = told(minh, mine, *many)
    assert "nhiều nhất 2 tệp" in words(answer) and not ReportFile.objects.exists()
    same = tiny_pdf()
    assert told(minh, mine, upload("a.pdf", same), upload("b.pdf", same)).status_code == 302
    assert ReportFile.objects.count() == 1


def test_an_upload_of_somebody_else_is_not_taken_by_its_token(office):
    mine, minh = work_of(given(office, support=[office.thao]), office.minh), at_desk(office.minh)
    token = told(minh, mine, upload("tot.pdf", tiny_pdf()), percent="101").context["kept"][0]["token"]
    other = mine.task.assignments.get(assignee=office.thao)
    answer = told(at_desk(office.thao), other, kept_attachment=token)
    assert answer.status_code == 200 and "không còn giữ được" in words(answer)


def test_what_is_too_late_keeps_the_words_and_no_file(office):
    mine, minh = work_of(given(office), office.minh), at_desk(office.minh)
    work.finish(mine, by=office.minh, at=timezone.now(), result="Xong")
    answer = told(minh, mine, upload("so-lieu.pdf", tiny_pdf()))
    assert answer.status_code == 409 and "Đã có số liệu" in words(answer) and not ReportFile.objects.exists()


def test_a_virus_recognised_later_holds_the_file_back_and_the_history_tells(office, settings, tmp_path):
    settings.CLAMD_SOCKET = str(tmp_path / "nobody.sock")
    task = given(office)
    bad = blobs.store(EICAR, "application/zip")
    Blob.objects.filter(pk=bad.pk).update(scan="waiting", scan_words="máy quét vi-rút không trả lời")
    bad.refresh_from_db()
    report_progress(
        work_of(task, office.minh), by=office.minh, at=timezone.now(), percent=10, text="Kèm tệp",
        files=[NewFile("goi.zip", bad), NewFile("so-lieu.pdf", stored())],
    )  # fmt: skip
    file, other = ReportFile.objects.order_by("pk")
    dung = at_desk(office.dung)
    assert "goi.zip Chưa quét được" in words(dung.get(task.get_absolute_url()))
    assert taken(dung, file).status_code == 404 and taken(dung, other).status_code == 200
    (tmp_path / "clamd").mkdir()
    scanner = Clamd(tmp_path / "clamd")
    scanner.start()
    try:
        settings.CLAMD_SOCKET = str(scanner.socket)
        scan_waiting(at=timezone.now())
    finally:
        scanner.stop()
    held = task.events.get(kind="hold")
    assert held.payload["text"] == NAME
    assert "goi.zip Bị giữ lại" in words(dung.get(task.get_absolute_url()))
    assert taken(dung, file).status_code == 404


def test_bytes_that_prove_a_state_secret_elsewhere_are_taken_by_nobody(office):
    task, secret = given(office), pdf_saying("Bản không được lưu")
    files = [NewFile("du-lieu.pdf", stored(secret)), NewFile("so-lieu.pdf", stored())]
    report_progress(
        work_of(task, office.minh), by=office.minh, at=timezone.now(), percent=10, text="Kèm tệp", files=files
    )
    file, other = ReportFile.objects.order_by("pk")
    paper = office.paper(office.justice)
    paper.files.update(blob=file.blob)
    refuse(paper, reason="Có thể là bí mật nhà nước", by=office.khach, at=timezone.now(), secret=True)
    dung = at_desk(office.dung)
    assert taken(dung, file).status_code == 404 and taken(dung, other).status_code == 200
    assert "du-lieu.pdf Bị giữ lại" in words(dung.get(task.get_absolute_url()))


def test_a_page_costs_the_same_for_one_file_and_for_three(office):
    task = given(office)
    mine, dung, counts = work_of(task, office.minh), at_desk(office.dung), []
    dung.get(task.get_absolute_url())
    for number in range(3):
        files = [NewFile(f"{number}-{n}.pdf", stored(pdf_saying(f"{number} {n}"))) for n in range(number + 1)]
        report_progress(mine, by=office.minh, at=timezone.now(), percent=number, text="Kèm tệp", files=files)
        with CaptureQueriesContext(connection) as queries:
            dung.get(task.get_absolute_url())
        counts.append(len(queries))
    assert len(set(counts)) == 1 and counts[0] <= 12, counts


def test_the_database_keeps_what_went_with_a_report_and_it_leaves_with_the_office(office, tmp_path):
    mine = work_of(given(office), office.minh)
    pdf = tiny_pdf()
    files = [NewFile("số liệu.pdf", stored(pdf))]
    report_progress(mine, by=office.minh, at=timezone.now(), percent=10, text="Kèm tệp", files=files)
    for rewrite in (lambda rows: rows.update(name="khac.pdf"), lambda rows: rows.delete()):
        with pytest.raises(Error), transaction.atomic():
            rewrite(ReportFile.objects.all())
    folder = tmp_path / "ban-giao"
    done = export(office.home_affairs, folder)
    assert done.rows["report_files"] == 1 and not done.problems
    (there,) = (folder / "reports").rglob("*.pdf")
    assert (
        there.read_bytes() == pdf
        and str(there.relative_to(folder)) in (folder / "manifest.sha256").read_text()
    )
    assert (
        not (tmp_path / "khac" / "reports").exists()
        and export(office.justice, tmp_path / "khac").rows["report_files"] == 0
    )
