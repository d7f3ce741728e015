"""A picture that could not be recognised: told apart, tried again, and not entered before the clerk has looked for a mark."""

import datetime as dt
import os
import signal
from importlib import import_module

import pytest
from django.db import connection

from documents.actions.incoming import proposing, scan_reading, scans
from documents.arrival import Arrival
from documents.journey import NotAllowedNow
from documents.models import Event, Incoming, ScannedFile, ScannedPaper
from documents.pdf import PdfError
from documents.pdf.process_pool import Worker
from tests.documents.desks import at_desk, kinds, words
from tests.documents.incoming.scan_cases import cut, letter, lying, picture, upload, waiting
from tests.documents.incoming.test_scans import entered

from .test_scan_faults import TYPED, neighbours, now


@pytest.fixture
def killed(monkeypatch):
    """Every process that recognises a picture is killed as soon as it has begun."""
    real = Worker.send

    def send(worker, data, deadline):
        real(worker, data, deadline)
        if data.startswith(b'["words"'):
            os.killpg(worker._process.pid, signal.SIGKILL)

    with monkeypatch.context() as patched:
        patched.setattr(Worker, "send", send)
        yield patched


def later(minutes: int) -> bool:
    return scan_reading.step(at=now() + dt.timedelta(minutes=minutes))


def unread(office, **changes) -> ScannedPaper:
    scan = lying(office)
    ScannedPaper.objects.filter(pk=scan.pk).update(**{"unrecognised": 1} | changes)
    return waiting()[-1]


def test_a_mark_that_was_missed_when_the_reader_was_killed_is_seen_by_the_next_try(office, killed):
    (scan,) = cut(office, upload(picture(letter("15", about="MẬT"))))
    assert (scan.unrecognised, scan.marks, scan.proposed) == (1, "", {})
    assert (ScannedFile.objects.get().state, ScannedFile.objects.get().deaths) == ("done", 0)
    said = words(at_desk(office.lan).get(scan.get_absolute_url()))
    assert "Chưa nhận dạng được" in said and "tự thử lại" in said
    assert "Chưa nhận dạng được" in words(at_desk(office.lan).get("/van-ban-den/ban-quet/"))
    assert "chưa nhận dạng được" in words(at_desk(office.lan).get(scan.file.batch.get_absolute_url()))
    answer = entered(office, scan, **TYPED)
    assert "chưa dò được dấu độ mật" in " ".join(answer.context["form"].errors["looked"])
    assert not later(0), "not at once: the machine was perhaps busy"
    killed.undo()
    assert later(2) and not later(3)
    (scan,) = waiting()
    assert (scan.unrecognised, scan.marks, scan.proposed["number"]) == (0, "MẬT", "15")
    answer = entered(office, scan, looked="on")
    assert "dấu “MẬT”" in " ".join(answer.context["form"].errors["marks_ok"])
    assert not Incoming.objects.exists()


def test_it_is_tried_three_times_in_all_each_counted_before_it_is_made(office, killed, monkeypatch):
    cut(office, upload(picture(letter("15"))))
    assert [later(minutes) for minutes in (2, 3, 11, 60)] == [True, False, True, False]
    (scan,) = waiting()
    assert scan.unrecognised == 3
    said = words(at_desk(office.lan).get(scan.get_absolute_url()))
    assert "Chưa nhận dạng được" in said and "tự thử lại" not in said

    def dies(*args):
        raise SystemExit

    ScannedPaper.objects.update(unrecognised=1)
    monkeypatch.setattr(scan_reading, "proposals_of_scan", dies)
    with pytest.raises(SystemExit):
        later(2)
    assert waiting()[0].unrecognised == 2


def test_who_has_looked_enters_it_and_that_stands_in_the_history(office):
    scan = unread(office)
    page = at_desk(office.lan).get(scan.get_absolute_url())
    assert page.context["form"].fields["looked"].widget.attrs["data-keep-skip"], "by hand each time"
    assert entered(office, scan, looked="on", **TYPED).status_code == 302
    paper = Incoming.objects.get()
    assert kinds(paper) == ["receive", "register", "look_for_marks"]
    event = Event.objects.get(kind="look_for_marks")
    assert (event.post, event.payload["scan"]) == (office.lan, scan.pk)
    assert "máy chưa nhận dạng được" in words(at_desk(office.lan).get(paper.get_absolute_url() + "?tab=flow"))


def test_no_way_around_the_form_enters_what_nobody_looked_at(office):
    scan = unread(office)
    arrival = Arrival(subject="Về việc", kind="CV")
    files = [type("File", (), {"blob": scan.blob})]
    with pytest.raises(scans.ValidationError, match="chưa nhận dạng được"):
        scans.enter(scan, arrival, seen=scan.blob_id, files=files, by=office.lan, at=now())
    assert not Incoming.objects.exists() and len(waiting()) == 1


def test_a_mark_seen_between_the_form_and_the_press_stops_it(office):
    scan = unread(office, unrecognised=0, marks="MẬT")
    arrival = Arrival(subject="Về việc", kind="CV")  # of a form that was shown before
    files = [type("File", (), {"blob": scan.blob})]
    with pytest.raises(NotAllowedNow):
        scans.enter(scan, arrival, seen=scan.blob_id, files=files, looked=True, by=office.lan, at=now())


def test_joined_to_another_it_stays_unseen_since_first_pages_alone_are_tried(office):
    _, second = neighbours(office)
    ScannedPaper.objects.filter(pk=second.pk).update(unrecognised=1)
    second.refresh_from_db()
    assert scans.join(second, by=office.lan, at=now()).unrecognised == ScannedPaper.UNSEEN
    assert not later(60)
    answer = entered(office, waiting()[0], **TYPED)
    assert answer.status_code == 200 and "looked" in answer.context["form"].errors


@pytest.mark.parametrize(
    ("page", "recognised", "left"), [(3, True, 9), (3, False, 9), (4, True, 0), (4, False, 9)]
)
def test_split_from_what_nobody_saw_only_a_single_page_is_seen_by_its_first(
    office, monkeypatch, page, recognised, left
):
    scan = lying(office, pages=4)
    ScannedPaper.objects.filter(pk=scan.pk).update(unrecognised=ScannedPaper.UNSEEN)
    found = proposing.Proposals({}, recognised=recognised)
    monkeypatch.setattr(scans, "proposals_of_scan", lambda pdf: found)
    assert scans.split(scan, page=page, by=office.lan, at=now()).unrecognised == left
    assert waiting()[0].unrecognised == ScannedPaper.UNSEEN


def test_what_waits_from_before_the_count_is_not_entered_unseen(office):
    papers = {
        name: lying(office) for name in ("read", "unread", "apart", "onto", "first", "joined", "deleted")
    }
    for name, paper in papers.items():
        if name not in ("read", "onto", "first"):
            paper.words = proposing.NOT_SEEN
        if name == "apart":
            paper.last = None
        if name == "onto":
            paper.joined_onto, paper.ended_at, paper.state = papers["read"], now(), "joined"
        if name == "joined":
            paper.joined_onto, paper.ended_at, paper.state = papers["first"], now(), "joined"
        if name == "deleted":
            paper.ended_at, paper.state = now(), "deleted"
        paper.save()
    fill = import_module("documents.migrations.0039_scans_turned").FILL
    with connection.cursor() as cursor:
        cursor.execute(fill)
    counts = {name: ScannedPaper.objects.get(pk=paper.pk).unrecognised for name, paper in papers.items()}
    assert {name: count for name, count in counts.items() if count} == {"unread": 1, "apart": 9, "first": 9}
    page = at_desk(office.lan).get(papers["unread"].get_absolute_url())
    assert "looked" in page.context["form"].fields


def test_without_the_program_every_picture_is_unrecognised(office, monkeypatch):
    def absent(pdf):
        raise PdfError("Máy chủ chưa cài chương trình nhận dạng chữ.")

    monkeypatch.setattr(proposing, "seen_lines", absent)
    picture_of, text = cut(office, upload(picture(letter("15"))), upload(letter("16"), "chu.pdf"))
    assert (picture_of.unrecognised, text.unrecognised) == (1, 0)
    assert "looked" not in at_desk(office.lan).get(text.get_absolute_url()).context["form"].fields


def test_a_scan_settled_meanwhile_is_left_alone(office, monkeypatch):
    scan = unread(office)
    real = scan_reading.proposals_of_scan

    def meanwhile(pdf):
        scans.delete(scan, reason="Quét nhầm", by=office.lan, at=now())
        return real(pdf)

    monkeypatch.setattr(scan_reading, "proposals_of_scan", meanwhile)
    assert later(2)
    assert ScannedPaper.objects.get().proposed == {} and ScannedPaper.objects.get().state == "deleted"
