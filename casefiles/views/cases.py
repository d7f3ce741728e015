"""Files: the list, one file, and the steps of whoever builds it. Find, do, answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casefiles import looks
from casefiles.access import case_for, entry_for, may_hold
from casefiles.actions import cases, items, rights
from casefiles.actions.archive import NOTICE, asked_to_mend
from casefiles.actions.closing import content_of, things_in
from casefiles.actions.parts import kin_of
from casefiles.due import due_by, first_due, last_day, overdue
from casefiles.forms.cases import AddFilesForm, ChangeForm, LetInForm, OnPaperForm, OpenForm, today
from casefiles.index import seen_by
from casefiles.journey import check, holds_of, steps_open_to
from casefiles.models import CaseEvent, CaseFile, CaseReading, HeldFile, Loan, Member, RightsChange
from casefiles.views.lines import (
    history_rows,
    item_rows,
    outside_words,
    packages_of,
    sent_to_history,
    tombstone_of,
)
from documents.access import may
from documents.views.shared.acting import no_post, sent, tried
from orgs.models import Post, Role
from ui.days import WRITTEN
from ui.ids import parse_id
from ui.paging import page_of
from ui.text import fold, nfc

BOXES = {
    "mine": "Hồ sơ của tôi", "open": "Đang mở", "closed": "Đã kết thúc", "paper": "Xử lý giấy", "rights": "Chờ xác nhận quyền", "due": "Đến hạn nộp lưu", "overdue": "Quá hạn nộp lưu", "submitted": "Chờ lưu trữ kiểm tra", "handed": "Đã nộp lưu",
    "held": "Đang đóng băng", "all": "Tất cả",
}  # fmt: skip
TABS = {"items": "Văn bản, tài liệu", "facts": "Thông tin", "people": "Người tham gia", "flow": "Lịch sử"}
BUTTONS = {
    "close_file": "case_close", "change_file": "case_change", "reopen_file": "case_reopen", "submit_file": "case_submit",
    "accept_file": "case_accept", "return_file": "case_return", "record_trigger": "case_trigger", "change_term": "case_term", "keep_longer": "case_keep",
}  # fmt: skip


def _box(post: Post, name: str):
    seen = CaseFile.objects.visible_to(post)
    if name == "mine":
        works = Member.objects.filter(post=post, ended_at=None).values("case")
        own = CaseFile.objects.filter(creator=post).values("pk")
        return seen.filter(pk__in=own.union(works))
    if name == "open":
        return seen.open()
    if name == "closed":
        return seen.exclude(state__in=("open", "paper"))
    if name == "due":
        return due_by(seen, timezone.localdate() + NOTICE)
    if name == "overdue":
        return overdue(seen, timezone.localdate())
    if name == "handed":
        return seen.filter(state__in=("submitted", "archived"))
    if name == "submitted":
        return seen.filter(state="submitted")
    if name == "paper":
        return seen.filter(state="paper")
    if name == "held":
        return seen.filter(pk__in=HeldFile.objects.filter(legal_hold__released_at=None).values("case"))
    if name == "rights":
        return seen.filter(pk__in=RightsChange.objects.filter(settled_at=None).values("case"))
    return seen


def filtered(post: Post, box: str, words: str):
    """What a list holds of the words that were looked for."""
    found = _box(post, box)
    for word in fold(nfc(words).strip()[:100]).split()[:10]:
        found = found.filter(search_key__contains=word)
    return found


@require_safe
def case_list(request):
    post = request.post
    if post is None:
        return no_post(request)
    asked = request.GET.get("box", "mine")
    box, words = asked if asked in BOXES else "mine", nfc(request.GET.get("q", "")).strip()[:100]
    found = filtered(post, box, words)
    page = page_of(found.for_rows(), request, "-opened_at", "-pk")
    tabs = [
        {"label": label, "url": f"{reverse('case_list')}?box={name}", "active": name == box}
        for name, label in BOXES.items()
        if name != "submitted" or post.role == Role.ARCHIVIST
    ]
    context = {
        "tabs": tabs, "box": box, "label": BOXES[box], "words": words, "page": page, "rows": page.rows,
        "may_open": may(post, "open_file"), "may_receive": may(post, "receive_packages"), "shown": _shown(page), "may_hold": may_hold(post), "may_review": may(post, "review_files"),
    }  # fmt: skip
    return render(request, "casefiles/list.html", context)


@require_safe
def case(request, pk):
    found, tab = case_for(request.post, pk), request.GET.get("tab", "items")
    tab = tab if tab in TABS else "items"
    here, held = found.get_absolute_url(), holds_of(found)
    looks.note_file(found, CaseReading.Kind.PAGE, by=request.post, at=timezone.now())
    context = {
        "case": found, "tab": tab, "steps": _buttons(request.post, found, held=bool(held)), "waiting": list(rights.waiting_of(found)),
        "holds": held, "may_hold": may_hold(request.post) and found.state != "disposed", "tombstone": tombstone_of(found),
        "to_mend": asked_to_mend(found) if found.state == "returned" else [],
        "tabs": [{"label": label, "url": f"{here}?tab={name}", "active": name == tab} for name, label in TABS.items()],
        "may_pack": (may_pack := found.state == "archived" and may(request.post, "pack_file", found)),
        "packages": packages_of(found) if may_pack else {},
    }  # fmt: skip
    return render(request, "casefiles/case.html", context | PARTS[tab](request, found, held))


@require_http_methods(["GET", "HEAD", "POST"])
def case_open(request):
    """Fresh, from an entry of the list (`entry`), or from a paper or task (`paper`, `thuoc`) that goes into it at once."""
    post = request.post
    if post is None:
        return no_post(request)
    if not may(post, "open_file"):
        raise PermissionDenied(f"Vai trò “{post}” không lập hồ sơ.")
    matter = items.seen_matter(
        post, parse_id(request.GET.get("paper", "")), parse_id(request.GET.get("thuoc", ""))
    )
    entry = parse_id(request.GET.get("entry", ""))
    form = OpenForm(
        sent(request), post=post, year=timezone.localdate().year, initial=_initial(post, entry, matter)
    )
    if request.method == "POST" and form.is_valid():
        opened = []
        given = form.cleaned_data | {"first": matter}
        if tried(form, lambda: opened.append(cases.open_file(by=post, at=timezone.now(), **given))):
            messages.success(request, f"Đã mở hồ sơ {opened[0].code}.")
            return redirect(opened[0])
    return render(request, "casefiles/open.html", {"form": form, "matter": matter})


@require_http_methods(["GET", "HEAD", "POST"])
def case_on_paper(request):
    post = request.post
    if post is None:
        return no_post(request)
    if not may(post, "open_file"):
        raise PermissionDenied(f"Vai trò “{post}” không lập hồ sơ.")
    form = OnPaperForm(sent(request))
    if request.method == "POST" and form.is_valid():
        made = []
        if tried(
            form,
            lambda: made.append(cases.register_on_paper(by=post, at=timezone.now(), **form.cleaned_data)),
        ):
            messages.success(request, f"Đã đăng ký hồ sơ xử lý giấy {made[0].code}.")
            return redirect(made[0])
    return render(request, "casefiles/on_paper.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def case_change(request, pk):
    found = case_for(request.post, pk)
    check(found, "change_file", by=request.post)
    initial = {name: getattr(found, name) for name in ChangeForm.base_fields}
    initial["started_on"] = found.started_on.strftime(WRITTEN)
    form = ChangeForm(sent(request), initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(
            form, lambda: cases.change_file(found, by=request.post, at=timezone.now(), **form.cleaned_data)
        )
    ):
        messages.success(request, "Đã sửa thông tin hồ sơ.")
        return redirect(found)
    return render(
        request,
        "casefiles/step.html",
        {"case": found, "form": form, "heading": "Sửa thông tin", "press": "Lưu"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def case_files(request, pk):
    """Free files, through the one door of uploads."""
    found = case_for(request.post, pk)
    check(found, "add_to_file", by=request.post)
    form = AddFilesForm(sent(request), request.FILES or None, post=request.post)
    if request.method == "POST" and form.is_valid():
        count = []
        if tried(
            form,
            lambda: count.append(
                items.add_to_file(found, by=request.post, at=timezone.now(), **form.given())
            ),
        ):
            messages.success(
                request, f"Đã thêm {count[0]} tệp." if count[0] else "Các tệp này đã có trong hồ sơ."
            )
            return redirect(found)
    context = {"case": found, "form": form, "heading": "Thêm tệp", "press": "Thêm vào hồ sơ", "uploads": True}
    return render(request, "casefiles/step.html", context)


def _initial(post: Post, entry: int | None, matter) -> dict:
    found = {"started_on": today()}
    if entry:
        one = entry_for(post, entry)
        found |= {"entry": one.pk, "title": one.label, "term": one.term}
    if matter is not None:
        found["title"] = getattr(matter, "subject", None) or matter.title
        found["title"] = found["title"][:500]
    return found


def _buttons(post: Post, found: CaseFile, *, held: bool) -> list[dict]:
    steps = steps_open_to(post, found, held=held)
    buttons = [
        {"label": steps[name].label, "url": reverse(url, args=[found.pk]), "tone": steps[name].tone}
        for name, url in BUTTONS.items()
        if name in steps
    ]
    if "accept_file" in steps:
        buttons.insert(0, {"label": "Kiểm tra", "url": reverse("case_check", args=[found.pk]), "tone": ""})
    return buttons


def _items(request: HttpRequest, found: CaseFile, held: list) -> dict:
    post, things = request.post, things_in(found)
    total = things.order_by().values("case").annotate(total=Count("pk")).values("total")
    page = page_of(things.annotate(total=Subquery(total)), request, "ordinal", "pk")
    content = content_of(found, page.rows)
    fills = found.state == "open" and may(post, "fill_file", found) and not held
    return {
        "rows": item_rows(content, seen_by(content, post)),
        "page": page,
        "may_fill": fills,
        "total": page.rows[0].total if page.rows else 0,
    }


def _facts(request: HttpRequest, found: CaseFile, held: list) -> dict:
    sent_package = sent_to_history(found)
    rows = [
        ("Số và ký hiệu", found.code),
        ("Năm hình thành", found.year),
        ("Mã hồ sơ", f"{found.organisation.code}.{found.year}.{found.code}"),
        ("Danh mục hồ sơ", "Có trong danh mục" if found.entry_id else "Ngoài danh mục, tự đặt"),
        ("Thời hạn bảo quản", found.term_words),
        ("Căn cứ thời hạn", f"{found.rule.whole} ({found.rule.source})" if found.rule_id else ""),
        ("Ngày quyết toán công trình", f"{found.settled_on:%d/%m/%Y}" if found.settled_on else ""),
        ("Hạn nộp lưu", _due(found)),
        (
            "Tính thời hạn từ",
            ""
            if found.trigger == "end_of_work"
            else f"{found.get_trigger_display()}: {f'{found.trigger_on:%d/%m/%Y}' if found.trigger_on else 'chưa xác định'}",
        ),
        (
            "Bảo quản đến",
            f"{found.expires_on:%d/%m/%Y}"
            if found.expires_on
            else "chưa xác định"
            if found.waits_for_trigger
            else "",
        ),
        ("Nộp lưu trữ lịch sử", outside_words(sent_package)),
        ("Chế độ sử dụng", found.get_mode_display()),
        ("Người lập", f"{found.creator.user}, {found.creator.title}"),
        ("Đơn vị", found.unit or ""),
        ("Ngôn ngữ", found.language),
        ("Ngày bắt đầu", f"{found.started_on:%d/%m/%Y}"),
        ("Ngày kết thúc", f"{found.ended_on:%d/%m/%Y}" if found.ended_on else ""),
        ("Tổng số văn bản", "" if found.documents is None else found.documents),
        ("Tổng số trang", "" if found.pages is None else found.pages),
        ("Tính trong tỷ lệ", f"{found.get_counted_display()}: {found.counted_why}" if found.counted else ""),
        ("Từ khóa", found.keywords),
        ("Ghi chú", found.note),
    ]
    return {
        "facts": [{"label": label, "value": value} for label, value in rows if value not in ("", None)],
        "sent_package": sent_package,
        "kin": kin_of(found, request.post),
        "may_relate": found.state == "open" and may(request.post, "fill_file", found),
    }


def _due(found: CaseFile) -> str:
    due = first_due(found)
    if due is None:
        return ""
    kept = last_day(found) if found.state in ("closed", "returned") else due
    return f"{due:%d/%m/%Y}" + (f", được giữ lại đến {kept:%d/%m/%Y}" if kept > due else "")


def _people(request: HttpRequest, found: CaseFile, held: list) -> dict:
    post = request.post
    members = found.members.filter(ended_at=None).select_related("post__user", "post__unit", "by__user")
    open_ = found.state == "open" and may(post, "keep_file", found)
    return {
        "members": members,
        "form": LetInForm(case=found, by=post) if open_ else None,
        "loans": Loan.objects.in_force(timezone.localdate())
        .filter(case=found)
        .select_related("user", "post__organisation"),
        "may_settle": may(post, "confirm_file_rights", found),
    }


def _flow(request: HttpRequest, found: CaseFile, held: list) -> dict:
    seen = CaseEvent.objects.filter(case=found).order_by("-event")[:200]
    answers = may(request.post, "see_file_readings", found)
    return {
        "history": history_rows(seen.select_related("event__user", "event__post__user")),
        "seen": looks.counted(found) if answers else None,
    }


PARTS = {"items": _items, "facts": _facts, "people": _people, "flow": _flow}


def _shown(page) -> str:
    return f"{len(page.rows)} hồ sơ" + (" trên trang này" if page.older_url or page.newer_url else "")


def back(request: HttpRequest, found: CaseFile, tab: str = "") -> HttpResponse:
    return redirect(found.get_absolute_url() + (f"?tab={tab}" if tab else ""))
