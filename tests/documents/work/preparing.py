"""A leader's assistant, and what is prepared, by the office's own acts."""

from django.utils import timezone

from documents.actions.work import prepared as acts
from documents.models import PreparedDirection
from orgs.actions import name_assistant
from orgs.models import Assistant, Role
from tests.documents.desks import presented

WORDS = "Giao Phòng Tổ chức tham mưu."


def assistant_of(office, leader, name: str = "thuy", *, told: bool = False) -> Assistant:
    """`office.thuy` is the secretary of `leader`; made once in an office."""
    if not hasattr(office, name):
        setattr(
            office, name, office.post(name, "Lý Thanh Thủy", office.home_affairs, Role.ASSISTANT, "Thư ký")
        )
    named = Assistant.objects.filter(leader=leader, post=getattr(office, name), ended_at=None).first()
    return named or name_assistant(leader=leader, post=getattr(office, name), told=told, at=timezone.now())


def prepared(office, paper=None, *, by=None, **changed) -> PreparedDirection:
    given = {"text": WORDS, "lead": office.hoa, "support": [office.minh], "info": [office.thao]}
    given |= {"due_on": None, "product": "Công văn trả lời", "at": timezone.now()}
    return acts.prepare(paper or presented(office), by=by or office.thuy, **given | changed)
