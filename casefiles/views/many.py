"""Đưa vào hồ sơ many papers at once, from the lists of what is done: each by itself, with its own result."""

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from casefiles.actions.items import file_paper
from casefiles.forms.cases import FileForm
from documents.access import may
from documents.models import Incoming, Outgoing
from documents.views.shared.acting import no_post, sent
from documents.views.shared.many import answer, chosen, ticked


@require_http_methods(["GET", "HEAD", "POST"])
def file_many(request):
    post = request.post
    if post is None:
        return no_post(request)
    if not may(post, "open_file"):
        raise PermissionDenied("Vai trò này không lập hồ sơ.")
    keys = ticked(request, "paper")
    # The ticked rows come from one list: papers that came, or papers that were issued.
    found = list(Incoming.objects.visible_to(post).filter(pk__in=keys))
    back = f"{reverse('incoming_list')}?box=completed"
    if not found:
        found = list(Outgoing.objects.visible_to(post).filter(pk__in=keys))
        back = f"{reverse('outgoing_list')}?box=issued" if found else back
    papers, wrong = chosen(keys, found, back, request)
    if wrong:
        return wrong
    form = FileForm(sent(request), post=post)

    def file(paper) -> None:
        file_paper(form.cleaned_data["case"], paper, by=post, at=timezone.now())

    def done(papers: list) -> str:
        return f"Đã đưa {len(papers)} văn bản vào hồ sơ {form.cleaned_data['case'].code}."

    return answer(
        request, "casefiles/file_many.html", form=form, things=papers, act=file, done=done, back=back, select="paper",
        name="file_many",
    )  # fmt: skip
