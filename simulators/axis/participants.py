"""The played ministries and provinces at work: they answer what comes and send papers on their own."""

import logging
import random
import threading
import time
from dataclasses import replace
from datetime import date, datetime, timedelta

from interop.edxml import (
    Attachment,
    Edoc,
    EdxmlError,
    Organ,
    ResponseFor,
    Staff,
    Status,
    Trace,
    document_id_for,
    type_detail_for,
    write,
)
from interop.transport.axis_headers import VIETNAM
from simulators.axis.calls import Refused, accept, route
from simulators.axis.desks import Cue, Desks
from simulators.axis.dialects import dressed
from simulators.axis.envelope import Envelope, NotEdxml, Reference, read_envelope
from simulators.axis.orders import BadOrder, Order, read_order
from simulators.axis.papers import SIGNERS, Paper, draw, topics_of
from simulators.axis.signing import Signatures
from simulators.axis.store import Sending, Store, new_sending

log = logging.getLogger(__name__)

_BATCH = 200
_SPHERE = "Liên thông văn bản quốc gia"


class Troupe:
    """Plays all participants. `lively` = seconds between papers they send on their own, 0 for never."""

    def __init__(
        self,
        store: Store,
        desks: Desks,
        wake: threading.Event,
        *,
        city: str,
        lively: float,
        signatures: Signatures | None = None,
    ):
        self._store, self._desks, self._wake, self._signatures = store, desks, wake, signatures
        self._city, self._lively = city, lively

    def start(self) -> None:
        threading.Thread(target=self._answer_forever, name="answers", daemon=True).start()
        if self._lively > 0:
            threading.Thread(target=self._write_forever, name="papers", daemon=True).start()

    def send_ordered(self, text: bytes) -> dict[str, str]:
        """Carry out the order in a JSON body. Raises BadOrder, and Refused for receivers nobody knows."""
        return self.send(read_order(text))

    def send(self, order: Order) -> dict[str, str]:
        system = order.sender.split(".", 1)[0]
        if system not in self._store.directory.participants:
            raise BadOrder(f"{order.sender} is not a played participant")
        if order.raw is not None:
            return self._send_raw(system, order, order.raw)
        try:
            package = write(self._edoc(system, order))
        except EdxmlError as error:
            raise BadOrder(str(error)) from error
        if order.secret:  # our writer refuses to; a careless clerk elsewhere has one that does not
            package = package.replace(f">{_SPHERE}<".encode(), ">MẬT<".encode(), 1)
        sending = accept(
            self._store,
            package,
            read_envelope(package),
            system=system,
            sender=order.sender,
            messagetype="edoc",
            to=list(order.to),
        )
        return {"document_id": sending.envelope.document_id, "docId": sending.id}

    def _send_raw(self, system: str, order: Order, raw: bytes) -> dict[str, str]:
        """Pass a package on as it is: the receiver has to cope with it, the axis does not look."""
        try:
            envelope = read_envelope(raw)
        except NotEdxml:
            envelope = Envelope(sender=order.sender, title="(gói tin hỏng)")
        sending = new_sending(
            at=datetime.now(VIETNAM),
            system=system,
            sender=order.sender,
            messagetype=order.messagetype,
            envelope=envelope,
            receivers=route(self._store, list(order.to)),
        )
        self._store.send((sending, raw))
        return {"document_id": envelope.document_id, "docId": sending.id}

    def _edoc(self, system: str, order: Order) -> Edoc:
        participant = self._store.directory.participants[system]
        today = datetime.now(VIETNAM).date()
        with self._store.lock:
            number = order.number or str(self._desks.next_number(order.sender))
        notation = order.notation or participant.notation
        title, signer = SIGNERS[system]
        return Edoc(
            sender=self._organ(order.sender, participant.mail),
            receivers=[self._organ(code) for code in dict.fromkeys(order.to)],
            document_id=document_id_for(order.sender, today, f"{number}/{notation}"),
            number=number,
            notation=notation,
            place=participant.place,
            date=today,
            type_code=2,
            type_detail=type_detail_for(order.type_name),
            type_name=order.type_name,
            subject=order.subject,
            content=order.body,
            signer_position=title,
            signer_name=signer,
            due_date=order.due_date,
            priority=order.urgency,
            sphere=_SPHERE,
            response_for=self._answered(order),
            traces=[Trace(order.sender, datetime.now(VIETNAM))],
            business_reason="Văn bản điện tử mới",
            attachments=self._files(order, f"{number}/{notation}", today),
        )

    def _files(self, order: Order, code: str, today: date) -> list[Attachment]:
        if order.files:
            return [Attachment(name, data, _content_type(name)) for name, data in order.files]
        participant = self._store.directory.participants[order.sender.split(".", 1)[0]]
        title, signer = SIGNERS[participant.code]
        paper = Paper(
            issuer=self._organ(order.sender).name or order.sender,
            code=code,
            place=participant.place,
            day=today,
            type_name=order.type_name,
            subject=order.subject,
            body=order.body or order.subject,
            addressees=tuple(self._organ(to).name or to for to in order.to),
            signer_title=title,
            signer=signer,
            secrecy="Mật" if order.secret else "",
        )
        pdf = draw(paper)
        if self._signatures:
            pdf = self._signatures.sign(
                pdf, code=order.sender, organisation=paper.issuer, person=signer, title=title
            )
        return [Attachment(code.replace("/", "_") + ".pdf", pdf)]

    def _organ(self, code: str, mail: str = "") -> Organ:
        with self._store.lock:
            return Organ(code, name=self._store.directory.name_of(code), email=mail)

    def _answered(self, order: Order) -> list[ResponseFor]:
        if not order.reply_to:
            return []
        with self._store.lock:
            papers = [paper for paper in self._desks.inbox.values() if paper.desk == order.sender]
        for paper in papers:
            if paper.reference.document_id == order.reply_to:
                return [_response_for(paper.reference)]
        # Unknown here: the id alone, as a real participant does whose own register lost the paper.
        return [ResponseFor(order.reply_to.split(",", 1)[0], "", None, order.reply_to)]

    def _answer_forever(self) -> None:
        while True:
            self._wake.clear()
            with self._store.lock:
                cues = self._desks.take_due(time.time(), limit=_BATCH)
                due = self._desks.next_due()
            if cues:
                self._play(cues)
            else:
                self._wake.wait(None if due is None else max(0.0, due - time.time()))

    def _play(self, cues: list[Cue]) -> None:
        statuses = [status for status in map(self._status_or_none, cues) if status]
        try:
            self._store.send(*statuses)
        except Exception:
            log.exception("%d statuses could not be sent", len(cues))
            with self._store.lock:
                self._desks.put_back(cues, time.time() + 5)

    def _status_or_none(self, cue: Cue) -> tuple[Sending, bytes] | None:
        try:
            return self._status(cue)
        except (EdxmlError, Refused):  # a paper whose sender or id cannot be named in an answer
            log.warning("No status %s for %s", cue.step.code, cue.paper.key, exc_info=True)
            return None

    def _status(self, cue: Cue) -> tuple[Sending, bytes]:
        desk, reference, now = cue.paper.desk, cue.paper.reference, datetime.now(VIETNAM)
        own = cue.step.code == "13"  # of a paper this desk sent itself
        targets = cue.paper.other.split(", ") if own else [reference.organ_id]
        status = Status(
            sender=self._organ(desk),
            response_for=_response_for(replace(reference, organ_id=targets[0])),
            status_code=cue.step.code,
            description=cue.step.text.format(arrival=cue.arrival),
            timestamp=now,
            staff=Staff(department="Văn thư", staff="Văn thư cơ quan"),
        )
        package = write(status)
        sending = new_sending(
            at=now,
            system=desk.split(".", 1)[0],
            sender=desk,
            messagetype="status",
            envelope=read_envelope(package),
            receivers=route(self._store, targets),
            step={"key": cue.paper.key, "place": cue.place, "arrival": cue.arrival, "own": own},
        )
        return sending, dressed(package, cue.step.dress)

    def _write_forever(self) -> None:
        while True:
            time.sleep(self._lively)
            try:
                self.send(self._idea())
            except Exception:
                log.exception("A paper could not be sent")

    def _idea(self) -> Order:
        """A paper some participant could send today."""
        sender = random.choice(list(self._store.directory.participants))
        topic = random.choice(topics_of(sender))
        days = topic.reply_days
        return Order(
            sender=sender,
            to=self._city_codes(),
            subject=topic.subject,
            body=topic.body,
            type_name=topic.type_name,
            urgency=topic.urgency,
            due_date=None if days is None else datetime.now(VIETNAM).date() + timedelta(days=days),
        )

    def _city_codes(self) -> tuple[str, ...]:
        """Those in the city who have written before, the more the likelier; the city itself to begin with."""
        with self._store.lock:
            known = [paper.other for paper in self._desks.inbox.values()] or [self._city]
        return tuple({random.choice(known) for _ in range(random.choice((1, 1, 1, 2)))})


def _response_for(reference: Reference) -> ResponseFor:
    try:
        day = datetime.strptime(reference.date, "%Y/%m/%d").date()
    except ValueError:
        day = None
    return ResponseFor(reference.organ_id, reference.code, day, reference.document_id)


def _content_type(name: str) -> str:
    return "application/pdf" if name.lower().endswith(".pdf") else "application/octet-stream"
