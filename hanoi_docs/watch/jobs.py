"""The jobs of the timetable: each run has a line in the log and leaves when it was, how long it took and how it ended.

Some run every two seconds, so a good run is written down at most every few seconds by one process; a failure, and the
first good run after one, always. A task that gives back {"ok": …, "problem": sentence, numbers} is kept as a `Run` too.
"""

import logging
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery.signals import before_task_publish, task_failure, task_postrun, task_prerun
from django.db import DatabaseError, connection
from django.utils import timezone

from hanoi_docs.celery import app
from hanoi_docs.logs import Counter, fault_of, request_id
from hanoi_docs.models import Job
from hanoi_docs.watch.runs import record_run

log = logging.getLogger(__name__)
WRITTEN_EVERY = 10.0  # seconds
# Nothing is late before: longer than a task may run (time limits), and than a worker needs to come back.
LATE_AT_LEAST = timedelta(minutes=5)
FAILURE_SHOWS = timedelta(minutes=5)  # of a job that has run well since
_running: dict[str, "_Run"] = {}
_written: dict[str, tuple[float, bool]] = {}


@dataclass
class _Run:
    started: datetime
    began: float
    counter: Counter
    stack: ExitStack
    mark: object


def job_of(task_name: str) -> str:
    return task_name.rsplit(".", 1)[-1]


def timetable() -> dict[str, object]:
    """Job → its schedule, as the timetable stands."""
    return {job_of(entry["task"]): entry["schedule"] for entry in app.conf.beat_schedule.values()}


def late_after(schedule, last: datetime) -> timedelta:
    """How long after its last run a job is late: three of its turns."""
    if isinstance(schedule, (int, float, timedelta)):
        turn = schedule if isinstance(schedule, timedelta) else timedelta(seconds=schedule)
        return max(3 * turn, LATE_AT_LEAST)
    moment = last
    for _ in range(3):  # a crontab: its next turn, and two more
        start, turn, _ = schedule.remaining_delta(moment)
        moment = start + turn
    return max(moment - last, LATE_AT_LEAST)


@before_task_publish.connect
def _carry_number(headers=None, **_):
    """Whatever a request asks of a worker bears its number."""
    if headers is not None and request_id.get():
        headers.setdefault("request_number", request_id.get())


@task_prerun.connect
def _begin(task_id=None, task=None, **_):
    stack, counter = ExitStack(), Counter()
    stack.enter_context(connection.execute_wrapper(counter))
    mark = request_id.set(getattr(task.request, "request_number", None) or task_id)
    _running[task_id] = _Run(timezone.now(), time.perf_counter(), counter, stack, mark)


@task_postrun.connect
def _end(task_id=None, task=None, kwargs=None, retval=None, state=None, **_):
    run = _running.pop(task_id, None)
    if run is None:
        return
    run.stack.close()
    ok = state in ("SUCCESS", "RETRY", "IGNORED", None)
    fields = {
        "task": task.name,
        "task_id": task_id,
        "ok": ok,
        "ms": round((time.perf_counter() - run.began) * 1000, 1),
        "queries": run.counter.count,
        "ids": {name: value for name, value in (kwargs or {}).items() if type(value) is int},
    }
    if not ok and isinstance(retval, BaseException):
        fields["fault"] = fault_of(retval)
    log.log(logging.INFO if ok else logging.ERROR, "task", extra={"fields": fields})
    try:
        _keep(job_of(task.name), run.started, ok, retval)
    except DatabaseError as error:
        log.warning("a run of %s is not written down: %s", task.name, type(error).__name__)
    finally:
        request_id.reset(run.mark)


@task_failure.connect
def _killed(sender=None, task_id=None, exception=None, **_):
    """A worker that was killed in the middle of a task: its parent says so, in another process."""
    if task_id in _running:
        return  # `_end` comes
    fields = {"task": sender.name, "task_id": task_id, "ok": False, "fault": [type(exception).__name__]}
    log.error("task", extra={"fields": fields})
    try:
        _keep(job_of(sender.name), timezone.now(), False, exception)
    except DatabaseError as error:
        log.warning("a run of %s is not written down: %s", sender.name, type(error).__name__)
    finally:
        connection.close()  # children are forked from this process


def _keep(job: str, started: datetime, ok: bool, result: object) -> None:
    if job not in timetable():
        return
    problem = type(result).__name__ if isinstance(result, BaseException) else ""
    if isinstance(result, dict) and "ok" in result:
        ok, problem = bool(result["ok"]), str(result.get("problem") or "")
        record_run(job, started=started, ok=ok, result={**result, "problem": problem} if problem else result)
    note_run(job, started=started, ok=ok, problem=problem)


def note_run(job: str, *, started: datetime, ok: bool, problem: str = "") -> None:
    """Writes the last run of a job down, unless a good one was written a moment ago."""
    at, before = time.monotonic(), _written.get(job)
    if ok and before and before[1] and at - before[0] < WRITTEN_EVERY:
        return
    now = timezone.now()
    row = Job(
        name=job, since=now, started_at=started, ended_at=now, ok=ok,
        problem="" if ok else problem[:300], failed_at=None if ok else now,
    )  # fmt: skip
    fields = ["started_at", "ended_at", "ok", "problem"] + ([] if ok else ["failed_at"])
    Job.objects.bulk_create([row], update_conflicts=True, unique_fields=["name"], update_fields=fields)
    _written[job] = at, ok
