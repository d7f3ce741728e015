from datetime import date

from django.db.models import Case, Exists, OuterRef, Value, When
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from orgs.access import may
from orgs.groups import BROWSED, GROUPS
from orgs.models import Lineage, Organisation, Post
from ui.ids import parse_id
from ui.paging import page_of
from ui.text import fold, nfc

PICKED = 20
PEOPLE = 100


@require_GET
def registry(request):
    query, group = request.GET.get("q", "").strip()[:200], GROUPS.get(request.GET.get("nhom", ""))
    root = None
    if query:
        rows, keys = Organisation.objects.search(query), ("level", "order_key", "pk")
    elif group:
        rows, keys = group.all(), ("order_key", "pk")
    else:
        root = _root(request)
        rows, keys = Organisation.objects.filter(parent=root), ("level", "order_key", "pk")
    below = Organisation.objects.filter(parent=OuterRef("pk"))
    rows = rows.select_related("parent").annotate(has_children=Exists(below))
    context = {
        "page": page_of(rows, request, *keys),
        "q": query,
        "group": group,
        "root": root,
        "above": _above(root),
        "tabs": _tabs(group, bool(query or (root and root.level > 1))),
        "may_manage": may(request.post, "manage_registry"),
    }
    return render(request, "orgs/registry.html", context)


def _root(request) -> Organisation | None:
    """The body whose children are shown: the one asked for, else the city."""
    asked = request.GET.get("cha", "")
    if not asked:
        return Organisation.objects.inside().filter(level=1).in_order().first()
    if (pk := parse_id(asked)) is None:
        raise Http404
    return get_object_or_404(Organisation.objects.select_related("parent__parent__parent"), pk=pk)


def _above(body: Organisation | None) -> list[Organisation]:
    chain = []
    while body is not None and body.parent_id:
        body = body.parent
        chain.insert(0, body)
    return chain


def _tabs(group, elsewhere) -> list[dict]:
    here = reverse("registry")
    tabs = [{"label": "Cây tổ chức", "url": here, "active": not group and not elsewhere}]
    return tabs + [
        {"label": GROUPS[slug].label, "url": f"{here}?nhom={slug}", "active": group is GROUPS[slug]}
        for slug in BROWSED
    ]


@require_GET
def organisation(request, pk: int):
    body = get_object_or_404(Organisation.objects.select_related("parent__parent__parent"), pk=pk)
    manages = may(request.post, "manage_accounts", body) and not body.external
    own = manages or (request.post is not None and request.post.organisation_id == body.pk)
    today = timezone.localdate()
    people = (
        Post.objects.on(today).filter(organisation=body).with_names().order_by("-head", "unit__order", "pk")
    )
    context = {
        "body": body,
        "above": _above(body),
        "former_names": [old | {"until": date.fromisoformat(old["until"])} for old in body.former_names],
        "codes": body.codes.order_by("-form", "-pk"),
        "successors": Lineage.objects.filter(predecessor=body)
        .select_related("successor")
        .order_by("on", "pk"),
        "predecessors": Lineage.objects.filter(successor=body)
        .select_related("predecessor")
        .order_by("on", "pk"),
        "children": body.children.count(),
        "people": people[:PEOPLE] if own else None,
        "may_manage": manages and body.open_today,
        "own": own,
        "may_set_rules": request.post is not None
        and request.post.organisation_id == body.pk
        and may(request.post, "set_office_rules", body),
    }
    return render(request, "orgs/organisation.html", context)


@require_GET
def organisation_picker(request):
    """Who can be written to, for a box one types in. Those that cannot be picked come last, with why."""
    query, today = request.GET.get("q", "").strip()[:200], timezone.localdate()
    if not query:
        return JsonResponse([], safe=False)
    open_ids = Organisation.objects.on(today).gates().values("pk")
    rows = Organisation.objects.search(query).select_related("parent")
    rows = rows.annotate(last=Case(When(pk__in=open_ids, then=Value(0)), default=Value(1)))
    # The words as one phrase come before the words anywhere: "phuc xa" is the ward, not "… Xã hội … Phúc Thọ".
    rows = rows.annotate(
        apart=Case(When(search_key__contains=fold(nfc(query)), then=Value(0)), default=Value(1))
    )
    rows = rows.prefetch_related("successor_links__successor")
    rows = rows.order_by("last", "apart", "level", "order_key", "pk")
    # "ban-hanh": whose paper it is; a body may be closed by now, and needs no clerk of ours.
    picked = _issuer if "ban-hanh" in request.GET else _choice
    return JsonResponse([picked(body, today) for body in rows[:PICKED]], safe=False)


def _choice(body: Organisation, today) -> dict:
    why = _why_not(body, today)
    code = f"{body.code} (mã tạm)" if body.provisional else body.code
    above = body.parent.name if body.parent_id else body.get_kind_display()
    return {
        "id": body.pk,
        "label": body.name,
        "chip": body.full_name,
        "detail": f"{above} · {code}",
        "disabled": bool(why),
        "why": why,
    }


def _issuer(body: Organisation, today) -> dict:
    choice = _choice(body, today)
    closed = "" if body.open_on(today) else f" · {choice['why']}"
    return choice | {"disabled": False, "why": "", "detail": choice["detail"] + closed}


def _why_not(body: Organisation, today) -> str:
    if body.valid_to and body.valid_to <= today:
        heirs = ", ".join(link.successor.name for link in body.successor_links.all())
        return f"Đã đóng mã từ {body.valid_to:%d/%m/%Y}." + (f" Nay là: {heirs}." if heirs else "")
    if not body.open_on(today):
        return f"Hoạt động từ {body.valid_from:%d/%m/%Y}."
    if not body.gate:
        return "Chưa có văn thư trên hệ thống; hãy gửi qua cơ quan cấp trên."
    return ""
