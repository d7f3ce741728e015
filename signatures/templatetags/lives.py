"""What grows old, where people look anyway: certificates on the desks, proof on the paper."""

from django import template
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from documents.models import Document
from orgs.models import Post, Role
from signatures.actions import proofs
from signatures.certificates import state_of
from signatures.models import Certificate, Proof, Signature
from ui.ready import Ready

register = template.Library()
ASK = "Hãy báo quản trị đơn vị để được cấp và đăng ký chứng thư mới."


@register.inclusion_tag("signatures/_certificate_notices.html")
def certificate_notices(post: Post) -> dict:
    """One's own certificate and, for who seals, the organisation's: only when there is something to do.

    One query; a second for an administrator, who is told how many of the organisation's need him.
    """
    office = (
        post.organisation_id if post.role == Role.CLERK else 0
    )  # who seals looks after the office's as well
    at, rows = timezone.now(), _OF.objects(post.operator.pk, office)
    own = [row for row in rows if row.user_id]
    agencys = [row for row in rows if not row.user_id]
    found = [_notice(own, "của bạn", at), _notice(agencys, "của cơ quan", at)]
    if post.role == Role.ORG_ADMIN and post.in_person:
        found.append(_for_administrator(post, at))
    return {"notices": [one for one in found if one]}


def _of(user, office):
    rows = Certificate.objects.in_use().filter(Q(user=user) | Q(organisation=office)).order_by("-valid_to")
    return rows.only("user", "valid_from", "valid_to", "revoked_at", "retired_at")


_OF = Ready(_of)


@register.inclusion_tag("documents/desk/_tiles.html")
def life_tiles() -> dict:
    """The operator's numbers, each opening the list it counts."""
    at = timezone.now()
    ending, useless = _needing(Certificate.objects.all(), at)
    register, board = reverse("certificates"), reverse("proofs")
    weak, short, failed = (
        proofs.count(rows) for rows in (proofs.weak_soon(at), proofs.below_asked(), proofs.not_renewed())
    )
    return {
        "tiles": [
            _tile("Chứng thư số sắp hết hạn", ending, f"{register}?tinh-trang=sap-het-han", "warn"),
            _tile("Chứng thư số hết hạn, bị thu hồi", useless, f"{register}?tinh-trang=khong-ky-duoc", "bad"),
            _tile(f"Văn bản yếu bằng chứng trong {proofs.AHEAD.days} ngày", weak, board, "warn"),
            _tile("Văn bản ký dưới mức yêu cầu", short, f"{board}?tinh-trang=duoi-muc", "warn"),
            _tile("Gia hạn không thành công", failed, f"{board}?tinh-trang=khong-gia-han-duoc", "bad"),
        ]
    }


@register.inclusion_tag("signatures/_proof.html")
def proof_of(paper: Document) -> dict:
    """What its signed files prove and until when; what is missing of it, and who mends that."""
    found, at = (
        list(Proof.objects.filter(document=paper).select_related("file").order_by("pk")),
        timezone.now(),
    )
    rows = [
        {
            "it": proof,
            "short": proof.level == "B-B" and proof.asked_level != "B-B",
            "weak": proof.weak_from <= at,
        }
        for proof in found
    ]
    if not rows and paper.direction == "out" and paper.signed_at:
        given = Signature.objects.filter(
            proofs.SHORT, document=paper, file__version=paper.version, file__part="main"
        )
        return {"short": given.exists()}
    return {"rows": rows, "short": any(row["short"] for row in rows)}


def _notice(rows: list[Certificate], whose: str, at) -> dict | None:
    """The one that serves longest counts: an older one running out beside it is no news."""
    usable = [row for row in rows if row.revoked_at is None]
    if not rows or (usable and state_of(usable[0], at).tone not in ("warn", "bad")):
        return None
    row = usable[0] if usable else rows[0]
    state, day = state_of(row, at), timezone.localtime(row.revoked_at or row.valid_to)
    said = {
        "revoked": f"Chứng thư số {whose} đã bị thu hồi ngày {day:%d/%m/%Y}, không ký được nữa.",
        "expired": f"Chứng thư số {whose} đã hết hạn ngày {day:%d/%m/%Y}, không ký được nữa.",
        "ending": f"Chứng thư số {whose} hết hạn ngày {day:%d/%m/%Y} (còn {state.days} ngày).",
    }[state.name]
    todo = "Hãy làm thủ tục gia hạn ngay từ bây giờ." if state.name == "ending" else ASK
    return {"tone": state.tone, "title": said, "text": todo, "url": reverse("own_certificates")}


def _for_administrator(post: Post, at) -> dict | None:
    ending, useless = _needing(Certificate.objects.of_body(post.organisation, timezone.localdate(at)), at)
    if not (ending or useless):
        return None
    parts = [f"{ending} chứng thư số sắp hết hạn"] * bool(ending)
    parts += [f"{useless} đã hết hạn hoặc bị thu hồi"] * bool(useless)
    asked = "sap-het-han" if ending else "khong-ky-duoc"
    return {
        "tone": "bad" if useless else "warn",
        "title": f"Trong cơ quan có {', '.join(parts)}.",
        "text": "",
        "url": f"{reverse('certificates')}?tinh-trang={asked}",
    }


def _needing(rows, at) -> tuple[int, int]:
    """How many end soon, and how many sign nothing any more."""
    useless, alive = Q(valid_to__lt=at) | ~Q(revoked_at=None), Q(pk__in=rows.ending(at).values("pk"))
    found = rows.in_use().aggregate(ending=Count("pk", filter=alive), useless=Count("pk", filter=useless))
    return found["ending"], found["useless"]


def _tile(label: str, number: int, url: str, tone: str) -> dict:
    return {"label": label, "count": number, "url": url, "tone": tone if number else ""}
