"""Presses on the form of a draft that save nothing: they put something in the place of what was typed, and the form is shown
again. One of them, the office's standing lines, is an act of its own."""

from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict

from documents.access import may
from documents.actions.outgoing.drafts import WRITTEN
from documents.actions.outgoing.templates import keep_standing, standing_lines
from documents.forms.outgoing.draft import DraftForm, tidy
from documents.forms.outgoing.from_word import proposed
from documents.kinds import CHOICES
from documents.layout.gaps import filled, gaps
from documents.phrases import DRAFTING

_STANDING = ("bases", "other_recipients")


@dataclass
class Pressed:
    """What the form holds now, what its page says besides, and the answer's status."""

    data: QueryDict
    more: dict = field(default_factory=dict)
    status: int = 200


def pressed(request: HttpRequest, at: datetime) -> Pressed | None:
    """None where nothing of the kind was pressed."""
    for name, act in _PRESSES.items():
        if name in request.POST:
            return act(request, at)
    return None


def tools_of(form: DraftForm, request: HttpRequest) -> dict:
    """What the page of the form offers."""
    texts = [str(form[name].value() or "") for name in WRITTEN]
    return {
        "gaps": gaps(texts),
        "may_keep_standing": may(request.post, "keep_standing"),
        "phrases": DRAFTING,
    }


def _from_word(request: HttpRequest, at: datetime) -> Pressed:
    """What a Word file says. Nothing of the file is kept."""
    data = request.POST.copy()
    try:
        found = proposed(request.FILES.get("word"), post=request.post, at=at)
    except ValidationError as error:
        return Pressed(data, {"word_problem": " ".join(error.messages)}, 422)
    for name, value in found.values.items():
        data[name] = value
    chosen = [*data.getlist("recipients"), *map(str, found.recipients)]
    data.setlist("recipients", list(dict.fromkeys(chosen)))
    return Pressed(data, {"word_said": found.said})


def _fill(request: HttpRequest, at: datetime) -> Pressed:
    data = request.POST.copy()
    values = dict(zip(request.POST.getlist("gap_name"), request.POST.getlist("gap_value"), strict=False))
    for name in WRITTEN:
        data[name] = filled(data.get(name, ""), values)
    return Pressed(data)


def _add_standing(request: HttpRequest, at: datetime) -> Pressed:
    data = request.POST.copy()
    kept = standing_lines(request.post, data.get("kind", ""))
    if kept is None:
        return Pressed(
            data, {"standing_said": "Cơ quan chưa ghi nhớ căn cứ, nơi nhận nào cho loại văn bản này."}
        )
    for name in _STANDING:
        typed = tidy(data.get(name, "")).split("\n")
        there = {line.strip(" ;.,-") for line in typed}
        more = [line for line in getattr(kept, name).split("\n") if line.strip(" ;.,-") not in there]
        data[name] = "\n".join(line for line in (*typed, *more) if line.strip())
    return Pressed(
        data, {"standing_said": "Đã thêm căn cứ, nơi nhận thường dùng của cơ quan; chưa lưu dự thảo."}
    )


def _keep_standing(request: HttpRequest, at: datetime) -> Pressed:
    data = request.POST.copy()
    kind = data.get("kind", "")
    if kind not in dict(CHOICES):
        return Pressed(data, {"standing_problem": "Hãy chọn loại văn bản."}, 422)
    lines = {name: tidy(data.get(name, ""))[: 4000 if name == "bases" else 2000] for name in _STANDING}
    try:
        keep_standing(by=request.post, at=at, kind=kind, **lines)
    except ValidationError as error:
        return Pressed(data, {"standing_problem": " ".join(error.messages)}, 422)
    said = f"Đã ghi nhớ căn cứ, nơi nhận cho loại “{dict(CHOICES)[kind]}”. Dự thảo chưa lưu."
    return Pressed(data, {"standing_said": said})


_PRESSES = {
    "from_word": _from_word, "fill_gaps": _fill, "add_standing": _add_standing, "keep_standing": _keep_standing,
}  # fmt: skip
