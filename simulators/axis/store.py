"""What the axis holds: packages as files, all that is said of them in one journal."""

import errno
import os
import secrets
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from simulators.axis.directory import Directory, Unit
from simulators.axis.envelope import Envelope
from simulators.axis.faults import Knobs
from simulators.axis.journal import Journal, Record


@dataclass
class Item:
    """One package at one receiving system: `codes`: its receivers, `status`: of transport."""

    id: str
    system: str
    codes: list[str]
    status: str = "initial"
    updated: datetime | None = None


@dataclass
class Sending:
    """One accepted sendEdoc. `step` is set when a played participant answered by its script (see `desks`)."""

    id: str
    at: datetime
    system: str
    sender: str
    messagetype: str
    file: str
    envelope: Envelope
    items: list[Item]
    step: dict[str, Any] | None = None


class Store:
    """Thread-safe. A method that changes something returns when the change is on disk.

    `listener(sending)` hears of every sending in order, also of those read back at the start.
    `lock` guards all memory built from the journal, the listener's included.
    """

    def __init__(
        self,
        root: Path,
        directory: Directory,
        listener: Callable[[Sending], None],
        *,
        knobs: Knobs | None = None,
        behave: Callable[[str, str], None] = lambda code, behaviour: None,
    ):
        self.directory, self.lock, self._knobs = directory, threading.RLock(), knobs or Knobs()
        self._listener, self._behave = listener, behave
        self._packages = root / "packages"
        self._packages.mkdir(parents=True, exist_ok=True)
        self._sendings: dict[str, Sending] = {}
        self._items: dict[str, tuple[Sending, Item]] = {}
        self._open: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        self._sent: dict[tuple[str, str], list[Sending]] = defaultdict(list)
        self._journal = Journal(root / "journal.jsonl", self._apply)

    def send(self, *sendings: tuple[Sending, bytes]) -> None:
        """Keep the packages, then the sendings, all of them or (after a kill) none."""
        for sending, package in sendings:
            self._keep(sending.file, package)
            if self._knobs.twice():
                ours = [item for item in sending.items if item.system not in self.directory.participants]
                sending.items += [Item(new_id(), item.system, item.codes) for item in ours]
        self._write(*(_record(sending) for sending, _ in sendings))

    def acknowledge(self, item_id: str, status: str, at: datetime) -> None:
        self._write({"e": "ack", "id": item_id, "status": status, "at": at.isoformat()})

    def register(self, unit: Unit, at: datetime) -> None:
        self._write({"e": "unit", "unit": asdict(unit), "at": at.isoformat()})

    def behave(self, code: str, behaviour: str, at: datetime) -> None:
        """How a played participant answers what comes from now on (see `script`)."""
        self._write({"e": "behaviour", "code": code, "behaviour": behaviour, "at": at.isoformat()})

    def find(self, system: str, item_id: str) -> tuple[Sending, Item] | None:
        """An item of this system; of another system it is as if it did not exist."""
        with self.lock:
            found = self._items.get(item_id)
        return found if found and found[1].system == system else None

    def open_items(self, system: str, messagetype: str) -> list[tuple[Sending, Item]]:
        """What the system has not acknowledged as done, oldest first."""
        with self.lock:
            return [self._items[item_id] for item_id in self._open[system, messagetype]]

    def sent_by(self, system: str, messagetype: str, sending_id: str = "") -> list[Sending]:
        with self.lock:
            if not sending_id:
                return list(self._sent[system, messagetype])
            sending = self._sendings.get(sending_id)
        mine = sending and (sending.system, sending.messagetype) == (system, messagetype)
        return [sending] if sending and mine else []

    def package(self, sending: Sending) -> bytes:
        return (self._packages / sending.file).read_bytes()

    def counts(self) -> dict[str, int]:
        with self.lock:
            waiting = sum(len(items) for items in self._open.values())
            return {"packages": len(self._sendings), "waiting": waiting, "units": len(self.directory.units)}

    def _write(self, *records: Record) -> None:
        if self._knobs.now.disk_full:
            raise OSError(errno.ENOSPC, "No space left on device, by order")
        self._journal.append(*records)

    def _keep(self, name: str, package: bytes) -> None:
        path = self._packages / name
        path.parent.mkdir(exist_ok=True)
        # The name is new, nothing is overwritten, and the journal never speaks of a half-written file.
        with open(path, "xb") as file:
            file.write(package)
            file.flush()
            os.fsync(file.fileno())

    def _apply(self, record: Record) -> None:
        with self.lock:
            kind = record["e"]
            if kind == "sent":
                self._apply_sending(_sending(record))
            elif kind == "ack":
                self._apply_acknowledgement(record)
            elif kind == "unit":
                self.directory.add(Unit(**record["unit"]))
            elif kind == "behaviour":
                self._behave(record["code"], record["behaviour"])

    def _apply_sending(self, sending: Sending) -> None:
        self._sendings[sending.id] = sending
        self._sent[sending.system, sending.messagetype].append(sending)
        for item in sending.items:
            self._items[item.id] = (sending, item)
            if item.system in self.directory.participants:  # played here: fetched at once
                item.status, item.updated = "done", sending.at
            else:
                self._open[item.system, sending.messagetype][item.id] = None
        self._listener(sending)

    def _apply_acknowledgement(self, record: Record) -> None:
        sending, item = self._items[record["id"]]
        if item.status == "done":
            return  # done is the last word
        item.status, item.updated = record["status"], datetime.fromisoformat(record["at"])
        if item.status == "done":
            self._open[item.system, sending.messagetype].pop(item.id, None)


def new_sending(
    *,
    at: datetime,
    system: str,
    sender: str,
    messagetype: str,
    envelope: Envelope,
    receivers: dict[str, list[str]],
    step: dict[str, Any] | None = None,
) -> Sending:
    """A sending with fresh transport ids; `receivers` = codes by receiving system."""
    sending_id = new_id()
    items = [Item(new_id(), receiving, codes) for receiving, codes in receivers.items()]
    file = f"{at:%Y-%m-%d}/{sending_id}.edxml"
    return Sending(sending_id, at, system, sender, messagetype, file, envelope, items, step)


def new_id() -> str:
    """24 hexadecimal digits, as on the axis."""
    return secrets.token_hex(12)


def _record(sending: Sending) -> Record:
    return {
        "e": "sent",
        "id": sending.id,
        "at": sending.at.isoformat(),
        "system": sending.system,
        "from": sending.sender,
        "type": sending.messagetype,
        "file": sending.file,
        "envelope": sending.envelope.as_record(),
        "items": [{"id": item.id, "system": item.system, "codes": item.codes} for item in sending.items],
        "step": sending.step,
    }


def _sending(record: Record) -> Sending:
    return Sending(
        id=record["id"],
        at=datetime.fromisoformat(record["at"]),
        system=record["system"],
        sender=record["from"],
        messagetype=record["type"],
        file=record["file"],
        envelope=Envelope.from_record(record["envelope"]),
        items=[Item(**item) for item in record["items"]],
        step=record["step"],
    )
