"""The directory of the axis: our own offices put into it, and those of others taken from it into our registry."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from interop.directory.addresses import is_of_the_city
from interop.transport.adapter import Adapter, Agency
from interop.transport.axis import AxisClient
from orgs.actions import apply, known_bodies
from orgs.codes import is_code, is_code_2018, level_of
from orgs.law import cited
from orgs.models import Code, Organisation
from orgs.registry_import import plan as registry
from orgs.registry_import.plan import Plan
from orgs.registry_import.sheet import Row, RowProblem, Sheet
from ui.text import nfc


def publish(client: AxisClient) -> list[str]:
    """Registers the open offices with a clerk's desk that the axis does not know, or knows by another name.

    Returns their codes. Safe to run again: it goes on where it stopped. Raises AxisError.
    """
    known = {agency.code: agency.name for agency in client.directory()}
    offices = Organisation.objects.inside().gates().on(timezone.localdate())
    missing = [
        office
        for office in offices.select_related("parent").in_order()
        if office.code != settings.AXIS_SYSTEM_ID and known.get(office.code) != office.name
    ]
    for office in missing:
        above = office.parent.code if office.parent else settings.AXIS_SYSTEM_ID
        client.register_agency(
            office.code, office.name, parent_code=above, mail=office.email, mobile=office.phone
        )
    return [office.code for office in missing]


@dataclass(frozen=True)
class Comparison:
    """What the directory would change here. `plan`: opened, renamed, other details; `gone`: open in our registry and
    not in the directory any more, which a person decides about one by one."""

    rows: list[Row]
    plan: Plan
    gone: list[Organisation]
    unusable: list[RowProblem]


def compare(adapter: Adapter) -> Comparison:
    """The directory against the bodies outside the city that the registry has. Writes nothing. Raises AxisError."""
    agencies = [agency for agency in adapter.directory() if agency.code and not is_of_the_city(agency.code)]
    rows, unusable = _rows(agencies)
    known = known_bodies()
    while (plan := registry.plan(Sheet(rows=rows), known)).problems:
        unusable += plan.problems
        bad = {problem.line for problem in plan.problems}
        rows = [row for row in rows if row.line not in bad]
    listed = {code for agency in agencies for code in (agency.code, agency.old_code, agency.code102) if code}
    still = set(Code.objects.filter(value__in=listed).values_list("organisation_id", flat=True))
    outside = Organisation.objects.filter(external=True, sample=False).on(timezone.localdate())
    gone = outside.exclude(code__in=listed).exclude(code_2018__in=listed).exclude(pk__in=still).in_order()
    return Comparison(rows, plan, list(gone) if agencies else [], sorted(unusable, key=lambda one: one.line))


@transaction.atomic
def synchronise(found: Comparison, *, digest: str, closed: set[int], on: date) -> int:
    """Writes what was previewed, and closes those of `gone` whose keys are in `closed`. Returns how many bodies.

    Raises Refused when directory or registry have changed since the preview.
    """
    closing = [
        Row(len(found.rows) + number, body.code, body.name, valid_to=on)
        for number, body in enumerate(found.gone, 1_000_000)
        if body.pk in closed
    ]
    apply(Sheet(rows=found.rows), digest=digest, on=on, decision=_SOURCE)
    sheet = Sheet(rows=closing)
    apply(sheet, digest=registry.plan(sheet, known_bodies()).digest, on=on, decision=_SOURCE)
    return len({change.line for change in found.plan.changes}) + len(closing)


_SOURCE = "Danh bạ Trục liên thông văn bản quốc gia"


def _rows(agencies: list[Agency]) -> tuple[list[Row], list[RowProblem]]:
    rows, unusable = [], []
    for line, agency in enumerate(agencies, 1):
        if problem := _problem(agency):
            unusable.append(RowProblem(line, agency.code, problem))
            continue
        old = next((code for code in (agency.code102, agency.old_code) if is_code_2018(code)), "")
        email = agency.mail if "@" in agency.mail and len(agency.mail) <= 254 else ""
        rows.append(Row(line, agency.code, nfc(agency.name)[:200], code_2018=old, gate=True, email=email))
    return rows, unusable


def _problem(agency: Agency) -> str:
    if not agency.name.strip():
        return "Không có tên cơ quan."
    if not is_code(agency.code) or level_of(agency.code) > 4:
        return f"Mã “{agency.code[:40]}” không đúng dạng của {cited('{organisation_codes}')}."
    return ""
