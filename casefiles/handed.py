"""What is handed over, in words for whoever looks: of what he may not see, its kind alone. And the minutes of it as PDF."""

from collections.abc import Iterable

from django.template.loader import render_to_string

from casefiles.models import CaseFile, Handover, HandoverLine, Member
from casefiles.models.handover import Kind
from documents.layout.engine import write_pdf
from documents.layout.ruled import Ruled
from documents.models import Assignment, Incoming, Outgoing, Task
from orgs.models import Post

HIDDEN = "Nội dung bạn không được xem"
COLUMNS = [
    ("STT", 12),
    ("Loại", 40),
    ("Số, ký hiệu", 34),
    ("Nội dung", 110),
    ("Người nhận", 52),
    ("Ký nhận", 24),
]
_CSS = """@page { size: A4 landscape; margin: 25mm } body { font-family: Tinos; font-size: 14pt }
h1 { font-size: 18pt; text-align: center; margin: 16mm 0 2mm } .left { float: left; width: 42%; text-align: center }
.right { float: right; width: 58%; text-align: center } .end { clear: both } .sign { display: table; width: 100%; text-align: center; margin-top: 8mm }
.sign > div { display: table-cell; width: 33% }"""


def words_of(kind: str, keys: Iterable[int], post: Post) -> dict[int, tuple[str, str, str]]:
    """Code, words and address of each; three queries at most."""
    keys = list(keys)
    if kind == Kind.FILES:
        return _files({key: key for key in keys}, post)
    if kind == Kind.SEATS:
        return _files(dict(Member.objects.filter(pk__in=keys).values_list("pk", "case")), post)
    if kind == Kind.DRAFTS:
        return _papers(Outgoing, {key: key for key in keys}, post)
    if kind == Kind.PAPERS:
        return _papers(Incoming, {key: key for key in keys}, post)
    if kind == Kind.TASKS:
        return _tasks({key: key for key in keys}, post)
    about = list(Assignment.objects.filter(pk__in=keys).values_list("pk", "incoming", "task"))
    return _papers(Incoming, {pk: paper for pk, paper, _ in about if paper}, post) | _tasks(
        {pk: task for pk, _, task in about if task}, post
    )


def minutes_pdf(handover: Handover, lines: list[HandoverLine], post: Post) -> bytes:
    """Biên bản bàn giao, of these lines; what `post` may not see stands there by its kind."""
    cover = render_to_string(
        "casefiles/handover_cover.html", {"handover": handover, "counts": _counts(lines)}
    )
    running = (handover.organisation.name, "BIÊN BẢN BÀN GIAO", f"{handover.leaver.user}")
    book, number = Ruled(write_pdf(cover, _CSS), COLUMNS, running=running), 0
    for kind in Kind.values:
        of_kind = [line for line in lines if line.kind == kind]
        words = words_of(kind, [line.key for line in of_kind], post) if of_kind else {}
        for line in sorted(of_kind, key=lambda line: (line.to_id, line.pk)):
            number += 1
            code, text, _ = words.get(line.key, ("", HIDDEN, ""))
            to = f"{line.to.user}, {line.to.title}"
            book.add([str(number), Kind(kind).label, code, text, to, ""])
    return book.finish()


def _counts(lines: list[HandoverLine]) -> list[tuple[str, int]]:
    found = [(Kind(kind).label, sum(line.kind == kind for line in lines)) for kind in Kind.values]
    return [(label, number) for label, number in found if number]


def _files(of: dict[int, int], post: Post) -> dict[int, tuple[str, str, str]]:
    seen = CaseFile.objects.visible_to(post).in_bulk(set(of.values()))
    return {
        key: (seen[pk].code, seen[pk].title, seen[pk].get_absolute_url()) if pk in seen else ("", HIDDEN, "")
        for key, pk in of.items()
    }


def _papers(model, of: dict[int, int], post: Post) -> dict[int, tuple[str, str, str]]:
    seen = model.objects.visible_to(post).in_bulk(set(of.values()))
    return {
        key: (seen[pk].code, f"{seen[pk].kind_label}: {seen[pk].subject}"[:300], seen[pk].get_absolute_url())
        if pk in seen
        else ("", HIDDEN, "")
        for key, pk in of.items()
    }


def _tasks(of: dict[int, int], post: Post) -> dict[int, tuple[str, str, str]]:
    seen = Task.objects.visible_to(post).in_bulk(set(of.values()))
    return {
        key: ("", seen[pk].title, seen[pk].get_absolute_url()) if pk in seen else ("", HIDDEN, "")
        for key, pk in of.items()
    }
