"""The five books of the law: which there are, one on screen, as files; what is long is made beside the page."""

from math import inf

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from documents.access import may
from documents.kinds import CHOICES_IN
from documents.models import RegisterBook
from documents.views.lists.boxes import IGNORED
from documents.views.shared.acting import no_post
from interop.waking import call
from progress.actions.making import ask_for
from progress.reports.registers.asking import BookAsked, book_asked_by, bounds_of
from progress.reports.registers.books import BOOKS, Book
from progress.reports.registers.files import book_pdf, book_xlsx, in_order
from progress.reports.registers.lines import WithoutPaper
from progress.tasks import make_reports
from ui.order import alphabetical
from ui.paging import Page, page_of
from ui.spreadsheet import TYPE

AT_ONCE = 500  # lines that are written out while somebody waits
FILES = {"pdf": (book_pdf, "application/pdf"), "xlsx": (book_xlsx, TYPE)}
KINDS = sorted(CHOICES_IN, key=lambda one: alphabetical(one[1]))


@require_safe
def books(request: HttpRequest) -> HttpResponse:
    """All books of one's own office, by year. One question."""
    if request.post is None:
        return no_post(request)
    if not may(request.post, "see_progress"):
        raise Http404
    kept = RegisterBook.objects.filter(organisation=request.post.organisation_id).order_by("-year", "series")
    years: dict[int, dict[str, list]] = {timezone.localdate().year: {}}
    for one in kept:
        years.setdefault(one.year, {}).setdefault(one.direction, []).append(one)
    shown = [
        {
            "year": year,
            "books": [_of_year(book, year, kept_in.get(book.series, [])) for book in BOOKS.values()],
        }
        for year, kept_in in sorted(years.items(), reverse=True)
    ]
    keeps = may(request.post, "keep_books")
    return render(request, "progress/registers.html", {"years": shown, "keeps": keeps})


@require_safe
def register(request: HttpRequest, name: str) -> HttpResponse:
    if request.post is None:
        return no_post(request)
    asked = book_asked_by(request.post, request.GET, BOOKS[name])
    if asked.ignored:
        messages.warning(request, IGNORED.format(", ".join(asked.ignored)))
    bounds = bounds_of(asked)
    kind = request.GET.get("as")
    if kind in FILES:
        if bounds.count <= AT_ONCE:
            return _file(asked, kind)
        messages.info(request, "Sổ dài, được lập riêng: hãy bấm “Lập sổ (PDF, XLSX)”.")
        return redirect(f"{request.path}?{asked.query()}")
    book = asked.book
    page = page_of(asked.rows(), request, *book.order)
    lines = in_order(book, page.rows, _beside(asked, page))
    context = {
        "asked": asked,
        "book": book,
        "bounds": bounds,
        "lines": [(cells, book.paper(row) if row else "") for row, cells in lines],
        "link": next(n for n, words in enumerate(book.words) if words.startswith("Số")),
        "page": page,
        "kinds": KINDS,
        "long": bounds.count > AT_ONCE,
        "books": [
            {"label": one.title, "url": f"{reverse(f'book_{one.name}')}?year={asked.year}", "active": one is book}
            for one in BOOKS.values()
        ],
    }  # fmt: skip
    return render(request, "progress/register.html", context)


@require_POST
def register_make(request: HttpRequest) -> HttpResponse:
    """A worker writes it; whoever asked may leave and come back (`progress.actions.making`)."""
    book = BOOKS.get(request.POST.get("book", ""))
    if book is None or request.post is None:
        raise Http404
    asked = book_asked_by(request.post, request.GET, book)
    wanted = {"report": book.name, "query": asked.query(), "title": asked.title}
    try:
        made = ask_for(request.post, **wanted, at=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("made_reports")
    call(make_reports)
    return redirect("made_report", made.pk)


def _beside(asked: BookAsked, page: Page) -> list[WithoutPaper]:
    """Numbers that no paper bears, between the papers of the page, so that each stands on one page. One question on a page
    that is not the first, where there are any."""
    found, number = asked.numbers(), asked.book.number
    if not found or not page.rows:
        return found
    first, last = 0, getattr(page.rows[-1], number) if page.older_url else inf
    if page.newer_url:
        before = asked.rows().filter(**{f"{number}__lt": getattr(page.rows[0], number)})
        first = before.order_by(f"-{number}").values_list(number, flat=True).first() or 0
    return [one for one in found if first < one.value < last]


def _of_year(book: Book, year: int, kept: list[RegisterBook]) -> dict:
    here = f"{reverse(f'book_{book.name}')}?year={year}"
    return {
        "title": book.title,
        "url": here,
        "series": [
            {"name": one.series, "last": one.last_number, "url": f"{here}&series={one.series}", "closed": one.closed_at}
            for one in kept
        ],
    }  # fmt: skip


def _file(asked: BookAsked, kind: str) -> HttpResponse:
    write, content_type = FILES[kind]
    response = HttpResponse(write(asked), content_type=content_type)
    series = f"-{asked.series.lower()}" if asked.series.isascii() and asked.series else ""
    response["Content-Disposition"] = (
        f'attachment; filename="so-{asked.book.name}{series}-{asked.year}.{kind}"'
    )
    return response
