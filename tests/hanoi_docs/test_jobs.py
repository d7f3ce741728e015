"""Each run of a job of the timetable leaves when it was, how long it took and how it ended; a failure always counts."""

import datetime as dt
import json
import time

import pytest
from celery import shared_task
from celery.contrib.testing.worker import start_worker
from celery.exceptions import WorkerLostError
from celery.schedules import crontab
from celery.signals import task_failure
from django.utils import timezone

from hanoi_docs.celery import app
from hanoi_docs.logs import Json, request_id
from hanoi_docs.models import Alarm, Job, Run
from hanoi_docs.tasks import heartbeat
from hanoi_docs.watch import jobs, rules
from hanoi_docs.watch.names import name_of
from tests.hanoi_docs.said import log_as

CANARY = "chimhoangyen"


@shared_task
def goes_well(**_):
    return None


@shared_task
def breaks(**_):
    raise ValueError(f"Về việc {CANARY}")


@shared_task
def looks_after_history(ok):
    return {"ok": ok, "problem": "" if ok else "chuỗi của Sở Nội vụ đứt ở số 7", "chains": 3}


@pytest.fixture(autouse=True)
def timetable(monkeypatch):
    entries = {
        task.__name__: {"task": task.name, "schedule": 5.0}
        for task in (goes_well, breaks, looks_after_history)
    }
    monkeypatch.setitem(app.conf, "beat_schedule", app.conf.beat_schedule | entries)
    monkeypatch.setattr(jobs, "_written", {})


def test_a_run_is_written_down_and_the_next_ones_of_the_same_moment_are_not(db, django_assert_num_queries):
    goes_well.apply()
    first = Job.objects.get(name="goes_well")
    assert first.ok and first.started_at <= first.ended_at <= timezone.now()
    with django_assert_num_queries(0):
        goes_well.apply()
    assert Job.objects.get(name="goes_well").ended_at == first.ended_at


def test_a_failure_always_counts_and_so_does_the_first_good_run_after_it(db, monkeypatch):
    fails = iter([False, True, False])
    monkeypatch.setattr(goes_well, "run", lambda: 1 / 0 if next(fails) else None)
    for ok in (True, False, True):
        goes_well.apply()
        row = Job.objects.get(name="goes_well")
        assert (row.ok, row.problem) == (ok, "" if ok else "ZeroDivisionError")
    assert row.failed_at


def test_a_task_is_one_line_with_its_ids_and_without_what_it_says(db):
    with log_as(Json()) as said:
        breaks.apply(kwargs={"batch_id": 7, "reason": CANARY})
    (line,) = said.about("task")
    assert (line["task"], line["ok"], line["level"], line["ids"]) == (
        breaks.name,
        False,
        "ERROR",
        {"batch_id": 7},
    )
    assert line["fault"][0] == "builtins.ValueError" and CANARY not in said.getvalue()
    assert line["request"] == line["task_id"]  # nobody asked for it


def test_a_result_that_is_not_well_is_kept_and_alarms_until_one_is(db):
    looks_after_history.apply(kwargs={"ok": False})
    run, alarm = Run.objects.get(), Alarm.objects.get()
    assert (run.job, run.ok, run.result["chains"]) == ("looks_after_history", False, 3)
    assert "chuỗi của Sở Nội vụ đứt ở số 7" in alarm.text and not Job.objects.get().ok
    looks_after_history.apply(kwargs={"ok": True})
    assert Alarm.objects.get().closed_at and Job.objects.get().ok


def test_a_worker_carries_the_number_of_the_request_and_writes_down_how_it_went(transactional_db, capfd):
    with start_worker(app, perform_ping_check=False, loglevel="WARNING"):
        mark = request_id.set("tu-yeu-cau-0001")
        try:
            asked = {breaks.delay(batch_id=3).id: False, heartbeat.delay().id: True}
        finally:
            request_id.reset(mark)
        end = timezone.now() + dt.timedelta(seconds=20)
        while Job.objects.filter(ended_at__isnull=False).count() < 2 and timezone.now() < end:
            time.sleep(0.05)
    written = capfd.readouterr().err
    lines = [json.loads(line) for line in written.splitlines() if '"message": "task"' in line]
    assert {line["task_id"]: line["ok"] for line in lines} == asked
    assert {line["request"] for line in lines} == {"tu-yeu-cau-0001"}
    assert dict(Job.objects.values_list("name", "ok")) == {"breaks": False, "heartbeat": True}
    assert CANARY not in written and "unexpected" not in written
    # A task whose process was killed: the parent says so, as Celery tells it.
    task_failure.send(sender=goes_well, task_id="gone", exception=WorkerLostError("signal 9"))
    gone = Job.objects.get(name="goes_well")
    assert (gone.ok, gone.problem, gone.failed_at is None) == (False, "WorkerLostError", False)


def test_every_job_of_the_timetable_has_one_name_of_its_own_that_an_operator_reads(monkeypatch):
    monkeypatch.undo()
    tasks = [entry["task"] for entry in app.conf.beat_schedule.values()]
    assert len(jobs.timetable()) == len(tasks)
    unnamed = [job for job in jobs.timetable() if name_of(job) == job]
    assert not unnamed, f"add them to hanoi_docs/watch/names.py: {unnamed}"


def test_late_is_three_turns_and_never_less_than_five_minutes(now):
    assert jobs.late_after(2.0, now) == dt.timedelta(minutes=5)
    assert jobs.late_after(1800.0, now) == dt.timedelta(minutes=90)
    on_time = timezone.make_aware(dt.datetime(2026, 11, 1, 3, 0, 20))
    for schedule, days in ((crontab(0, 3), 3), (crontab(0, 3, day_of_month=1), 92)):
        late = jobs.late_after(schedule, on_time)
        assert dt.timedelta(days=days - 1) < late <= dt.timedelta(days=days)


def test_a_job_that_did_not_run_is_late_but_not_while_the_system_stood_still(db, now):
    rules.look(now)
    assert not Alarm.objects.exists() and Job.objects.filter(name="compare_all", ended_at=None).exists()
    heartbeat()
    for minutes in range(1, 92):  # somebody looks all the time
        Job.objects.filter(name=rules.OWN).update(ended_at=now + dt.timedelta(minutes=minutes))
    rules.look(now + dt.timedelta(minutes=91))
    assert "late:compare_all" in Alarm.objects.filter(closed_at=None).values_list("key", flat=True)
    goes_well.apply()
    Job.objects.update(ended_at=now)
    night = now + dt.timedelta(hours=8)
    rules.look(night)  # the first look of the morning
    assert not Alarm.objects.filter(closed_at=None, key__startswith="late").exists()
