"""Codes on packages to organisations: the code of today or of before, in the form of 2020 or of 2018."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings

from orgs.models import Code, Organisation


def organisations_by_code(codes: Iterable[str]) -> dict[str, Organisation]:
    """Each known code with its organisation; unknown codes are left out. Three queries for any number."""
    wanted = {code for code in codes if code}
    found = {
        row.value: row.organisation
        for row in Code.objects.filter(value__in=wanted).select_related("organisation__parent")
    }
    for organisation in Organisation.objects.filter(code_2018__in=wanted).select_related("parent"):
        found[organisation.code_2018] = organisation
    for organisation in Organisation.objects.filter(code__in=wanted).select_related("parent"):
        found[organisation.code] = organisation
    return found


def speaks_for(system: str, code: str) -> bool:
    """May who handed a package over (as its carrier says) send in the name of that code? It is the code itself, in
    the form of today or of before, or lies above it. D7: whether the axis compares the two is not known."""
    if not system or system == code or code.startswith(f"{system}.") or code.endswith(f".{system}"):
        return True
    known = organisations_by_code([system, code])
    ours, theirs = known.get(system), known.get(code)
    if ours is None or theirs is None:
        return False
    return ours == theirs or theirs.code.startswith(f"{ours.code}.")


def is_of_the_city(code: str) -> bool:
    """Does a code, known to us or not, lie under our own system at the axis?"""
    root = settings.AXIS_SYSTEM_ID
    return code == root or code.startswith(f"{root}.") or code.endswith(f".{root}")


def why_not(organisation: Organisation | None, code: str, day: date) -> str:
    """Why a paper to this code cannot be delivered; "" when it can (QĐ 28/2018 art. 5.4, 9.1)."""
    if organisation is None or organisation.external:
        return f"Gửi sai nơi nhận: mã {code} không có trong danh mục cơ quan của thành phố Hà Nội."
    if not organisation.open_on(day):
        return _closed(organisation)
    if not organisation.gate:
        above = f" Đề nghị gửi {organisation.parent.name}." if organisation.parent else ""
        return f"Gửi sai nơi nhận: {organisation.name} không có văn thư tiếp nhận.{above}"
    return ""


def _closed(organisation: Organisation) -> str:
    links = organisation.successor_links.select_related("successor").order_by("on", "pk")
    names = [f"{link.successor.name} (mã {link.successor.code})" for link in links]
    onward = f" Đề nghị gửi {', '.join(names)}." if names else ""
    since = f" từ ngày {organisation.valid_to:%d/%m/%Y}" if organisation.valid_to else ""
    return f"{organisation.name} đã đóng mã định danh{since}.{onward}"[:1000]
