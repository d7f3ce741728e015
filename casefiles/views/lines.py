"""Rows into what the parts of the pages show. Reads only."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from casefiles.actions.closing import Content
from casefiles.index import HIDDEN
from casefiles.models import CaseEvent, CaseFile, Export, Item, SentPackage
from casefiles.terms import PERMANENT
from documents.states import label_of


def item_rows(content: Content, seen: set[int]) -> list[dict]:
    """A line for each thing in its order; of what one does not see, its place alone."""
    return [_row(item, content, seen) for item in sorted(content.items, key=lambda one: one.ordinal)]


def _row(item, content: Content, seen: set[int]) -> dict:
    row = {
        "item": item,
        "ordinal": item.ordinal,
        "day": content.day(item),
        "hidden": False,
        "state": None,
        "url": "",
        "author": "",
    }
    paper, task = content.paper(item), content.tasks.get(item.task_id)
    if paper is not None:
        if paper.pk not in seen:
            return row | {"words": HIDDEN, "hidden": True, "day": None}
        way = "Văn bản đến" if paper.direction == "in" else "Văn bản đi"
        gone = getattr(paper, "purged_at", None)
        return row | {
            "kind": way, "code": paper.code, "words": "Nội dung đã hủy theo yêu cầu của nơi gửi" if gone else paper.subject,
            "author": paper.issuer_name, "url": paper.get_absolute_url(), "pages": paper.pages,
            "state": {"label": paper.state_label, "tone": paper.state_tone},
        }  # fmt: skip
    if task is not None:
        if -task.pk not in seen:
            return row | {"words": HIDDEN, "hidden": True, "day": None}
        return row | {
            "kind": "Nhiệm vụ", "words": task.title, "url": task.get_absolute_url(),
            "state": {"label": task.state_label, "tone": task.state_tone},
        }  # fmt: skip
    url = reverse("case_item", args=[item.pk]) if item.may_be_taken else ""
    return row | {
        "kind": "Tệp",
        "words": item.name,
        "url": url,
        "author": str(item.by.user),
        "pages": item.pages,
        "held": item.held_why,
        "pdfa": f"{url}?as=pdfa"
        if url and item.blob and getattr(getattr(item, "rendition", None), "blob_id", None)
        else "",
    }


def reading_rows(content: Content) -> list[dict]:
    """What a reader of the archive is shown of a file: its papers and free files; of a paper on which a mark of secrecy was
    seen its place alone."""
    rows = []
    for item in content.in_time():
        paper, task = content.paper(item), content.tasks.get(item.task_id)
        row = {"item": item, "ordinal": item.ordinal, "day": content.day(item), "reads": task is None}
        if paper is None:
            rows.append(row | {"words": task.title if task else item.name, "author": str(item.by.user)})
        elif getattr(paper, "secrecy_marks", ""):
            rows.append(row | {"words": HIDDEN, "reads": False, "day": None})
        elif getattr(paper, "purged_at", None):
            rows.append(
                row
                | {"words": "Nội dung đã hủy theo yêu cầu của nơi gửi", "code": paper.code, "reads": False}
            )
        else:
            rows.append(
                row
                | {
                    "words": f"{paper.kind_label}: {paper.subject}",
                    "code": paper.code,
                    "author": paper.issuer_name,
                }
            )
    return rows


def history_rows(found: Iterable[CaseEvent]) -> list[dict]:
    """Of a thing that was put in or taken out, its kind and number: whoever reads this need not see the paper."""
    found = list(found)
    keys = [one.event.payload["item"] for one in found if "item" in one.event.payload]
    items = Item.objects.in_bulk(keys) if keys else {}
    rows = []
    for one in found:
        event, said = one.event, one.event.payload
        words, item = label_of(event.kind), items.get(said.get("item"))
        why = said.get("reason") or (item.removed_why if item and event.kind == "take_out" else "")
        detail = [item.place if item else said.get("note", ""), f"Lý do: {why}" if why else ""]
        rows.append({
            "at": event.at, "who": str(event.user or "Hệ thống"), "post": str(event.post.title) if event.post else "",
            "title": words[:1].upper() + words[1:], "detail": " · ".join(filter(None, detail)),
        })  # fmt: skip
    return rows


def packages_of(case: CaseFile) -> dict:
    """The AIP that the archive has of a file, or why it has none."""
    made = list(Export.objects.of_archive().filter(case=case).order_by("-pk")[:20])
    aip = next((one for one in made if one.state == Export.State.READY), None)
    last = made[0] if made else None
    return {
        "aip": aip, "making": last is not None and last.is_open,
        "problem": last.problem if last and not aip and last.state == Export.State.FAILED else "",
    }  # fmt: skip


def outside_words(sent: SentPackage | None) -> str:
    """Where a file is on its way to the historical archive."""
    if sent is None:
        return ""
    at = f"ngày {timezone.localtime(sent.answer.at if sent.answer else sent.at):%d/%m/%Y}"
    said = f": {sent.reason}" if sent.reason else ""
    return f"{sent.state_label}, {'ghi trả lời' if sent.answer else 'lập gói'} {at}{said}"


def sent_to_history(case: CaseFile) -> SentPackage | None:
    """The package of it that the historical archive is asked about: the one that passed; else the newest that was not replaced."""
    if case.term != PERMANENT:
        return None
    sent = list(case.sent_packages.exclude(state="replaced").select_related("answer").order_by("-pk")[:20])
    return next((one for one in sent if one.state == "passed"), sent[0] if sent else None)


def tombstone_of(case: CaseFile) -> dict | None:
    """What is left to say of a file that was destroyed."""
    if case.state != "disposed":
        return None
    lines = case.disposal_lines.filter(outcome="destroyed")
    line = lines.select_related("disposal__decided_user", "disposal__destroyed_by__user", "stead").last()
    if line is None:
        return _destroyed_again(case)
    disposal = line.disposal
    return {
        "at": line.at, "ground": line.ground_words, "decision": disposal.decision, "decided_by": disposal.decided_user, "destroyed_by": disposal.destroyed_by.user,
        "things": line.things, "files": line.files, "kept": line.kept, "again": None,
    }  # fmt: skip


def _destroyed_again(case: CaseFile) -> dict | None:
    """The rows of its disposal were lost with a restore: what the event says that was written afterwards."""
    told = CaseEvent.objects.filter(case=case, event__kind="dispose_again").select_related("event").last()
    if told is None:
        return None
    return told.event.payload | {"at": parse_datetime(told.event.payload["at"]), "again": told.event.at}
