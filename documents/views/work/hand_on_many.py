"""Giao tiếp many of one's own tasks to the same people: each handed on by itself, with its own deadline kept."""

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.actions.work import assignments as work
from documents.actions.work.receivers import name_of
from documents.forms.work.people import HEADS
from documents.models import Assignment
from documents.phrases import HAND_ON
from documents.views.shared.acting import no_post
from documents.views.shared.many import answer, chosen, ticked
from documents.views.work.directions import people_form


@require_http_methods(["GET", "HEAD", "POST"])
def hand_on_many(request):
    post = request.post
    if post is None:
        return no_post(request)
    if post.role not in HEADS:
        raise PermissionDenied("Chỉ lãnh đạo, chánh văn phòng và trưởng phòng giao tiếp việc.")
    keys, back = ticked(request, "task"), f"{reverse('work_list')}?box=new"
    found = Assignment.objects.for_list().of(post).filter(pk__in=keys)
    tasks, wrong = chosen(keys, found, back, request)
    if wrong:
        return wrong
    form = people_form(request, phrases=HAND_ON, initial={})
    form.fields["lead"].required = True
    form.fields["due_on"].label = "Thời hạn chung, để trống thì mỗi việc giữ hạn của mình"

    def hand_on(task: Assignment) -> None:
        work.hand_on(task, by=post, at=timezone.now(), **form.given())

    def done(tasks: list[Assignment]) -> str:
        papers = ", ".join(str(task.incoming.arrival_number) for task in tasks if task.incoming)
        titles = ", ".join(f"“{task.task.title}”" for task in tasks if task.task)
        about = (papers and f", văn bản số đến {papers}") + (titles and f", nhiệm vụ {titles}")
        return f"Đã giao {name_of(form.given()['lead'])} chủ trì {len(tasks)} việc{about}."

    return answer(
        request, "documents/work/hand_on_many.html", form=form, things=tasks, act=hand_on, done=done, back=back, select="task",
        look="look" in request.POST, name="hand_on_many",
    )  # fmt: skip
