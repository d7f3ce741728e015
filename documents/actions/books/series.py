"""Which series of numbers a kind of paper takes its number from (decree 30 art. 15.1: the head of the office decides)."""

import re
from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from documents.access import may
from documents.actions.books.boards import NOT_FREE
from documents.journey import record
from documents.kinds import KINDS
from documents.models import Board, KindSeries, NumberLine, Outgoing
from documents.numbering import open_book, series_for
from orgs.models import Post
from ui.text import nfc

TWINS = {"CV", "TCg"}  # one notation, so one series: else the same number and notation twice
_CODE = re.compile(r"[A-ZĐ][A-Za-zĐđ0-9-]{0,9}")


@transaction.atomic
def set_series(
    kinds: Iterable[str], *, series: str, since: date, decision: str = "", by: Post, at: datetime
) -> None:
    """From `since` on these kinds take their numbers from that series. Numbers that were given stay as they are.

    From 1 January of a year to come; or from today, while no number of these kinds has been given this year: a series goes
    from 01 to the end of its year, and changed in between it would write the same number and notation twice.
    Raises PermissionDenied for anybody but the clerk and the administrator of the office, ValidationError with the
    sentence for a day, a kind or a name that does not do.
    """
    if not may(by, "set_series"):
        raise PermissionDenied("Chỉ văn thư hoặc quản trị của cơ quan đặt hệ thống số.")
    chosen = set(kinds)
    if not chosen or not chosen <= set(KINDS):
        raise ValidationError({"kinds": "Hãy chọn ít nhất một loại văn bản."})
    if chosen & TWINS:
        chosen |= TWINS
    series, today = nfc(series).strip(), timezone.localdate(at)
    if not _CODE.fullmatch(series) or series in NOT_FREE:
        raise ValidationError({"series": f"Tên hệ thống số viết liền, bắt đầu bằng chữ hoa, tối đa 10 ký tự, ví dụ “CHUNG”; không dùng {', '.join(sorted(NOT_FREE))}."})  # fmt: skip
    if Board.objects.filter(organisation=by.organisation_id, abbreviation=series).exists():
        raise ValidationError({"series": f"“{series}” là hệ thống số riêng của một hội đồng, ban, tổ."})
    if since == today:
        _none_given_yet(chosen, by, today)
    elif not (since.year > today.year and (since.month, since.day) == (1, 1)):
        raise ValidationError(
            {"since": f"Chỉ đổi từ hôm nay hoặc từ ngày 01/01 của năm sau (01/01/{today.year + 1})."}
        )
    KindSeries.objects.bulk_create(
        KindSeries(
            organisation_id=by.organisation_id,
            kind=kind,
            series=series,
            since=since,
            decision=decision,
            by=by,
            at=at,
        )
        for kind in sorted(chosen)
    )
    names = ", ".join(name for code, (name, _) in KINDS.items() if code in chosen)
    said = {
        "text": f"{names}: hệ thống số {series} từ {since:%d/%m/%Y}",
        "kinds": sorted(chosen),
        "series": series,
    }
    said |= {"since": since.isoformat(), "reason": decision}
    record("set_series", None, by=by, at=at, organisation=by.organisation, payload=said)


def _none_given_yet(kinds: set[str], by: Post, today: date) -> None:
    """Under the locks of the books they are numbered in now, in one order: whoever numbers meanwhile asks again."""
    old = sorted({series_for(by.organisation_id, kind, today) for kind in kinds})
    books = [open_book(by.organisation, "out", series, today) for series in old]
    given = Outgoing.objects.filter(organisation=by.organisation_id, board=None, kind__in=kinds)
    of_year = {"issued_on__year": today.year}
    found = given.filter(**of_year).exclude(number="").values_list("kind", flat=True).first()
    lines = NumberLine.objects.filter(book__in=books)
    void = lines.filter(document__kind__in=kinds).values_list("document__kind", flat=True).first()
    if found or void:
        name = KINDS[found or void][0]
        raise ValidationError({"since": f"Năm {today.year} đã cấp số cho {name}; đổi giữa năm sẽ trùng số, ký hiệu. Hãy đổi từ 01/01/{today.year + 1}."})  # fmt: skip
    if lines.filter(state=NumberLine.State.RESERVED).exists():
        raise ValidationError("Sổ đang có số giữ để ghi tay. Hãy vào sổ hoặc hủy các số ấy trước khi đổi.")
