"""What recipients answer: each status is taken down once, and moves the delivery where it may go."""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import CharField, F, OuterRef, Subquery
from django.db.models.functions import Cast

from documents import deliveries
from documents.journey import record_all, unwritten
from documents.models import ChangeRequest, Delivery, DeliveryStep, Incoming, StatusReport, Update
from documents.states import ANSWERS, STATUS_STATES, DeliveryState

About = DeliveryStep.About


@transaction.atomic
def record_status(
    delivery: Delivery, *, code: str, said_at: datetime, at: datetime, description: str = ""
) -> bool:
    """Takes down a status from the recipient. Repeats are ignored; late ones never move a state back.

    Returns whether it was news.
    """
    return record_statuses([ReportedStatus(delivery.pk, code, said_at, description)], at=at) > 0


@transaction.atomic
def tell_inside(*report_ids: int, at: datetime) -> int:
    """Carries statuses to senders inside the city, in one transaction. Claimed by the rows' locks; told once."""
    reports = list(
        StatusReport.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(pk__in=report_ids, passed_on=False, incoming__delivery__isnull=False)
        .order_by("pk")
        .values_list("pk", "incoming__delivery", "code", "at", "description", "request__kind")
    )
    record_statuses([ReportedStatus(*said) for _, *said in reports], at=at)
    _note_arrival_numbers([delivery for _, delivery, code, *_ in reports if code == "03"])
    return StatusReport.objects.filter(pk__in=[pk for pk, *_ in reports]).update(passed_on=True)


def _note_arrival_numbers(keys: list[int]) -> None:
    """Inside the city the number in the recipient's book is known, whatever its report says."""
    book = Incoming.objects.filter(delivery=OuterRef("pk"), arrival_number__isnull=False)
    number = Subquery(book.values(text=Cast("arrival_number", CharField()))[:1])
    numbered = Delivery.objects.filter(pk__in=keys, incoming__arrival_number__isnull=False)
    deliveries.note(Delivery.objects.filter(pk__in=numbered.values("pk")), their_number=number)


class ReportedStatus(NamedTuple):
    """One status as a recipient said it."""

    delivery_id: int
    code: str
    at: datetime
    description: str
    about: str | None = None  # the kind of request it answers, when that is known: over the axis nobody says


@transaction.atomic
def record_statuses(said: list[ReportedStatus], *, at: datetime) -> int:
    """Takes down many, as `record_status` does, in a fixed number of queries. Returns how many were news.

    The deliveries' locks decide who is first with a code.
    """
    dated = Update.objects.filter(outgoing=OuterRef("outgoing"), due_changed=True).order_by("at")
    rows = Delivery.objects.select_for_update(of=("self",)).annotate(
        paper_state=F("outgoing__state"), paper_since=F("outgoing__held_since"),
        dated_at=Subquery(dated.values("at")[:1]),
    )  # fmt: skip
    rows = {row.pk: row for row in rows.filter(pk__in={one.delivery_id for one in said}).order_by("pk")}
    known = DeliveryStep.objects.filter(delivery__in=rows).values_list("delivery_id", "code", "at")
    heard = {_key(*step) for step in known}
    steps, events, moved = [], [], {}
    for one in said:
        row, words = rows[one.delivery_id], one.description[:1000]
        key = _key(one.delivery_id, one.code, one.at)
        if key in heard:
            # A consent that was heard before anybody asked counts when it is given again.
            if one.code == "15" and _about(row, one) == About.RECALL and row.state != DeliveryState.CANCELLED:
                row.state = DeliveryState.CANCELLED
                moved[row.pk] = row.state, ""
            continue
        heard.add(key)
        about = _about(row, one)
        steps.append(
            DeliveryStep(delivery=row, code=one.code, at=one.at, heard_at=at, description=words, about=about)
        )
        state = STATUS_STATES.get(one.code)
        if state is None and one.code not in ANSWERS:
            continue
        # "Cancelled" is an answer: of a paper that nobody asked back it is only written down.
        given_back = state != DeliveryState.CANCELLED or about == About.RECALL
        if state and given_back and row.state in deliveries.STEPS[state]:
            row.state, row.problem = state, words if state == DeliveryState.REJECTED else ""
            moved[row.pk] = row.state, row.problem
        payload = {"code": one.code, "recipient": row.recipient_name, "description": words[:300]}
        events.append(unwritten("status", row.sender_id, row.outgoing_id, by=None, at=at, payload=payload))
    DeliveryStep.objects.bulk_create(steps)
    for state, problem in set(moved.values()):
        keys = [pk for pk, last in moved.items() if last == (state, problem)]
        deliveries.move(Delivery.objects.filter(pk__in=keys), state, problem=problem)
    record_all(events)
    return len(steps)


def _key(delivery_id: int, code: str, at: datetime) -> tuple:
    """What makes a repeat: an answer may be given to one request after the other."""
    return (delivery_id, code, at) if code in ANSWERS else (delivery_id, code)


def _about(delivery: Delivery, said: ReportedStatus) -> str:
    """What an answer answers: the recall, the new date of reply, or nothing that anybody asked. The format does not say.

    After a recall, only a paper whose date was changed before leaves a doubt: then an answer is to the recall if it was
    given after the recall was sent. The axis counts in whole seconds.
    """
    if said.code not in ANSWERS:
        return ""
    dated, recalled = delivery.dated_at, _recalled_at(delivery)
    if said.about == ChangeRequest.Kind.UPDATE:
        return About.UPDATE
    if recalled is None:
        return About.UPDATE if dated and not said.about else ""
    if said.about:
        return About.RECALL
    sent = delivery.recall_asked_at
    after = sent and sent >= recalled and said.at >= sent.replace(microsecond=0)
    return About.RECALL if after or not dated or dated >= recalled else About.UPDATE


def _recalled_at(delivery: Delivery) -> datetime | None:
    """From this recipient, or from everybody."""
    return delivery.withdrawn_at or (delivery.paper_since if delivery.paper_state == "revoked" else None)
