"""What the played participants know: papers that came, papers they sent, statuses both ways.

Built only from the sendings the store reports, so a restart brings every desk back to where it stood.
The caller holds the lock of the store.
"""

import heapq
import itertools
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from simulators.axis.directory import Participant
from simulators.axis.envelope import Envelope, Reference
from simulators.axis.script import AGREEING, TAKING_BACK, TOO_LATE, UPDATING, USUAL, Step, answer_to
from simulators.axis.store import Sending

Key = tuple[str, str, str]
Place = tuple[int, int]


@dataclass
class Note:
    """One status that was sent or heard. `other` is the party on the other side."""

    other: str
    code: str
    description: str
    at: str


@dataclass
class Paper:
    """A paper at a desk. `other` is its sender for one that came, the receivers for one that was sent."""

    desk: str
    other: str
    reference: Reference
    title: str
    at: str
    copies: int = 1
    arrival: int | None = None
    statuses: list[Note] = field(default_factory=list)
    requests: list[Note] = field(default_factory=list)
    script: tuple[Step, ...] = ()
    done: int = 0
    version: int = 0

    @property
    def place(self) -> Place:
        """Where its script stands; what was due at another place is void."""
        return self.version, self.done

    @property
    def key(self) -> Key:
        return self.desk, self.reference.organ_id, self.reference.document_id


@dataclass(frozen=True)
class Cue:
    """A step that is due."""

    paper: Paper
    step: Step
    arrival: int | None
    place: Place


class Desks:
    """`pace` multiplies the delays of the scripts; `wake()` is called when something new is due."""

    def __init__(self, participants: dict[str, Participant], pace: float, wake: Callable[[], None]):
        self._participants, self._pace, self._wake = participants, pace, wake
        self.inbox: dict[Key, Paper] = {}
        self.outbox: dict[tuple[str, str], Paper] = {}
        self.strays: dict[str, list[Note]] = defaultdict(list)
        self._arrivals: dict[str, int] = defaultdict(int)
        self._numbers = {code: participant.next_number for code, participant in participants.items()}
        self.behaviours = {code: USUAL.get(code, "accept") for code in participants}
        self._due: list[tuple[float, int, Paper, Place]] = []
        self._order = itertools.count()

    def behave(self, code: str, behaviour: str) -> None:
        """From now on; what is being answered goes on as it began."""
        self.behaviours[code] = behaviour

    def hear(self, sending: Sending) -> None:
        """Take in one sending: what a participant sent, and what reaches one."""
        if sending.system in self._participants:
            self._hear_own(sending)
        for item in sending.items:
            for code in item.codes if item.system in self._participants else ():
                if sending.messagetype == "status":
                    self._hear_status(code, sending)
                elif sending.envelope.business_type in ("1", "2"):
                    self._hear_change(code, sending)
                else:
                    self._hear_paper(code, sending)

    def take_due(self, now: float, limit: int) -> list[Cue]:
        """At most `limit` steps due at `now` (epoch seconds). Each is handed out once, see `put_back`."""
        cues = []
        while self._due and self._due[0][0] <= now and len(cues) < limit:
            _, _, paper, place = heapq.heappop(self._due)
            if place == paper.place:
                step = paper.script[paper.done]
                arrival = self._next_arrival(paper.desk) if step.code == "03" else None
                cues.append(Cue(paper, step, arrival, place))
        return cues

    def put_back(self, cues: list[Cue], at: float) -> None:
        for cue in cues:
            if cue.place == cue.paper.place:
                self._push(cue.paper, at)

    def next_due(self) -> float | None:
        return self._due[0][0] if self._due else None

    def next_number(self, code: str) -> int:
        """A fresh number for a paper of this participant; a number whose sending failed stays unused."""
        root = code.split(".", 1)[0]
        self._numbers[root] += 1
        return self._numbers[root] - 1

    def _hear_own(self, sending: Sending) -> None:
        if sending.step:
            self._stepped(sending, sending.step)
        elif sending.messagetype == "edoc":
            self._sent_paper(sending)

    def _hear_paper(self, code: str, sending: Sending) -> None:
        paper = _paper(code, sending)
        known = self.inbox.get(paper.key)
        if known:
            known.copies += 1
            return
        self.inbox[paper.key] = paper
        behaviour = self.behaviours[code.split(".", 1)[0]]
        self._play(paper, answer_to(behaviour, attachments=sending.envelope.attachments), sending)

    def _hear_status(self, code: str, sending: Sending) -> None:
        envelope = sending.envelope
        note = _note(envelope, sending)
        reference = envelope.response_for[0] if envelope.response_for else Reference()
        sent = self.outbox.get((code, reference.document_id))
        received = self.inbox.get((code, envelope.sender or sending.sender, reference.document_id))
        if received and note.code == "13":
            self._ask(received, note, AGREEING, sending)
        elif sent:
            sent.statuses.append(note)
        else:
            self.strays[code].append(note)

    def _hear_change(self, code: str, sending: Sending) -> None:
        """A recall or an update of papers that came before; of papers unknown here it is a new paper."""
        envelope = sending.envelope
        sender = envelope.sender or sending.sender
        named = [reference.document_id for reference in envelope.response_for]
        named += [envelope.business_document_id, envelope.document_id]
        known = {name: self.inbox[code, sender, name] for name in named if (code, sender, name) in self.inbox}
        note = Note(sender, f"nghiệp vụ {envelope.business_type}", envelope.title, _iso(sending))
        for paper in known.values():
            if envelope.business_type == "1":
                self._ask(paper, note, AGREEING, sending)
            else:  # and the work goes on where it was
                self._ask(paper, note, UPDATING + paper.script[paper.done :], sending)
        if not known:
            self._hear_paper(code, sending)

    def _ask(self, paper: Paper, note: Note, answer: tuple[Step, ...], sending: Sending) -> None:
        paper.requests.append(note)
        finished = bool(paper.script) and paper.done == len(paper.script) and paper.script[-1].code == "06"
        self._play(paper, TOO_LATE if finished and answer is AGREEING else answer, sending)

    def _sent_paper(self, sending: Sending) -> None:
        paper = _paper(sending.envelope.sender or sending.sender, sending)
        paper.other = ", ".join(code for item in sending.items for code in item.codes)
        known = self.outbox.setdefault((paper.desk, paper.reference.document_id), paper)
        known.copies += known is not paper
        root = sending.system
        if known is paper and self.behaviours.get(root) == "take back":
            self._play(paper, TAKING_BACK, sending)
        number = paper.reference.code.split("/", 1)[0]
        # Only our own running numbers count: a scripted paper may carry any number it likes.
        if sending.system in self._numbers and number.isdecimal() and len(number) < 8:
            self._numbers[sending.system] = max(self._numbers[sending.system], int(number) + 1)

    def _stepped(self, sending: Sending, step: dict[str, Any]) -> None:
        desk, sender, document_id = step["key"]
        paper = self.outbox[desk, document_id] if step.get("own") else self.inbox[desk, sender, document_id]
        note = _note(sending.envelope, sending)
        note.other = paper.other
        (paper.requests if step.get("own") else paper.statuses).append(note)
        if step["arrival"] is not None:
            paper.arrival = step["arrival"]
            self._arrivals[paper.desk] = max(self._arrivals[paper.desk], step["arrival"])
        if tuple(step["place"]) == paper.place:
            paper.done += 1
            self._schedule(paper, sending)

    def _play(self, paper: Paper, script: tuple[Step, ...], sending: Sending) -> None:
        paper.script, paper.done = script, 0
        paper.version += 1
        self._schedule(paper, sending)

    def _schedule(self, paper: Paper, sending: Sending) -> None:
        if paper.done < len(paper.script):
            self._push(paper, sending.at.timestamp() + paper.script[paper.done].delay * self._pace)

    def _push(self, paper: Paper, at: float) -> None:
        heapq.heappush(self._due, (at, next(self._order), paper, paper.place))
        self._wake()

    def _next_arrival(self, desk: str) -> int:
        self._arrivals[desk] += 1
        return self._arrivals[desk]


def _paper(desk: str, sending: Sending) -> Paper:
    envelope = sending.envelope
    sender = envelope.sender or sending.sender
    # Without an id, sender, code and date are what tells one paper from another.
    document_id = envelope.document_id or f"{sender},{envelope.date},{envelope.code}"
    reference = Reference(sender, envelope.code, envelope.date, document_id)
    return Paper(desk, sender, reference, envelope.title, _iso(sending))


def _note(envelope: Envelope, sending: Sending) -> Note:
    return Note(
        envelope.sender or sending.sender, envelope.status_code.zfill(2), envelope.description, _iso(sending)
    )


def _iso(sending: Sending) -> str:
    return sending.at.isoformat(timespec="seconds")
