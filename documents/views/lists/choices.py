"""Cột và bộ lọc đã lưu: one page for each list, of the person at the keyboard alone. Find, do, answer."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from documents.actions import list_choices as kept
from documents.actions.metadata.own_fields import fields_of
from documents.boxes import SECTIONS, box_for
from documents.kinds import CHOICES_IN
from documents.models import Urgency
from documents.models.list_choice import ListChoice
from documents.views.lists.columns import ALWAYS, MORE, MOST_MORE, Column, columns_of, own_columns
from documents.views.lists.tools import ADDRESSES
from documents.views.shared.acting import no_post


@require_http_methods(["GET", "HEAD", "POST"])
def list_choices(request):
    if request.post is None:
        return no_post(request)
    said = request.POST if request.method == "POST" else request.GET
    section = said.get("list", "")
    if section not in ListChoice.Section.values:
        section = ListChoice.Section.INCOMING
    here, query = reverse(ADDRESSES[section]), kept.meant(said.get("query", ""))
    typed = ""
    if request.method == "POST":
        try:
            if leads := _change(request, section, here, query):
                return leads
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            typed = request.POST.get("name", "")[: kept.LONGEST_NAME]
    choice = kept.choice_of(request.user, section)
    there = _there(request, section)
    shown = columns_of(section, choice.columns, own_columns(section, fields_of(request.post.organisation_id)))
    context = {
        "section": section,
        "title": ListChoice.Section(section).label,
        "here": here,
        "back": f"{here}?{query}" if query else here,
        "query": query,
        "asked": _in_words(request, section, query),
        "typed": typed,
        "longest": kept.LONGEST_NAME,
        "filters": [
            {
                "name": name,
                "url": f"{here}?{one}",
                "words": _in_words(request, section, one),
                "first": name == choice.first,
            }
            for name, one in choice.filters
        ],
        "opens": section != "search",
        "always": [
            (name, label, name not in shown.hidden) for name, label in ALWAYS.get(section, {}).items()
        ],
        "more": [(one.name, one.label, one in shown.more) for one in there],
        "most_more": MOST_MORE,
    }
    return render(request, "documents/lists/choices.html", context)


def _change(request: HttpRequest, section: str, here: str, query: str) -> HttpResponse | None:
    """What the button says; None for one that is not there. Raises ValidationError with what does not fit."""
    said, user = request.POST, request.user
    name, old = said.get("name", ""), said.get("old", "")
    do = next(
        (
            one
            for one in ("save", "columns", "usual", "rename", "remove", "first", "not_first")
            if one in said
        ),
        "",
    )
    again = f"{reverse('list_choices')}?{urlencode({'list': section, 'query': query})}"
    if do == "save":
        kept.save_filter(user, section, name=name, query=query)
        messages.success(request, "Đã lưu bộ lọc; nó đứng phía trên danh sách.")
        return redirect(f"{here}?{query}")
    if do in ("columns", "usual"):
        kept.choose_columns(
            user, section, _columns(request, section, said.getlist("column")) if do == "columns" else []
        )
        messages.success(request, "Đã chọn cột cho danh sách này.")
        return redirect(f"{here}?{query}" if query else here)
    if do == "rename":
        kept.rename_filter(user, section, old=old, name=name)
        messages.success(request, "Đã đổi tên bộ lọc.")
    elif do == "remove":
        kept.remove_filter(user, section, name=old)
        messages.success(request, f"Đã xóa bộ lọc “{old[: kept.LONGEST_NAME]}”.")
    elif do in ("first", "not_first"):
        kept.open_first(user, section, name=old if do == "first" else "")
        messages.success(request, "Đã chọn cách mở danh sách.")
    return redirect(again)


def _there(request: HttpRequest, section: str) -> list[Column]:
    return MORE.get(section, []) + own_columns(section, fields_of(request.post.organisation_id))


def _columns(request: HttpRequest, section: str, ticked: list[str]) -> list[str]:
    """Raises ValidationError where the subject would have no room. Nothing but the subject is a choice too."""
    more = [one.name for one in _there(request, section) if one.name in ticked]
    if len(more) > MOST_MORE:
        raise ValidationError(f"Chọn thêm nhiều nhất {MOST_MORE} cột, để trích yếu còn chỗ.")
    return [name for name in ALWAYS.get(section, {}) if name in ticked] + more or ["subject"]


def _in_words(request: HttpRequest, section: str, query: str) -> str:
    """What a filter asks for, as a person reads it."""
    asked = QueryDict(query).dict()
    box = box_for(request.post, section, asked["box"]) if section in SECTIONS and "box" in asked else None
    urgency = asked.get("urgency", "")
    said = [
        box.label if box else asked.get("box", ""),
        f"“{asked['q']}”" if "q" in asked else "",
        dict(CHOICES_IN).get(asked.get("kind"), ""),
        dict(Urgency.choices).get(int(urgency), "") if urgency in {"0", "1", "2", "3"} else "",
        {"in": "Văn bản đến", "out": "Văn bản đi"}.get(asked.get("direction"), ""),
        f"từ {asked['from']}" if "from" in asked else "",
        f"đến {asked['to']}" if "to" in asked else "",
    ]
    return " · ".join(word for word in said if word)
