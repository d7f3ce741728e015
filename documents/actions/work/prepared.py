"""A leader's assistant prepares a direction; the leader confirms it, as it stands or changed. Before that it is nothing:
no task, no day, nobody told but the leader. It is void as soon as anything happened to the paper."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from documents.access import may
from documents.actions.work.assignments import check_due, direct
from documents.actions.work.receivers import INFO, LEAD, SUPPORT, directed_to
from documents.journey import NotAllowedNow, lock, record
from documents.models import Event, Incoming, PreparedDirection
from documents.states import EVENT_LABELS, INCOMING
from orgs.models import Assistant, Post, Unit

State = PreparedDirection.State
# What is done to a paper, or to what it says. Reading it and asking colleagues about it leave it as it was.
CHANGES = frozenset(INCOMING) | {"correct", "change", "replaced", "rectified", "amended", "purge", "hold"}
NOBODY_ASSISTS = "{} không còn là trợ lý của {}."


@transaction.atomic
def prepare(
    incoming: Incoming, *, by: Post, at: datetime, text: str, lead: Post | Unit | None, support: list[Post | Unit] = (),
    info: list[Post | Unit] = (), due_on: date | None = None, product: str = "", seen: int | None = None,
) -> PreparedDirection:  # fmt: skip
    """Writes what the leader the paper lies with may confirm, in the place of what was prepared before.

    `seen`: what was prepared when the form was filled in, or None. Raises ValidationError for whom or when it cannot be,
    PermissionDenied for who does not assist that leader, NotAllowedNow when the paper waits no more, or another assistant
    was faster.
    """
    lock(incoming)
    incoming.refresh_from_db(fields=["state", "holder"])
    check_preparable(incoming, by=by)
    leader = incoming.holder
    people = directed_to(lead, support, info, by=by, today=timezone.localdate(at), matter=incoming)
    check_due(due_on, timezone.localdate(at))
    before = waiting(incoming, leader)
    if before is not None and before.pk != seen and not why_void(before, at=at):
        raise NotAllowedNow(f"{before.by.user} vừa chuẩn bị ý kiến về văn bản này. Hãy xem lại.", incoming)
    if before is not None:
        _end(before, State.REPLACED, at=at)
    chosen = [(LEAD, lead)] if lead else []
    chosen += [(SUPPORT, one) for one in support] + [(INFO, one) for one in info]
    made = PreparedDirection.objects.create(
        incoming=incoming, leader=leader, by=by, at=at, text=text, due_on=due_on, product=product,
        people=[_kept(role, one, str(person)) for (role, one), person in zip(chosen, people, strict=True)],
        after=Event.objects.filter(document=incoming.pk).order_by("-pk").values_list("pk", flat=True).first() or 0,
    )  # fmt: skip
    # Not its words: whoever sees the history later must not take for a direction what was none.
    note = f"Chuẩn bị cho {leader.user}, chưa có hiệu lực khi chưa được xác nhận"
    record("prepare_direction", incoming, by=by, at=at, payload={"note": note, "leader": leader.pk})
    return made


def check_preparable(incoming: Incoming, *, by: Post) -> None:
    """Raises PermissionDenied, or NotAllowedNow when nobody's direction is waited for."""
    if incoming.state != "awaiting_direction":
        raise NotAllowedNow(
            f"Văn bản hiện ở trạng thái “{incoming.state_label}”, không còn chờ ý kiến chỉ đạo.", incoming
        )
    if not may(by, "prepare_direction", incoming):
        raise PermissionDenied("Chỉ trợ lý của lãnh đạo đang được trình văn bản chuẩn bị được ý kiến.")


@transaction.atomic
def confirm(prepared: PreparedDirection, *, by: Post, at: datetime, **changed) -> None:
    """The leader makes it his direction; `changed`: what `direct` takes, where he changed it first.

    Raises PermissionDenied for everybody else, also for who prepared it in the leader's place; NotAllowedNow when it is
    void, saying by what; ValidationError when somebody in it can be given nothing any more.
    """
    incoming = prepared.incoming
    lock(incoming)
    incoming.refresh_from_db(fields=["state", "holder", "due_on"])
    if not may(by, "confirm_direction", prepared):
        raise PermissionDenied("Chỉ lãnh đạo được trình xác nhận được ý kiến do trợ lý chuẩn bị.")
    prepared.refresh_from_db(fields=["state"])
    if why := why_void(prepared, at=at):
        raise NotAllowedNow(f"Bản trợ lý chuẩn bị không còn hiệu lực. {why}", incoming)
    as_it_stands = as_chosen(prepared, today=timezone.localdate(at))
    given = changed or as_it_stands
    if not changed and (gone := missing(prepared, as_it_stands)):
        raise ValidationError(f"Không giao được cho {', '.join(gone)} nữa. Hãy sửa rồi giao.")
    how = "có sửa" if changed and changed != as_it_stands else "giữ nguyên"
    note = f"{prepared.by.user} ({prepared.by.title}) chuẩn bị; {by.operator} xác nhận, {how}"
    direction = direct(incoming, by=by, at=at, note=note, **given)
    _end(prepared, State.CONFIRMED, at=at, direction=direction)


@transaction.atomic
def withdraw_prepared(prepared: PreparedDirection, *, by: Post, at: datetime) -> None:
    """Whoever prepared it takes it back, as long as it was not confirmed."""
    lock(prepared.incoming)
    prepared.refresh_from_db(fields=["state"])
    if not (prepared.by_id == by.pk and by.in_person):
        raise PermissionDenied("Chỉ người đã chuẩn bị rút được.")
    if prepared.state != State.WAITING:
        raise NotAllowedNow(f"Không rút được: {prepared.get_state_display().lower()}.", prepared.incoming)
    _end(prepared, State.WITHDRAWN, at=at)
    record("withdraw_prepared", prepared.incoming, by=by, at=at, payload={"leader": prepared.leader_id})


def waiting(incoming: Incoming, leader: Post) -> PreparedDirection | None:
    """What waits for the leader's word, whether or not it is void meanwhile."""
    found = PreparedDirection.objects.filter(incoming=incoming.pk, leader=leader, state=State.WAITING)
    return found.select_related("by__user", "leader__user").first()


def why_void(prepared: PreparedDirection, *, at: datetime) -> str:
    """A sentence on what makes it void; empty while it may be confirmed. `prepared` is asked about anew."""
    return why_not(prepared_at(at).get(pk=prepared.pk))


def prepared_at(at: datetime) -> QuerySet[PreparedDirection]:
    """With what `why_not` asks: `since`, the event that makes it void; `stands`, whether the naming still does."""
    since = Event.objects.filter(document=OuterRef("incoming"), pk__gt=OuterRef("after"), kind__in=CHANGES)
    named = Assistant.objects.on(timezone.localdate(at)).filter(
        leader=OuterRef("leader"), post=OuterRef("by")
    )
    rows = PreparedDirection.objects.select_related("by__user", "leader__user")
    return rows.annotate(since=Subquery(since.order_by("pk").values("pk")[:1]), stands=Exists(named))


def why_not(prepared: PreparedDirection) -> str:
    """Of one of `prepared_at`. A query only for what is void by an event."""
    if prepared.state != State.WAITING:
        return f"{prepared.get_state_display()}."
    if prepared.since is not None:
        event = Event.objects.select_related("user").get(pk=prepared.since)
        when = timezone.localtime(event.at).strftime("%H:%M ngày %d/%m/%Y")
        return f"{event.user or 'Hệ thống'} đã {EVENT_LABELS[event.kind]} lúc {when}, sau khi chuẩn bị."
    return "" if prepared.stands else NOBODY_ASSISTS.format(prepared.by.user, prepared.leader.user)


def as_chosen(prepared: PreparedDirection, *, today: date) -> dict:
    """As `direct` takes it, without those who have left meanwhile."""
    posts = Post.objects.on(today).filter(pk__in=_keys(prepared, "post"), user__is_active=True).with_names()
    units = Unit.objects.filter(pk__in=_keys(prepared, "unit"))
    there = {("post", one.pk): one for one in posts} | {("unit", one.pk): one for one in units}
    by_role: dict[str, list] = {LEAD: [], SUPPORT: [], INFO: []}
    for one in prepared.people:
        kind = "post" if "post" in one else "unit"
        if (kind, one[kind]) in there:
            by_role[one["role"]].append(there[kind, one[kind]])
    return {
        "text": prepared.text, "lead": next(iter(by_role[LEAD]), None), "support": by_role[SUPPORT],
        "info": by_role[INFO], "due_on": prepared.due_on, "product": prepared.product,
    }  # fmt: skip


def missing(prepared: PreparedDirection, chosen: dict) -> list[str]:
    """The names of those who were chosen and are there no more."""
    there = [one for one in (chosen["lead"], *chosen["support"], *chosen["info"]) if one is not None]
    keys = {("post" if isinstance(one, Post) else "unit", one.pk) for one in there}
    return [
        one["name"] for one in prepared.people
        if (("post", one["post"]) if "post" in one else ("unit", one["unit"])) not in keys
    ]  # fmt: skip


def _keys(prepared: PreparedDirection, kind: str) -> list[int]:
    return [one[kind] for one in prepared.people if kind in one]


def _kept(role: str, one: Post | Unit, name: str) -> dict:
    return {"role": str(role), "post" if isinstance(one, Post) else "unit": one.pk, "name": name}


def _end(prepared: PreparedDirection, state: str, *, at: datetime, direction=None) -> None:
    prepared.state, prepared.ended_at, prepared.direction = state, at, direction
    prepared.save(update_fields=["state", "ended_at", "direction"])
