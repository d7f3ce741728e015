"""Everything of one organisation in open formats, for whoever takes it over: files as they are, each table as JSON lines
and CSV, SHA-256 of all of it.

    papers/in|out/YEAR/PAPER/FILE-name.pdf   what came and what was issued, all versions and attachments
    draft_pictures/YEAR/PAPER/PICTURE.png    pictures that the text of a draft names by their SHA-256
    reports/YEAR/REPORT/FILE-name            what went with reports of progress
    case_files/YEAR/FILE/ITEM-name           free files of hồ sơ
    transfers/YEAR/TRANSFER/                 minutes of what was handed to the archive
    kept_longer/YEAR/ROW-name                consents that a file is kept longer by its unit
    received_packages/YEAR/PACKAGE-name      packages of hồ sơ that came from elsewhere
    archive_packages/YEAR/PACKAGE-name       AIP of each file that the archive has
    archive_answers/YEAR/ANSWER-name         what the historical archive answered
    tables/NAME.jsonl, NAME.csv              the rows; files, report_files, draft_pictures: which file is which
    manifest.sha256                          written last: `sha256sum -c manifest.sha256`; without it nothing is whole

One state of everything, while people work on; rows and bytes pass by, none are gathered in memory.
"""

import csv
import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from casefiles.models import (
    ArchiveAnswer,
    CaseEvent,
    CaseFile,
    CaseReading,
    CheckedFile,
    CollectionPlan,
    CouncilMember,
    Disposal,
    DisposalLine,
    Export,
    FilePlan,
    FilingRule,
    FrozenFile,
    Handover,
    HandoverLine,
    HeldFile,
    Item,
    KeptLonger,
    LegalHold,
    Loan,
    LoanView,
    Member,
    MonthFigures,
    PlanEntry,
    PlanHeading,
    ReceivedPackage,
    Relation,
    Rendition,
    RightsChange,
    SecretCount,
    SentPackage,
    Transfer,
    TransferFile,
    Unfiled,
    Vote,
)
from documents import blobs
from documents.models import (
    Asked,
    Assignment,
    Blob,
    Board,
    CertifiedCopy,
    ChangeRequest,
    Consultation,
    Correction,
    DeadlineReminder,
    Delivery,
    DeliveryStep,
    Direction,
    Document,
    DraftPicture,
    DraftRemark,
    DraftTemplate,
    DuePause,
    DueRule,
    Event,
    Extension,
    File,
    Incoming,
    KeptCopyUse,
    KindSeries,
    MutedRule,
    NumberLine,
    OfficeConversion,
    Opinion,
    Order,
    Outgoing,
    OwnField,
    PostedEnvelope,
    PreparedDirection,
    ProgressReport,
    Recurring,
    RegisterBook,
    Reminder,
    ReportFile,
    Reservation,
    Slip,
    SlipOpinion,
    SlipPlace,
    SlipRound,
    StandingLines,
    StatusReport,
    Task,
    TemplateVersion,
    Update,
)
from documents.uploads import safe_name
from orgs.models import Assistant, Delegation, Organisation, Post, Unit, User
from signatures.models import Signature

_ROWS = 1000
_PIECE = 1 << 20
README = """Gói bàn giao của {name} (mã {code}).

tables/TÊN.jsonl, TÊN.csv   mỗi dòng một bản ghi; thời điểm theo ISO 8601, giờ UTC
tables/files                mỗi tệp của văn bản: thuộc văn bản nào (document), nằm ở đâu (path), mã SHA-256 (blob)
tables/events               chuỗi sự kiện, mỗi sự kiện mang mã của sự kiện trước (prev_hash)
tables/report_files         mỗi tệp của báo cáo tiến độ: thuộc báo cáo nào (report), nằm ở đâu (path)
tables/case_items           mỗi văn bản, nhiệm vụ, tệp trong từng hồ sơ (tables/case_files)
reports/                    tệp kèm báo cáo tiến độ
draft_pictures/             ảnh trong nội dung dự thảo; nội dung gọi ảnh bằng mã SHA-256 (tables/draft_pictures)
case_files/                 tệp thêm vào hồ sơ
transfers/                  biên bản giao nhận hồ sơ với lưu trữ (tables/transfers)
kept_longer/                văn bản đồng ý giữ lại hồ sơ (tables/kept_longer)
disposals/                  chứng nhận hủy của từng đợt hủy (tables/disposals)
received_packages/          gói hồ sơ nhận từ nơi khác
archive_packages/           gói AIP của từng hồ sơ trong lưu trữ
archive_answers/            văn bản trả lời của lưu trữ lịch sử (tables/sent_packages: từng gói đã nộp)
papers/                     tệp nguyên văn: văn bản đến (in), văn bản đi (out), mọi bản và tài liệu kèm theo
tables/own_fields           trường thông tin bổ sung; cột own_values của văn bản ghi giá trị theo khóa “f” + id của trường
manifest.sha256             kiểm tra: sha256sum -c manifest.sha256

Tệp không còn nội dung (path rỗng) là tệp đã hủy theo quy định; tên và lịch sử vẫn giữ.
Mã ký, mật khẩu và gói tin kỹ thuật của trục liên thông không nằm trong gói này.
"""


@dataclass
class Left:
    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0
    size: int = 0  # bytes
    problems: list[str] = field(default_factory=list)


def export(organisation: Organisation, folder: Path) -> Left:
    """Into a folder that is empty or not there. Raises FileExistsError, and OSError when the disk is full: there is no
    manifest then."""
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(str(folder))
    done = Left()
    (folder / "tables").mkdir(parents=True)
    part = folder / "manifest.part"
    with _one_state(), part.open("w", encoding="utf-8") as kept:
        readme = README.format(name=organisation.name, code=organisation.code)
        (folder / "README.txt").write_text(readme, encoding="utf-8")
        for name, rows in tables(organisation).items():
            done.rows[name] = _table(folder, name, _dicts(rows))
        done.rows["files"] = _table(folder, "files", _papers(organisation, folder, done, kept))
        done.rows["report_files"] = _table(folder, "report_files", _reports(organisation, folder, done, kept))
        done.rows["draft_pictures"] = _table(
            folder, "draft_pictures", _pictures(organisation, folder, done, kept)
        )
        packages = _packages(organisation, folder, done, kept)
        done.rows["received_packages"] = _table(folder, "received_packages", packages)
        kept_aip, said = _aips(organisation, folder, done, kept), _answers(organisation, folder, done, kept)
        done.rows["archive_packages"] = _table(folder, "archive_packages", kept_aip)
        done.rows["archive_answers"] = _table(folder, "archive_answers", said)
        done.rows["case_items"] = _table(folder, "case_items", _case_items(organisation, folder, done, kept))
        done.rows["transfers"] = _table(folder, "transfers", _transfers(organisation, folder, done, kept))
        done.rows["kept_longer"] = _table(folder, "kept_longer", _consents(organisation, folder, done, kept))
        done.rows["disposal_certificates"] = _table(
            folder, "disposal_certificates", _certificates(organisation, folder, done, kept)
        )
        for path in sorted([folder / "README.txt", *(folder / "tables").iterdir()]):
            with path.open("rb") as file:
                kept.write(_line(hashlib.file_digest(file, "sha256").hexdigest(), path.relative_to(folder)))
    part.replace(folder / "manifest.sha256")
    return done


FOLLOW_UP = {
    "extensions": Extension,
    "progress_reports": ProgressReport,
    "reminders": Reminder,
    "deadline_reminders": DeadlineReminder,
}


def tables(organisation: Organisation) -> dict[str, QuerySet]:
    """Every row that is this organisation's. People without what lets them in."""
    here = Q(organisation=organisation)
    papers = Document.objects.filter(here).values("pk")
    of_paper, of_incoming = Q(document__in=papers), Q(incoming__organisation=organisation)
    of_matter = of_incoming | Q(task__organisation=organisation)
    of_task = Q(assignment__assignee__organisation=organisation)
    sent = Q(outgoing__organisation=organisation)
    of_case = Q(case__organisation=organisation)
    people = User.objects.filter(posts__organisation=organisation).distinct()
    return {
        "organisation": Organisation.objects.filter(pk=organisation.pk).values(),
        "units": Unit.objects.filter(here).values(),
        "people": people.values("id", "username", "full_name", "email", "is_active", "date_joined"),
        "posts": Post.objects.filter(here).values(),
        "delegations": Delegation.objects.filter(post__organisation=organisation).values(),
        "assistants": Assistant.objects.filter(leader__organisation=organisation).values(),
        "books": RegisterBook.objects.filter(here).values(),
        "incoming": Incoming.objects.filter(here).annotate(holder_name=F("holder__user__full_name")).values(),
        "outgoing": Outgoing.objects.filter(here)
        .annotate(drafter_name=F("drafter__user__full_name"), signed_by=F("signer__user__full_name"))
        .values(),
        "tasks": Task.objects.filter(here).annotate(by_name=F("by__user__full_name")).values(),
        "recurring_tasks": Recurring.objects.filter(by__organisation=organisation).values(),
        "task_orders": Order.objects.filter(
            Q(task__organisation=organisation) | Q(receiver=organisation)
        ).values(),
        "directions": Direction.objects.filter(of_matter).values(),
        "prepared_directions": PreparedDirection.objects.filter(incoming__organisation=organisation).values(),
        "assignments": Assignment.objects.filter(of_matter)
        .annotate(assignee_name=F("assignee__user__full_name"), by_name=F("by__user__full_name"))
        .values(),
        **{name: model.objects.filter(of_task).values() for name, model in FOLLOW_UP.items()},
        "order_extensions": Extension.objects.filter(
            Q(order__task__organisation=organisation) | Q(order__receiver=organisation)
        ).values(),
        "consultations": Consultation.objects.filter(of_paper).values(),
        "asked": Asked.objects.filter(of_paper).annotate(name=F("post__user__full_name")).values(),
        "opinions": Opinion.objects.filter(asked__document__in=papers)
        .annotate(user_name=F("user__full_name"))
        .values(),
        "slips": Slip.objects.filter(sent).values(),
        "slip_rounds": SlipRound.objects.filter(slip__outgoing__organisation=organisation).values(),
        "slip_places": SlipPlace.objects.filter(sent).annotate(name=F("post__user__full_name")).values(),
        "slip_opinions": SlipOpinion.objects.filter(place__outgoing__organisation=organisation)
        .annotate(user_name=F("user__full_name"))
        .values(),
        "draft_remarks": DraftRemark.objects.filter(sent).annotate(user_name=F("user__full_name")).values(),
        "requests": ChangeRequest.objects.filter(of_incoming).values(),
        "reports": StatusReport.objects.filter(of_incoming).values(),
        "deliveries": Delivery.objects.filter(sent).values(),
        "delivery_steps": DeliveryStep.objects.filter(delivery__outgoing__organisation=organisation).values(),
        "posted_envelopes": PostedEnvelope.objects.filter(here).values(),
        "kept_copy_uses": KeptCopyUse.objects.filter(here)
        .annotate(allowed_by_name=F("allowed_by__user__full_name"))
        .values(),
        "templates": DraftTemplate.objects.filter(here).values(),
        "template_versions": TemplateVersion.objects.filter(template__organisation=organisation)
        .annotate(by_name=F("by__user__full_name"))
        .values(),
        "standing_lines": StandingLines.objects.filter(here).values(),
        "office_conversions": OfficeConversion.objects.filter(
            file__document__organisation=organisation
        ).values(),
        "boards": Board.objects.filter(here).values(),
        "due_rules": DueRule.objects.filter(here).values(),
        "due_pauses": DuePause.objects.filter(of_incoming | of_task).values(),
        "own_fields": OwnField.objects.filter(here).values(),
        "kind_series": KindSeries.objects.filter(here).values(),
        "number_reservations": Reservation.objects.filter(book__organisation=organisation).values(),
        "number_lines": NumberLine.objects.filter(book__organisation=organisation)
        .annotate(by_name=F("by__user__full_name"))
        .values(),
        "corrections": Correction.objects.filter(paper__organisation=organisation).values(),
        "copies": CertifiedCopy.objects.filter(here).values(),
        "muted_rules": MutedRule.objects.filter(here).annotate(user_name=F("user__full_name")).values(),
        "updates": Update.objects.filter(sent).values(),
        "file_plans": FilePlan.objects.filter(here).values(),
        "plan_headings": PlanHeading.objects.filter(plan__organisation=organisation).values(),
        "plan_entries": PlanEntry.objects.filter(plan__organisation=organisation).values(),
        "case_files": CaseFile.objects.filter(here)
        .annotate(creator_name=F("creator__user__full_name"))
        .values(),
        "case_members": Member.objects.filter(of_case).annotate(name=F("post__user__full_name")).values(),
        "case_rights": RightsChange.objects.filter(of_case).annotate(user_name=F("user__full_name")).values(),
        "filing_rule": FilingRule.objects.filter(here).values(),
        "related_files": Relation.objects.filter(of_case).values(),
        "archive_loans": Loan.objects.filter(here).annotate(user_name=F("user__full_name")).values(),
        "archive_readings": LoanView.objects.filter(loan__organisation=organisation).values(),
        "file_readings": CaseReading.objects.filter(of_case)
        .annotate(user_name=F("user__full_name"))
        .values(),
        "month_figures": MonthFigures.objects.filter(here).values(),
        "month_files": FrozenFile.objects.filter(here).values(),
        "secret_counts": SecretCount.objects.filter(here).values(),
        "sent_packages": SentPackage.objects.filter(here).annotate(user_name=F("user__full_name")).values(),
        "legal_holds": LegalHold.objects.filter(here).values(),
        "held_files": HeldFile.objects.filter(of_case).values(),
        "renditions": Rendition.objects.filter(item__case__organisation=organisation).values(),
        "disposals": Disposal.objects.filter(here).values(),
        "disposal_lines": DisposalLine.objects.filter(of_case).values(),
        "disposal_council": CouncilMember.objects.filter(disposal__organisation=organisation)
        .annotate(name=F("post__user__full_name"))
        .values(),
        "disposal_votes": Vote.objects.filter(line__case__organisation=organisation)
        .annotate(user_name=F("user__full_name"))
        .values(),
        "case_history": CaseEvent.objects.filter(of_case).values(),
        "transfer_files": TransferFile.objects.filter(of_case).values(),
        "checked_files": CheckedFile.objects.filter(of_case).values(),
        "collection_plans": CollectionPlan.objects.filter(here).values(),
        "handovers": Handover.objects.filter(here)
        .annotate(leaver_name=F("leaver__user__full_name"))
        .values(),
        "handover_lines": HandoverLine.objects.filter(handover__organisation=organisation)
        .annotate(to_name=F("to__user__full_name"))
        .values(),
        "unfiled": Unfiled.objects.filter(document__in=papers).values(),
        "signatures": Signature.objects.filter(of_paper)
        .annotate(subject=F("certificate__subject"), serial=F("certificate__serial"))
        .values(),
        "events": Event.objects.filter(here)
        .annotate(user_name=F("user__full_name"), post_title=F("post__title"))
        .order_by("seq")
        .values(),
    }


def _dicts(rows: QuerySet) -> Iterator[dict]:
    return (rows if rows.ordered else rows.order_by("pk")).iterator(chunk_size=_ROWS)


@contextmanager
def _one_state() -> Iterator[None]:
    with transaction.atomic():
        if not connection.savepoint_ids:  # the outermost: what is read is as of one moment
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _papers(organisation: Organisation, folder: Path, done: Left, kept: TextIO) -> Iterator[dict]:
    files = File.objects.filter(document__organisation=organisation).annotate(
        sha256=F("blob__sha256"), size=F("blob__size"), content_type=F("blob__content_type"),
        direction=F("document__direction"), arrived=F("document__created_at"),
    )  # fmt: skip
    for row in files.order_by("pk").values().iterator(chunk_size=_ROWS):
        direction, year = row.pop("direction"), row.pop("arrived").year
        where = f"papers/{direction}/{year}/{row['document_id']}/{row['id']}-{safe_name(row['name'])}"
        yield _with_bytes(row, where, f"văn bản {row['document_id']}", folder, done, kept)


def _reports(organisation: Organisation, folder: Path, done: Left, kept: TextIO) -> Iterator[dict]:
    files = ReportFile.objects.filter(report__assignment__assignee__organisation=organisation).annotate(
        sha256=F("blob__sha256"),
        size=F("blob__size"),
        content_type=F("blob__content_type"),
        told=F("report__at"),
    )
    for row in files.order_by("pk").values().iterator(chunk_size=_ROWS):
        where = f"reports/{row.pop('told').year}/{row['report_id']}/{row['id']}-{safe_name(row['name'])}"
        yield _with_bytes(row, where, f"báo cáo {row['report_id']}", folder, done, kept)


def _pictures(organisation: Organisation, folder: Path, done: Left, kept: TextIO) -> Iterator[dict]:
    """Of drafts that were saved; what waits for one is its writer's alone."""
    pictures = DraftPicture.objects.filter(outgoing__organisation=organisation).annotate(
        sha256=F("blob__sha256"), size=F("blob__size"), content_type=F("blob__content_type"),
        began=F("outgoing__created_at"),
    )  # fmt: skip
    for row in pictures.order_by("pk").values().iterator(chunk_size=_ROWS):
        ending = row["content_type"].rsplit("/", 1)[-1]
        where = f"draft_pictures/{row.pop('began').year}/{row['outgoing_id']}/{row['id']}.{safe_name(ending)}"
        yield _with_bytes(row, where, f"dự thảo {row['outgoing_id']}", folder, done, kept)


def _case_items(organisation: Organisation, folder: Path, done: Left, kept: TextIO) -> Iterator[dict]:
    """What lies in files: of a paper or a task its key, of a free file its bytes."""
    items = Item.objects.filter(case__organisation=organisation).annotate(
        sha256=F("blob__sha256"),
        size=F("blob__size"),
        content_type=F("blob__content_type"),
        year=F("case__year"),
    )
    for row in items.order_by("pk").values().iterator(chunk_size=_ROWS):
        where = f"case_files/{row.pop('year')}/{row['case_id']}/{row['id']}-{safe_name(row['name'])}"
        yield _with_bytes(row, where, f"hồ sơ {row['case_id']}", folder, done, kept)


def _transfers(organisation: Organisation, folder: Path, done: Left, kept: TextIO) -> Iterator[dict]:
    """What was handed to the archive together, with the minutes as they stand."""
    found = Transfer.objects.filter(organisation=organisation).annotate(
        sha256=F("minutes__sha256"), size=F("minutes__size")
    )
    for row in found.order_by("pk").values().iterator(chunk_size=_ROWS):
        where = f"transfers/{row['at'].year}/{row['id']}/bien-ban-giao-nhan.pdf"
        yield _with_bytes(row, where, f"đợt nộp lưu {row['id']}", folder, done, kept)


def _consents(organisation: Organisation, folder: Path, done: Left, kept: TextIO) -> Iterator[dict]:
    """Files that a unit keeps longer, with the consent where it is a file."""
    found = KeptLonger.objects.filter(case__organisation=organisation).annotate(
        sha256=F("blob__sha256"), size=F("blob__size")
    )
    for row in found.order_by("pk").values().iterator(chunk_size=_ROWS):
        where = f"kept_longer/{row['at'].year}/{row['id']}-{safe_name(row['name'] or 'dong-y')}"
        yield _with_bytes(row, where, f"hồ sơ giữ lại {row['case_id']}", folder, done, kept)


def _certificates(organisation: Organisation, folder: Path, done: Left, kept: TextIO) -> Iterator[dict]:
    """Of files that were destroyed, what proves it."""
    found = Disposal.objects.filter(organisation=organisation, certificate__isnull=False)
    rows = found.annotate(sha256=F("certificate__sha256"), size=F("certificate__size"))
    for row in rows.order_by("pk").values("id", "sha256", "size").iterator(chunk_size=_ROWS):
        where = f"disposals/chung-nhan-huy-{row['id']}.pdf"
        yield _with_bytes(row, where, f"đợt hủy {row['id']}", folder, done, kept)


def _packages(organisation: Organisation, folder: Path, done: Left, kept: TextIO) -> Iterator[dict]:
    found = ReceivedPackage.objects.filter(organisation=organisation).annotate(
        sha256=F("blob__sha256"), size=F("blob__size"), content_type=F("blob__content_type")
    )
    for row in found.order_by("pk").values().iterator(chunk_size=_ROWS):
        where = f"received_packages/{row['at'].year}/{row['id']}-{safe_name(row['name'])}"
        yield _with_bytes(row, where, f"gói hồ sơ {row['id']}", folder, done, kept)


def _aips(organisation: Organisation, folder: Path, done: Left, kept: TextIO) -> Iterator[dict]:
    """Only what the store keeps: other packages are asked for again."""
    found = Export.objects.filter(case__organisation=organisation, blob__isnull=False)
    rows = found.annotate(sha256=F("blob__sha256")).order_by("pk")
    for row in rows.values("id", "case_id", "made_at", "name", "size", "sha256").iterator(chunk_size=_ROWS):
        where = f"archive_packages/{row['made_at'].year}/{row['id']}-{safe_name(row['name'])}"
        yield _with_bytes(row, where, f"gói AIP {row['id']}", folder, done, kept)


def _answers(organisation: Organisation, folder: Path, done: Left, kept: TextIO) -> Iterator[dict]:
    found = ArchiveAnswer.objects.filter(organisation=organisation)
    rows = found.annotate(sha256=F("blob__sha256"), size=F("blob__size")).order_by("pk")
    for row in rows.values().iterator(chunk_size=_ROWS):
        where = f"archive_answers/{row['at'].year}/{row['id']}-{safe_name(row['name'])}"
        yield _with_bytes(row, where, f"trả lời {row['id']}", folder, done, kept)


def _with_bytes(row: dict, where: str, whose: str, folder: Path, done: Left, kept: TextIO) -> dict:
    """The row with its `path`, where its bytes are copied to; none of what was destroyed or is missing."""
    row["path"] = ""
    if row["sha256"]:
        try:
            found = _copy(row["sha256"], folder / where)
        except FileNotFoundError:
            done.problems.append(f"Kho tệp thiếu tệp {row['sha256']} của {whose}.")
        else:
            row["path"] = where
            kept.write(_line(found, where))
            done.files, done.size = done.files + 1, done.size + row["size"]
            if found != row["sha256"]:
                done.problems.append(f"Tệp {where} không còn đúng với mã SHA-256 đã ghi.")
    return row


def _copy(sha256: str, to: Path) -> str:
    """Returns the hash of what was copied."""
    digest = hashlib.sha256()
    with blobs.path_of(Blob(sha256=sha256)).open("rb") as source:
        to.parent.mkdir(parents=True, exist_ok=True)
        with to.open("xb") as target:
            while piece := source.read(_PIECE):
                digest.update(piece)
                target.write(piece)
    return digest.hexdigest()


def _table(folder: Path, name: str, rows: Iterator[dict]) -> int:
    count = 0
    with ExitStack() as exits:
        lines = exits.enter_context((folder / f"tables/{name}.jsonl").open("w", encoding="utf-8"))
        # With the mark that spreadsheets want before they believe in UTF-8.
        sheet = exits.enter_context(
            (folder / f"tables/{name}.csv").open("w", encoding="utf-8-sig", newline="")
        )
        table = csv.writer(sheet)
        for row in rows:
            plain = json.loads(json.dumps(row, cls=DjangoJSONEncoder))
            if not count:
                table.writerow(plain)
            lines.write(json.dumps(plain, ensure_ascii=False) + "\n")
            table.writerow(_cell(value) for value in plain.values())
            count += 1
    return count


def _cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _line(sha256: str, where: Path | str) -> str:
    """As sha256sum writes it."""
    return f"{sha256}  {where}\n"
