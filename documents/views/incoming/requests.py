"""The clerk answers a sender who asks for its paper back, or changes what it wrote about it. Find, do, answer."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import incoming_for, may
from documents.actions.requests import change as changes
from documents.actions.requests import recall as recalls
from documents.actions.requests.answer import waiting
from documents.forms.incoming.steps import ChangeForm, RecallForm
from documents.models import Incoming
from documents.views.incoming.page import asked_of
from documents.views.incoming.paper import step_page
from documents.views.shared.acting import in_time, sent, tried

_ANSWERED = "Câu trả lời được gửi cho nơi gửi."


@require_http_methods(["GET", "HEAD", "POST"])
def recall(request, pk):
    """The sender asks the paper back: cancelled here, or kept with a reason."""
    paper = incoming_for(request.post, pk)
    waiting(paper)
    form = RecallForm(sent(request))
    in_time(request, paper, "recall", form)
    return _answer(
        request, paper, form, "recall",
        {
            "agree": (lambda **who: recalls.agree(paper, **who), f"Đã hủy văn bản. {_ANSWERED}"),
            "refuse": (_refusing(paper, form, recalls.refuse), f"Đã từ chối thu hồi. {_ANSWERED}"),
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change(request, pk):
    """The sender changes what is written about the paper: taken over here, or not, with a reason."""
    paper = incoming_for(request.post, pk)
    asked = waiting(paper, update=True)
    if not may(request.post, "answer_change", paper):
        raise PermissionDenied("Chỉ văn thư của cơ quan trả lời yêu cầu cập nhật.")
    form = ChangeForm(sent(request), marked=bool(asked.secrecy_marks), invalid=asked.has_invalid_signature)
    return _answer(
        request, paper, form, "change",
        {
            "agree": (
                lambda **who: changes.change(paper, **_confirmed(form), **who),
                f"Đã cập nhật. {_ANSWERED}",
            ),
            "refuse": (_refusing(paper, form, changes.keep_as_it_is), f"Đã từ chối cập nhật. {_ANSWERED}"),
        },
    )  # fmt: skip


def _confirmed(form: ChangeForm) -> dict:
    """What the clerk has said of the new files, as far as it was asked."""
    return {
        name: form.cleaned_data[name] for name in ("not_secret", "acceptance_reason") if name in form.fields
    }


def _refusing(paper: Incoming, form, act: Callable) -> Callable:
    return lambda **who: act(paper, reason=form.cleaned_data["reason"], **who)


def _answer(
    request, paper: Incoming, form, name: str, answers: dict[str, tuple[Callable, str]]
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        act, done = answers[form.cleaned_data["answer"]]
        if tried(form, lambda: act(by=request.post, at=timezone.now())):
            messages.success(request, done)
            return redirect(paper)
    return step_page(request, paper, form, f"incoming/{name}", **asked_of(paper))
