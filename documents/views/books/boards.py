"""Boards that issue under their own name: which there are, a new one, another chair, the end of one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import board_for, may
from documents.actions.books.boards import add_board, change_board
from documents.forms.books.numbers import BoardForm, ChairForm
from documents.models import Board
from documents.views.shared.acting import no_post, sent, tried
from ui.days import WRITTEN


@require_http_methods(["GET", "HEAD", "POST"])
def boards(request):
    if request.post is None:
        return no_post(request)
    if not may(request.post, "set_series"):
        raise PermissionDenied("Chỉ văn thư hoặc quản trị của cơ quan đặt hệ thống số.")
    at = timezone.now()
    today = timezone.localdate(at)
    form = BoardForm(
        sent(request), post=request.post, today=today, initial={"since": today.strftime(WRITTEN)}
    )
    if request.method == "POST" and form.is_valid() and tried(
        form, lambda: add_board(by=request.post, at=at, **form.cleaned_data)
    ):  # fmt: skip
        messages.success(
            request,
            f"Đã đặt hệ thống số {form.cleaned_data['abbreviation']} cho {form.cleaned_data['name']}.",
        )
        return redirect("numbers_boards")
    rows = Board.objects.filter(organisation=request.post.organisation_id).select_related(
        "chair__user", "deputy__user"
    )
    return render(request, "documents/books/boards.html", {"form": form, "boards": rows, "today": today})


@require_http_methods(["GET", "HEAD", "POST"])
def board(request, pk):
    one, at = board_for(request.post, pk), timezone.now()
    written = {
        "deputy": one.deputy_id,
        "deputy_title": one.deputy_title,
        "chair": one.chair_id,
        "chair_title": one.chair_title,
        "ended_on": one.ended_on,
    }
    form = ChairForm(sent(request), post=request.post, today=timezone.localdate(at), initial=written)
    if request.method == "POST" and form.is_valid() and tried(
        form, lambda: change_board(one, by=request.post, at=at, **form.cleaned_data)
    ):  # fmt: skip
        messages.success(request, f"Đã ghi: {one.name}.")
        return redirect("numbers_boards")
    return render(request, "documents/books/board.html", {"board": one, "form": form})
