"""Numbers set aside for an outage: taken, printed as lines to be written on, entered or made void. Find, do, answer."""

from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.access import may, number_line_for, reservation_for
from documents.actions.books.reserving import reserve_numbers, series_in_use, void_reserved
from documents.actions.outgoing.entered import enter_reserved
from documents.forms.books.numbers import ReserveForm, VoidReservedForm, book_name
from documents.forms.outgoing.entered import EnterForm
from documents.models import Document, Incoming, NumberLine, Outgoing, Reservation
from documents.numbering import days_of, written
from documents.views.books.page import page
from documents.views.books.sheets import reserved_sheet
from documents.views.shared.acting import no_post, sent, tried
from documents.views.shared.files import LOCKED, printed
from orgs.models import Post
from ui.text import fold_code, nfc

FOUND = 20  # papers of one number


@require_POST
def reserve(request):
    if request.post is None:
        return no_post(request)
    if not may(request.post, "keep_books"):
        raise PermissionDenied("Chỉ văn thư của cơ quan giữ số.")
    at, made = timezone.now(), []
    form = ReserveForm(request.POST, series=series_in_use(request.post, at))
    if form.is_valid() and tried(
        form, lambda: made.append(reserve_numbers(**form.given(), by=request.post, at=at))
    ):
        run = f"{written(made[0].first)}–{written(made[0].last)}"
        messages.success(request, f"Đã giữ số {run}. Hãy in tờ ghi tay trước khi hệ thống ngừng.")
        return redirect("numbers_reservation", pk=made[0].pk)
    return render(request, "documents/books/numbers.html", page(request.post, form))


@require_safe
def reservation(request, pk):
    return _shown(request, reservation_for(request.post, pk))


def _shown(request, found: Reservation, form: VoidReservedForm | None = None):
    lines = list(found.lines.select_related("document", "book", "by__user").order_by("value"))
    left = [one for one in lines if one.state == NumberLine.State.RESERVED]
    context = {
        "one": found,
        "book": found.book,
        "name": book_name(found.book.direction, found.book.series),
        "bearer": "bản sao" if found.book.direction == "cpy" else "văn bản",
        "lines": [{"line": one, "url": _paper(one), "enter": _enter(one)} for one in lines],
        "left": left,
        "form": form or VoidReservedForm(reservation=found),
        "ticked": {int(value) for value in form.data.getlist("values") if value.isdecimal()}
        if form
        else set(),
    }
    return render(request, "documents/books/reservation.html", context)


@require_safe
@csp_replace(LOCKED)
def sheet(request, pk):
    found = reservation_for(request.post, pk)
    return printed(reserved_sheet(found), f"so-giu-{found.pk}")


@require_POST
def void(request, pk):
    found = reservation_for(request.post, pk)
    form = VoidReservedForm(request.POST, reservation=found)
    if form.is_valid() and tried(
        form, lambda: void_reserved(found, by=request.post, at=timezone.now(), **form.cleaned_data)
    ):
        messages.success(request, f"Đã hủy {len(form.cleaned_data['values'])} số; sổ ghi chữ “Hủy” và lý do.")
        return redirect("numbers_reservation", pk=pk)
    return _shown(request, found, form)


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request, pk):
    """Of what came, the form of a paper from an envelope asks for the number; of what left, this page."""
    line, at = number_line_for(request.post, pk), timezone.now()
    if line.reservation_id is None:
        return redirect("numbers")
    if line.book.direction == "in":
        return redirect(f"{reverse('register_paper')}?reserved={line.pk}")
    if line.book.direction == "cpy":
        return _copied(request, line)
    form, made = EnterForm(sent(request), request.FILES or None, post=request.post, line=line, at=at), []
    if request.method == "POST" and form.is_valid() and tried(
        form, lambda: made.append(enter_reserved(line, by=request.post, at=at, **form.given()))
    ):  # fmt: skip
        messages.success(request, f"Đã vào sổ {made[0].code}.")
        return redirect("numbers_reservation", pk=line.reservation_id)
    open_still = line.state == NumberLine.State.RESERVED and line.book.closed_at is None
    context = {
        "line": line,
        "name": book_name(line.book.direction, line.book.series),
        "form": form if open_still or form.is_bound else None,
        "days": days_of(line, line.book, timezone.localdate(at)) if open_still else None,
        "url": _paper(line),
    }
    return render(request, "documents/books/enter.html", context)


def _copied(request, line: NumberLine):
    """Which paper was copied: found by its number, then its page of copies asks for the rest."""
    said = nfc(request.GET.get("code", ""))[:60].replace("\0", "").strip()
    found = _by_number(request.post, said) if said else []
    context = {
        "line": line,
        "name": book_name(line.book.direction, line.book.series),
        "said": said,
        "found": [(one, f"{reverse('copies', args=[one.pk])}?reserved={line.pk}") for one in found],
        "open": line.state == NumberLine.State.RESERVED and line.book.closed_at is None,
        "url": _paper(line),
    }
    return render(request, "documents/books/enter_copy.html", context)


def _by_number(post: Post, said: str) -> list[Document]:
    """Of the office, by number and notation, or an arrival number; the newest first."""
    rule = Q(code_key=fold_code(said)[:60])
    if said.isascii() and said.isdigit() and len(said) < 10:
        rule |= Q(number=said) | Q(incoming__arrival_number=int(said))
    arrived = Q(direction="in", pk__in=Incoming.objects.visible_to(post).values("pk"))
    made = Q(direction="out", pk__in=Outgoing.objects.visible_to(post).values("pk"))
    there = Document.objects.filter(rule, arrived | made, organisation=post.organisation_id)
    return list(there.order_by("-sorted_at", "-pk")[:FOUND])


def _enter(line: NumberLine) -> str:
    return reverse("numbers_enter", args=[line.pk]) if line.state == NumberLine.State.RESERVED else ""


def _paper(line: NumberLine) -> str:
    if line.document_id is None:
        return ""
    if line.book.direction == "cpy":
        return reverse("copies", args=[line.document_id])
    return reverse("incoming" if line.document.direction == "in" else "outgoing", args=[line.document_id])
