"""What every page of the desks does the same way."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from documents.journey import NotAllowedNow, check


def no_post(request: HttpRequest) -> HttpResponse:
    """Somebody with an account and no post: says who can help."""
    return render(request, "documents/shared/no_post.html")


def sent(request: HttpRequest):
    """What a form is bound to: nothing on a first look, whatever came (even nothing) on a press."""
    return request.POST if request.method == "POST" else None


def say_still_named(request: HttpRequest, names: list[str]) -> None:
    """A Kính gửi written by hand is left as it is; whom it wrongly names is said."""
    if names:
        messages.warning(
            request,
            f"Kính gửi vẫn ghi {', '.join(names)}, nay không còn trong nơi nhận. Hãy sửa nếu cần.",
        )


def in_time(request: HttpRequest, journey, step: str, form: forms.Form) -> None:
    """Refuses a step that somebody was faster with; what was typed goes along, to be shown."""
    try:
        check(journey, step, by=request.post)
    except NotAllowedNow as refusal:
        refusal.form = form if request.method == "POST" else None
        raise


def acted(
    request: HttpRequest, thing, step: str, form: forms.Form, act: Callable[..., object], **also
) -> bool:
    """One step with a form, to its end: False while there is something to show, on a first look or with what does not
    fit yet. `act` takes the thing, what the form has been given and `also`. Raises NotAllowedNow as `in_time` does."""
    in_time(request, thing, step, form)
    if request.method != "POST" or not form.is_valid():
        return False
    given = (form.given() if hasattr(form, "given") else form.cleaned_data) | also
    return tried(form, lambda: act(thing, by=request.post, at=timezone.now(), **given))


def tried(form: forms.Form, act: Callable[[], object]) -> bool:
    """Runs an action. What it refuses as unfit stands on the form, with everything that was typed; when somebody was
    faster, the form goes along with the refusal."""
    try:
        act()
    except NotAllowedNow as refusal:
        refusal.form = form
        raise
    except ValidationError as error:
        known = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
        form.add_error(None, error if known else ValidationError(error.messages))
        return False
    return True
