"""Tình trạng hệ thống: what the operator looks at in the morning. Numbers and sentences, no content of papers."""

from datetime import datetime, timedelta

from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from documents.access import may
from documents.views.shared.rows import duration
from hanoi_docs.models import Alarm, Job, Run
from hanoi_docs.watch import capacity, jobs, numbers
from hanoi_docs.watch.names import name_of
from hanoi_docs.watch.rules import BACKUP_WITHIN
from hanoi_docs.watch.versions import versions

SHOWN = timedelta(days=30)
MOST = 100  # alarms that are over
INTEGRITY = ("anchor", "audit")  # how the jobs begin that look after the history
# Numbers that the checks of the history give back.
COUNTED = {"organisations": "chuỗi", "events": "sự kiện", "anchors": "mốc neo", "stamped": "mốc vừa đóng dấu thời gian", "case_files": "hồ sơ lưu trữ", "kept_files": "tệp"}  # fmt: skip
COMMANDS = {"backup": BACKUP_WITHIN, "rehearse": timedelta(days=40)}  # and when the last one is too long ago


@require_safe
def system(request: HttpRequest) -> HttpResponse:
    if not may(request.post, "operate"):
        raise Http404  # what one may not see does not exist
    at = timezone.now()
    alarms = _alarms(at)
    turns = jobs.timetable().items()
    history = {name: jobs.late_after(turn, at) for name, turn in turns if name.startswith(INTEGRITY)}
    runs = numbers.last_runs([*history, *COMMANDS])
    context = {
        "alarms": [alarm for alarm in alarms if alarm.closed_at is None],
        "over": [alarm for alarm in alarms if alarm.closed_at][:MOST],
        "integrity": [_run(name, runs.get(name), within, at) for name, within in history.items()],
        "commands": [_run(name, runs.get(name), within, at) for name, within in COMMANDS.items()],
        "jobs": _jobs(at),
        "versions": versions(),
        **_capacity(at),
    }
    return render(request, "system.html", context)


def _alarms(at: datetime) -> list[Alarm]:
    rows = Alarm.objects.filter(Q(closed_at=None) | Q(closed_at__gt=at - SHOWN))
    return list(rows.order_by(F("closed_at").desc(nulls_first=True), "-first_at")[: 2 * MOST])


def _run(name: str, run: Run | None, within: timedelta, at: datetime) -> dict:
    """The last run of a job or command that is kept; `said` is what it found, in a sentence."""
    row = {"label": name_of(name), "run": run, "tone": "calm", "state": "chưa chạy", "said": ""}
    if run is None:
        return row
    old = at - run.ended_at > within
    state = ("bad", "không thành công") if not run.ok else ("warn", "đã lâu") if old else ("ok", "tốt")
    row["tone"], row["state"] = state
    row["said"] = run.result.get("problem", "") or _rehearsed(run.result) or _counted(run.result)
    row["took"] = _seconds(run.ended_at - run.started_at)
    return row


def _rehearsed(result: dict) -> str:
    if "rto_s" not in result:
        return ""
    lost, papers = result.get("rpo_s"), result.get("papers")
    return f"Khôi phục {papers} văn bản trong {result['rto_s']} giây, mất {lost} giây công việc gần nhất."


def _counted(result: dict) -> str:
    found = ", ".join(f"{result[name]} {label}" for name, label in COUNTED.items() if result.get(name))
    return " ".join(sentence for sentence in (found and f"{found}.", result.get("waiting")) if sentence)


def _jobs(at: datetime) -> list[dict]:
    rows = {row.name: row for row in Job.objects.all()}
    return [_job(name, rows.get(name), schedule, at) for name, schedule in jobs.timetable().items()]


def _job(name: str, row: Job | None, schedule, at: datetime) -> dict:
    last = row and (row.ended_at or row.since)
    late = bool(last) and at - last > jobs.late_after(schedule, last)
    ran = row is not None and row.ended_at is not None
    state = ("calm", "chưa chạy") if not ran else ("ok", "tốt")
    if late:
        state = ("warn", "quá hạn")
    if row and not row.ok:
        state = ("bad", "lỗi")
    return {
        "label": name_of(name),
        "every": _turn(schedule),
        "ran_at": row and row.ended_at,
        "ago": duration(at - row.ended_at) if ran else "",
        "took": _seconds(row.ended_at - row.started_at) if ran and row.started_at else "",
        "problem": row.problem if row else "",
        "failed_at": row and row.failed_at,
        "tone": state[0],
        "state": state[1],
    }


def _capacity(at: datetime) -> dict:
    disk = numbers.disk()
    growth = capacity.growth(at, free=disk.free)
    return {
        "disk": disk,
        "free_share": round(100 * disk.free / disk.total),
        "database_bytes": numbers.database_bytes(),
        "growth": growth,
        "days_left": None if growth.days_left is None else int(growth.days_left),
    }


def _turn(schedule) -> str:
    """How often, in words."""
    if not isinstance(schedule, (int, float)):
        return "theo lịch"
    seconds = int(schedule)
    if seconds < 60:
        return f"mỗi {seconds} giây"
    return f"mỗi {seconds // 60} phút" if seconds < 3600 else f"mỗi {seconds // 3600} giờ"


def _seconds(span: timedelta) -> str:
    seconds = span.total_seconds()
    if seconds < 60:
        return f"{seconds:.1f} giây".replace(".", ",") if seconds >= 0.1 else "dưới 0,1 giây"
    return duration(span)
