"""What is to leave over the axis becomes rows of the queue: issued papers, their updates, their recalls."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from documents import deliveries
from documents.actions.outgoing.revoke import revoked_lately, why
from documents.journey import lock
from documents.models import Delivery, Outgoing, Update
from documents.states import DeliveryState
from interop.models import Outbound
from interop.outbound import status_reports
from interop.outbound.package_of import carried_by

_ROWS = 1000
State = Outbound.State
_BUSY = [State.QUEUED, State.SENDING]
_TAKEN_OFF = "Mọi nơi nhận của gói tin đã được rút trước khi gửi."
_TAKEN_BACK = "Văn bản đã bị thu hồi trước khi gửi lên trục."


def enqueue(*, at: datetime) -> None:
    """Safe to run twice and by several workers."""
    hold_back()
    pack_issued(at=at)
    pack_updates(at=at)
    pack_recalls(at=at)


def hold_back() -> None:
    """Who was taken off the list before anything was sent to it gets nothing."""
    taken_off = Delivery.objects.filter(
        channel=Delivery.Channel.AXIS, state=DeliveryState.QUEUED, withdrawn_at__isnull=False
    )
    for pk in taken_off.order_by("pk").values_list("pk", flat=True)[:_ROWS]:
        status_reports.isolated(lambda pk=pk: _hold_back(pk), f"delivery {pk}")


@transaction.atomic
def _hold_back(delivery_id: int) -> None:
    """Package first, then delivery, as whoever writes an outcome takes them."""
    delivery = Delivery.objects.get(pk=delivery_id)
    paper = Q(outgoing=delivery.outgoing_id) | Q(update__outgoing=delivery.outgoing_id)
    named = Outbound.objects.filter(paper, receivers__contains=delivery.recipient_code).order_by("pk")
    packages = list(named.select_for_update(of=("self",), skip_locked=True))
    Delivery.objects.select_for_update().get(pk=delivery_id)
    if list(named.values_list("pk", flat=True)) != [package.pk for package in packages]:
        return  # another worker has one of them
    if any(package.state != State.QUEUED or package.attempts for package in packages):
        return  # perhaps it has left: the update asks it back
    for package in packages:
        package.receivers.remove(delivery.recipient_code)
        if not package.receivers:
            package.state, package.problem = State.FAILED, _TAKEN_OFF
        package.save(update_fields=["receivers", "state", "problem"])
    deliveries.move(
        Delivery.objects.filter(pk=delivery_id, state=DeliveryState.QUEUED), DeliveryState.CANCELLED
    )


@transaction.atomic
def pack_issued(*, at: datetime) -> None:
    """One package row for each issued paper with recipients on the axis. Its message id never changes."""
    waiting = Delivery.objects.filter(
        channel=Delivery.Channel.AXIS, state=DeliveryState.QUEUED, withdrawn_at=None
    )
    new = waiting.filter(outgoing__package=None, outgoing__state="issued").order_by("pk")
    papers = list(dict.fromkeys(new.values_list("outgoing_id", flat=True)[:_ROWS]))
    codes = defaultdict(list)
    # Held: whoever is taken off the list is taken off before us, or finds our package.
    rows = waiting.filter(outgoing__in=papers).select_for_update(of=("self",), no_key=True).order_by("pk")
    for outgoing_id, code in rows.values_list("outgoing_id", "recipient_code"):
        codes[outgoing_id].append(code)
    # Of two workers at it, the second finds the row of the first.
    Outbound.objects.bulk_create(
        [
            Outbound(
                outgoing=paper,
                message_type="edoc",
                sender_code=paper.organisation.code,
                message_id=paper.document_uid,
                receivers=list(dict.fromkeys(codes[paper.pk])),
                urgency=paper.urgency,
                created_at=at,
                next_attempt_at=at,
            )
            for paper in Outgoing.objects.filter(pk__in=codes).select_related("organisation").order_by("pk")
        ],
        ignore_conflicts=True,
    )


def pack_updates(*, at: datetime) -> None:
    """One package for each update, to those on the axis whom it concerns; after the paper itself and after the update
    before it have left or failed."""
    earlier = Update.objects.filter(outgoing=OuterRef("outgoing"), pk__lt=OuterRef("pk"))
    earlier = earlier.filter(Q(packed=False) | Q(package__state__in=_BUSY))
    ready = Update.objects.filter(~Exists(earlier), packed=False, outgoing__package__isnull=False)
    ready = ready.exclude(outgoing__package__state__in=_BUSY)
    for update in ready.select_related("outgoing__organisation", "outgoing__package").order_by("pk")[:_ROWS]:
        status_reports.isolated(lambda one=update: _pack_update(one, at), f"update {update.pk}")


@transaction.atomic
def _pack_update(update: Update, at: datetime) -> None:
    # Of two workers at it, the second changes no row.
    if not Update.objects.filter(pk=update.pk, packed=False).update(packed=True):
        return
    outgoing = update.outgoing
    lock(outgoing)  # whoever takes it back is before us, or finds our package
    outgoing.refresh_from_db(fields=["state"])
    rows = outgoing.deliveries.filter(channel=Delivery.Channel.AXIS).exclude(
        state__in=DeliveryState.GIVEN_BACK
    )
    with_the_paper = set(outgoing.package.receivers)  # who joined before it left has had it with the others
    receivers = [
        delivery.recipient_code
        for delivery in rows.order_by("pk")
        if (
            delivery.withdrawn_at is None
            and delivery.recipient_code in update.added
            and delivery.recipient_code not in with_the_paper
        )
        or (delivery.state not in DeliveryState.UNSENT and _concerns(update, delivery))
    ]
    if outgoing.state == "issued" and receivers:
        Outbound.objects.create(
            update=update, message_type="edoc", sender_code=outgoing.organisation.code, message_id=outgoing.document_uid,
            description=update.reason, receivers=receivers, urgency=outgoing.urgency, created_at=max(at, update.at),
            next_attempt_at=at,
        )  # fmt: skip


def _concerns(update: Update, delivery: Delivery) -> bool:
    """Of those who have the paper: who is taken off, and, for another date, who stays on."""
    return delivery.recipient_code in update.withdrawn or (
        update.due_changed and delivery.withdrawn_at is None
    )


def pack_recalls(*, at: datetime) -> None:
    """One recall for each revoked paper that went over the axis, to whoever it went to. A paper that is still on its
    way goes first: a recall of something unknown would be taken for a new paper."""
    revoked = revoked_lately(at)
    # What no attempt was made for stays here; a claim that is quicker sends it, and the recall follows.
    mine = Q(outgoing__in=revoked) | Q(update__outgoing__in=revoked)
    idle = Outbound.objects.filter(mine, state=State.QUEUED, attempts=0)
    idle.update(state=State.FAILED, problem=_TAKEN_BACK)
    stuck = Delivery.objects.filter(
        ~carried_by(state__in=[*_BUSY, State.SENT]),
        outgoing__in=revoked,
        channel=Delivery.Channel.AXIS,
    )
    deliveries.move(stuck.filter(state__in=DeliveryState.UNSENT), DeliveryState.CANCELLED)
    under_way = Outbound.objects.filter(update__outgoing=OuterRef("pk"), state__in=_BUSY)
    ready = revoked.filter(~Exists(under_way), recall_package=None).exclude(package__state__in=_BUSY)
    # Who has answered has it, even where the axis's answer to us was lost and the package counts as failed.
    has_it = carried_by(state=State.SENT) | ~Q(state__in=DeliveryState.UNSENT)
    there = Delivery.objects.filter(has_it, channel=Delivery.Channel.AXIS).exclude(
        state=DeliveryState.CANCELLED
    )
    ready = ready.filter(Exists(there.filter(outgoing=OuterRef("pk"))), package__isnull=False)
    for outgoing in ready.select_related("organisation")[:_ROWS]:
        receivers = list(
            there.filter(outgoing=outgoing).order_by("pk").values_list("recipient_code", flat=True)
        )
        Outbound.objects.get_or_create(
            revoked=outgoing,
            defaults={
                "message_type": "edoc", "sender_code": outgoing.organisation.code, "message_id": outgoing.document_uid,
                "description": why(outgoing)[:1000], "receivers": receivers, "urgency": 3,
                # A worker's run may have begun, or its clock be, before what it carries out.
                "created_at": max(at, outgoing.held_since), "next_attempt_at": at,
            },
        )  # fmt: skip
