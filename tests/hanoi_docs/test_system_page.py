"""Tình trạng hệ thống: for the operator, without content, the same number of queries whatever there is to show."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hanoi_docs.celery import app
from hanoi_docs.models import Alarm, Job
from hanoi_docs.watch import capacity, close_alarm, raise_alarm, record_run
from hanoi_docs.watch.versions import VERSION
from tests.documents.desks import at_desk, outgoing, words

URL = "/quan-tri/he-thong/"


@pytest.fixture(autouse=True)
def no_axis(settings):
    settings.AXIS_URL = ""


def test_only_an_operator_finds_it(office, client):
    for post in (office.lan, office.dung, office.khach, office.minh):
        assert at_desk(post).get(URL).status_code == 404
    assert client.get(URL).url.startswith("/dang-nhap/")
    assert at_desk(office.quantri).get(URL).status_code == 200


def test_it_shows_what_runs_what_failed_and_what_is_left(office, now):
    paper = outgoing(office, state="issued", subject="Về việc chim hoàng yến")
    raise_alarm("disk:free", "Ổ đĩa chỉ còn trống 5%.", at=now)
    raise_alarm("axis", "Trục liên thông không trả lời.", at=now - dt.timedelta(hours=2))
    close_alarm("axis", at=now - dt.timedelta(hours=1))
    record_run("backup", started=now - dt.timedelta(seconds=90), ok=True, result={})
    result = {"rpo_s": 12, "rto_s": 95, "papers": 20000, "audit": "ok"}
    record_run("rehearse", started=now, ok=True, result=result)
    Job.objects.create(name="relay_queued", since=now, started_at=now, ended_at=now, ok=True)
    Job.objects.create(
        name="poll_axis", since=now, started_at=now, ended_at=now, ok=False, problem="ValueError"
    )
    old = now - dt.timedelta(hours=3)
    Job.objects.create(name="compare_all", since=old, started_at=old, ended_at=old, ok=True)
    capacity.take_sample(now - dt.timedelta(days=2))
    capacity.take_sample(now)
    page = words(at_desk(office.quantri).get(URL))
    for said in (
        "Ổ đĩa chỉ còn trống 5%.", "Trục liên thông không trả lời.", "Sao lưu", "Khôi phục 20000 văn bản trong 95 giây",
        "Gửi văn bản đang chờ", "ValueError", "Quá hạn", VERSION, "PostgreSQL", "1 phút",
    ):  # fmt: skip
        assert said in page, said
    assert paper.subject not in page and "chim" not in page


def test_a_backup_that_failed_and_one_long_ago_are_marked(office, now):
    record_run("backup", started=now, ok=False, result={"problem": "đĩa đầy"})
    page = words(at_desk(office.quantri).get(URL))
    assert "Không thành công" in page and "đĩa đầy" in page
    run = record_run("backup", started=now, ok=True, result={})
    type(run).objects.filter(pk=run.pk).update(ended_at=now - dt.timedelta(days=3))
    assert "Đã lâu" in words(at_desk(office.quantri).get(URL))


def test_the_checks_of_the_history_say_what_they_found(office, now, monkeypatch):
    entry = {"task": "somewhere.tasks.audit_history", "schedule": 86400.0}
    monkeypatch.setitem(app.conf, "beat_schedule", {"audit": entry})
    result = {"ok": True, "organisations": 3, "events": 41, "first_broken": ""}
    record_run("audit_history", started=now, ok=True, result=result)
    page = words(at_desk(office.quantri).get(URL))
    assert "Kiểm tra toàn vẹn lịch sử" in page and "3 chuỗi, 41 sự kiện" in page
    result = {"ok": False, "first_broken": "chuỗi đứt ở số 7", "problem": "chuỗi đứt ở số 7"}
    record_run("audit_history", started=now, ok=False, result=result)
    page = words(at_desk(office.quantri).get(URL))
    assert "Kiểm tra toàn vẹn lịch sử: chuỗi đứt ở số 7" in page and "Không thành công" in page


def test_it_asks_the_same_whatever_there_is_to_show(office, now):
    client, counts = at_desk(office.quantri), []
    for rows in (1, 3):
        for n in range(rows):
            raise_alarm(f"queue:{rows}{n}", "Đang chờ.", at=now)
            record_run("backup", started=now, ok=True, result={})
        client.get(URL)
        with CaptureQueriesContext(connection) as asked:
            client.get(URL)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 13
    assert Alarm.objects.filter(closed_at=None).count() == 4


def test_the_version_is_the_one_of_the_project(settings):
    assert f'version = "{VERSION}"' in (settings.BASE_DIR / "pyproject.toml").read_text()


def test_an_alarm_longer_ago_than_thirty_days_is_shown_no_more(office, now):
    raise_alarm("axis", "Trục liên thông không trả lời.", at=now - dt.timedelta(days=40))
    close_alarm("axis", at=timezone.now() - dt.timedelta(days=31))
    assert "Trục liên thông không trả lời." not in words(at_desk(office.quantri).get(URL))
