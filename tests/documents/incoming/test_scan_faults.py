"""Scans when something goes wrong beside them: a mark, a secret, a clerk who was faster, a process that died."""

import datetime as dt
from functools import partial
from unittest.mock import Mock

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents import blobs
from documents.actions import unsent
from documents.actions.incoming import scan_reading, scans
from documents.actions.incoming.reception import purge
from documents.actions.work.consultations import consult
from documents.journey import NotAllowedNow
from documents.models import Blob, Incoming, ScannedFile, ScannedPaper, UnsentText
from documents.pdf import ReaderLost
from documents.pdf.process_pool import Worker
from documents.tasks import forget_unsent
from tests.documents.desks import at_desk, directed, pdf_saying, stored, task_of, words
from tests.documents.incoming.scan_cases import (
    blank,
    cut,
    letter,
    lying,
    put_in,
    read_all,
    stack,
    upload,
    waiting,
)
from tests.documents.incoming.test_scans import entered

TYPED = {"number": "15", "notation": "BNV-VP", "issued_on": "01/06/2026"}


def now():
    return timezone.now()


def neighbours(office):
    """Two files of one batch, a paper each."""
    first, second = lying(office), lying(office, pages=3)
    second.file.batch = first.file.batch
    second.file.save()
    return first, second


def test_a_joined_paper_bears_the_marks_of_both(office):
    first, second = neighbours(office)
    first.marks, second.marks = "MẬT", "TUYỆT MẬT, MẬT"
    first.save(), second.save()
    assert scans.join(second, by=office.lan, at=now()).marks == "MẬT, TUYỆT MẬT"
    assert waiting()[0].marks == "MẬT, TUYỆT MẬT"


def test_words_typed_beside_a_scan_that_is_joined_onto_another_go_with_it(office):
    first, second = neighbours(office)
    for scan in (first, second):
        unsent.keep(office.lan.user, form=f"scan-{scan.pk}", fields='{"subject": "Việc"}', at=now())
    scans.join(second, by=office.lan, at=now())
    assert UnsentText.objects.get().form == f"scan-{first.pk}"


def test_what_is_split_from_a_marked_paper_is_marked(office):
    scan = lying(office)
    scan.marks = "MẬT"
    scan.save()
    scans.split(scan, page=2, by=office.lan, at=now())
    assert [paper.marks for paper in waiting()] == ["MẬT", "MẬT"]


@pytest.mark.parametrize("part", ["whole", "head", "tail"])
@pytest.mark.parametrize("how", ["deleted", "purged"])
def test_a_secret_takes_every_scan_it_was_joined_from(office, part, how):
    first, second = neighbours(office)
    held = [first.file.blob, second.file.blob]
    paper = scans.join(second, by=office.lan, at=now())
    if part != "whole":
        tail = scans.split(paper, page=2, by=office.lan, at=now())
        paper = tail if part == "tail" else paper
    if how == "deleted":
        scans.delete(paper, reason="Văn bản mật", secret=True, by=office.lan, at=now())
    else:
        answer = entered(office, paper, **TYPED)
        assert answer.status_code == 302, answer.context["form"].errors
        purge(Incoming.objects.get(), by=office.lan, at=now())
    assert not any(blobs.there(blob) for blob in held)
    assert set(ScannedFile.objects.values_list("name", "blob")) == {("(đã hủy)", None)}


def on_disk() -> set[str]:
    return set(Blob.objects.values_list("pk", flat=True))


def test_who_is_too_late_cuts_nothing(office, monkeypatch):
    _, second = neighbours(office)
    stale = ScannedPaper.objects.select_related("file__batch", "file__blob", "blob").get(pk=second.pk)
    scans.delete(second, reason="Quét nhầm", by=office.lan, at=now())
    monkeypatch.setattr(scans, "cut", None)  # would be no sentence
    monkeypatch.setattr(scans, "joined", None)
    for act in (partial(scans.join, stale), partial(scans.split, stale, page=2)):
        with pytest.raises(NotAllowedNow, match="đã xóa"):
            act(by=office.lan, at=now())


@pytest.mark.parametrize("act", [scans.join, partial(scans.split, page=2)])
def test_an_act_that_fails_leaves_no_bytes(office, monkeypatch, act):
    _, second = neighbours(office)
    before = on_disk()

    def broken(*args, **kwargs):
        raise OSError

    monkeypatch.setattr(scans, "record", broken)
    with pytest.raises(OSError):
        act(second, by=office.lan, at=now())
    assert on_disk() == before and [paper.pages for paper in waiting()] == [2, 3]


def test_bytes_that_nothing_holds_are_gone_by_the_next_morning(office):
    scan, lost, fresh = lying(office), stored(pdf_saying("Bỏ lại")), stored(pdf_saying("Đang mở"))
    paper = office.paper()
    Blob.objects.exclude(pk=fresh.pk).update(created_at=now() - dt.timedelta(hours=13))
    forget_unsent()
    assert not blobs.there(lost) and blobs.there(fresh)
    assert blobs.there(scan.blob) and all(blobs.there(file.blob) for file in paper.files.all())


def test_a_second_upload_of_a_secret_scan_is_suspected_also_what_is_cut_later(office):
    twice = stack(letter("15"), blank(), letter("16"))
    first, _, again, _ = cut(office, upload(twice), upload(twice, "lai.pdf"))
    put_in(office, upload(twice, "nua.pdf"))
    assert entered(office, first).status_code == 302
    purge(Incoming.objects.get(), by=office.lan, at=now())
    read_all()
    found = {(paper.file.name, paper.first): paper.marks for paper in waiting()}
    assert found.pop(("(đã hủy)", 3)) == ""  # beside it in the scan: there is no scan any more
    assert (again.file.name, 1) in found and ("nua.pdf", 3) in found and len(found) == 4
    assert all("bí mật nhà nước" in marks for marks in found.values())


def test_a_purge_forgets_what_anybody_types_about_the_paper(office):
    paper = directed(office, lead=office.minh)
    task = task_of(paper, office.minh)
    asked = consult(paper, kind="opinion", asked=[office.minh], question="Ý kiến?", by=office.dung, at=now())
    about = {f"incoming_present-{paper.pk}", f"draft-tra-loi-{paper.pk}", f"consult-{paper.pk}"}
    scan = lying(office)
    scan.incoming, scan.state, scan.ended_at, scan.ended_by = paper, "registered", now(), office.lan
    scan.save()
    about |= {f"scan-{scan.pk}", f"register-{paper.pk}", f"incoming_correct-{paper.pk}"}
    about |= {f"opinion-{asked.pk}", f"consultation_close-{asked.pk}", f"assignment_finish-{task.pk}"}
    other = {f"incoming_present-{paper.pk}1", f"assignment_grant_extension-{task.pk}", "hand_on_many"}
    for form in about | other:
        for post in (office.lan, office.minh):
            unsent.keep(post.user, form=form, fields="{}", at=now())
    purge(paper, by=office.lan, at=now())
    assert set(UnsentText.objects.values_list("form", flat=True)) == other


def test_a_deleted_scan_leaves_nothing_of_what_was_typed_beside_it(office):
    scan, other = lying(office), lying(office)
    for one in (scan, other):
        unsent.keep(office.lan.user, form=f"scan-{one.pk}", fields="{}", at=now())
    at_desk(office.lan).post(f"{scan.get_absolute_url()}xoa/", {"reason": "Văn bản mật", "secret": "on"})
    assert UnsentText.objects.get().form == f"scan-{other.pk}"


def test_what_is_entered_is_what_the_clerk_saw(office):
    first, second = neighbours(office)
    old = first.blob_id
    scans.join(second, by=office.lan, at=now())
    answer = entered(office, first, seen=old, **TYPED)
    assert answer.status_code == 200 and "vừa được tách, nối lại" in words(answer)
    assert not Incoming.objects.exists() and "Về việc cung cấp số liệu" in answer.content.decode()
    assert answer.content.decode().count("trang/5/") == 1  # as it is now
    assert entered(office, first, **TYPED).status_code == 302
    assert Incoming.objects.get().files.get().pages == 5


def lost(*args):
    raise ReaderLost("quá nặng")


def test_a_reader_that_dies_costs_the_file_nothing_until_the_third_time(office, monkeypatch):
    put_in(office, upload(stack(letter("15"), blank(), letter("16"))))
    scan_reading.step(at=now())  # the sheets
    scan_reading.step(at=now())  # the first paper
    real = scan_reading.cut
    for deaths in (1, 2):
        monkeypatch.setattr(scan_reading, "cut", lost)
        scan_reading.step(at=now())
        file = ScannedFile.objects.get()
        assert (file.state, file.deaths, file.claimed_at) == ("waiting", deaths, None)
        monkeypatch.setattr(scan_reading, "cut", real)
    monkeypatch.setattr(scan_reading, "cut", lost)
    read_all()
    file = ScannedFile.objects.get()
    assert (file.state, len(waiting())) == ("failed", 1)
    assert "nhiều lần" in file.problem and "hết trang 1," in file.problem


def test_a_reader_that_was_only_busy_is_asked_again(office, monkeypatch):
    put_in(office, upload(letter("15")))
    for end in (EOFError, TimeoutError):
        with monkeypatch.context() as patched:
            patched.setattr(Worker, "answer", Mock(side_effect=end))
            scan_reading.step(at=now())
    read_all()
    assert len(waiting()) == 1 and ScannedFile.objects.get().state == "done"


def test_a_settled_scan_answers_as_settled_whatever_is_sent(office):
    scan = lying(office)
    scans.delete(scan, reason="Quét nhầm", by=office.lan, at=now())
    for sent in ({}, {"reason": "x"}):
        answer = at_desk(office.lan).post(f"{scan.get_absolute_url()}xoa/", sent, follow=True)
        assert "không còn chờ" in words(answer) and "đã xóa" in words(answer)


def test_a_press_of_which_the_second_act_fails_shows_the_form_again(office, monkeypatch):
    def refuse(*args, **kwargs):
        raise ValidationError("Không trình được.")

    scan = lying(office)
    monkeypatch.setattr("documents.actions.incoming.reception.present", refuse)
    answer = entered(office, scan, leader=office.dung.pk, **TYPED)
    assert answer.status_code == 200 and "Không trình được" in words(answer)
    assert "trang/2/" in answer.content.decode() and len(waiting()) == 1
