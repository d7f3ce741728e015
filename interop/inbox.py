"""What comes: fetched and kept raw, then opened. Nothing is acknowledged before it is safe with us."""

import hashlib
import logging
import traceback
from datetime import datetime, timedelta
from typing import BinaryIO

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F, Q

from documents import blobs
from interop import arrivals, purge, recalls, statuses
from interop.axis import AxisClient, AxisError, ReceivedItem
from interop.edxml import Edoc, EdxmlError, Status, read
from interop.models import Inbound

log = logging.getLogger(__name__)
STUCK_AFTER = timedelta(minutes=5)
MAX_ATTEMPTS = 5
PAUSE = timedelta(seconds=20)  # of a recall that overtook its paper
_POLLING = 0x6178_6973  # the lock of whoever polls
State = Inbound.State


def poll(client: AxisClient, *, at: datetime) -> int:
    """Fetches what the axis holds for us, papers first. Returns how many new packages were kept.

    One poll at a time; a second one does nothing. A crash between keeping and acknowledging only means that
    the axis lists the package again. Raises AxisError when the axis is away.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_POLLING])
        if not cursor.fetchone()[0]:
            return 0
        try:
            return sum(_take(client, kind, at) for kind in ("edoc", "status"))
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_POLLING])


def keep(item: ReceivedItem, raw: BinaryIO, *, at: datetime) -> Inbound | None:
    """One row and its raw bytes, in one transaction; None when another poll has already kept them."""
    sha256 = hashlib.file_digest(raw, "sha256").hexdigest()
    sender, message_id, reason = _envelope(item, raw, sha256)
    try:
        with transaction.atomic():
            return Inbound.objects.create(
                axis_doc_id=item.doc_id,
                message_type=item.message_type,
                sender_code=sender,
                message_id=message_id,
                raw=blobs.store_file(raw, "application/xml"),
                sha256=sha256,
                received_at=at,
                state=State.INVALID if reason else State.RECEIVED,
                reason=reason,
            )
    except IntegrityError:
        return None


def unpack_waiting(*, at: datetime) -> int:
    """Opens everything that waits, oldest first."""
    waiting = Inbound.objects.filter(_free(at), state=State.RECEIVED).order_by("received_at", "pk")
    return sum(unpack(pk, at=at) for pk in list(waiting.values_list("pk", flat=True)[:200]))


def unpack(inbound_id: int, *, at: datetime) -> bool:
    """Opens one package and does what it says, in one transaction. Returns whether this call did it.

    The claim is counted before the package is touched, so one that kills its worker is not tried for ever.
    """
    mine = Inbound.objects.filter(_free(at), pk=inbound_id, state=State.RECEIVED, attempts__lt=MAX_ATTEMPTS)
    if not mine.update(claimed_at=at, attempts=F("attempts") + 1):
        return False
    inbound = Inbound.objects.select_related("raw").get(pk=inbound_id)
    try:
        _open(inbound, at)
    except OperationalError:
        raise
    except recalls.PaperOnItsWay:
        # Soon again, and as often as it takes: the paper before it is opened, or given up for a person to see.
        soon = at - STUCK_AFTER + PAUSE
        Inbound.objects.filter(pk=inbound.pk).update(claimed_at=soon, attempts=F("attempts") - 1)
        return False
    except Exception as error:
        # Neither a message nor a value: whatever failed may have quoted the paper.
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("package %s could not be opened: %s\n%s", inbound.pk, type(error).__name__, where)
        reason = f"Lỗi khi mở gói tin, lần {inbound.attempts} ({type(error).__name__})."
        Inbound.objects.filter(pk=inbound.pk, state=State.RECEIVED).update(reason=reason)
        return False
    return True


def revive(*, at: datetime) -> int:
    """Gives up what could not be opened in five attempts; a person must look. Finishes begun purges."""
    hopeless = Inbound.objects.filter(_free(at), state=State.RECEIVED, attempts__gte=MAX_ATTEMPTS)
    gone = hopeless.filter(reason="").update(
        state=State.INVALID, reason="Tiến trình mở gói tin bị dừng giữa chừng 5 lần."
    )
    gone += hopeless.update(state=State.INVALID)
    purge.destroy_refused()
    return gone


def open_again(inbound_id: int) -> bool:
    """An operator asks for another try with a package that a person had to look at."""
    again = Inbound.objects.filter(pk=inbound_id, state=State.INVALID, raw__isnull=False)
    return again.update(state=State.RECEIVED, attempts=0, claimed_at=None, reason="") == 1


def _take(client: AxisClient, kind: str, at: datetime) -> int:
    items = client.list_received(kind)
    known = {
        row.axis_doc_id: row for row in Inbound.objects.filter(axis_doc_id__in=[i.doc_id for i in items])
    }
    return sum(_take_one(client, item, known.get(item.doc_id), at) for item in items)


def _take_one(client: AxisClient, item: ReceivedItem, known: Inbound | None, at: datetime) -> bool:
    try:
        inbound = known or keep(item, client.fetch(item.doc_id), at=at)
        if inbound is not None and not inbound.acknowledged:
            client.acknowledge(item.doc_id, ok=inbound.state != State.INVALID)
            Inbound.objects.filter(pk=inbound.pk).update(acknowledged=True)
    except AxisError as error:
        if error.retryable:
            raise
        log.warning("the axis refused %s: %s", item.doc_id, error.code)
        return False
    return known is None and inbound is not None


def _envelope(item: ReceivedItem, raw: BinaryIO, sha256: str) -> tuple[str, str, str]:
    """Sender, message id and, when it cannot be read, why. Of a secret the id is not kept."""
    raw.seek(0)
    try:
        message = read(raw)
    except EdxmlError as error:
        return item.sender[:100], "", error.reason[:1000]
    sender, message_id = message.sender.organ_id, _message_id(message, sha256)
    if len(sender) > 100 or len(message_id) > 290:
        return item.sender[:100], "", "Mã cơ quan gửi hoặc mã định danh văn bản dài quá mức cho phép."
    return sender, message_id, ""


def _message_id(message: Edoc | Status, sha256: str) -> str:
    if isinstance(message, Status):
        return message.response_for.document_id or message.response_for.code
    if message.secrecy_claim:
        return ""
    return arrivals.message_id_of(message, sha256)


def _open(inbound: Inbound, at: datetime) -> None:
    with blobs.path_of(inbound.raw).open("rb") as raw:
        message = read(raw)
    if isinstance(message, Status):
        statuses.take_down(inbound, message, at=at)
    else:
        arrivals.take_in(inbound, message, at=at)


def _free(at: datetime) -> Q:
    return Q(claimed_at=None) | Q(claimed_at__lt=at - STUCK_AFTER)
