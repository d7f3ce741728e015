"""A file and all that lies in it as the values of a package (casefiles/package/contents.py) and of its XML. Reads rows, no bytes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from xml.sax.saxutils import quoteattr

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from casefiles.actions.closing import Content, content_of
from casefiles.models import CaseFile, Item
from casefiles.package import tt05
from casefiles.package.contents import Bytes, Contents, Paper
from casefiles.package.described import clean
from casefiles.package.metadata import Document, Value
from casefiles.package.metadata import written as metadata_written
from casefiles.terms import PERMANENT
from documents import blobs
from documents.models import Assignment, Blob, Direction, Event, File, Incoming, Outgoing
from documents.models.document import attached
from documents.models.outgoing import main_files
from documents.states import label_of

GONE = "Nội dung đã hủy theo yêu cầu của nơi gửi"
NO_BYTES = "Chưa có bản điện tử"
_TERMS = {PERMANENT: "01", "70": "02", "50": "03", "30": "04", "20": "05", "10": "06"}
_OTHER_TERM, _OTHER_KIND, _OTHER_LANGUAGE = "07", "32", "11"
_DIGITAL, _DIGITISED, _MIXED = "01", "02", "03"


@dataclass
class Gathered:
    """Everything of a file, read once: `mains` and `beside` are the files of a paper as they stand, by its key."""

    case: CaseFile
    content: Content
    items: list[Item]  # in the order of the file
    mains: dict[int, File]
    on_paper: set[int]  # papers of ours that left on paper
    beside: dict[int, list[File]] = field(default_factory=lambda: defaultdict(list))

    def files_of(self, item: Item) -> list[File | Item]:
        """Its main file first; of a free file the thing itself."""
        if item.blob_id:
            return [item]
        main = self.mains.get(item.document_id)
        return [*([main] if main else []), *self.beside.get(item.document_id, [])]

    def held(self, item: Item) -> list[str]:
        """Of its files, a sentence for each that does not leave this system."""
        return [_why_held(one) for one in self.files_of(item) if not one.may_be_taken]


def gathered(case: CaseFile) -> Gathered:
    content = content_of(case)
    items = content.in_time() if case.state == "open" else sorted(content.items, key=lambda one: one.ordinal)
    papers = [one.document_id for one in items if one.document_id]
    found = File.objects.filter(document__in=papers, blob__isnull=False)
    mains: dict[int, File] = {}
    for one in main_files(found).exclude(stage=File.Stage.PROPOSED):
        mains.setdefault(one.document_id, one)
    left = Outgoing.objects.on_paper().filter(pk__in=content.outgoing).values_list("pk", flat=True)
    done = Gathered(case, content, items, mains, set(left))
    directions = Direction.objects.standing().select_related("by__user")
    given = Prefetch("assignments", Assignment.objects.select_related("assignee__user").order_by("pk"))
    prefetch_related_objects(list(content.incoming.values()), Prefetch("directions", directions), given)
    prefetch_related_objects(list(content.outgoing.values()), "recipients")
    for one in attached(found):
        done.beside[one.document_id].append(one)
    return done


def contents_of(case: CaseFile, *, paper_code: str = "", agreement: str = "") -> tuple[Contents, list[str]]:
    """As it is packed, and why it cannot be, a sentence for each file that is held back. Tasks are no documents: they stand in
    the XML of all metadata alone."""
    found = gathered(case)
    held = [words for item in found.items for words in found.held(item)]
    histories = _histories(found.content)
    packed = [one for one in found.items if not one.task_id]
    papers = tuple(
        Paper(
            _values(found, one), *_bytes(found.files_of(one), found, one), histories.get(one.document_id, b"")
        )
        for one in packed
    )
    office = case.organisation
    values = _file_values(found, papers) | {"paperFileCode": paper_code}
    code = file_code(case)
    names = {
        one.pk: [f"{code}.{number}{papers[number - 1].main.suffix}"] if papers[number - 1].main else []
        for number, one in enumerate(packed, start=1)
    }
    described = metadata_written(
        case_values(case), (document(found, one, names.get(one.pk, [])) for one in found.items)
    )
    return Contents(
        code, values, papers, office.name, office.code, office.code,
        agreement or f"01.NL.{office.code}.01.{timezone.localdate().year}", described,
    ), held  # fmt: skip


def file_code(case: CaseFile) -> str:
    return f"{case.organisation.code}.{case.year}.{case.code}"


def bytes_of(one: File | Item) -> Bytes:
    return Bytes(one.name, blobs.path_of(Blob(sha256=one.blob_id)), one.blob_id, one.blob.size)


def case_values(case: CaseFile) -> dict[str, Value]:
    """By the keys of decree 30 Phụ lục VI II.III."""
    return {
        "FileCode": {
            "OrganId": case.organisation.code, "FileCatalog": f"{case.year}", "FileNotation": case.code,
        },
        "Title": case.title, "Maintenance": case.term_words, "Rights": case.get_mode_display(),
        "Creator": str(case.creator.user), "Language": case.language, "StartDate": _day(case.started_on),
        "EndDate": _day(case.ended_on), "DocTotal": f"{case.documents or ''}", "PageTotal": f"{case.pages or ''}",
        "Keyword": case.keywords, "Description": case.note,
    }  # fmt: skip


def document(
    found: Gathered, item: Item, files: Iterable[str], *, page: int | None = None, why: str = ""
) -> Document:
    """One line of the XML; of one that is left out its place and why."""
    paper, task = found.content.paper(item), found.content.tasks.get(item.task_id)
    kind = "NhiemVu" if item.task_id else "TaiLieu"
    if item.document_id:
        kind = "VanBanDen" if isinstance(paper, Incoming) else "VanBanDi"
    if why:
        return Document(kind, item.ordinal, {}, list(files), page, why)
    if paper is not None:
        values = _of_paper(found, item, paper)
    elif task is not None:
        values = {
            "Subject": task.title,
            "IssuedDate": _day(found.content.day(item)),
            "DueDate": _day(task.due_on),
        }
    else:
        values = {
            "Subject": item.name, "IssuedDate": _day(found.content.day(item)), "PageAmount": f"{item.pages or ''}",
            "OrganName": str(item.by.user),
        }  # fmt: skip
    return Document(kind, item.ordinal, values, list(files), page)


def _of_paper(found: Gathered, item: Item, paper: Incoming | Outgoing) -> dict[str, Value]:
    case = found.case
    values: dict[str, Value] = {
        "FileCode": {
            "OrganId": case.organisation.code, "FileCatalog": f"{case.year}", "FileNotation": case.code,
        },
        "DocOrdinal": f"{item.ordinal}", "TypeName": paper.kind_label, "CodeNumber": paper.number,
        "CodeNotation": paper.notation, "IssuedDate": _day(paper.issued_on), "OrganName": paper.issuer_name or case.organisation.name,
        "Subject": paper.subject, "Language": paper.language or case.language, "PageAmount": f"{paper.pages or ''}", "Description": paper.note,
        "SignerInfo": {"Position": paper.signer_title, "FullName": paper.signer_name}, "Priority": f"{paper.urgency}",
        "DueDate": _day(paper.due_on),
    }  # fmt: skip
    if isinstance(paper, Outgoing):
        to = [{"OrganId": one.code, "OrganName": one.name} for one in paper.recipients.all()]
        amount = "" if paper.issued_amount is None else f"{paper.issued_amount}"
        to += [{"OrganName": line} for line in paper.other_recipients.splitlines()]
        return values | {"To": to, "IssuedAmount": amount}
    if paper.purged_at:
        values["Subject"] = GONE
    directions = [
        {
            "TraceDate": timezone.localtime(one.at).isoformat(timespec="seconds"),
            "TraceName": f"{one.by.user}, {one.by.title}",
            "Text": one.text,
        }
        for one in paper.directions.all()
    ]
    return values | {
        "ArrivalDate": _day(paper.arrival_date), "ArrivalNumber": f"{paper.arrival_number or ''}",
        "ToPlaces": ", ".join(dict.fromkeys(f"{one.assignee.user}" for one in paper.assignments.all())),
        "TraceHeaderList": {"TraceHeader": directions} if directions else "",
    }  # fmt: skip


def _file_values(found: Gathered, papers: tuple[Paper, ...]) -> dict[str, str]:
    case = found.case
    levels = {one.values["confidenceLevel"] for one in papers} - {""}
    notes = [f"Người lập: {case.creator.user}", case.note]
    if case.term not in _TERMS:
        notes.append(f"Thời hạn lưu trữ: {case.term_words}")
    digitised = [
        int(one.values["numberOfPage"]) for one in papers if one.values["confidenceLevel"] == _DIGITISED
    ]
    return {
        "title": case.title, "maintenance": _TERMS.get(case.term, _OTHER_TERM), "mode": case.mode,
        "language": _language(case), "startDate": _day(case.started_on), "endDate": _day(case.ended_on),
        "keyword": tt05.fitted(case.keywords, 100), "numberOfPaper": f"{sum(digitised)}",
        "numberOfPage": f"{sum(int(one.values['numberOfPage']) for one in papers)}",
        "confidenceLevel": _MIXED if len(levels) > 1 else "".join(levels), "riskRecovery": "0",
        "description": "; ".join(filter(None, notes)),
    }  # fmt: skip


def _values(found: Gathered, item: Item) -> dict[str, str]:
    case, paper = found.case, found.content.paper(item)
    values = {
        "issuedDate": _day(found.content.day(item)), "language": _language(case), "mode": case.mode, "riskRecovery": "0",
        "numberOfPage": f"{found.content.pages(item)}", "typeName": _OTHER_KIND, "confidenceLevel": "",
        "organName": tt05.fitted(case.organisation.name, 200), "subject": tt05.fitted(item.name, 500),
    }  # fmt: skip
    if paper is None:
        return values
    gone = getattr(paper, "purged_at", None)
    notes = [paper.note, GONE if gone else "" if item.document_id in found.mains else NO_BYTES]
    came = isinstance(paper, Incoming)
    scanned = paper.source == Incoming.Source.PAPER if came else paper.pk in found.on_paper
    return values | {
        "typeName": tt05.code_of("typeName", paper.kind_label, other=_OTHER_KIND), "codeNumber": paper.number,
        "codeNotation": paper.notation, "subject": tt05.fitted(GONE if gone else paper.subject, 500),
        "organName": tt05.fitted(paper.issuer_name or case.organisation.name, 200),
        "confidenceLevel": _DIGITISED if scanned else _DIGITAL,
        "description": tt05.fitted("; ".join(filter(None, notes)), 500),
    }  # fmt: skip


def _bytes(files: list[File | Item], found: Gathered, item: Item) -> tuple[Bytes | None, tuple[Bytes, ...]]:
    has_main = item.blob_id or item.document_id in found.mains
    whole = [bytes_of(one) for one in files]
    return (whole[0], tuple(whole[1:])) if has_main else (None, tuple(whole))


def _histories(content: Content) -> dict[int, bytes]:
    """Of each paper, what was done with it, when, by whom (TT 05: the file that goes with `process`)."""
    papers = [*content.incoming, *content.outgoing]
    events = Event.objects.filter(document__in=papers).order_by("document", "pk")
    steps = events.values_list("document", "kind", "at", "user__full_name", "post__title", "payload")
    found: dict[int, list[str]] = defaultdict(list)
    for paper, kind, at, who, post, payload in steps.iterator(chunk_size=2000):
        said = {
            "luc": timezone.localtime(at).isoformat(timespec="seconds"),
            "viec": label_of(kind),
            "nguoi": who or "Hệ thống",
            "chucVu": post or "",
        }
        said["lyDo"] = str(payload.get("reason", ""))
        attributes = "".join(f" {key}={quoteattr(clean(value))}" for key, value in said.items() if value)
        found[paper].append(f"  <Buoc{attributes}/>\n")
    return {
        paper: f'<?xml version="1.0" encoding="UTF-8"?>\n<QuaTrinhXuLy>\n{"".join(lines)}</QuaTrinhXuLy>\n'.encode()
        for paper, lines in found.items()
    }


def _language(case: CaseFile) -> str:
    return tt05.code_of("language", case.language, other=_OTHER_LANGUAGE)


def _why_held(one: File | Item) -> str:
    why = one.held_why or "chưa quét vi-rút được"
    return f"Tệp “{one.name}” bị giữ lại: {why}."


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
