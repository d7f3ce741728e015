"""“Sổ và số”: the books of the office by year, their last numbers, what is set aside or void, what is closed."""

from collections import defaultdict

from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from documents.access import may
from documents.actions.books.reserving import series_in_use
from documents.forms.books.numbers import ReserveForm, book_name
from documents.models import NumberLine, RegisterBook, Reservation
from documents.numbering import written
from documents.views.shared.acting import no_post
from orgs.models import Post

LATELY = 10  # times numbers were set aside, on the page
VOIDS = 20


@require_safe
def numbers(request):
    """For whoever keeps the books or says which series there are. Four questions."""
    if request.post is None:
        return no_post(request)
    if not (may(request.post, "keep_books") or may(request.post, "set_series")):
        raise Http404
    return render(request, "documents/books/numbers.html", page(request.post))


def page(post: Post, form: ReserveForm | None = None) -> dict:
    at, keeps = timezone.now(), may(post, "keep_books")
    return {
        "years": _years(post, timezone.localdate(at).year),
        # Why a number is void may say what a paper was about: the administrator reads none.
        "reservations": _reservations(post) if keeps else [],
        "voids": _voids(post) if keeps else [],
        "form": (form or ReserveForm(series=series_in_use(post, at))) if keeps else None,
        "keeps": keeps,
        "sets": may(post, "set_series"),
    }


def _years(post: Post, now: int) -> list[dict]:
    """This year's books and those of before, the open ones of a year that is over first said to be so."""
    state = NumberLine.State
    books = RegisterBook.objects.filter(organisation=post.organisation_id).filter(last_number__gt=0)
    books = books.select_related("closed_by__user").annotate(
        void=Count("lines", filter=Q(lines__state=state.VOID)),
        reserved=Count("lines", filter=Q(lines__state=state.RESERVED)),
    )
    found = defaultdict(list)
    for one in books.order_by("-year", "direction", "series"):
        found[one.year].append(
            {"book": one, "name": book_name(one.direction, one.series), "last": written(one.last_number)}
        )
    return [
        {
            "year": year,
            "over": year < now,
            "books": rows,
            "open": any(row["book"].closed_at is None for row in rows),
        }
        for year, rows in found.items()
    ]


def _reservations(post: Post):
    """The latest, those with numbers still to be accounted for first."""
    left = Count("lines", filter=Q(lines__state=NumberLine.State.RESERVED))
    mine = Reservation.objects.filter(book__organisation=post.organisation_id).select_related(
        "book", "by__user"
    )
    rows = mine.annotate(left=left).order_by("-left", "-pk")[:LATELY]
    return [{"one": row, "name": book_name(row.book.direction, row.book.series)} for row in rows]


def _voids(post: Post):
    void = NumberLine.objects.filter(book__organisation=post.organisation_id, state=NumberLine.State.VOID)
    return void.select_related("book", "by__user").order_by("-at", "-pk")[:VOIDS]
