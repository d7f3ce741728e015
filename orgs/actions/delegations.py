"""Looking after another's inbox for a period: given by the holder to a colleague of the same body, in all or in some
kinds of business; also while the holder is away, which is the same with a word to whoever would give him something."""

from collections.abc import Collection
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from orgs.actions.notices import tell
from orgs.actions.refused import Refused
from orgs.models import Business, Delegation, Post, User
from orgs.record import record

LONGEST = 366  # days


def delegate(
    *, post: Post, to: User, valid_from: date, valid_to: date, reason: str, by: User, at: datetime,
    kinds: Collection[str] = (), away: bool = False,
) -> Delegation:  # fmt: skip
    """Gives `to` the inbox of `post` from valid_from to valid_to, both included: for these kinds of `Business`, or for all.
    `away`: its holder is absent, and whoever would give him something is told. It gives no power to sign.

    Raises PermissionDenied for a post not one's own, Refused (a sentence) for impossible dates or people.
    """
    if post.user_id != by.pk:
        raise PermissionDenied("Chỉ người giữ vị trí mới ủy quyền được hộp việc của mình.")
    _check_dates(valid_from, valid_to, timezone.localdate(at))
    _check_person(post, to, valid_from, valid_to)
    try:
        with transaction.atomic():
            # Of two at once the second waits here; at the exclusion constraint each might wait for the other.
            Post.objects.select_for_update(of=("self",), no_key=True).get(pk=post.pk)
            made = Delegation.objects.create(
                post=post, to=to, valid_from=valid_from, valid_to=valid_to, reason=reason, away=away,
                kinds=[kind for kind in Business.values if kind in kinds],
            )  # fmt: skip
            words = f"hộp việc của {post.user} ({post.title}) từ {valid_from:%d/%m/%Y} đến hết {valid_to:%d/%m/%Y}"
            if made.kinds:
                words += f"; chỉ: {made.kinds_label.lower()}"
            if away:
                words += "; trong thời gian này người ủy quyền vắng mặt"
            tell([to], f"Bạn được ủy quyền xử lý {words}.", at=at)
            _note("delegate", made, words, at=at)
            return made
    except IntegrityError:
        raise Refused(_overlap(post, valid_from, valid_to)) from None


@transaction.atomic
def cancel_delegation(delegation: Delegation, *, by: User, at: datetime) -> None:
    """Ends it now; the row stays as history. Refused when it is over or was cancelled before."""
    if delegation.post.user_id != by.pk:
        raise PermissionDenied("Chỉ người ủy quyền mới hủy được.")
    running = Delegation.objects.filter(
        pk=delegation.pk, cancelled_at=None, valid_to__gte=timezone.localdate(at)
    )
    if not running.update(cancelled_at=at):
        raise Refused("Ủy quyền này đã kết thúc hoặc đã được hủy.")
    words = f"hộp việc của {delegation.post.user} ({delegation.post.title})"
    tell([delegation.to], f"Ủy quyền xử lý {words} đã được hủy.", at=at)
    _note("cancel_delegation", delegation, words, at=at)


def _note(kind: str, delegation: Delegation, words: str, *, at: datetime) -> None:
    """By its holder: nobody else gives an inbox away."""
    post = delegation.post
    said = {"user": delegation.to_id, "name": str(delegation.to), "text": words}
    record(kind, post.organisation, by=post, at=at, **said)


def _check_dates(start: date, end: date, today: date) -> None:
    if end < start:
        raise Refused("Ngày kết thúc phải từ ngày bắt đầu trở đi.")
    if start < today:
        raise Refused("Không ủy quyền cho ngày đã qua; hãy chọn từ hôm nay.")
    if (end - start).days > LONGEST:
        raise Refused("Mỗi lần ủy quyền tối đa một năm.")


def _check_person(post: Post, to: User, start: date, end: date) -> None:
    if to.pk == post.user_id:
        raise Refused("Không thể ủy quyền cho chính mình.")
    if not to.is_active:
        raise Refused(f"Tài khoản của {to} đang bị khóa.")
    there = Post.objects.filter(user=to, organisation=post.organisation_id, valid_from__lte=start)
    if not there.filter(Q(valid_to=None) | Q(valid_to__gt=end)).exists():
        raise Refused(f"{to} không giữ vị trí nào tại {post.organisation} trong suốt thời gian này.")


def _overlap(post: Post, start: date, end: date) -> str:
    other = post.delegations.filter(cancelled_at=None, valid_from__lte=end, valid_to__gte=start).first()
    if other is None:
        return "Vừa có một ủy quyền khác trùng thời gian; hãy thử lại."
    return (
        f"Trùng với ủy quyền cho {other.to} từ {other.valid_from:%d/%m/%Y} đến {other.valid_to:%d/%m/%Y}."
        " Hãy hủy ủy quyền đó trước hoặc chọn thời gian khác."
    )
