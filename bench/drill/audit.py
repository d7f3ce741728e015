"""Our books against the axis's own journal, read from its disk; and our books against themselves."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import requests

from documents import blobs
from documents.models import (
    Blob,
    Delivery,
    DeliveryStep,
    Event,
    Incoming,
    NumberLine,
    Outgoing,
    RegisterBook,
    StatusReport,
)
from documents.numbering import NUMBERED
from interop.models import Inbound, Outbound
from orgs.models import Organisation

CITY = "H26"


class Wire(NamedTuple):
    """One package that the axis took: `code` is one receiver."""

    at: datetime
    system: str
    sender: str
    code: str
    document_id: str
    status: str


@dataclass
class Findings:
    """`sent` counts papers to receivers: each must be at its receiver once. `wrong` says what is not as it should."""

    sent: int = 0
    delivered: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def judge(self, name: str, times: int, delay: float | None) -> None:
        self.sent += 1
        if times == 0:
            self.lost.append(name)
        elif times > 1:
            self.doubled.append(f"{name} x{times}")
        else:
            self.delivered += 1
        if delay is not None:
            self.delays.append(delay)


def read_journal(store: Path) -> tuple[list[Wire], list[Wire]]:
    """Papers and statuses that the axis took, one line for each receiver."""
    papers, statuses = [], []
    for line in (store / "journal.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["e"] == "sent":
            (papers if record["type"] == "edoc" else statuses).extend(_wires(record))
    return papers, statuses


def settled(axis_url: str) -> str:
    """What still waits, here or at the axis for us, in words; "" when nothing does."""
    waiting = {
        "packages at the axis": requests.get(f"{axis_url}/_sim/healthz", timeout=10).json()["waiting"],
        "deliveries": Delivery.objects.filter(state="queued").count(),
        "packages out": Outbound.objects.filter(state__in=["queued", "sending"]).count(),
        "packages in": Inbound.objects.filter(state="received").count(),
        "reports": StatusReport.objects.filter(passed_on=False).count(),
        "unconfirmed": Inbound.objects.filter(acknowledged=False).count(),
    }
    return ", ".join(f"{count} {name}" for name, count in waiting.items() if count)


def audit(store: Path, *, pressed: set[int], entered: set[int]) -> Findings:
    papers, statuses = read_journal(store)
    found = Findings()
    _came(papers, found)
    _went(papers, found)
    _stayed_inside(found)
    _statuses(statuses, found)
    _acts(pressed, entered, found)
    _books(found)
    _evidence(found)
    return found


def _wires(record: dict) -> Iterator[Wire]:
    envelope, at = record["envelope"], datetime.fromisoformat(record["at"])
    about = envelope["document_id"] or next((r["document_id"] for r in envelope["response_for"]), "")
    codes = dict.fromkeys(
        code for item in record["items"] for code in item["codes"]
    )  # laid twice: one sending
    for code in codes:
        yield Wire(at, record["system"], record["from"], code, about, envelope["status_code"])


def _came(papers: list[Wire], found: Findings) -> None:
    """Of every paper that the axis took for the city, one record at each office it names."""
    rows = defaultdict(list)
    states = defaultdict(list)
    fields = ("sender_code", "document_uid", "organisation__code", "arrived_at", "state")
    for sender, uid, code, at, state in Incoming.objects.filter(source="axis").values_list(*fields):
        rows[sender, uid, code].append(at)
        states[sender, uid, code].append(state)
    expected = {(w.sender, w.document_id, w.code): w.at for w in papers if w.system != CITY}
    for key, at in expected.items():
        got = rows.pop(key, [])
        found.judge(
            f"in {key[1]} at {key[2]} {states.get(key, [])}",
            len(got),
            (got[0] - at).total_seconds() if got else None,
        )
    found.wrong += [f"a paper that nobody sent: {key}" for key in rows]


def _went(papers: list[Wire], found: Findings) -> None:
    """Of every issued paper, one sending to each recipient on the axis."""
    sendings = defaultdict(list)
    for wire in papers:
        if wire.system == CITY:
            sendings[wire.document_id, wire.code].append(wire.at)
    fields = ("outgoing__document_uid", "recipient_code", "queued_at")
    for uid, code, at in Delivery.objects.filter(channel="axis").values_list(*fields):
        got = sendings.pop((uid, code), [])
        found.judge(f"out {uid} to {code}", len(got), (got[0] - at).total_seconds() if got else None)
    found.wrong += [f"sent, and not in our books: {key}" for key in sendings]


def _stayed_inside(found: Findings) -> None:
    inside = Incoming.objects.exclude(delivery=None).values_list("delivery", "arrived_at")
    rows = defaultdict(list)
    for delivery, at in inside:
        rows[delivery].append(at)
    for pk, at in Delivery.objects.filter(channel="city").values_list("pk", "queued_at"):
        got = rows.get(pk, [])
        found.judge(f"inside, delivery {pk}", len(got), (got[0] - at).total_seconds() if got else None)


def _statuses(statuses: list[Wire], found: Findings) -> None:
    """What a side said, the other side has: whoever looks sees the same."""
    theirs = {(w.document_id, w.sender, w.status.zfill(2)) for w in statuses if w.system != CITY}
    known = set(DeliveryStep.objects.filter(delivery__channel="axis").values_list(
        "delivery__outgoing__document_uid", "delivery__recipient_code", "code"
    ))  # fmt: skip
    found.wrong += [f"they said, and we do not know: {one}" for one in theirs - known]
    found.wrong += [f"we know what they never said: {one}" for one in known - theirs]
    ours = Counter((w.document_id, w.sender, w.status.zfill(2)) for w in statuses if w.system == CITY)
    reports = StatusReport.objects.filter(incoming__source="axis").values_list(
        "incoming__document_uid", "incoming__organisation__code", "code"
    )
    found.wrong += [f"we said, and the axis has not: {one}" for one in reports if not ours[one]]
    silent = Incoming.objects.exclude(source="paper").exclude(reports__code="01")
    found.wrong += [f"no 01 for {paper.document_uid}" for paper in silent]


def _acts(pressed: set[int], entered: set[int], found: Findings) -> None:
    """What a page has confirmed is so."""
    issued = set(Outgoing.objects.filter(state="issued").values_list("pk", flat=True))
    found.wrong += [f"confirmed as issued, and is not: {pk}" for pk in pressed - issued]
    done = set(Incoming.objects.filter(state__in=["registered", "rejected"]).values_list("pk", flat=True))
    found.wrong += [f"confirmed as entered, and is not: {pk}" for pk in entered - done]


def _books(found: Findings) -> None:
    """Every number once, and none left out."""
    for book in RegisterBook.objects.all():
        model, column, _ = NUMBERED[book.direction]
        borne = list(model.objects.filter(book=book).values_list(column, flat=True))
        # Void, or set aside and not entered: numbers too, which no paper bears.
        without = NumberLine.objects.filter(book=book).exclude(state=NumberLine.State.ENTERED)
        numbers = sorted([*borne, *without.values_list("value", flat=True)])
        if numbers != list(range(1, book.last_number + 1)):
            found.wrong.append(f"{book}: {len(numbers)} numbers up to {book.last_number}")


def _evidence(found: Findings) -> None:
    """The chains of events hold, and every file is what its hash says."""
    for organisation in Organisation.objects.filter(events__isnull=False).distinct():
        broken = Event.objects.broken_links(organisation.pk)
        found.wrong += [f"the chain of {organisation} is broken at {seq}" for seq in broken]
    found.wrong += [f"file {blob} is not whole" for blob in Blob.objects.all() if not blobs.intact(blob)]
    failed = Outbound.objects.filter(state="failed").values_list("message_id", "problem")
    found.wrong += [f"given up: {message_id}: {problem}" for message_id, problem in failed]
    unclear = Inbound.objects.filter(state="invalid").values_list("axis_doc_id", "reason")
    found.wrong += [f"not opened: {doc_id}: {reason}" for doc_id, reason in unclear]
