"""The left rail: sections, their boxes and counts. Every count is made by the very query its list shows."""

from functools import cache

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from documents.access import may
from documents.boxes import boxes_for
from documents.counts import UP_TO, counts_of, shown
from documents.help.hints import HINTS
from documents.help.steps import of_page
from documents.views.lists.tools import opens_first
from documents.views.shared.rows import moment
from hanoi_docs.degraded.away import notice
from orgs.access import administers
from orgs.access import may as may_administer
from orgs.models import Post, Role
from orgs.proposals import waiting_for

SECTIONS = (
    ("incoming", "Văn bản đến", "incoming", "incoming_list"),
    ("outgoing", "Văn bản đi", "outgoing", "outgoing_list"),
    ("work", "Công việc", "task", "work_list"),
    ("task", "Nhiệm vụ", "flag", "task_list"),
    ("consultation", "Ý kiến", "comment", "consultation_list"),
    ("slip", "Phiếu trình", "file", "slip_list"),
    ("scan", "Bản quét", "upload", "scan_list"),
)
# How the names of the pages begin that are reached from a list of the rail → the name of that list.
REACHED_FROM = {
    "incoming": "incoming_list", "readers": "incoming_list", "register_paper": "incoming_list", "present_": "incoming_list", "hand_on_many": "work_list",
    "outgoing": "outgoing_list", "draft": "outgoing_list", "template": "outgoing_list", "recipients": "outgoing_list", "sign_many": "outgoing_list",
    "signing": "outgoing_list", "batch": "outgoing_list",
    "assignment": "work_list",
    "task": "task_list", "give_": "task_list", "order_": "task_list", "recurring": "task_list", "set_recurring": "task_list", "import_tasks": "task_list",
    "consult": "consultation_list", "circulate": "consultation_list", "opinion": "consultation_list", "slip": "slip_list",
    "organisation": "registry", "import_orgs": "registry",
    "authority": "authorities", "user": "users", "why_not": "users", "support_requests": "support_requests", "post_": "users", "proposal": "proposals", "emergencies": "proposals", "certificate": "certificates", "proofs": "proofs",
    "exchange": "exchange", "trusted_authority": "trusted_authorities",
    "scan": "scan_list",
    "due_rule": "due_rules", "own_field": "own_fields",
    "read_only": "desk",
    "system": "system",
    "report_": "board", "book_": "books", "numbers_": "numbers",
    "copy_": "outgoing_list",
    "case": "case_list", "loan": "case_list", "archive_catalogue": "case_list", "transfer": "case_list", "handover": "case_list", "kept_": "case_list", "collection_": "case_list", "item_": "case_list", "received_": "case_list", "sent_": "case_list", "archive_answer": "case_list", "file_paper": "case_list", "file_task": "case_list","legal_hold": "case_list", "review_": "case_list", "disposal": "case_list", 
    "file_plan": "file_plans", "plan_": "file_plans", "retention": "file_plans", "ratio_": "online_ratio", "secret_": "online_ratio",
}  # fmt: skip


def rail(request):
    """`rail`, `demo`, `degraded`, where streams are and the roles to choose from, for the base template."""
    context = {"demo": settings.DEMO, "rail": [], "degraded": notice(), "streams": settings.DEMO_STREAMS_URL}
    look = getattr(request, "looking", None)
    if look is not None:  # what the person who is looked at has; every link stays on the pages of looking
        return context | {"rail": [_looked_at(link, request) for link in _links(request, look.post, "")]}
    post = getattr(request, "post", None)
    if post is None:
        return context
    match = getattr(request, "resolver_match", None)
    here = (match and match.url_name) or ""
    return context | {
        "rail": _links(request, post, here),
        "first_hint": _hint(request.user, here),
        "next_step": of_page(here),
        "roles": [{"pk": one.pk, "name": str(one), "acting": one == post} for one in request.posts],
    }


def _hint(user, here: str) -> dict | None:
    """What is said on this page until it is closed. It stands on the row of the account, so it asks for nothing."""
    if here not in HINTS or here in user.hints_closed.split():
        return None
    return {"name": here, "text": HINTS[here]}


def _looked_at(link: dict, request) -> dict:
    section, here = link.get("section"), reverse("looking")
    if section is None:
        return link | {"url": here, "active": False}

    def of(url: str) -> str:
        return f"{here}?muc={section}&{url.partition('?')[2]}".rstrip("&")

    boxes = [box | {"url": of(box["url"])} for box in link["boxes"]]
    return link | {"url": of(link["url"]), "boxes": boxes, "active": request.GET.get("muc") == section}


def _links(request, post: Post, here: str) -> list[dict]:
    at = _list_of(here)
    groups = {
        "": _daily(request, post, here, at),
        "Hồ sơ": _of_files(post, at),
        "Sổ và báo cáo": _of_reports(post, here, at),
        "Cơ quan, quản trị": _of_administration(post, at),
    }
    return [link | {"group": group} for group, links in groups.items() for link in links]


def _daily(request, post, here, at):
    yield _link("Bàn làm việc", "desk", "desk", at)
    if post.role != Role.SYS_ADMIN:
        counts = counts_of(post, moment())
        for section in SECTIONS:
            if boxes := boxes_for(post, section[0]):
                yield _section(request, post, counts, here, *section, boxes)
    if may(post, "draft"):
        yield _link("Kiểm tra thể thức", "check", "check_layout", at)


def _of_files(post, at):
    if post.role != Role.SYS_ADMIN:
        yield _link("Hồ sơ công việc", "casefile", "case_list", at)
        yield _link("Danh mục hồ sơ", "file", "file_plans", at)
    if may(post, "see_progress"):
        yield _link("Hồ sơ trên mạng", "report", "online_ratio", at)


def _of_reports(post, here, at):
    if may(post, "see_progress"):
        yield _link("Điều hành, báo cáo", "report", "board", at)
        yield _link("Theo dõi xử lý", "clock", "progress", at)
    elif administers(post):  # how the system is used, in counts
        yield _link("Tình hình sử dụng", "report", "report_accounts", at) | {
            "active": here.startswith("report_")
        }
    if may(post, "follow_deliveries"):
        yield _link("Theo dõi phát hành", "bell", "ledger", at)
    if may(post, "see_progress"):
        yield _link("Sổ văn bản", "file", "books", at)
    if may(post, "keep_books" if may(post, "see_progress") else "set_series"):
        yield _link("Sổ và số", "register", "numbers", at)


def _of_administration(post, at):
    yield _link("Cơ quan, tổ chức", "org", "registry", at)
    if may_administer(post, "manage_seal"):
        yield _link("Con dấu", "seal", "seal_image", at)
    if may_administer(post, "manage_accounts") or post.head:
        # Everybody else reads the list from the page of their own organisation.
        yield _link("Thẩm quyền ký", "sign", "authorities", at)
    if may_administer(post, "manage_accounts"):
        yield _link("Người dùng", "users", "users", at)
        yield _link("Hỗ trợ", "help", "support_requests", at)
    if administers(post):
        link = _link("Đề nghị chờ xác nhận", "check", "proposals", at)
        if may_administer(post, "manage_accounts"):  # a head is told by notice: his pages ask nothing more
            link["count"] = waiting_for(post, timezone.now())[:UP_TO].count() or None
        yield link
        yield _link("Nhật ký quản trị", "history", "administration", at)
    if may_administer(post, "manage_certificates"):
        yield _link("Chứng thư số", "certificate", "certificates", at)
    if may(post, "see_proofs"):
        yield _link("Bằng chứng chữ ký số", "history", "proofs", at)
    if may(post, "operate"):
        yield _link("Liên thông", "exchange", "exchange", at)
        yield _link("Căn cứ pháp lý", "file", "legal_references", at)
        yield _link("Quy tắc thời hạn", "clock", "due_rules", at)
        yield _link("Tổ chức chứng thực", "key", "trusted_authorities", at)
        yield _link("Tình trạng hệ thống", "settings", "system", at)


@cache
def _list_of(here: str) -> str:
    """The list of the rail that a page belongs to: itself, or where it is reached from."""
    return next((name for beginning, name in REACHED_FROM.items() if here.startswith(beginning)), here)


_address = cache(reverse)  # of pages that are one each


def _link(label, icon, name, at):
    return {
        "label": label,
        "icon": icon,
        "url": _address(name),
        "count": None,
        "active": at == name,
        "boxes": [],
    }


def _section(request, post, counts, here, section, label, icon, name, held):
    active, address = _list_of(here) == name, _address(name)
    boxes = []
    for box in held:
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
    if opens_first(request.user, post, section):
        first = None  # the bare address opens what the person has chosen; no count stands for that
    return {
        "section": section,
        "label": label,
        "icon": icon,
        "url": first["url"] if first else address,
        "count": first["count"] if first else None,
        "active": active,
        "boxes": boxes,
    }
