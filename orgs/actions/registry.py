"""Writes a plan of changes of the registry, all of it or nothing."""

from collections import defaultdict
from datetime import date, datetime

from django.db import connection, transaction

from orgs.actions.refused import Refused
from orgs.codes import is_provisional, level_of
from orgs.letterhead import letterhead
from orgs.models import Code, Organisation, Post
from orgs.record import record
from orgs.registry_import import plan as registry
from orgs.registry_import.plan import Act, Change, Known, Plan
from orgs.registry_import.sheet import Sheet

NAMED = ("letterhead_superior", "letterhead_name", "abbreviation", "collective", "place")
_LOCK = 0x0A65  # one import at a time, whatever process runs it
_FIELDS = ("pk", "code", "name", "level", "parent_id", "code_2018", "kind", "gate", "abbreviation")
_FIELDS += ("valid_from", "valid_to", "address", "email", "phone", "website")


def known_bodies() -> list[Known]:
    """The registry as values, for `registry.plan`."""
    codes = defaultdict(set)
    for pk, value in Code.objects.values_list("organisation_id", "value"):
        codes[pk].add(value)
    rows = Organisation.objects.values(*_FIELDS)
    return [Known(parent=row.pop("parent_id"), codes=frozenset(codes[row["pk"]]), **row) for row in rows]


@transaction.atomic
def apply(
    sheet: Sheet,
    *,
    digest: str,
    on: date,
    decision: str = "",
    by: Post | None = None,
    at: datetime | None = None,
) -> Plan:
    """Applies what was previewed: the plan is made again under a lock and must still be the same.

    Raises Refused when rows are bad or when somebody changed the registry since the preview.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    plan = registry.plan(sheet, known_bodies())
    if plan.problems:
        raise Refused(f"Còn {len(plan.problems)} dòng chưa đúng; hãy sửa tệp rồi nhập lại. Chưa ghi gì.")
    if plan.digest != digest:
        raise Refused("Danh mục đã thay đổi từ lúc xem trước. Hãy xem lại các thay đổi rồi xác nhận.")
    write(plan.changes, on=on, decision=decision)
    if by is not None:
        words = f"{len({change.line for change in plan.changes})} cơ quan"
        record("apply_registry", by.organisation, by=by, at=at, text=words, reason=decision, digest=digest)
    return plan


@transaction.atomic
def write(changes: list[Change], *, on: date, decision: str = "", **fixed) -> list[Organisation]:
    """Writes changes in bulk. `fixed` are field values given to every new body."""
    _change([change for change in changes if change.act != Act.CREATE], on=on, decision=decision)
    return _create([change for change in changes if change.act == Act.CREATE], decision=decision, fixed=fixed)


def _change(changes: list[Change], *, on: date, decision: str) -> None:
    bodies = Organisation.objects.in_bulk({change.body for change in changes})
    codes, retired = [], []
    for change in changes:
        body = bodies[change.body]
        setattr(body, change.field, change.new)
        if change.act == Act.RECODE:
            body.provisional = is_provisional(change.new)
            codes.append(
                Code(organisation=body, value=change.new, form=2020, valid_from=on, decision=decision)
            )
            retired.append(change.old)
        elif change.act == Act.RENAME:
            former = {"name": change.old, "until": on.isoformat(), "decision": decision}
            body.former_names = [*body.former_names, former]
            _set_letterhead(body)
        elif change.field == "code_2018":
            codes.append(Code(organisation=body, value=change.new, form=2018, decision=decision))
    for body in bodies.values():
        body.set_keys()
    _save(bodies.values(), changes)
    Code.objects.filter(value__in=retired).update(valid_to=on)
    Code.objects.bulk_create(codes)


def _save(bodies, changes: list[Change]) -> None:
    """Only what was changed and what follows from it: 1,000 new codes at once are usual."""
    if not changes:
        return
    written = {"provisional", "search_key", *(change.field for change in changes)}
    if any(change.act == Act.RENAME for change in changes):
        written |= {"order_key", "former_names", *NAMED}
    Organisation.objects.bulk_update(bodies, sorted(written), batch_size=200)


def _create(changes: list[Change], *, decision: str, fixed: dict) -> list[Organisation]:
    parents = Organisation.objects.in_bulk(
        {change.parent for change in changes if change.parent}, field_name="code"
    )
    made, by_level = [], defaultdict(list)
    for change in changes:
        by_level[level_of(change.code)].append(change)
    for level in sorted(by_level):
        new = [_body(change, level, parents.get(change.parent), fixed) for change in by_level[level]]
        Organisation.objects.bulk_create(new, batch_size=500)
        parents |= {body.code: body for body in new}
        made += new
    Code.objects.bulk_create(_codes_of(made, decision), batch_size=1000)
    return made


def _body(change: Change, level: int, parent: Organisation | None, fixed: dict) -> Organisation:
    row = change.row
    body = Organisation(
        name=row.name,
        code=row.code,
        code_2018=row.code_2018,
        provisional=is_provisional(row.code),
        level=level,
        kind=row.kind or _kind(row.name, level),
        parent=parent,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        gate=level < 4 if row.gate is None else row.gate,
        external=parent.external if parent else row.code != "H26",
        address=row.address,
        email=row.email,
        phone=row.phone,
        website=row.website,
        **fixed,
    )
    _set_letterhead(body)
    body.abbreviation = row.abbreviation or body.abbreviation
    body.set_keys()
    return body


def _set_letterhead(body: Organisation) -> None:
    parent = body.parent
    head = letterhead(
        body.name,
        level=body.level,
        parent=parent.name if parent else "",
        parent_place=parent.place if parent else "",
    )
    body.letterhead_superior, body.letterhead_name = head.superior, head.name
    body.abbreviation, body.collective, body.place = head.abbreviation, head.collective, head.place


def _kind(name: str, level: int) -> str:
    """What a body probably is, by its name, where the list does not say."""
    kinds = Organisation.Kind
    area = name.removeprefix("Ủy ban nhân dân ")
    if level == 1:
        return kinds.PROVINCE if area != name else kinds.MINISTRY
    if area != name:
        commune = area.lower().startswith(("phường ", "xã ", "thị trấn ", "đặc khu "))
        return kinds.COMMUNE if commune else kinds.DISTRICT
    city = name.startswith(("Sở ", "Thanh tra ", "Văn phòng Ủy ban"))
    return kinds.DEPARTMENT if level == 2 and city else kinds.UNIT


def _codes_of(bodies: list[Organisation], decision: str):
    for body in bodies:
        yield Code(
            organisation=body, value=body.code, form=2020, provisional=body.provisional, decision=decision
        )
        if body.code_2018:
            yield Code(organisation=body, value=body.code_2018, form=2018, decision=decision)
