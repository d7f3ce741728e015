"""What stands around every list: its first view, the filters kept above it, its columns, what is done with many rows."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from documents.access import may
from documents.actions.list_choices import choice_of, meant
from documents.actions.metadata.own_fields import fields_of
from documents.boxes import SECTIONS, Box, box_for
from documents.forms.work.people import HEADS
from documents.views.lists.columns import Columns, columns_of, own_columns
from orgs.models import Post, Role

ADDRESSES = {section: f"{section}_list" for section in SECTIONS} | {"search": "search"}
PRESENTED = {
    "registered": ("present_many", "Trình các văn bản đã chọn"),
    "direction": ("present_again_many", "Trình người khác các văn bản đã chọn"),
}
IN_HAND = ("new", "doing", "soon", "overdue")
_DECLARED: dict[
    tuple[str, str], tuple[str, str, str]
] = {}  # section and box → power, name of the address, label


def declare_many(section: str, box: str, *, power: str, name: str, label: str) -> None:
    """What an upper floor does with the ticked papers of a box, for whoever has the power; told once, when it is ready."""
    _DECLARED[section, box] = (power, name, label)


def first_view(request: HttpRequest, section: str) -> HttpResponse | None:
    """Where the bare address of a list leads to, when the person has chosen so, and it is there for this post."""
    if request.GET:
        return None
    query = opens_first(request.user, request.post, section)
    return redirect(f"{reverse(ADDRESSES[section])}?{query}") if query else None


def opens_first(user, post: Post, section: str) -> str:
    """The query of the filter that opens first; "" for none, or one of a box that this post does not have."""
    choice = choice_of(user, section)
    query = choice.query_of(choice.first) if choice.first else ""
    box = QueryDict(query).get("box")
    return "" if box and section in SECTIONS and box_for(post, section, box) is None else query


def shown_columns(request: HttpRequest, section: str) -> Columns:
    """Those the person has chosen; in a spreadsheet, which has room, also every field of the office's own."""
    own = own_columns(section, fields_of(request.post.organisation_id))
    found = columns_of(section, choice_of(request.user, section).columns, own)
    if request.GET.get("as") != "xlsx":
        return found
    return replace(found, more=found.more + [one for one in own if one not in found.more])


def tools(request: HttpRequest, section: str, columns: Columns) -> dict:
    """For the page of a list: `saved` filters, where they and the columns are chosen, the file; the columns themselves."""
    here, query = reverse(ADDRESSES[section]), request.GET.urlencode()
    asked = meant(query)
    saved = [
        {"label": name, "url": f"{here}?{kept}", "active": kept == asked}
        for name, kept in choice_of(request.user, section).filters
    ]
    again = request.GET.copy()
    for name in ("older", "newer", "as"):
        again.pop(name, None)
    again["as"] = "xlsx"
    return {
        "saved": saved,
        "choose_url": f"{reverse('list_choices')}?{urlencode({'list': section, 'query': asked})}",
        "file_url": f"{here}?{again.urlencode()}",
        "word_url": f"{here}?{again.urlencode().replace('as=xlsx', 'as=docx')}",
        "pdf_url": f"{here}?{again.urlencode().replace('as=xlsx', 'as=pdf')}",
        "hide": columns.hide,
        "more": [one.label for one in columns.more],
    }


def many_of(post: Post, section: str, box: Box) -> dict | None:
    """What may be done with ticked rows of this box: where, in which words, and by what name the rows are sent.

    Where an upper floor does it, the page knows the address.
    """
    if section == "incoming" and post.role == Role.CLERK and box.name in PRESENTED:
        name, label = PRESENTED[box.name]
        return {"url": reverse(name), "label": label, "select": "paper"}
    if section == "work" and post.role in HEADS and box.name in IN_HAND:
        return {"url": reverse("hand_on_many"), "label": "Giao tiếp các việc đã chọn", "select": "task"}
    if section == "outgoing" and box.name == "signature" and post.in_person:
        return {"url": "", "label": "Ký các văn bản đã chọn", "select": "paper"}
    if (section, box.name) in _DECLARED:
        power, name, label = _DECLARED[section, box.name]
        if may(post, power):
            return {"url": reverse(name), "label": label, "select": "paper"}
    return None
