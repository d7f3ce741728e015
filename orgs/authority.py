"""Who may sign at a given second, in what capacity, and the lines that say so on the page.

Decree 30/2020 Article 13 (who signs) and Appendix I.II.7 (box 7a). Reads only; `orgs.actions` writes.
"""

from datetime import datetime

from django.db.models import Case, Prefetch, QuerySet, When
from django.utils import timezone

from orgs.kinds import kind_names
from orgs.models import Organisation, Post, Role, SigningAuthority
from ui.ready import Ready

Capacity = SigningAuthority.Capacity
# Of several rights to the same paper: one that names the kind, then the nearest to the head.
RANK = {capacity: rank for rank, capacity in enumerate(("TM", "head", "Q", "KT", "TL", "TUQ"))}
COLLECTIVE = "TM. Ủy ban nhân dân"


class NoAuthority(Exception):
    """This post may not sign this paper at that second; the sentence says why and who can change it."""


def in_force(post_id: int, *, kind: str, at: datetime) -> SigningAuthority:
    """The right by which the holder of that post signs a paper of that kind at that second.

    A right that ends at 10:00:00 no longer holds at 10:00:00. Raises NoAuthority.
    """
    # Asked at every step of every paper: the few rows of a post are read whole and judged here.
    named = _RIGHTS.objects(post_id)
    found = [one for one in named if one.organisation_id == one.post.organisation_id and one.runs(at)]
    if any(one.capacity == Capacity.ACTING for one in found):  # whoever acts gives way to a head
        still = set(SigningAuthority.objects.filter(post=post_id).at(at).values_list("pk", flat=True))
        found = [one for one in found if one.pk in still]
    fitting = [authority for authority in found if authority.covers(kind)]
    if not fitting:
        raise NoAuthority(_why_not(Post.objects.with_names().get(pk=post_id), found, kind, at))
    return min(fitting, key=_preference)


_RIGHTS = Ready(
    lambda post: SigningAuthority.objects.filter(post=post).select_related(
        "organisation", "post__user", "post__unit"
    )
)


def signers(organisation: Organisation, at: datetime) -> QuerySet[Post]:
    """Whoever may sign something for the body at that second, the head first; each has `.authorities`."""
    running = SigningAuthority.objects.at(at).filter(organisation=organisation)
    named = Prefetch("signing_authorities", running.with_names().order_by("pk"), to_attr="authorities")
    posts = Post.objects.filter(pk__in=running.values("post")).with_names()
    return by_rank(posts.prefetch_related(named))


def by_rank(posts: QuerySet[Post]) -> QuerySet[Post]:
    """The head, his deputies, the office, then the rooms in their order."""
    rank = Case(When(role=Role.LEADER, then=0), When(role=Role.OFFICE_HEAD, then=1), default=2)
    return posts.order_by("-head", rank, "unit__order", "pk")


def block_lines(authority: SigningAuthority, at: datetime, *, head: str | None = None) -> tuple[str, ...]:
    """Box 7a as printed, top to bottom: whose right, then the signer's own title (App. I.II.7).

    `head`: the head's title, where a list has asked for it once.
    """
    return tuple(line.upper() for line in _lines(authority, at, head))


def capacity_words(authority: SigningAuthority, at: datetime, *, head: str | None = None) -> str:
    """The right in one line: "KT. Giám đốc"; for a head in his own right his title."""
    lines = _lines(authority, at, head)
    return ", ".join(lines[:-1]) or lines[-1]


def mark(authority: SigningAuthority) -> str:
    """The abbreviations alone: "TM. KT."; nothing for a head in his own right."""
    if authority.capacity == Capacity.HEAD:
        return ""
    before = "TM. " if authority.on_behalf and authority.capacity != Capacity.ON_BEHALF else ""
    return f"{before}{authority.capacity}." + (" KT." if authority.through_id else "")


def head_of(organisation: Organisation, at: datetime) -> Post | None:
    """The head in office on that day; asked once for each row of the body that was read."""
    day, known = timezone.localdate(at), organisation.__dict__.setdefault("_head_on", {})
    if day not in known:
        heads = Post.objects.on(day).filter(organisation=organisation, role=Role.LEADER, head=True)
        known[day] = heads.select_related("user").order_by("pk").first()
    return known[day]


def head_title(organisation: Organisation, at: datetime) -> str:
    """What KT., Q., TL. and TUQ. are written before: the head's title, that of the last head, or the usual."""
    head = head_of(organisation, at)
    if head is None:
        former = Post.objects.filter(organisation=organisation, role=Role.LEADER, head=True)
        head = former.filter(valid_to__lte=timezone.localdate(at)).order_by("-valid_to", "-pk").first()
    if head is not None:
        return head.title
    return "Chủ tịch" if organisation.collective else "Giám đốc"


def full_title(post: Post) -> str:
    """A head of a room signs with its name: "Trưởng phòng Tổ chức"."""
    first, _, rest = (post.unit.name if post.unit else "").partition(" ")
    words = post.title.split()
    named = rest and words and words[-1].casefold() == first.casefold()
    return f"{post.title} {rest}" if named else post.title


def is_deputy(post: Post) -> bool:
    """A deputy of a room or office; on the roll of the city's offices their title says so."""
    return post.title.casefold().startswith("phó ")


def deputises(post: Post, head: Post) -> bool:
    """ "Phó Chánh Văn phòng" of a "Chánh Văn phòng Sở" in the same body and, where it has one, the same room."""
    if not is_deputy(post) or post.organisation_id != head.organisation_id:
        return False
    if head.unit_id and post.unit_id != head.unit_id:
        return False
    own, above = post.title.casefold().removeprefix("phó "), head.title.casefold()
    return own.startswith(above) or above.startswith(own)


def _lines(authority: SigningAuthority, at: datetime, head: str | None) -> list[str]:
    """The algorithm of box 7a, in ordinary letters."""
    own = full_title(authority.post)
    body = [COLLECTIVE] if authority.on_behalf else []
    if authority.capacity in (Capacity.HEAD, Capacity.ON_BEHALF):
        return [*body, own]
    head = head or head_title(authority.organisation, at)
    match authority.capacity:
        case Capacity.ACTING:
            return [*body, f"Q. {head}"]
        case Capacity.FOR_HEAD:
            return [*body, f"KT. {head}", own]
        case Capacity.BY_ORDER if authority.through_id:
            return [f"TL. {head}", f"KT. {full_title(authority.through.post)}", own]
        case Capacity.BY_ORDER:
            return [f"TL. {head}", own]
        case _:
            return [f"TUQ. {head}", own]


def _preference(authority: SigningAuthority) -> tuple:
    return not authority.kinds, RANK[authority.capacity], -authority.pk


def _why_not(post: Post, running: list[SigningAuthority], kind: str, at: datetime) -> str:
    who = f"{post.user} ({full_title(post)})"
    day = timezone.localdate(at)
    if post.valid_to and post.valid_to <= day:
        return f"{who} không còn giữ vị trí này từ {post.valid_to:%d/%m/%Y} nên không ký được. Hãy chọn người ký khác."
    if post.valid_from > day:
        return f"{who} giữ vị trí này từ {post.valid_from:%d/%m/%Y}, chưa ký được. Hãy chọn người ký khác."
    if not post.user.is_active:
        return f"Tài khoản của {who} đang bị khóa nên không ký được. Hãy chọn người ký khác."
    if running:
        allowed = kind_names(sorted({code for one in running for code in one.kinds}))
        reason = f"{who} chỉ được ký: {allowed}; không gồm {kind_names([kind])}."
    else:
        last = post.signing_authorities.with_names().order_by("valid_from", "pk").last()
        reason = _what_became(last, who, at) if last else f"{who} chưa được giao thẩm quyền ký."
    return f"{reason} {_who_grants(post.organisation, at)}"


def _what_became(last: SigningAuthority, who: str, at: datetime) -> str:
    right = f"Thẩm quyền {mark(last)}".strip() + f" của {who}"
    if last.ended_at and last.ended_at <= at:
        return f"{right} đã kết thúc lúc {_moment(last.ended_at)} ({last.end_reason})."
    if last.valid_from > at:
        return f"{right} có hiệu lực từ {_moment(last.valid_from)}, chưa ký được."
    if last.valid_to and last.valid_to <= at:
        return f"{right} đã hết hạn lúc {_moment(last.valid_to)}."
    if last.capacity == Capacity.ACTING:
        return f"{right} không còn vì cơ quan đã có người đứng đầu: {head_of(last.organisation, at).user}."
    return f"{right} không còn vì thẩm quyền TL. của {last.through.post.title} đã kết thúc."


def _who_grants(organisation: Organisation, at: datetime) -> str:
    head = head_of(organisation, at)
    who = f"{head.user} ({head.title}) hoặc quản trị đơn vị" if head else "Quản trị đơn vị"
    return f"{who} giao thẩm quyền ở trang “Thẩm quyền ký”."


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%H:%M:%S ngày %d/%m/%Y")
