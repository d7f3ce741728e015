"""One act on many rows: each by its own right, in its own transaction, with its own result."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from documents.journey import NotAllowedNow
from ui.ids import parse_ids

MOST = 50  # rows at once: a page of a list
TOO_MANY = f"Mỗi lần làm nhiều nhất {MOST} dòng. Hãy chọn ít hơn."
NONE_TICKED = "Chưa chọn dòng nào. Hãy đánh dấu các dòng cần làm."


@dataclass(frozen=True)
class Result:
    """Of one row: done, or the sentence why not."""

    done: bool
    words: str = ""


def ticked(request: HttpRequest, name: str) -> list[int]:
    """The keys of the rows that were ticked in the list (its form asks) or on the page of the act (its form sends)."""
    said = request.POST if request.method == "POST" else request.GET
    return list(dict.fromkeys(parse_ids(said.getlist(name))))


def chosen(keys: list[int], found: Iterable, back: str, request: HttpRequest):
    """The rows in the order of the list one came from; or an answer that says what is wrong with the choice.

    Raises 404 when one of them is not among those this post sees.
    """
    if not keys or len(keys) > MOST:
        messages.warning(request, TOO_MANY if keys else NONE_TICKED)
        return None, redirect(back)
    by_key = {thing.pk: thing for thing in found}
    if set(by_key) != set(keys):
        raise Http404
    return [by_key[key] for key in keys], None


def each(things: Iterable, act: Callable[[object], object]) -> dict[int, Result]:
    """By the key of each. What one is refused keeps none of the others; pressed again, what is done is refused."""
    return {thing.pk: _result(thing, act) for thing in things}


def _result(thing, act: Callable[[object], object]) -> Result:
    try:
        act(thing)
    except (NotAllowedNow, PermissionDenied) as refusal:
        return Result(False, str(refusal))
    except ValidationError as error:
        return Result(False, " ".join(error.messages))
    return Result(True)


def answer(
    request: HttpRequest, template: str, *, form, things: list, act: Callable, done: Callable[[list], str],
    back: str, select: str, look: bool = False, **context,
) -> HttpResponse:  # fmt: skip
    """The page of an act on many: its form and the rows; after the press what became of each, and the failed ones
    ticked for another try. Where all went well, the list again, which says so. `look`: a press that sends nothing."""
    results = {}
    if request.method == "POST" and not look and form.is_valid():
        results = each(things, act)
        if all(one.done for one in results.values()):
            messages.success(request, done(things))
            return redirect(back)
    rows = [{"thing": thing, "result": results.get(thing.pk)} for thing in things]
    context |= {
        "form": form,
        "rows": rows,
        "results": [row for row in rows if row["result"]],
        "count": sum(1 for row in rows if row["result"] and row["result"].done),
        "back": back,
        "select": select,
    }
    return render(request, template, context)
