"""Notices pushed to browsers: a row for each, claimed before anything is said, said once; no more than the settings allow
leaves the house (docs/decisions/0013)."""

import json
import logging
import time
from datetime import datetime
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError

from orgs.models import Notice, User
from progress import push
from progress.actions.mailing import claim, put_off
from progress.models import Dispatch, PushAddress
from progress.wishes import wanted, wanted_by

logger = logging.getLogger(__name__)
State, PUSH = Dispatch.State, Dispatch.Channel.PUSH
BROWSERS = 10  # of one person: the oldest goes
AT_ONCE = 200  # people of one run
A_PUSH, A_RUN = 10, 120  # seconds: of one browser, then of the last person that is begun with
KEEP = 24 * 3600  # seconds a service keeps what it cannot deliver yet
GONE, LATER = "gone", "later"


@transaction.atomic
def begin_push(
    user: User, *, endpoint: str, point: str, secret: str, device: str, at: datetime
) -> PushAddress:
    """This browser is told from now on; it is one person's at a time. Raises ValidationError for what no browser gives."""
    try:
        push.checked(endpoint)
        push.encrypted(b"", browser=push.decoded(point), secret=push.decoded(secret))
        if len(push.decoded(secret)) != 16:
            raise ValueError
    except ValueError as error:
        raise ValidationError(
            "Trình duyệt gửi địa chỉ không dùng được. Hãy tải lại trang rồi bật lại."
        ) from error
    given = {"user": user, "point": point, "secret": secret, "device": device[:60], "since": at}
    found, _ = PushAddress.objects.update_or_create(endpoint=endpoint, defaults=given)
    old = user.push_addresses.order_by("-since", "-pk").values_list("pk", flat=True)[BROWSERS:]
    PushAddress.objects.filter(pk__in=list(old)).delete()
    return found


def end_push(found: PushAddress) -> None:
    found.delete()


def end_all_push(user: User) -> None:
    """Whoever has one of the browsers may be who the sessions were ended for."""
    user.push_addresses.all().delete()


def enqueue(notices: list[Notice]) -> bool:
    """The rows of those whose readers have a browser that wants them, in the transaction of the notices."""
    if not settings.PUSH_KEY or not notices:
        return False
    there = PushAddress.objects.filter(user__in={one.user_id for one in notices}, user__is_active=True)
    users = set(there.values_list("user", flat=True))
    wishes = wanted_by(users, notices[0].at) if users else {}
    due = [(one, wishes[one.user_id].push_due(one, one.at)) for one in notices if one.user_id in users]
    rows = [Dispatch(notice=one, channel=PUSH, due_at=when) for one, when in due if when is not None]
    Dispatch.objects.bulk_create(rows)
    return bool(rows)


def send_due(*, at: datetime) -> int:
    """One message to each whose time has come, on every browser of theirs. How many people were told."""
    if not settings.PUSH_KEY:
        return 0
    waiting = Dispatch.objects.filter(state=State.WAITING, due_at__lte=at, channel=PUSH)
    users = waiting.order_by("notice__user").values_list("notice__user", flat=True).distinct()[:AT_ONCE]
    begun, told = time.monotonic(), 0
    for user in User.objects.filter(pk__in=list(users)):
        if time.monotonic() - begun > A_RUN:  # who still waits is the next run's
            break
        told += _send(user, at=at)
    return told


def _send(user: User, *, at: datetime) -> bool:
    """Told on one browser it is told: another that was away is not made up for, since nobody is told twice."""
    rows = claim(user, PUSH, at=at)
    if not rows:
        return False
    message, urgent = _message(user, rows, at=at), any(row.notice.urgent for row in rows)
    outcomes = {_push(one, message, urgent=urgent, at=at) for one in PushAddress.objects.filter(user=user)}
    claimed = Dispatch.objects.filter(pk__in=[row.pk for row in rows])
    for state in (State.SENT, State.UNKNOWN):
        if state in outcomes:
            claimed.update(state=state, sent_at=at if state == State.SENT else None, problem="")
            return state == State.SENT
    if LATER in outcomes:
        put_off(rows, "dịch vụ đẩy không trả lời", at=at)
    else:
        claimed.update(state=State.REFUSED if State.REFUSED in outcomes else State.DROPPED)
    return False


def _message(user: User, rows: list[Dispatch], *, at: datetime) -> bytes:
    """As in the mail: how many, and the sentences only where the office and the person both allow them."""
    said = {"title": f"Bạn có {len(rows)} thông báo mới", "body": "", "url": reverse("notices")}
    if wanted(user, at).with_words:
        said["body"] = "\n".join(row.notice.text[:120] for row in rows[:3])
    return json.dumps(said, ensure_ascii=False).encode()


def _push(address: PushAddress, message: bytes, *, urgent: bool, at: datetime) -> str:
    key = push.key_of(settings.PUSH_KEY)
    headers = {
        "Authorization": push.signed_for(address.endpoint, key=key, by=settings.PUBLIC_URL, at=at),
        "Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream", "TTL": f"{KEEP}",
        "Urgency": "high" if urgent else "normal", "Host": push.checked(address.endpoint)[0],
    }  # fmt: skip
    body = push.encrypted(message, browser=push.decoded(address.point), secret=push.decoded(address.secret))
    begun = time.monotonic()
    try:
        line, path = push.within(A_PUSH, partial(push.line_to, address.endpoint))
        status = _answered(line, path, body, headers, seconds=begun + A_PUSH - time.monotonic())
    except push.NotAllowed:
        status = 410  # its name means a private address now
    except (OSError, NewConnectionError, ConnectTimeoutError, SSLError) as error:
        logger.warning("a push service is away: %s", type(error).__name__)
        return LATER
    except HTTPError as error:  # it may have heard
        logger.warning("a push may have left or not: %s", type(error).__name__)
        return State.UNKNOWN
    if status in (401, 403, 404, 410):  # the first two: it was given for another key than ours
        address.delete()
        return GONE
    return State.SENT if status < 300 else LATER if status == 429 or status >= 500 else State.REFUSED


def _answered(line: HTTPConnectionPool, path: str, body: bytes, headers: dict, *, seconds: float) -> int:
    """The status; what else it says is not read. Too slow an answer is an HTTPError: it may have heard."""

    def said() -> int:
        with line:
            answer = line.urlopen(
                "POST", path, body=body, headers=headers, redirect=False, retries=False, preload_content=False
            )
            answer.close()
            return answer.status

    try:
        return push.within(seconds, said)
    except TimeoutError as error:
        raise HTTPError("too slow") from error
