"""What is looked at each minute. A rule names troubles, each with the sentence an operator reads, or None: looked, and
all is well. What a rule did not look at stays as it is.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from documents.views.shared.rows import duration
from hanoi_docs.models import Alarm, Job
from hanoi_docs.watch import capacity, jobs, numbers
from hanoi_docs.watch.names import name_of
from hanoi_docs.watch.runs import close_alarm, raise_alarm
from interop.transport.connection import axis_state
from signatures.actions.proofs import count, not_renewed

log = logging.getLogger(__name__)
Found = dict[str, str | None]
OWN = "look_around"
GAP = timedelta(minutes=5)  # nobody looked for so long: the system stood still
# What waits longer is looked at by a person.
WAITS = {
    "city": (timedelta(minutes=10), "Giao trong thành phố"),
    "axis": (timedelta(hours=1), "Gửi lên trục"),
    "status": (timedelta(minutes=30), "Báo trạng thái cho nơi gửi"),
    "unpack": (timedelta(minutes=10), "Mở gói tin đến"),
}
COMPARED_WITHIN = timedelta(hours=2)
AXIS_AWAY = timedelta(minutes=10)
BACKUP_WITHIN = timedelta(hours=26)
ANCHORED_WITHIN = timedelta(hours=3)
DISK_FREE, DAYS_LEFT = 0.10, 7
SIGNING_FAILS, SIGNING_SHARE = 5, 0.10  # so many in the hour, and more than this share of all
SERVICE_FAILS = 3


def look(at: datetime) -> None:
    """Asks every rule; opens, renews and closes alarms. Safe to run twice at once."""
    _watched_since(at)
    found: Found = {}
    for rule in RULES:
        name = rule.__name__.strip("_")
        try:
            found |= rule(at) | {f"rule:{name}": None}
        except Exception as error:  # one rule that breaks must not blind the others
            log.exception("the rule %s", name)
            found[f"rule:{name}"] = f"Không kiểm tra được “{name}” ({type(error).__name__}). Hãy xem nhật ký."
    still_open = set(Alarm.objects.filter(closed_at=None).values_list("key", flat=True))
    for key, text in found.items():
        if text:
            raise_alarm(key, text, at=at)
        elif key in still_open:
            close_alarm(key, at=at)
    Job.objects.filter(name=OWN).update(started_at=at, ended_at=timezone.now())


def nobody_looked(at: datetime) -> bool:
    """The timetable asks each minute; when nobody did for a while, whoever is asked looks himself."""
    last = Job.objects.filter(name=OWN).values_list("ended_at", flat=True).first()
    return last is None or at - last > timedelta(minutes=3)


def _watched_since(at: datetime) -> None:
    """A row for every job, so that one that never ran is missed; after a standstill nothing is late for a while."""
    missing = set(jobs.timetable()) - set(Job.objects.values_list("name", flat=True))
    Job.objects.bulk_create([Job(name=name, since=at) for name in missing], ignore_conflicts=True)
    own = Job.objects.filter(name=OWN).first()
    if own and (own.ended_at or own.since) < at - GAP:
        Job.objects.update(since=at)


def _queues(at: datetime) -> Found:
    found, piles = {}, numbers.piles(at)
    for name, (limit, label) in WAITS.items():
        pile = piles[name]
        found[f"queue:{name}"] = (
            f"{label}: {pile.count} mục đang chờ, mục cũ nhất đã chờ {duration(pile.oldest)}."
            if pile.oldest > limit
            else None
        )
    found["undelivered"] = (
        f"{piles['failed'].count} lượt gửi không thành, cần người xem ở trang Liên thông."
        if piles["failed"].count
        else None
    )
    found["unexplained"] = (
        f"{piles['unexplained'].count} văn bản lệch đối chiếu: xem trang Liên thông."
        if piles["unexplained"].count
        else None
    )
    age = numbers.compared(at)
    old = age is not None and age > COMPARED_WITHIN
    found["comparison"] = f"Lần đối chiếu gần nhất đã {duration(age)} trước." if old else None
    return found


def _timetable(at: datetime) -> Found:
    """Jobs that are late or failed. With no worker at all that is said once, not for each of them."""
    age = numbers.heartbeat_age()
    since = Job.objects.filter(name=OWN).values_list("since", flat=True).first()
    started = since is None or at - since < timedelta(seconds=2 * numbers.WORKER_MUST_SPEAK)
    dead = (age is None or age > numbers.WORKER_MUST_SPEAK) and not started
    said = "chưa rõ từ bao giờ" if age is None else f"đã {duration(timedelta(seconds=age))}"
    found: Found = {
        "worker": f"Tiến trình nền hoặc bộ định giờ không chạy ({said}): worker, beat hay hàng đợi Redis."
        if dead
        else None
    }
    rows = {row.name: row for row in Job.objects.all()}
    for name in rows.keys() - jobs.timetable().keys():  # no release runs it any more
        found |= dict.fromkeys((f"late:{name}", f"job:{name}", f"anchor:{name}"))
    for name, schedule in jobs.timetable().items():
        row = rows.get(name)
        if row is None:
            continue
        if not dead and name != OWN:
            found[f"late:{name}"] = _late(row, schedule, at)
        failed = not row.ok or (row.failed_at and row.failed_at > at - jobs.FAILURE_SHOWS)
        what = f" ({row.problem})" if row.problem else ""
        found[f"job:{name}"] = (
            f"{name_of(name)}: lần chạy gần đây không thành công{what}." if failed else None
        )
    return found


def _late(row: Job, schedule, at: datetime) -> str | None:
    last = max(row.ended_at or row.since, row.since)
    if at - last <= jobs.late_after(schedule, last):
        return None
    ran = (
        f"lần chạy gần nhất {timezone.localtime(row.ended_at):%H:%M %d/%m/%Y}"
        if row.ended_at
        else "chưa chạy lần nào"
    )
    return f"{name_of(row.name)}: quá hạn chạy, {ran}."


def _backup(at: datetime) -> Found:
    """Only where backups are made."""
    if not getattr(settings, "BACKUP_DIR", ""):
        return {"backup": None}
    last = numbers.last_good("backup")
    if last and at - last.ended_at <= BACKUP_WITHIN:
        return {"backup": None}
    said = f"bản gần nhất đã {duration(at - last.ended_at)} trước" if last else "chưa có bản nào"
    return {"backup": f"Sao lưu quá hạn: {said}."}


def _anchors(at: datetime) -> Found:
    """Only where the timetable has the job."""
    found: Found = {}
    for name in (name for name in jobs.timetable() if name.startswith("anchor")):
        last, row = numbers.last_good(name), Job.objects.filter(name=name).first()
        since = max((moment for moment in (last and last.ended_at, row and row.since) if moment), default=at)
        late = at - since > ANCHORED_WITHIN
        found[f"anchor:{name}"] = (
            f"{name_of(name)}: lịch sử chưa được neo dấu thời gian {duration(at - since)} rồi."
            if late
            else None
        )
    return found


def _certificates(at: datetime) -> Found:
    found: Found = {"certificates:seals": None, "certificates:people": None}
    for row in numbers.certificates(at):
        key, whose = ("seals", "con dấu cơ quan") if row["seal"] else ("people", "người ký")
        if row["ending"]:
            found[f"certificates:{key}"] = (
                f"{row['ending']} chứng thư số của {whose} hết hạn trong 30 ngày hoặc đã hết hạn,"
                f" sớm nhất {timezone.localdate(row['first']):%d/%m/%Y}."
            )
    return found


def _disk(at: datetime) -> Found:
    disk = numbers.disk()
    share, left = disk.free / disk.total, capacity.growth(at, free=disk.free).days_left
    few = left is not None and left < DAYS_LEFT
    return {
        "disk:free": f"Ổ đĩa chỉ còn trống {share:.0%}." if share < DISK_FREE else None,
        "disk:days": f"Với mức tăng hiện nay ổ đĩa đầy sau {max(left, 0):.0f} ngày." if few else None,
    }


def _axis(at: datetime) -> Found:
    state = axis_state() if settings.AXIS_URL else None
    away = state is not None and not state["ok"] and at - state["since"] > AXIS_AWAY
    return {
        "axis": f"Trục liên thông không trả lời đã {duration(at - state['since'])}. {state['reason']}"
        if away
        else None
    }


def _signing(at: datetime) -> Found:
    found = numbers.signing(at)
    failed, service = found["failed_key"] + found["failed_service"], found["failed_service"]
    often = failed >= SIGNING_FAILS and failed > SIGNING_SHARE * (failed + found["given"])
    left = count(not_renewed()) if settings.TSA_URL else 0
    stamps = [
        (service >= SERVICE_FAILS, f"{service} lần ký không thành trong hai giờ qua"),
        (found["short"], f"{found['short']} chữ ký trong giờ qua thiếu dấu thời gian"),
        (left, f"{left} bằng chứng chưa gia hạn được"),
    ]
    said = [sentence for true, sentence in stamps if true]
    return {
        "signing": f"{failed} lần ký số không thành trong hai giờ qua." if often else None,
        "stamps": f"Dịch vụ dấu thời gian, thu hồi hoặc ký từ xa có trục trặc: {'; '.join(said)}."
        if said
        else None,
    }


RULES: tuple[Callable[[datetime], Found], ...] = (
    _queues, _timetable, _backup, _anchors, _certificates, _disk, _axis, _signing,
)  # fmt: skip
