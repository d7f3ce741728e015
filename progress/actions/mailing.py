"""Notices by mail: a row for each, claimed before anything is said to the mail server, and never said twice."""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.urls import reverse

from orgs.models import Notice, User
from progress.actions.subscribing import PERIODIC
from progress.models import Dispatch
from progress.wishes import wanted, wanted_by

logger = logging.getLogger(__name__)
State = Dispatch.State
LONGEST = timedelta(hours=4)  # between two tries, however often it failed
GIVEN_UP = timedelta(minutes=10)  # a claim so old is of a sender that died
AT_ONCE = 200  # letters of one run


def enqueue(notices: list[Notice]) -> bool:
    """The rows of those that their readers want by mail, in the transaction of the notices. Whether there are any."""
    if not settings.EMAIL_URL or not notices:
        return False
    with_address = User.objects.filter(pk__in={notice.user_id for notice in notices}, is_active=True)
    users = set(with_address.exclude(email="").values_list("pk", flat=True))
    wishes = wanted_by(users, notices[0].at) if users else {}
    rows = []
    for notice in notices:
        due = wishes[notice.user_id].due(notice, notice.at) if notice.user_id in users else None
        if due is not None:
            rows.append(Dispatch(notice=notice, channel=Dispatch.Channel.MAIL, due_at=due))
    Dispatch.objects.bulk_create(rows)
    return bool(rows)


def send_due(*, at: datetime) -> int:
    """A letter to each whose time has come. Ends at the first sign that the server is away: what it would have
    carried waits, and only what was tried waits longer. How many left."""
    waiting = Dispatch.objects.filter(state=State.WAITING, due_at__lte=at, channel=Dispatch.Channel.MAIL)
    users = waiting.order_by("notice__user").values_list("notice__user", flat=True).distinct()[:AT_ONCE]
    sent, line = 0, get_connection()
    try:
        for user in User.objects.filter(pk__in=list(users)):
            outcome = _send(user, line, at=at)
            if outcome is None:
                break
            sent += outcome
    finally:
        line.close()
    return sent


def revive(*, at: datetime) -> int:
    """Whoever died while he spoke to the server may have been heard: that letter is not written again. The notice is
    the promise, and it is still on the page."""
    stuck = Dispatch.objects.filter(state=State.SENDING, claimed_at__lt=at - GIVEN_UP)
    return stuck.update(state=State.UNKNOWN, problem="người gửi dừng giữa chừng")


def _send(user: User, line, *, at: datetime) -> int | None:
    """1: a letter left; 0: there was nothing to say, or it was refused; None: the server is away.

    What the server refuses for good (5xx) is refused, what it puts off (4xx) waits. Where the line broke while it was
    spoken to, it may have taken the letter: that is not said twice.
    """
    rows = claim(user, Dispatch.Channel.MAIL, at=at)
    if not rows:
        return 0
    claimed = Dispatch.objects.filter(pk__in=[row.pk for row in rows])
    try:
        line.open()  # once for all letters of a run
    except (OSError, SMTPException) as error:
        return _wait(rows, error, at=at)
    try:
        _letter(user, rows, line, at=at).send()
    except (SMTPRecipientsRefused, SMTPResponseException) as error:
        if min(_codes(error), default=0) < 500:
            _wait(rows, error, at=at)
        else:
            claimed.update(state=State.REFUSED, problem=str(error)[:200])
        return 0
    except (OSError, SMTPException) as error:
        claimed.update(state=State.UNKNOWN, problem=str(error)[:200])
        logger.warning("a letter may have left or not: %s", type(error).__name__)
        return None
    claimed.update(state=State.SENT, sent_at=at, problem="")
    return 1


def _codes(error: SMTPRecipientsRefused | SMTPResponseException) -> list[int]:
    if isinstance(error, SMTPRecipientsRefused):
        return [code for code, _ in error.recipients.values()]
    return [error.smtp_code]


def _wait(rows: list[Dispatch], error: Exception, *, at: datetime) -> None:
    put_off(rows, str(error), at=at)
    logger.warning("mail waits: %s", type(error).__name__)


@transaction.atomic
def claim(user: User, channel: str, *, at: datetime) -> list[Dispatch]:
    """All that is due to one person by one way, one letter. What was seen meanwhile needs none."""
    due = Dispatch.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state=State.WAITING, due_at__lte=at, channel=channel, notice__user=user
    )
    rows = list(due.select_related("notice").order_by("notice"))
    reached = user.is_active and (channel != Dispatch.Channel.MAIL or user.email)
    wanted_rows = [row for row in rows if row.notice.seen_at is None and reached]
    dropped = {row.pk for row in rows} - {row.pk for row in wanted_rows}
    Dispatch.objects.filter(pk__in=dropped).update(state=State.DROPPED)
    Dispatch.objects.filter(pk__in=[row.pk for row in wanted_rows]).update(state=State.SENDING, claimed_at=at)
    return wanted_rows


def _letter(user: User, rows: list[Dispatch], line, *, at: datetime) -> EmailMessage:
    urgent = any(row.notice.urgent for row in rows)
    count = f"Bạn có {len(rows)} thông báo mới"
    words = [f"- {row.notice.text}" for row in rows] if wanted(user, at).with_words else []
    # Where a report stands that its reader asked to be sent; what it says is in the notice, as all others.
    links = [
        f"Báo cáo: {settings.PUBLIC_URL}{row.notice.url}"
        for row in rows
        if row.notice.kind == PERIODIC and row.notice.url
    ]
    address = f"{settings.PUBLIC_URL}{reverse('notices')}"
    body = "\n".join([f"{count}.", *words, *links, "", f"Xem tại: {address}", f"Chọn thư nào được gửi: {settings.PUBLIC_URL}{reverse('notice_choices')}"])  # fmt: skip
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">") or "localhost"
    return EmailMessage(
        f"{'[Khẩn] ' if urgent else ''}{count}", body, None, [user.email], connection=line,
        headers={"Message-ID": f"<thong-bao-{rows[0].pk}@{domain}>", "Auto-Submitted": "auto-generated"},
    )  # fmt: skip


def put_off(rows: list[Dispatch], problem: str, *, at: datetime) -> None:
    """Each waits longer than the last time, up to `LONGEST`."""
    for row in rows:
        wait = min(timedelta(minutes=2 ** min(row.attempts, 10)), LONGEST)
        Dispatch.objects.filter(pk=row.pk).update(
            state=State.WAITING, attempts=row.attempts + 1, due_at=at + wait, problem=problem[:200]
        )
