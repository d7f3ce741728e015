"""The left rail: sections, their boxes and counts. Every count is made by the very query its list shows."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from documents.access import may
from documents.boxes import boxes_for
from documents.counts import UP_TO, counts_of, shown
from documents.views.shared.rows import moment
from hanoi_docs.degraded.away import notice
from orgs.access import administers
from orgs.access import may as may_administer
from orgs.models import Role
from orgs.proposals import waiting_for

SECTIONS = (
    ("incoming", "Văn bản đến", "incoming", "incoming_list"),
    ("outgoing", "Văn bản đi", "outgoing", "outgoing_list"),
    ("work", "Công việc", "task", "work_list"),
    ("task", "Nhiệm vụ", "flag", "task_list"),
    ("consultation", "Ý kiến", "comment", "consultation_list"),
)
# How the names of the pages begin that are reached from a list of the rail → the name of that list.
REACHED_FROM = {
    "incoming": "incoming_list", "register_paper": "incoming_list",
    "outgoing": "outgoing_list", "draft": "outgoing_list", "recipients": "outgoing_list", "sign_many": "outgoing_list",
    "signing": "outgoing_list", "batch": "outgoing_list",
    "assignment": "work_list",
    "task": "task_list", "give_": "task_list", "order_": "task_list", "recurring": "task_list", "set_recurring": "task_list", "import_tasks": "task_list",
    "consult": "consultation_list", "circulate": "consultation_list", "opinion": "consultation_list",
    "organisation": "registry", "import_orgs": "registry",
    "authority": "authorities", "user": "users", "post_": "users", "proposal": "proposals", "emergencies": "proposals", "certificate": "certificates", "proofs": "proofs",
    "exchange": "exchange", "trusted_authority": "trusted_authorities",
    "read_only": "desk",
    "system": "system",
    "report_": "board",
}  # fmt: skip


def rail(request):
    """`rail`, `demo`, `degraded` and where streams are for the base template."""
    context = {"demo": settings.DEMO, "rail": [], "degraded": notice(), "streams": settings.DEMO_STREAMS_URL}
    post = getattr(request, "post", None)
    if post is None:
        return context
    match = getattr(request, "resolver_match", None)
    here = (match and match.url_name) or ""
    context["rail"] = [_link("Bàn làm việc", "desk", "desk", here)]
    if post.role != Role.SYS_ADMIN:
        counts = counts_of(post, moment())
        context["rail"] += [_section(request, post, counts, here, *section) for section in SECTIONS]
    if may(post, "see_progress"):
        context["rail"].append(_link("Điều hành, báo cáo", "report", "board", here))
        context["rail"].append(_link("Theo dõi xử lý", "clock", "progress", here))
    elif administers(post):  # how the system is used, in counts
        link = _link("Tình hình sử dụng", "report", "report_accounts", here)
        context["rail"].append(link | {"active": here.startswith("report_")})
    if may(post, "follow_deliveries"):
        context["rail"].append(_link("Theo dõi phát hành", "bell", "ledger", here))
    context["rail"].append(_link("Cơ quan, tổ chức", "org", "registry", here))
    if may_administer(post, "manage_seal"):
        context["rail"].append(_link("Con dấu", "seal", "seal_image", here))
    if may_administer(post, "manage_accounts") or post.head:
        # Everybody else reads the list from the page of their own organisation.
        context["rail"].append(_link("Thẩm quyền ký", "sign", "authorities", here))
    if may_administer(post, "manage_accounts"):
        context["rail"].append(_link("Người dùng", "users", "users", here))
    if administers(post):
        link = _link("Đề nghị chờ xác nhận", "check", "proposals", here)
        if may_administer(post, "manage_accounts"):  # a head is told by notice: his pages ask nothing more
            link["count"] = waiting_for(post, timezone.now())[:UP_TO].count() or None
        context["rail"] += [link, _link("Nhật ký quản trị", "history", "administration", here)]
    if may_administer(post, "manage_certificates"):
        context["rail"].append(_link("Chứng thư số", "certificate", "certificates", here))
    if may(post, "see_proofs"):
        context["rail"].append(_link("Bằng chứng chữ ký số", "history", "proofs", here))
    if may(post, "operate"):
        context["rail"].append(_link("Liên thông", "exchange", "exchange", here))
        context["rail"].append(_link("Tổ chức chứng thực", "key", "trusted_authorities", here))
        context["rail"].append(_link("Tình trạng hệ thống", "settings", "system", here))
    return context


def _list_of(here: str) -> str:
    """The list of the rail that a page belongs to: itself, or where it is reached from."""
    return next((name for beginning, name in REACHED_FROM.items() if here.startswith(beginning)), here)


def _link(label, icon, name, here):
    return {
        "label": label,
        "icon": icon,
        "url": reverse(name),
        "count": None,
        "active": _list_of(here) == name,
        "boxes": [],
    }


def _section(request, post, counts, here, section, label, icon, name):
    active, address = _list_of(here) == name, reverse(name)
    boxes = []
    for box in boxes_for(post, section):
        count = counts.get((section, box.name)) if active or box.tone else None
        boxes.append(
            {
                "label": box.label,
                "url": f"{address}?box={box.name}",
                "count": None if count is None else shown(count),
                "tone": box.tone,
                "active": here == name and request.GET.get("box", "") == box.name,
            }
        )
    # The section's number is its first box with something waiting, and its link opens that very box.
    first = next((box for box in boxes if box["tone"] in ("info", "warn") and box["count"]), None)
    return {
        "label": label,
        "icon": icon,
        "url": first["url"] if first else address,
        "count": first["count"] if first else None,
        "active": active,
        "boxes": boxes,
    }
