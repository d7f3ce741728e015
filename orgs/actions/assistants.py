"""A leader names who prepares directions for him, and ends it. It gives no power, so he does it alone: the post of an
assistant, which reads the office's papers, was given by two (orgs.actions.proposals)."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from orgs.access import may_name_assistants
from orgs.actions.notices import tell
from orgs.actions.refused import Refused
from orgs.models import Assistant, Post, Role
from orgs.record import record


def name_assistant(*, leader: Post, post: Post, told: bool, at: datetime) -> Assistant:
    """`post` may prepare directions on what is presented to `leader`, who names it; `told`: and hears of what he hears of.

    Raises PermissionDenied for a post nothing is presented to, or one in other hands; Refused for whom cannot be named.
    """
    if not may_name_assistants(leader):
        raise PermissionDenied("Chỉ lãnh đạo, chánh văn phòng tự mình cử trợ lý.")
    _check(leader, post, at)
    try:
        with transaction.atomic():
            made = Assistant.objects.create(leader=leader, post=post, told=told, named_at=at)
            more = " Bạn cùng nhận thông báo với lãnh đạo." if told else ""
            text = f"Bạn được cử làm trợ lý của {leader.user} ({leader.title}): chuẩn bị ý kiến để lãnh đạo xác nhận.{more}"
            tell([post.user], text, at=at)
            _note("name_assistant", made, at=at)
            return made
    except IntegrityError:
        raise Refused(f"{post.user} đang là trợ lý của bạn.") from None


@transaction.atomic
def end_assistant(assistant: Assistant, *, by: Post, at: datetime) -> None:
    """From now on nothing is prepared, nothing that waits can be confirmed, and nothing is told any more."""
    if not (by.pk == assistant.leader_id and by.in_person):
        raise PermissionDenied("Chỉ lãnh đạo đã cử mới cho thôi được.")
    if not Assistant.objects.filter(pk=assistant.pk, ended_at=None).update(ended_at=at):
        raise Refused("Việc cử trợ lý này đã kết thúc trước đó.")
    text = f"Bạn thôi làm trợ lý của {assistant.leader.user} ({assistant.leader.title})."
    tell([assistant.post.user], text, at=at)
    _note("end_assistant", assistant, at=at)


def _check(leader: Post, post: Post, at: datetime) -> None:
    day = timezone.localdate(at)
    if post.role != Role.ASSISTANT or post.organisation_id != leader.organisation_id:
        raise Refused("Chỉ cử được người giữ vị trí thư ký, trợ lý của cơ quan.")
    if post.user_id == leader.user_id:
        raise Refused("Không thể cử chính mình.")
    if not post.user.is_active or not Post.objects.on(day).filter(pk=post.pk).exists():
        raise Refused(f"{post.user} không còn giữ vị trí này hoặc tài khoản đang bị khóa.")


def _note(kind: str, assistant: Assistant, *, at: datetime) -> None:
    post = assistant.post
    told = ", cùng nhận thông báo" if assistant.told and kind == "name_assistant" else ""
    said = {"user": post.user_id, "name": str(post.user), "text": f"{post.user} ({post.title}){told}"}
    record(kind, assistant.leader.organisation, by=assistant.leader, at=at, **said)
