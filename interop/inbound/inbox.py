"""What comes: fetched and kept raw, then opened. Nothing is acknowledged before it is safe with us."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, BinaryIO, NamedTuple

from django.db import OperationalError, connection, transaction
from django.db.models import F, Q

from documents import blobs
from interop import task_time
from interop.directory.addresses import speaks_for
from interop.edxml import Edoc, EdxmlError, Status, read
from interop.edxml.model import BusinessType
from interop.inbound import papers, recalls, secret, statuses, updates
from interop.inbound.package import Package, message_id_of, resolve
from interop.models import Inbound
from interop.secrecy import purge
from interop.transport import folder
from interop.transport.adapter import Adapter, AxisError, ReceivedItem
from ui.faults import note_fault

log = logging.getLogger(__name__)
STUCK_AFTER = timedelta(minutes=5)
MAX_ATTEMPTS = 5
PAUSE = timedelta(seconds=20)  # of a recall that overtook its paper
LINES = 4  # calls under way at once: so many papers lie ready
_STATUSES = 50  # fetched, kept and written together
_POLLING = 0x6178_6973  # the lock of whoever polls
_FORGED = "Nơi gửi thực tế ({}) không phải cơ quan ghi trong gói tin ({}). Hãy xác minh với nơi gửi trước khi mở lại gói."
State = Inbound.State
LOOKED_AT = (State.INVALID, State.CLOSED)  # a person looks at it, or has


class Stored(NamedTuple):
    """A package that is safe with us. A status comes along as it was read, unless another poll has kept it."""

    inbound: Inbound
    status: Status | None


def poll(client: Adapter, *, at: datetime) -> int | None:
    """Fetches what the axis holds for us, papers first; statuses, which are many and small, are taken down at once.
    Returns how many new packages were kept.

    One poll at a time; a second one asks nobody, knows nothing of the axis, and returns None. A crash between keeping
    and acknowledging only means that the axis lists the package again. Raises AxisError when the axis is away.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_POLLING])
        if not cursor.fetchone()[0]:
            return None
        try:
            return sum(_take(client, kind, at) for kind in ("edoc", "status"))
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_POLLING])


def keep(came: Sequence[tuple[ReceivedItem, BinaryIO]], *, at: datetime) -> list[Stored]:
    """A row and the raw bytes of each, all in one transaction; those that another poll has kept as they are."""
    rows, read_as = [], {}
    with transaction.atomic():
        raws = blobs.store_all([raw for _, raw in came], "application/xml")
        for (item, raw), blob in zip(came, raws, strict=True):
            message, sender, message_id, reason = _envelope(item, raw, blob.sha256)
            state = State.INVALID if reason else State.RECEIVED
            if isinstance(message, Status):
                read_as[item.doc_id] = message
            rows.append(
                Inbound(
                    axis_doc_id=item.doc_id, message_type=item.message_type, sender_code=sender, message_id=message_id,
                    raw=blob, sha256=blob.sha256, received_at=at, laid_at=item.created, state=state, reason=reason,
                )
            )  # fmt: skip
        Inbound.objects.bulk_create(rows, ignore_conflicts=True)
    kept = Inbound.objects.filter(axis_doc_id__in=[row.axis_doc_id for row in rows])
    return [Stored(row, read_as.get(row.axis_doc_id)) for row in kept]


def unpack_waiting(*, at: datetime) -> int:
    """Opens everything that waits, oldest first; the statuses together."""
    done = _unpack_statuses(at)
    waiting = Inbound.objects.filter(_free(at), state=State.RECEIVED).order_by("received_at", "pk")
    end = time.monotonic() + task_time.SECONDS  # a heavy file takes seconds
    for pk in list(waiting.values_list("pk", flat=True)[:200]):
        done += unpack(pk, at=at)
        if time.monotonic() > end:
            break
    return done


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
    except EdxmlError as error:  # it says the same of the same bytes, however often they are read
        waits = Inbound.objects.filter(pk=inbound.pk, state=State.RECEIVED)
        waits.update(state=State.INVALID, reason=error.reason[:1000])
    except Exception as error:
        note_fault(log, error, "package %s could not be opened", inbound.pk)
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
    again = Inbound.objects.filter(pk=inbound_id, state__in=LOOKED_AT, raw__isnull=False)
    return again.update(state=State.RECEIVED, attempts=0, claimed_at=None, reason="") == 1


def _unpack_statuses(at: datetime) -> int:
    """Those that the poll could not take down, or did not come to."""
    waiting = Inbound.objects.filter(_free(at), state=State.RECEIVED, message_type="status", attempts=0)
    done, last = 0, 0
    while batch := list(waiting.filter(pk__gt=last).select_related("raw").order_by("pk")[:_STATUSES]):
        last = batch[-1].pk
        done += _take_down(((inbound, read(blobs.read(inbound.raw))) for inbound in batch), at)
    return done


def _take_down(messages: Iterable[tuple[Inbound, Edoc | Status]], at: datetime) -> int:
    """Those that can be taken down as they are. The others, and all of them when one is at fault, are left to be
    opened one by one. Claimed by the rows' locks: they are written and closed in the same transaction."""
    try:
        return statuses.open_statuses(list(messages), at=at)
    except OperationalError:
        raise
    except Exception as error:
        log.warning("statuses are opened one by one: %s", type(error).__name__)
        return 0


def _take(client: Adapter, kind: str, at: datetime) -> int:
    items = client.list_received(kind)
    known = {
        row.axis_doc_id: row for row in Inbound.objects.filter(axis_doc_id__in=[i.doc_id for i in items])
    }
    # What it lists no more it has heard us confirm, even if its answer never came back. The other way lists its own.
    own = Q(axis_doc_id__startswith=folder.PREFIX)
    unheard = Inbound.objects.filter(
        own if isinstance(client, folder.FolderExchange) else ~own, message_type=kind, acknowledged=False
    )
    unheard.exclude(axis_doc_id__in=[item.doc_id for item in items]).update(acknowledged=True)
    size, new = _STATUSES if kind == "status" else LINES, 0
    with ThreadPoolExecutor(LINES, "axis") as lines:
        for start in range(0, len(items), size):
            new += _take_some(client, items[start : start + size], known, lines, at)
    return new


def _take_some(
    client: Adapter,
    items: list[ReceivedItem],
    known: dict[str, Inbound],
    lines: ThreadPoolExecutor,
    at: datetime,
) -> int:
    """Fetched, kept and only then confirmed. What one call could not do is done by the next poll; an axis that is away,
    which a cheap call tells, ends this one, after what did come was kept."""
    fresh = [item for item in items if item.doc_id not in known]
    fetched = list(lines.map(lambda item: _asked(item, lambda: client.fetch(item.doc_id)), fresh))
    kept = _kept(
        [(item, raw) for item, raw in zip(fresh, fetched, strict=True) if not isinstance(raw, AxisError)], at
    )
    rows = [one.inbound for one in kept] + [known[item.doc_id] for item in items if item.doc_id in known]
    # One that is listed again after our confirmation was not heard, or was brought a second time.
    told = [row for row in rows if not (row.acknowledged and row.state in LOOKED_AT)]
    answers = list(lines.map(lambda row: _asked(row, lambda: _confirm(client, row)), told))
    heard = [row.pk for row, answer in zip(told, answers, strict=True) if not isinstance(answer, AxisError)]
    Inbound.objects.filter(pk__in=heard, acknowledged=False).update(acknowledged=True)
    if said := [(one.inbound, one.status) for one in kept if one.status]:
        _take_down(said, at)
    if any(isinstance(answer, AxisError) and answer.retryable for answer in (*fetched, *answers)):
        client.ping()  # one that cannot be had now does not hold up those behind it
    return len(kept)


def _kept(came: list[tuple[ReceivedItem, BinaryIO]], at: datetime) -> list[Stored]:
    """Together; when one is at fault, each for itself, so that the others do not wait for it."""
    try:
        return keep(came, at=at) if came else []
    except OperationalError:
        raise
    except Exception as error:
        log.error("%d packages could not be kept together: %s", len(came), type(error).__name__)
        if len(came) == 1:
            return []
        return [row for one in came for row in _kept([one], at)]


def _confirm(client: Adapter, row: Inbound) -> None:
    client.acknowledge(row.axis_doc_id, ok=row.state not in LOOKED_AT)


def _asked(about: object, call: Callable[[], Any]) -> Any:
    """What the call gives, or the AxisError it ended with."""
    try:
        return call()
    except AxisError as error:
        if not error.retryable:
            log.warning("the axis refused %s: %s", about, error.code)
        return error


def _envelope(item: ReceivedItem, raw: BinaryIO, sha256: str) -> tuple[Edoc | Status | None, str, str, str]:
    """The message, its sender, its id and, when a person must look, why. Of a secret the id is not kept."""
    raw.seek(0)
    try:
        message = read(raw)
    except EdxmlError as error:
        return None, item.sender[:100], "", error.reason[:1000]
    sender, message_id = message.sender.organ_id, _message_id(message, sha256)
    if len(sender) > 100 or len(message_id) > 290:
        return None, item.sender[:100], "", "Mã cơ quan gửi hoặc mã định danh văn bản dài quá mức cho phép."
    forged = "" if speaks_for(item.sender, sender) else _FORGED.format(item.sender, sender)
    return message, sender, message_id, forged


def _message_id(message: Edoc | Status, sha256: str) -> str:
    if isinstance(message, Status):
        return message.response_for.document_id or message.response_for.code
    if message.secrecy_claim:
        return ""
    return message_id_of(message, sha256)


def _open(inbound: Inbound, at: datetime) -> None:
    with blobs.path_of(inbound.raw).open("rb") as raw:
        message = read(raw)
    if isinstance(message, Status):
        statuses.open_status(inbound, message, at=at)
    else:
        open_edoc(resolve(inbound, message, at=at))


def open_edoc(package: Package) -> None:
    """Everything a package asks for, in one transaction. Raises PaperOnItsWay."""
    if secret.is_secret(package):
        secret.refuse(package)
    elif package.business == BusinessType.UPDATE:
        updates.open_update(package)
    elif package.business != BusinessType.RECALL or not recalls.open_recall(package):
        papers.open_paper(package)


def _free(at: datetime) -> Q:
    return Q(claimed_at=None) | Q(claimed_at__lt=at - STUCK_AFTER)
