"""The end of a book: what would be closed, the press, and the sheet that is printed and signed."""

from csp.decorators import csp_replace
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents.access import number_book_for
from documents.actions.books.closing import close_book, tally, why_not_yet
from documents.forms.books.numbers import CloseForm, book_name
from documents.views.books.sheets import closing_sheet as sheet_of
from documents.views.shared.acting import sent, tried
from documents.views.shared.files import LOCKED, printed


@require_http_methods(["GET", "HEAD", "POST"])
def close(request, pk):
    book, at = number_book_for(request.post, pk), timezone.now()
    form = CloseForm(sent(request), year=book.year, today=timezone.localdate(at))
    if request.method == "POST" and form.is_valid() and tried(
        form, lambda: close_book(book, by=request.post, at=at, early=form.cleaned_data.get("early", False))
    ):  # fmt: skip
        messages.success(request, f"Đã chốt {book_name(book.direction, book.series)} năm {book.year}. Hãy in tờ chốt sổ, ký và đóng vào sổ.")  # fmt: skip
        return redirect("numbers_close", pk=pk)
    context = {
        "book": book,
        "name": book_name(book.direction, book.series),
        "tally": tally(book),
        "problems": [] if book.closed_at or form.is_bound else why_not_yet(book),
        "form": None if book.closed_at else form,
    }
    return render(request, "documents/books/close.html", context)


@require_safe
@csp_replace(LOCKED)
def closing_sheet(request, pk):
    book = number_book_for(request.post, pk)
    if not book.closed_at:
        raise Http404
    return printed(sheet_of(book), f"chot-so-{book.pk}")
