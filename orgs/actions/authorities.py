"""Giving and ending the right to sign (decree 30/2020 art. 13). Nothing is ever changed: one ends, another begins.

Who gives: the head of the body (or who acts as head) in person; the organisation's administrator and the operator,
who record a decision made on paper, so that a new office is not locked out by a head without an account. The document
it rests on is named in every case. An office or room head passes on his TL. to his own deputy, and nothing else.
"""

import logging
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from orgs.access import may_end_authority, may_grant
from orgs.actions.notices import tell
from orgs.actions.proposals import ask_for_two
from orgs.actions.refused import Refused
from orgs.authority import deputises, full_title, head_of, is_deputy, mark
from orgs.kinds import KINDS, kind_names
from orgs.law import cited
from orgs.models import Organisation, Post, Proposal, Role, SigningAuthority, User
from orgs.record import record

logger = logging.getLogger(__name__)
Capacity = SigningAuthority.Capacity
BY_POST = "Theo vị trí công tác"
LONGEST = timedelta(
    days=366
)  # of an authorisation; a longer need is a matter for the working regulation (TL.)
_NUMBER = re.compile(r"\d+\s*/\s*\S+")
_CLAUSE = re.compile(r"\b(điều|khoản|điểm)\s+\w", re.IGNORECASE)


@transaction.atomic
def grant(
    *,
    post: Post,
    capacity: str,
    basis: str,
    valid_from: datetime,
    by: Post,
    at: datetime,
    basis_on: date | None = None,
    valid_to: datetime | None = None,
    kinds: Sequence[str] = (),
    scope: str = "",
    own_power: bool = False,
    through: SigningAuthority | None = None,
    confirmed: Proposal | None = None,
) -> SigningAuthority:
    """Gives the holder of `post` the right to sign in that capacity, from valid_from until just before valid_to.

    `own_power`: in a collective body, KT. or Q. for the head's own powers, without "TM.". `through`: the TL. that is
    passed on. No page does it alone: they propose, and another confirms (`orgs.actions.powers`).
    Raises PermissionDenied (not yours to give), Refused (a sentence), NeedsTwo.
    """
    body = post.organisation
    ask_for_two(
        by, confirmed, "grant_authority", at=at, organisation=body, subject=post.user, post=post.pk,
        capacity=capacity, through=through.pk if through else None, kinds=list(kinds), basis=basis,
    )  # fmt: skip
    # One grant at a time in a body: what is checked below is still so when the row is written.
    list(Organisation.objects.select_for_update(no_key=True).filter(pk=body.pk).values_list("pk"))
    new = grantable(
        post=post, capacity=capacity, basis=basis, valid_from=valid_from, by=by, at=at, basis_on=basis_on,
        valid_to=valid_to, kinds=kinds, scope=scope, own_power=own_power, through=through,
    )  # fmt: skip
    new.save(force_insert=True)
    words = f"{mark(new) or new.get_capacity_display()}: {full_title(post)}, căn cứ: {new.basis}"
    _note("grant_authority", new, words, by=by, at=at, proposal=confirmed.pk)
    return new


def grantable(
    *,
    post: Post,
    capacity: str,
    basis: str,
    valid_from: datetime,
    by: Post,
    at: datetime,
    basis_on: date | None = None,
    valid_to: datetime | None = None,
    kinds: Sequence[str] = (),
    scope: str = "",
    own_power: bool = False,
    through: SigningAuthority | None = None,
) -> SigningAuthority:
    """The row `grant` would write, unwritten; raises as it does."""
    body = post.organisation
    _ask(by, body, capacity, through, at)
    new = SigningAuthority(
        organisation=body, post=post, capacity=capacity, through=through, scope=scope.strip(), kinds=list(kinds),
        on_behalf=capacity == Capacity.ON_BEHALF
        or (body.collective and not own_power and capacity in (Capacity.FOR_HEAD, Capacity.ACTING)),
        basis=_basis(capacity, basis.strip(), basis_on, timezone.localdate(at)),
        valid_from=valid_from, valid_to=valid_to, granted_by=by.user, granted_at=at,
    )  # fmt: skip
    _check_person(new)
    _check_time(new, at)
    _check_content(new)
    _check_alone(new)
    return new


@transaction.atomic
def end(authority: SigningAuthority, *, by: Post, at: datetime, reason: str) -> None:
    """Ends it at that second, with everything passed on from it. Raises PermissionDenied, Refused."""
    if not may_end_authority(by, authority, at):
        raise PermissionDenied("Chỉ người đứng đầu cơ quan hoặc quản trị đơn vị kết thúc được thẩm quyền ký.")
    if not reason.strip():
        raise Refused("Hãy ghi lý do kết thúc, ví dụ số quyết định thu hồi.")
    running = SigningAuthority.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=at), pk=authority.pk, ended_at=None
    )
    if not running.update(ended_at=at, ended_by=by.user, end_reason=reason.strip()[:300]):
        raise Refused("Thẩm quyền này đã kết thúc từ trước.")
    words = f"{mark(authority) or authority.get_capacity_display()}: {full_title(authority.post)}"
    tell([authority.post.user], f"Thẩm quyền ký của bạn đã kết thúc: {words}. Lý do: {reason.strip()}", at=at)
    _note("end_authority", authority, words, by=by, at=at, reason=reason.strip()[:300])


def with_post(
    post: Post, *, at: datetime, by: User | None = None, basis: str = BY_POST
) -> SigningAuthority | None:
    """The right that comes with a post from its first day: head, deputy of the head, head of the office.

    None for a post that brings none. Safe to call again.
    """
    capacity = _standard(post)
    if capacity is None:
        return None
    on_behalf = post.organisation.collective and capacity in (Capacity.ON_BEHALF, Capacity.FOR_HEAD)
    given, _ = SigningAuthority.objects.get_or_create(
        post=post,
        capacity=capacity,
        defaults={
            "organisation": post.organisation,
            "on_behalf": on_behalf,
            "basis": basis,
            "valid_from": start_of(post.valid_from),
            "valid_to": start_of(post.valid_to) if post.valid_to else None,
            "granted_by": by,
            "granted_at": at,
        },
    )
    return given


def end_with_post(post: Post, *, last: date, by: Post, at: datetime) -> None:
    """Every right given to a post ends with it: when the day `last` begins, but never before now."""
    running = post.signing_authorities.filter(ended_at=None)
    running.update(ended_at=max(at, start_of(last)), ended_by=by.user, end_reason="Kết thúc vị trí công tác")


def _note(kind: str, authority: SigningAuthority, words: str, *, by: Post, at: datetime, **said: Any) -> None:
    about = {
        "authority": authority.pk,
        "user": authority.post.user_id,
        "name": str(authority.post.user),
        "text": words,
    }
    record(kind, authority.organisation, by=by, at=at, **about, **said)
    logger.info("%s %s (%s) of post %s by post %s", kind, authority.pk, words, authority.post_id, by.pk)


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _standard(post: Post) -> Capacity | None:
    if post.role == Role.LEADER and post.head:
        return Capacity.ON_BEHALF if post.organisation.collective else Capacity.HEAD
    if post.role == Role.LEADER:
        return Capacity.FOR_HEAD
    # A deputy of the office signs only what its head passes on to him (art. 13.4).
    return Capacity.BY_ORDER if post.role == Role.OFFICE_HEAD and not is_deputy(post) else None


def _ask(by: Post, body: Organisation, capacity: str, through: SigningAuthority | None, at: datetime) -> None:
    if through is not None and (through.organisation_id != body.pk or not _still(through, at)):
        raise Refused("Thẩm quyền TL. được chọn để giao lại không còn hiệu lực.")
    if may_grant(by, body, at):
        return
    own = SigningAuthority.objects.at(at).filter(post=by, organisation=body) if by.in_person else []
    held = {authority.capacity for authority in own}
    if through is not None and through.post_id == by.pk and by.in_person and capacity == Capacity.BY_ORDER:
        return
    if Capacity.BY_ORDER in held:
        raise Refused(cited("Người được ký thừa lệnh chỉ được giao lại thẩm quyền TL. của mình cho cấp phó (khoản 4 Điều 13 {clerical_work})."))  # fmt: skip
    if Capacity.AUTHORISED in held:
        raise Refused(cited("Người được ký thừa ủy quyền không được ủy quyền lại cho người khác (khoản 3 Điều 13 {clerical_work})."))  # fmt: skip
    raise PermissionDenied("Chỉ người đứng đầu cơ quan hoặc quản trị đơn vị giao được thẩm quyền ký.")


def _still(authority: SigningAuthority, at: datetime) -> bool:
    return SigningAuthority.objects.at(at).filter(pk=authority.pk).exists()


def _basis(capacity: str, basis: str, on: date | None, today: date) -> str:
    """The document as it is cited; of an authorisation with number and date, of an order with its clause."""
    if not basis:
        raise Refused("Hãy ghi căn cứ: số, ngày văn bản hoặc điều, khoản của quy chế làm việc.")
    if capacity == Capacity.AUTHORISED and not (_NUMBER.search(basis) and on):
        raise Refused("Ký thừa ủy quyền phải có văn bản: hãy ghi số, ký hiệu (ví dụ 12/GUQ-SNV) và ngày văn bản.")  # fmt: skip
    if capacity == Capacity.BY_ORDER and not _CLAUSE.search(basis):
        raise Refused("Ký thừa lệnh phải được quy định trong quy chế: hãy ghi điều, khoản, ví dụ “khoản 2 Điều 9 Quy chế làm việc”.")  # fmt: skip
    if on and on > today:
        raise Refused("Ngày của văn bản làm căn cứ không được ở tương lai.")
    cited = f"{basis} ngày {on:%d/%m/%Y}" if on else basis
    if len(cited) > 300:
        raise Refused("Căn cứ dài quá 300 ký tự; hãy ghi gọn số, ngày và tên văn bản.")
    return cited


def _check_person(new: SigningAuthority) -> None:
    post, body, capacity = new.post, new.organisation, new.capacity
    who = f"{post.user} ({full_title(post)})"
    leads = post.role == Role.LEADER and post.head
    heads_room = post.role in (Role.UNIT_HEAD, Role.OFFICE_HEAD) and not is_deputy(post)
    if not post.user.is_active:
        raise Refused(f"Tài khoản của {who} đang bị khóa.")
    if new.through and capacity != Capacity.BY_ORDER:
        raise Refused("Chỉ thẩm quyền TL. được giao lại cho cấp phó; TUQ. và KT. thì không.")
    match capacity:
        case Capacity.HEAD | Capacity.ON_BEHALF if not leads:
            raise Refused(f"{who} không phải người đứng đầu cơ quan.")
        case Capacity.ON_BEHALF if not body.collective:
            raise Refused(f"{body} không làm việc theo chế độ tập thể nên không ký TM.")
        case Capacity.ACTING if post.role != Role.LEADER:
            raise Refused(f"{who} không thuộc lãnh đạo cơ quan nên không giữ quyền người đứng đầu.")
        case Capacity.ACTING if head := head_of(body, new.valid_from):
            raise Refused(f"Cơ quan đang có người đứng đầu là {head.user} ({head.title}) nên không có Q.")
        case Capacity.FOR_HEAD if post.role != Role.LEADER or leads:
            raise Refused(f"Chỉ cấp phó của người đứng đầu được ký thay (KT.); {who} thì không.")
        case Capacity.BY_ORDER if new.through and not deputises(post, new.through.post):
            raise Refused(f"Thẩm quyền TL. chỉ được giao lại cho cấp phó của {full_title(new.through.post)}; {who} thì không.")  # fmt: skip
        case Capacity.BY_ORDER if not new.through and not heads_room:
            raise Refused(f"Chỉ người đứng đầu đơn vị thuộc cơ quan được ký thừa lệnh (TL.); {who} thì không.")  # fmt: skip
        case Capacity.AUTHORISED if not heads_room:
            raise Refused(f"Chỉ người đứng đầu đơn vị thuộc cơ quan được ký thừa ủy quyền (TUQ.); {who} thì không.")  # fmt: skip


def _check_time(new: SigningAuthority, at: datetime) -> None:
    if new.valid_from < at:
        raise Refused("Thẩm quyền ký không có hiệu lực trở về trước; hãy chọn từ hôm nay trở đi.")
    if new.valid_to and new.valid_to <= new.valid_from:
        raise Refused("Ngày kết thúc phải từ ngày bắt đầu trở đi.")
    if new.capacity == Capacity.AUTHORISED:
        if new.valid_to is None:
            raise Refused("Ký thừa ủy quyền phải có thời hạn: hãy ghi ngày kết thúc.")
        if new.valid_to - new.valid_from > LONGEST:
            raise Refused("Mỗi lần ủy quyền ký tối đa một năm.")
    if not Post.objects.on(timezone.localdate(new.valid_from)).filter(pk=new.post_id).exists():
        raise Refused(f"{new.post.user} không giữ vị trí này vào ngày bắt đầu.")
    if new.post.valid_to and (new.valid_to is None or new.valid_to > start_of(new.post.valid_to)):
        raise Refused(f"{new.post.user} chỉ giữ vị trí này đến trước {new.post.valid_to:%d/%m/%Y}; hãy ghi ngày kết thúc sớm hơn.")  # fmt: skip
    source = new.through
    if source and source.valid_to and (new.valid_to is None or new.valid_to > source.valid_to):
        raise Refused(f"Thẩm quyền TL. được giao lại kết thúc {timezone.localtime(source.valid_to):%H:%M %d/%m/%Y}; không giao lại lâu hơn được.")  # fmt: skip


def _check_content(new: SigningAuthority) -> None:
    unknown = [code for code in new.kinds if code not in KINDS]
    if unknown:
        raise Refused(f"Không có loại văn bản {', '.join(unknown)}.")
    if new.capacity == Capacity.AUTHORISED and not (new.kinds or new.scope):
        raise Refused("Ký thừa ủy quyền phải giới hạn nội dung: hãy chọn loại văn bản hoặc ghi phạm vi.")
    if new.through and new.through.kinds and not (new.kinds and set(new.kinds) <= set(new.through.kinds)):
        raise Refused(f"Chỉ giao lại được trong phạm vi thẩm quyền TL. đang có: {kind_names(new.through.kinds)}.")  # fmt: skip


def _check_alone(new: SigningAuthority) -> None:
    """Nobody holds one right twice at one time; nobody acts as head beside another who does."""
    others = SigningAuthority.objects.filter(
        organisation=new.organisation, capacity=new.capacity, ended_at=None
    )
    others = others.filter(Q(valid_to=None) | Q(valid_to__gt=new.valid_from)).with_names()
    if new.valid_to:
        others = others.filter(valid_from__lt=new.valid_to)
    if new.capacity != Capacity.ACTING:
        others = others.filter(post=new.post, on_behalf=new.on_behalf)
    for other in others:
        if not new.kinds or not other.kinds or set(new.kinds) & set(other.kinds):
            raise Refused(
                f"{other.post.user} đã có thẩm quyền {mark(other) or 'người đứng đầu'} trong thời gian này"
                f" (căn cứ: {other.basis}). Hãy kết thúc thẩm quyền đó trước, hoặc chọn loại văn bản, thời gian khác."
            )
