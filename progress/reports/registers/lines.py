"""The words of a line, column by column. Some rows at a time, and for so many the same number of questions; each figure
follows from rows and events alone, so anybody can reckon it again."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone

from documents.access import FALLEN
from documents.models import (
    Assignment,
    CertifiedCopy,
    Delivery,
    DeliveryStep,
    Event,
    Incoming,
    NumberLine,
    Outgoing,
    PostedEnvelope,
    Reading,
)
from documents.numbering import written
from documents.states import STATE_LABELS
from ui.order import alphabetical

NAMED = 20  # recipients in one line; the paper's page has them all
_TASK = Cast(KeyTextTransform("task", "payload"), BigIntegerField())  # that an event speaks of
TAKES = ("start", "hand_on", "finish", "report")  # what says that somebody has it in hand


def of_issued(papers: list[Outgoing]) -> list[list[str]]:
    """One question."""
    sent, posted, got = _ways([one.pk for one in papers])
    return [
        [one.code, day(one.issued_on), about(one), one.signer_name or f"{one.signer.user}",
         some([*sent[one.pk], *posted[one.pk], *one.other_recipients.splitlines()]),
         f"{one.drafter.unit or one.drafter.user}", f"{one.issued_amount or len(sent[one.pk]) + len(posted[one.pk])}", day(one.issued_at),
         some(got[one.pk]), _note_out(one)]
        for one in papers
    ]  # fmt: skip


@dataclass(frozen=True)
class WithoutPaper:
    """A number of a book that no paper bears: void, or set aside and not entered yet."""

    value: int
    code: str
    day: date
    state: str
    reason: str
    by: str
    at: datetime


def of_numbers_out(rows: list[WithoutPaper]) -> list[list[str]]:
    """Of the book of what left: numbers that are void, or set aside and not entered yet. They keep their place."""
    return [[one.code or written(one.value), day(one.day), *[""] * 7, _of_number(one)] for one in rows]


def of_numbers_in(rows: list[WithoutPaper]) -> list[list[str]]:
    return [[day(one.day), written(one.value), *[""] * 7, _of_number(one)] for one in rows]


def of_numbers_certified(rows: list[WithoutPaper]) -> list[list[str]]:
    return [[one.code or written(one.value), day(one.day), *[""] * 6, _of_number(one)] for one in rows]


def _of_number(line: WithoutPaper) -> str:
    if line.state == NumberLine.State.VOID:
        return f"Hủy: {line.reason} ({line.by}, {moment(line.at)})"
    return "Giữ để ghi tay, chưa vào sổ"


def of_posted(rows: list) -> list[list[str]]:
    return [
        [day(one.day), one.outgoing.code, one.recipient, f"{one.envelopes}", one.receipt, one.note]
        for one in rows
    ]


def of_copies(rows: list) -> list[list[str]]:
    return [
        [day(one.day), one.name, dated(one.outgoing), about(one.outgoing), one.file_code,
         f"{one.name}, {moment(one.received_at)}" if one.received_at else "", day(one.returned_on),
         f"{one.allowed_by.user}", one.note]
        for one in rows
    ]  # fmt: skip


def of_arrived(papers: list[Incoming]) -> list[list[str]]:
    """Two questions."""
    leads = _leads(papers)
    taken = _taken(leads)
    found = []
    for one in papers:
        tasks = leads.get(one.pk, [])
        said = [taken[task.pk] for task in tasks if task.pk in taken]
        found.append([
            day(one.arrival_date), written(one.arrival_number), one.issuer_name, one.code, day(one.issued_on), about(one),
            "; ".join(map(_whose, tasks)), day(min(task.created_at for task in tasks)) if tasks else "", "; ".join(said),
            "; ".join(filter(None, ("Nơi gửi đã thu hồi" if one.state == "recalled" else "", one.note))),
        ])  # fmt: skip
    return found


def of_handled(papers: list[Incoming]) -> list[list[str]]:
    """Two questions."""
    leads = _leads(papers)
    answers = defaultdict(list)
    replies = Outgoing.objects.filter(in_reply_to__in=[one.pk for one in papers], issued_at__isnull=False)
    said = replies.order_by("issued_at", "pk").values_list("in_reply_to", "number", "notation", "state")
    for paper, number, notation, state in said:
        answers[paper].append(f"{number}/{notation}{' (đã thu hồi)' if state == 'revoked' else ''}")
    return [
        [written(one.arrival_number), ", ".join(filter(None, (f"{one.kind_label} {dated(one)}".strip(), one.issuer_name))),
         "; ".join(map(_whose, leads.get(one.pk, []))), day(one.due_on), _progress(one, leads.get(one.pk, [])),
         "; ".join(answers[one.pk]), _note_in(one, leads.get(one.pk, []))]
        for one in papers
    ]  # fmt: skip


def _ways(papers: list[int]) -> tuple[dict, dict, dict]:
    """Of each paper: to whom it was sent and to whom posted, each once and in the order of the alphabet; who accepted it
    and when, the first first. One question."""
    sent, posted, got = (defaultdict(list) for _ in range(3))
    of_deliveries = Delivery.objects.filter(outgoing__in=papers).order_by()
    of_post = PostedEnvelope.objects.filter(outgoing__in=papers).order_by()
    accepted = DeliveryStep.objects.filter(delivery__outgoing__in=papers, code="03").order_by()
    rows = of_deliveries.values_list("outgoing", "recipient_name", Value("sent"), "queued_at").union(
        of_post.values_list("outgoing", "recipient", Value("posted"), "at"),
        accepted.values_list("delivery__outgoing", "delivery__recipient_name", Value("got"), "at"),
        all=True,
    )
    found = sorted(rows, key=lambda row: (row[2], row[3] if row[2] == "got" else alphabetical(row[1])))
    for paper, name, how, at in found:
        if how == "got":
            got[paper].append(f"{name}, {moment(at)}")
        elif how == "sent":
            sent[paper].append(name)
        elif name not in posted[paper]:
            posted[paper].append(name)
    return sent, posted, got


def standing(tasks: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Those that a book names: not what was returned or withdrawn, but what stood until the sender took the paper back,
    which ended it (`requests.recall.agree`)."""
    ended = Event.objects.filter(
        document=OuterRef("incoming"), kind="withdraw", at__gte=OuterRef("incoming__held_since")
    )
    ended = ended.alias(of=_TASK).filter(of=OuterRef("pk"))
    to_the_end = Q(state="withdrawn", incoming__state="recalled") & Exists(ended)
    return tasks.filter(~Q(state__in=FALLEN) | to_the_end)


def _leads(papers: list[Incoming]) -> dict[int, list[Assignment]]:
    """Who was given each paper first, to lead; where nobody leads, who was to know of it."""
    rows = standing(Assignment.objects.filter(incoming__in=[one.pk for one in papers], parent=None))
    rows = rows.select_related("assignee__user", "assignee__unit", "unit").order_by("pk")
    by_paper = defaultdict(list)
    for one in rows:
        by_paper[one.incoming_id].append(one)
    return {
        paper: [one for one in tasks if one.role == Assignment.Role.LEAD] or tasks
        for paper, tasks in by_paper.items()
    }


def _taken(leads: dict[int, list[Assignment]]) -> dict[int, str]:
    """Ký nhận: whoever was given it opened it, or said that he has it, whichever came first. By task. One question."""
    tasks = {one.pk: one for given in leads.values() for one in given}
    of_post = {(one.incoming_id, one.assignee_id): one.pk for one in tasks.values()}
    who = ("user__full_name", "user__username")
    none = Value(None, BigIntegerField())
    presses = Event.objects.filter(document__in=list(leads), kind__in=TAKES, user__isnull=False)
    looks = Reading.objects.filter(
        document__in=list(leads), post__in={one.assignee_id for one in tasks.values()}
    )
    rows = presses.order_by().values_list("document", "post", _TASK, "at", *who)
    rows = rows.union(looks.values_list("document", "post", none, "first_at", *who), all=True)
    first: dict[int, tuple[datetime, str]] = {}
    for paper, post, pressed, at, full, name in rows:
        key = pressed or of_post.get((paper, post))
        if key not in tasks or at < tasks[key].created_at:
            continue  # of another's task, or before it was given
        if key not in first or at < first[key][0]:
            first[key] = at, full or name
    return {key: f"{name}, {moment(at)}" for key, (at, name) in first.items()}


def _whose(task: Assignment) -> str:
    unit = task.unit or task.assignee.unit
    return f"{task.assignee.user}, {unit}" if unit else f"{task.assignee.user}"


def _progress(paper: Incoming, leads: list[Assignment]) -> str:
    if paper.state == "completed":
        return f"Đã giải quyết ngày {day(paper.held_since)}"
    parts = [f"{one.percent}%" for one in leads if one.percent is not None and paper.state != "recalled"]
    return ", ".join([STATE_LABELS[paper.state], *parts])


def _note_in(paper: Incoming, leads: list[Assignment]) -> str:
    later, urged = sum(one.extended for one in leads), sum(one.reminded for one in leads)
    said = [paper.note, f"Gia hạn {later} lần" if later else "", f"Đôn đốc {urged} lần" if urged else ""]
    return "; ".join(filter(None, said))


def _note_out(paper: Outgoing) -> str:
    if paper.state == "revoked":
        return "; ".join(filter(None, ("Đã thu hồi", paper.note)))
    return paper.note if paper.issued_at else "; ".join(filter(None, ("Chưa phát hành", paper.note)))


def of_certified(copies: list[CertifiedCopy]) -> list[list[str]]:
    return [
        [
            one.code, day(one.made_on), f"{one.get_kind_display()}, {one.direction_words}", dated(one.document),
            about(one.document), one.signer_name or "Chữ ký số cơ quan", some(one.recipients.splitlines()), str(one.quantity),
            f"Trang {', '.join(map(str, one.pages))}" if one.pages else f"Từ {one.of_copy.code}" if one.of_copy else "",
        ]
        for one in copies
    ]  # fmt: skip


def about(paper: Incoming | Outgoing) -> str:
    return f"{paper.kind_label}: {paper.subject}"


def dated(paper: Incoming | Outgoing) -> str:
    return " ngày ".join(filter(None, (paper.code, day(paper.issued_on))))


def some(names: Iterable[str]) -> str:
    names = list(dict.fromkeys(name.strip(" -;") for name in names if name.strip(" -;")))
    more = f" và {len(names) - NAMED} nơi khác" if len(names) > NAMED else ""
    return "; ".join(names[:NAMED]) + more


def day(one: date | datetime | None) -> str:
    if isinstance(one, datetime):
        one = timezone.localdate(one)
    return f"{one:%d/%m/%Y}" if one else ""


def moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}"
