"""Alarms by mail: one when it opens, one when it is over. A mail server that is away is tried again at the next look."""

import logging
import smtplib
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from hanoi_docs.models import Alarm

log = logging.getLogger(__name__)
_TELLING = 0x616C6D  # the lock of whoever tells
MOST = 50  # alarms in one mail


def tell(at: datetime) -> int:
    """Writes what has not been told yet to ALARM_MAIL, in one mail; how many alarms it told of.

    Marked after the server has taken it: killed in between, it is told twice rather than never.
    """
    if not settings.ALARM_MAIL:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_TELLING])
        if not cursor.fetchone()[0]:
            return 0
    try:
        return _tell(at)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_TELLING])


def _tell(at: datetime) -> int:
    untold = Q(told_at=None) | Q(closed_at__isnull=False, end_told_at=None)
    alarms = list(Alarm.objects.filter(untold).order_by("first_at", "pk")[:MOST])
    if not alarms:
        return 0
    try:
        EmailMessage(_subject(alarms), _body(alarms), to=settings.ALARM_MAIL).send()
    except (OSError, smtplib.SMTPException) as error:
        log.error("alarms could not be mailed: %s", type(error).__name__)
        return 0
    told = [alarm.pk for alarm in alarms]
    over = [alarm.pk for alarm in alarms if alarm.closed_at]
    Alarm.objects.filter(pk__in=told, told_at=None).update(told_at=at)
    Alarm.objects.filter(pk__in=over).update(end_told_at=at)
    return len(alarms)


def _subject(alarms: list[Alarm]) -> str:
    opened = sum(alarm.closed_at is None for alarm in alarms)
    said = [f"{opened} cảnh báo mới"] if opened else []
    said += [f"{len(alarms) - opened} đã hết"] if len(alarms) > opened else []
    return f"[Văn bản Hà Nội] {', '.join(said)}"


def _body(alarms: list[Alarm]) -> str:
    lines = []
    for alarm in alarms:
        if alarm.closed_at is None:
            lines.append(f"MỚI   {_moment(alarm.first_at)}  {alarm.text}")
        else:
            lines.append(f"HẾT   {_moment(alarm.first_at)} – {_moment(alarm.closed_at)}  {alarm.text}")
    return "\n".join([*lines, "", f"Xem và xử lý: {settings.PUBLIC_URL}/quan-tri/he-thong/", ""])


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}"
