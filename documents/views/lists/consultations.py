"""Ý kiến: whom one is to answer, whom one asked. The nearest day first where something is waited for."""

from django.db.models import Count, DateField, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from documents.boxes import Moment
from documents.deadlines import due_words
from documents.models import Asked, Consultation
from documents.views.lists.boxes import FAR, Listed, box_asked, count_words, list_context, shown_of
from documents.views.lists.file import as_file, file_asked
from documents.views.lists.tools import first_view, shown_columns
from documents.views.shared.acting import no_post
from documents.views.shared.rows import moment
from ui.paging import page_of

OF_ASKED = ("asked", "answered")  # boxes of those who are asked; the others are of those who ask
WAITING = ("asked", "asking", "left")


@require_safe
def consultation_list(request):
    post = request.post
    if post is None:
        return no_post(request)
    if first := first_view(request, "consultation"):
        return first
    now = moment()
    columns = shown_columns(request, "consultation")
    box = box_asked(request, post, now, "consultation", "asked")
    waits, of_asked = box.name in WAITING, box.name in OF_ASKED
    order = ("due_key", "pk") if waits else ("-answered_at" if of_asked else "-at", "-pk")

    def found() -> QuerySet:
        return (_asked if of_asked else _asking)(box.query(post, now))

    def rows_of(some) -> list[dict]:
        row = _asked_row if of_asked else _of_one_who_left if box.name == "left" else _asking_row
        return columns.put([row(one, now) for one in some], some)

    if file_asked(request):
        return as_file(request, "consultation", box.label, found().order_by(*order), rows_of, columns)

    def listed() -> Listed:
        page = page_of(found(), request, *order)
        return Listed(rows_of(page.rows), page, count_words(box.query(post, now), "lần", page))

    found_rows = shown_of(request, "consultation", box, now, columns, listed)
    context = list_context(request, "consultation", box, columns, found_rows, None)
    return render(request, "documents/lists/consultations.html", context | {"by_due": waits})


def _asked(found):
    due = Coalesce("consultation__due_on", Value(FAR), output_field=DateField())
    return found.select_related("consultation__by__user", "document").annotate(due_key=due)


def _asking(found):
    due = Coalesce("due_on", Value(FAR), output_field=DateField())
    return found.select_related("document", "by__user").annotate(
        due_key=due, total=Count("asked"), given=Count("asked", filter=Q(asked__state=Asked.State.ANSWERED))
    )


def _asked_row(asked: Asked, now: Moment) -> dict:
    consultation = asked.consultation
    waits = asked.state == Asked.State.WAITING
    return _row(consultation, asked.document, now, over=not waits) | {
        "url": reverse("opinion", args=[consultation.pk]) if waits else consultation.get_absolute_url(),
        "state": {"label": consultation.get_kind_display(), "tone": "info" if waits else "calm"},
        "holder": f"{consultation.by.user} hỏi",
        "unread": waits,
    }


def _asking_row(consultation: Consultation, now: Moment) -> dict:
    over = not consultation.is_open
    return _row(consultation, consultation.document, now, over=over) | {
        "url": consultation.get_absolute_url(),
        "state": {"label": consultation.get_kind_display(), "tone": "calm" if over else "info"},
        "holder": f"{consultation.given}/{consultation.total} người đã cho ý kiến",
        "unread": False,
    }


def _of_one_who_left(consultation: Consultation, now: Moment) -> dict:
    """As its page says it: what was asked may speak of a draft that whoever conducts it does not see."""
    return _asking_row(consultation, now) | {
        "subject": consultation.document.subject[:300],
        "issuer": f"{consultation.by.user} hỏi",
    }


def _row(consultation: Consultation, paper, now: Moment, *, over: bool) -> dict:
    return {
        "value": consultation.pk,
        "number": "",
        "date": consultation.at,
        "notation": paper.code or paper.kind_label,
        "issuer": paper.subject[:100],
        "subject": consultation.question[:300],
        "urgency": paper.urgency,
        "due": due_words(consultation.due_on, now.today, now.calendar, finished=over),
        "due_on": consultation.due_on,
    }
