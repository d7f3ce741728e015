"""An office with many papers. Filled in bulk, past the actions: only the rows count here, not how they came.

What is looked at closely did come by the actions: the paper whose page is measured, the paper that is signed.
"""

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from random import Random

from django.db import connection, transaction
from django.utils import timezone

from documents import blobs
from documents.actions.incoming import reception as desk
from documents.actions.outgoing import approval as papers
from documents.actions.work import assignments
from documents.arrival import Arrival, NewFile
from documents.journey import record_all, unwritten
from documents.models import Assignment, Delivery, Document, Event, File, Incoming, Outgoing, RegisterBook
from documents.numbering import ARRIVALS, next_number
from documents.versions import content_of
from hanoi_docs.demo import cast
from hanoi_docs.demo.certificates import give_demo_certificates
from hanoi_docs.demo.topics import FROM_MINISTRIES, body_of
from orgs.loading import load
from orgs.models import Organisation, Post
from signatures import actions as signing
from ui.text import fold

BATCH = 1000
# Of a thousand papers of a department's last two years, by where they stand now.
MIX = [
    ("awaiting_reception", 8), ("registered", 5), ("awaiting_direction", 7), ("assigned", 20),
    ("processing", 50), ("rejected", 10), ("completed", 900),
]  # fmt: skip


@dataclass(frozen=True)
class Cast:
    orgs: dict[str, Organisation]
    posts: dict[str, Post]


@cache
def people() -> Cast:
    """The registry and the demonstration's people, with certificates for those who sign."""
    load(samples=False, on=timezone.localdate())
    orgs, posts = cast.assemble()
    give_demo_certificates([posts["dung"]], [orgs["so"]])
    return Cast(orgs, posts)


def fill_desk(count: int, *, clerk: Post, leader: Post, officer: Post) -> None:
    """So many incoming papers of one office, over two years, with the task of whoever has to handle them."""
    rng, now = Random(2026), timezone.now()
    with transaction.atomic():
        book, _ = next_number(clerk.organisation, "in", ARRIVALS, timezone.localdate(now))
        states = rng.choices([name for name, _ in MIX], [share for _, share in MIX], k=count)
        ages = sorted((rng.random() * 730 for _ in range(count)), reverse=True)
        rows = (
            _paper(index, state, now - timedelta(days=age), rng, book, clerk, leader, officer)
            for index, (state, age) in enumerate(zip(states, ages, strict=True), start=1)
        )
        for batch in _batches(rows):
            insert(batch)
            Assignment.objects.bulk_create(_task(one, leader, officer) for one in batch if one.state in WORK)
        book.last_number = count
        book.save(update_fields=["last_number"])


def fill_book(book: RegisterBook, count: int, *, clerk: Post, leader: Post, officer: Post) -> None:
    """So many lines of one book, all of this year, each with who was given it."""
    rng, now = Random(2026), timezone.now()
    begins = now.replace(month=1, day=1, hour=8)
    step = (now - begins) / count
    with transaction.atomic():
        rows = (
            _paper(n, "completed", begins + n * step, rng, book, clerk, leader, officer)
            for n in range(1, count + 1)
        )
        for batch in _batches(rows):
            insert(batch)
            Assignment.objects.bulk_create(_task(one, leader, officer) for one in batch)
        book.last_number = count
        book.save(update_fields=["last_number"])


WORK = {"assigned": "new", "processing": "in_progress", "completed": "done"}


def waiting_papers(count: int, organisation: Organisation) -> list[Incoming]:
    """Papers on a clerk's desk that are not in the book yet."""
    now, rng = timezone.now(), Random(1)
    rows = [_arrived(index, "awaiting_reception", now, rng, organisation) for index in range(count)]
    insert(rows)
    return rows


def handled_paper(pdf: bytes, posts: dict[str, Post]) -> Incoming:
    """One paper that has come the whole way to an officer's hands: received, in the book, directed, begun."""
    at = timezone.now()
    clerk, leader, head, officer = (posts[login] for login in ("lan", "dung", "hoa", "minh"))
    verdict, report = signing.check(pdf)
    arrival = Arrival(
        subject=FROM_MINISTRIES[0][2].subject, kind="CV", number="4711", notation="BNV-TCBC",
        issuer_name="Bộ Nội vụ", issued_on=at.date(), sender_code="G09",
        document_uid="G09,bench,4711/BNV-TCBC", signature_verdict=verdict, signature_report=report, pages=1,
    )  # fmt: skip
    file = NewFile("4711-BNV-TCBC.pdf", blobs.store(pdf), "main", 1)
    paper = desk.receive(clerk.organisation, arrival, source="axis", files=[file], at=at)
    desk.register(paper, by=clerk, at=at)
    desk.present(paper, to=leader, by=clerk, at=at)
    assignments.direct(paper, by=leader, at=at, text="Giao phòng tham mưu.", lead=head)
    task = paper.assignments.get(role="lead")
    assignments.hand_on(task, by=head, at=at, text="Dự thảo trả lời.", lead=officer)
    assignments.start(task.children.get(role="lead"), by=officer, at=at)
    return paper


def approved_paper() -> Outgoing:
    """A paper of one page, rendered and checked by the actions, waiting for its signer."""
    posts, at = people().posts, timezone.now()
    topic, ministry = FROM_MINISTRIES[0][2], Organisation.objects.get(code="G09")
    paper = papers.draft(
        by=posts["minh"], at=at, recipients=[ministry], kind="CV", subject=topic.answer,
        addressees="Bộ Nội vụ", bases="", 
        body=body_of(topic, org="Sở Nội vụ", to="Bộ Nội vụ", code="4711/BNV-TCBC"),
        other_recipients="", urgency=0, signer=posts["dung"],
    )  # fmt: skip
    papers.submit(paper, by=posts["minh"], at=at)
    seen = content_of(paper)
    papers.check_content(paper, by=posts["hoa"], at=at, sha256=seen)
    papers.check_format(paper, by=posts["lan"], at=at, sha256=seen)
    papers.approve(paper, by=posts["dung"], at=at, sha256=seen)
    return Outgoing.objects.for_list().get(pk=paper.pk)


@cache
def issued_paper() -> Outgoing:
    """A paper with both signatures, issued by the actions. The model of copies; itself not queued."""
    posts, at = people().posts, timezone.now()
    paper = approved_paper()
    signing.sign(paper, by=posts["dung"], at=at)
    signing.number_seal_issue(paper, by=posts["lan"], at=at)
    Delivery.objects.filter(outgoing=paper).update(state="sent")
    return Outgoing.objects.for_list().get(pk=paper.pk)


def copies(paper: Outgoing, count: int, *, first: int = 1) -> list[Outgoing]:
    """More papers in the same state with the same file, approved as it was; issued ones are numbered from `first`."""
    file, rows = paper.current_file(), []
    approvals = list(paper.events.filter(kind="approve"))
    for index in range(first, first + count):
        one = _copy(paper)
        if one.issued_on:
            one.number, one.book, one.number_value = str(100_000 + index), None, None
            one.document_uid = f"{one.organisation.code},{one.issued_on:%Y/%m/%d},{one.code}"
        rows.append(one)
    for batch in _batches(rows):
        insert(batch)
        File.objects.bulk_create(_file(file, one) for one in batch)
        record_all([_approved(event, one) for event in approvals for one in batch])
    return rows


def _approved(event: Event, paper: Outgoing) -> Event:
    """What is signed is asked for in the events (documents/versions.py)."""
    return unwritten(
        event.kind, paper.organisation_id, paper.pk, by=event.post, at=event.at, payload=event.payload
    )


def queue(paper: Outgoing, recipients: Iterable[Organisation], at: datetime) -> None:
    """The rows that `issue` leaves for the exchange."""
    Delivery.objects.bulk_create(
        Delivery(
            outgoing=paper, sender_id=paper.organisation_id, recipient=to, recipient_name=to.name, recipient_code=to.code, queued_at=at,
            channel=Delivery.Channel.AXIS if to.external else Delivery.Channel.CITY,
        )
        for to in recipients
    )  # fmt: skip


def settle() -> None:
    """What autovacuum would have done before anybody looks."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def insert(rows: list) -> None:
    """Bulk-inserts papers: the common half, then the half of their kind, which bulk_create refuses to do."""
    fields = [field for field in Document._meta.concrete_fields if not field.primary_key]
    parents = [Document(**{field.attname: getattr(row, field.attname) for field in fields}) for row in rows]
    for parent in parents:
        parent.code_key = fold(parent.code)[:60]
        parent.search_key = fold(f"{parent.code} {parent.kind_label} {parent.subject} {parent.issuer_name}")
    Document.objects.bulk_create(parents, batch_size=BATCH)
    for row, parent in zip(rows, parents, strict=True):
        row.pk = row.document_ptr_id = row.id = parent.pk
    model = type(rows[0])
    model._base_manager.all()._insert(rows, fields=model._meta.local_concrete_fields, using="default")


def _paper(index, state, at, rng, book, clerk, leader, officer) -> Incoming:
    row = _arrived(index, state, at, rng, clerk.organisation)
    row.holder = {"awaiting_direction": leader, "assigned": officer, "processing": officer}.get(state)
    if state not in ("awaiting_reception", "rejected"):
        row.book, row.arrival_number, row.arrival_date = book, index, at.date()
        row.registered_by = clerk
        row.due_on = at.date() + timedelta(days=rng.randint(5, 30)) if rng.random() < 0.6 else None
    return row


def _arrived(index: int, state: str, at: datetime, rng: Random, organisation: Organisation) -> Incoming:
    code, notation, topic = rng.choice(FROM_MINISTRIES)
    return Incoming(
        organisation=organisation, direction="in", state=state, held_since=at, sorted_at=at, created_at=at,
        kind=topic.kind, number=str(index), notation=notation, issued_on=at.date(), subject=topic.subject,
        issuer_name=MINISTRIES.get(code, "Ủy ban nhân dân tỉnh"), urgency=topic.urgency, source="axis",
        sender_code=code, arrived_at=at, document_uid=f"{code},{at:%Y/%m/%d},{index}/{notation}",
        signature_verdict="valid", pages=1,
    )  # fmt: skip


MINISTRIES = {"G09": "Bộ Nội vụ", "G22": "Văn phòng Chính phủ", "G12": "Bộ Tài chính", "G15": "Bộ Tư pháp"}


def _task(paper: Incoming, leader: Post, officer: Post) -> Assignment:
    return Assignment(
        incoming=paper, role="lead", state=WORK[paper.state], assignee=officer, by=leader,
        due_on=paper.due_on, instruction="Giao phòng tham mưu.", created_at=paper.sorted_at,
    )  # fmt: skip


def _copy(row):
    new = copy.copy(row)
    new._state = copy.copy(row._state)
    new._prefetched_objects_cache = {}
    return new


def _file(file: File, paper: Outgoing) -> File:
    new = _copy(file)
    new.pk, new.document = None, paper
    return new


def _batches(rows: Iterable) -> Iterator[list]:
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch
