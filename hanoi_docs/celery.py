"""The worker and the whole timetable of recurring work.

Tasks only shorten the wait: every one of them reads rows and may be lost, repeated or run late without harm.
"""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_init
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanoi_docs.settings")

TRANSPORT_ALIASES |= dict.fromkeys(["redis", "rediss"], "hanoi_docs.broker:Transport")


@worker_init.connect
def check(**_) -> None:
    """As the web server does (wsgi.py): whatever `manage.py check` calls an error ends the start."""
    try:
        call_command("check")
    except SystemCheckError as error:  # Celery lets no other exception of a receiver through
        raise SystemExit(str(error)) from error


app = Celery("hanoi_docs", task_cls="hanoi_docs.degraded.pausing:PausingTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "relay what is queued": {"task": "interop.tasks.relay_queued", "schedule": 5.0},
    "poll the axis": {"task": "interop.tasks.poll_axis", "schedule": 5.0},
    "unpack what has come": {"task": "interop.tasks.unpack_waiting", "schedule": 15.0},
    "report progress back": {"task": "interop.tasks.report_waiting", "schedule": 5.0},
    "revive what a dead worker left": {"task": "interop.tasks.revive_stuck", "schedule": 30.0},
    "compare register, outbox and axis": {"task": "interop.tasks.compare_all", "schedule": 1800.0},
    "tell people what happened": {"task": "progress.tasks.tell_people", "schedule": 5.0},
    "send notices by mail": {"task": "progress.tasks.send_mail", "schedule": 30.0},
    "push notices": {"task": "progress.tasks.send_push", "schedule": 30.0},
    "mend cut batches": {"task": "signatures.tasks.mend_batches", "schedule": 60.0},
    "keep proofs alive": {"task": "signatures.tasks.renew_proofs", "schedule": 600.0},
    # Each certificate once a day; by the hour, so that one night's silence of an authority costs no day.
    "ask whether certificates still hold": {
        "task": "signatures.tasks.check_certificates",
        "schedule": 3600.0,
    },
    "make the reports that wait": {"task": "progress.tasks.make_reports", "schedule": 60.0},
    # Once a day; by the hour of the office's day, so that a morning of standstill costs no day.
    "send the reports people asked for": {
        "task": "progress.tasks.send_reports",
        "schedule": crontab(hour="6-17", minute=20),
    },
    "count what is over by month": {"task": "progress.tasks.count_months", "schedule": 60.0},
    "give tasks whose turn has come": {
        "task": "documents.tasks.give_recurring",
        "schedule": crontab(hour="5-17", minute=20),
    },
    "tell offices of tasks given": {"task": "documents.tasks.tell_orders", "schedule": 5.0},
    "count readings": {"task": "documents.tasks.count_readings", "schedule": 60.0},
    "anchor history": {"task": "signatures.tasks.anchor_history", "schedule": 3600.0},
    "audit history": {"task": "signatures.tasks.audit_history", "schedule": 86400.0},
    "fetch confirmed signatures": {"task": "signatures.tasks.collect_remote", "schedule": 2.0},
    "end what nobody confirmed": {"task": "signatures.tasks.expire_sessions", "schedule": 30.0},
    "end looks as another user": {"task": "hanoi_docs.tasks.end_looks", "schedule": 60.0},
    "forget ended sessions": {"task": "hanoi_docs.tasks.forget_sessions", "schedule": 21600.0},
    # Once a day; by the hour of the office's day, so that a morning of standstill costs no day.
    "tell of files to hand in": {
        "task": "casefiles.tasks.tell_of_due_files",
        "schedule": crontab(hour=6, minute=40),
    },
    # What was decided is destroyed at once; the look at the archive takes a month of small pieces.
    "destroy files that were decided on": {"task": "casefiles.tasks.finish_disposals", "schedule": 30.0},
    "look at the archive again": {"task": "casefiles.tasks.audit_archive", "schedule": 3600.0},
    "make the packages that wait": {"task": "casefiles.tasks.make_exports", "schedule": 5.0},
    "forget old packages": {"task": "casefiles.tasks.forget_exports", "schedule": crontab(hour=3, minute=25)},
    "freeze the figures of months that are over": {
        "task": "casefiles.tasks.freeze_months",
        "schedule": crontab(hour="6-17", minute=50),
    },
    "remind before and after deadlines": {
        "task": "documents.tasks.remind_by_deadline",
        "schedule": crontab(hour="6-17", minute=10),
    },
    "forget what was never sent": {
        "task": "documents.tasks.forget_unsent",
        "schedule": crontab(hour=3, minute=10),
    },
    "scan what the virus scanner has not seen": {"task": "documents.tasks.scan_waiting", "schedule": 60.0},
    "read what was scanned": {"task": "documents.tasks.read_scans", "schedule": 5.0},
    "read the words of files": {"task": "documents.tasks.read_texts", "schedule": 5.0},
    "make PDF of Word files": {"task": "documents.tasks.convert_office_files", "schedule": 5.0},
    "tell that a worker lives": {"task": "hanoi_docs.tasks.heartbeat", "schedule": 10.0},
    "back up": {"task": "hanoi_docs.tasks.nightly_backup", "schedule": crontab(hour=1, minute=30)},
    "rehearse the restore": {
        "task": "hanoi_docs.tasks.monthly_rehearsal",
        "schedule": crontab(day_of_month=1, hour=3, minute=30),
    },
    "ask again about signatures": {"task": "signatures.tasks.recheck_unknown", "schedule": 600.0},
    "look around": {"task": "hanoi_docs.tasks.look_around", "schedule": 60.0},
    # Once a day; by the hour, so that a night of standstill costs no day.
    "take a sample of the disk": {"task": "hanoi_docs.tasks.take_sample", "schedule": 3600.0},
}
