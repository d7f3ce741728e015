"""The end of a book: counted, signed for, and nothing is numbered in it any more."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from documents.access import may
from documents.journey import NotAllowedNow, record
from documents.models import NumberLine, Outgoing, RegisterBook
from documents.numbering import written
from orgs.models import Post

_STATE = NumberLine.State
_NAMED = 5  # numbers in a sentence


@dataclass(frozen=True)
class Tally:
    """What the closing sheet says of a book. `by_hand` of the reserved ones were entered; `spoilt` of them are void."""

    last: int
    void: int
    reserved: int
    by_hand: int
    spoilt: int
    open: int

    @property
    def given(self) -> int:
        """Numbers that a paper bears."""
        return self.last - self.void - self.open


def tally(book: RegisterBook) -> Tally:
    """One question."""
    reserved = Q(reservation__isnull=False)
    found = NumberLine.objects.filter(book=book).aggregate(
        void=Count("pk", filter=Q(state=_STATE.VOID)),
        reserved=Count("pk", filter=reserved),
        by_hand=Count("pk", filter=Q(state=_STATE.ENTERED)),
        spoilt=Count("pk", filter=Q(state=_STATE.VOID) & reserved),
        open=Count("pk", filter=Q(state=_STATE.RESERVED)),
    )
    return Tally(book.last_number, **found)


def why_not_yet(book: RegisterBook) -> list[str]:
    """What has to be done before the book can be closed. Two questions."""
    said = []
    open_ones = NumberLine.objects.filter(book=book, state=_STATE.RESERVED).values_list("value", flat=True)
    if some := [written(value) for value in open_ones[:_NAMED]]:
        said.append(
            f"Còn số giữ để ghi tay chưa đối chiếu: {', '.join(some)}{_more(some)}. Hãy vào sổ hoặc hủy kèm lý do."
        )
    waiting = Outgoing.objects.filter(book=book, state__in=("numbered", "sealed")).values_list(
        "number", "notation"
    )
    if some := [f"{number}/{notation}" for number, notation in waiting[:_NAMED]]:
        said.append(
            f"Văn bản đã cấp số, chưa phát hành: {', '.join(some)}{_more(some)}. Hãy phát hành hoặc hủy số."
        )
    return said


def _more(some: list[str]) -> str:
    return " và có thể còn số khác" if len(some) == _NAMED else ""


@transaction.atomic
def close_book(book: RegisterBook, *, by: Post, at: datetime, early: bool = False) -> Tally:
    """Chốt sổ: nothing is numbered, entered by hand or made void in it afterwards. `early`: the year is not over, and
    whoever closes says that he means it; the series has no more numbers until the next.

    Raises PermissionDenied for anybody but the clerk, NotAllowedNow with the name of who was first, ValidationError with
    what is still to be done.
    """
    if not may(by, "keep_books") or book.organisation_id != by.organisation_id:
        raise PermissionDenied("Chỉ văn thư của cơ quan chốt sổ.")
    # Without the row of who closed it: waiting for the lock, a joined row would be read as it was before.
    found = RegisterBook.objects.select_for_update().get(pk=book.pk)
    if found.closed_at:
        who = f"{found.closed_by.user} đã chốt" if found.closed_by else "Sổ đã được chốt"
        raise NotAllowedNow(f"{who} sổ này lúc {timezone.localtime(found.closed_at):%H:%M %d/%m/%Y}.")
    if found.year >= timezone.localdate(at).year and not early:
        raise ValidationError({"early": f"Năm {found.year} chưa hết. Chốt bây giờ thì hệ thống số này không cấp thêm số nào trong năm; hãy đánh dấu xác nhận."})  # fmt: skip
    if problems := why_not_yet(found):
        raise ValidationError(problems)
    counted = tally(found)
    found.closed_at, found.closed_by = at, by
    found.save(update_fields=["closed_at", "closed_by"])
    said = f"{found}: {counted.last} số, {counted.void} số hủy, {counted.by_hand} số ghi tay"
    about = {
        "text": said,
        "book": found.pk,
        "last": counted.last,
        "void": counted.void,
        "by_hand": counted.by_hand,
    }
    record("close_book", None, by=by, at=at, organisation=found.organisation, payload=about)
    book.closed_at, book.closed_by = at, by
    return counted
