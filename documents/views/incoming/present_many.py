"""Trình many papers to one leader: the clerk's ticked rows, each presented by itself."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import may
from documents.actions.incoming import reception as desk
from documents.forms.incoming.steps import PresentForm
from documents.models import Incoming
from documents.views.shared.acting import no_post, sent
from documents.views.shared.many import answer, chosen, ticked


@require_http_methods(["GET", "HEAD", "POST"])
def present_many(request):
    return _present(request, "present_many", desk.present, "registered")


@require_http_methods(["GET", "HEAD", "POST"])
def present_again_many(request):
    return _present(request, "present_again_many", desk.present_again, "direction")


def _present(request, name: str, act: Callable, box: str) -> HttpResponse:
    post = request.post
    if post is None:
        return no_post(request)
    if not may(post, "register_paper"):
        raise PermissionDenied("Chỉ văn thư trình văn bản đến.")
    keys, back = ticked(request, "paper"), f"{reverse('incoming_list')}?box={box}"
    found = Incoming.objects.for_list().visible_to(post).filter(direction="in", pk__in=keys)
    papers, wrong = chosen(keys, found, back, request)
    if wrong:
        return wrong
    form = PresentForm(sent(request), post=post, today=timezone.localdate(), holder=None)

    def present(paper: Incoming) -> None:
        act(paper, by=post, at=timezone.now(), **form.cleaned_data)

    def done(papers: list[Incoming]) -> str:
        to, numbers = form.cleaned_data["to"], ", ".join(str(paper.arrival_number) for paper in papers)
        return f"Đã trình {to.user} ({to.title}) {len(papers)} văn bản, số đến {numbers}."

    return answer(
        request,
        f"documents/incoming/{name}.html",
        form=form,
        things=papers,
        act=present,
        done=done,
        back=back,
        select="paper",
        name=name,
    )
