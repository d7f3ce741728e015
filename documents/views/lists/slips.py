"""Phiếu trình: on which one is to speak, and one's own. The nearest day first where something is waited for."""

from django.db.models import DateField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from documents.boxes import Moment
from documents.deadlines import due_words
from documents.models import Slip, SlipPlace
from documents.views.lists.boxes import FAR, Listed, box_asked, count_words, list_context, shown_of
from documents.views.lists.file import as_file, file_asked
from documents.views.lists.tools import first_view, shown_columns
from documents.views.shared.acting import no_post
from documents.views.shared.rows import moment, state_of
from ui.paging import page_of

OF_PLACES = (
    "waiting",
    "answered",
)  # boxes of those who are to speak; the others are of those who made the slips
BY_DUE = ("waiting", "round", "back", "left")


@require_safe
def slip_list(request):
    post = request.post
    if post is None:
        return no_post(request)
    if first := first_view(request, "slip"):
        return first
    now = moment()
    box, columns = box_asked(request, post, now, "slip", "waiting"), shown_columns(request, "slip")
    of_places, by_due = box.name in OF_PLACES, box.name in BY_DUE
    order = ("due_key", "pk") if by_due else ("-answered_at" if of_places else "-at", "-pk")

    def slips() -> QuerySet:
        return (_places if of_places else _slips)(box.query(post, now))

    def rows_of(some) -> list[dict]:
        row = _place_row if of_places else _of_one_who_left if box.name == "left" else _slip_row
        return columns.put([row(one, now) for one in some], some)

    if file_asked(request):
        return as_file(request, "slip", box.label, slips().order_by(*order), rows_of, columns)

    def listed() -> Listed:
        page = page_of(slips(), request, *order)
        return Listed(rows_of(page.rows), page, count_words(box.query(post, now), "phiếu trình", page))

    found = shown_of(request, "slip", box, now, columns, listed)
    context = list_context(request, "slip", box, columns, found, None)
    return render(request, "documents/lists/slips.html", context | {"by_due": by_due})


def _due(day: str):
    return Coalesce(day, Value(FAR), output_field=DateField())


def _places(found):
    return found.select_related("slip__by__user", "outgoing").annotate(due_key=_due("slip__due_on"))


def _slips(found):
    waits = SlipPlace.objects.filter(slip=OuterRef("pk"), state="waiting").order_by("pk")
    first = Subquery(waits.values("post__user__full_name")[:1])
    return found.select_related("outgoing", "by__user").annotate(due_key=_due("due_on"), first=first)


def _place_row(place: SlipPlace, now: Moment) -> dict:
    waits, slip = place.state == SlipPlace.State.WAITING, place.slip
    return _row(slip, place.outgoing, now, over=not waits) | {
        "url": reverse("slip_answer", args=[slip.pk]) if waits else slip.get_absolute_url(),
        "state": {"label": f"Nhóm {place.group}", "tone": "info"} if waits else state_of(slip),
        "holder": f"{slip.by.user} trình",
        "unread": waits,
    }


def _slip_row(slip: Slip, now: Moment) -> dict:
    return _row(slip, slip.outgoing, now, over=not slip.is_open) | {
        "url": slip.get_absolute_url(),
        "state": state_of(slip),
        "holder": f"Nhóm {slip.turn}: chờ {slip.first}" if slip.is_open and slip.first else "",
        "unread": slip.under_way and not slip.is_open,
    }


def _of_one_who_left(slip: Slip, now: Moment) -> dict:
    """As its page says it: what the slip says may be of a draft that whoever conducts it does not see."""
    return _slip_row(slip, now) | {
        "subject": slip.outgoing.subject[:300],
        "issuer": f"{slip.by.user} trình",
    }


def _row(slip: Slip, paper, now: Moment, *, over: bool) -> dict:
    return {
        "value": slip.pk,
        "number": f"Lần {slip.round}" if slip.round > 1 else "",
        "date": slip.at,
        "notation": paper.code or paper.kind_label,
        "issuer": paper.subject[:100],
        "subject": slip.text[:300],
        "urgency": paper.urgency,
        "due": due_words(slip.due_on, now.today, now.calendar, finished=over),
        "due_on": slip.due_on,
    }
