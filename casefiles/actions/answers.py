"""The historical archive's answer to what was sent to it: every file that it names is Đạt or Không đạt, or none is, and the message is
kept as it came (TT 05/2025 ch. IV)."""

from collections import defaultdict
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone

from casefiles.access import sent_of
from casefiles.answer_sheet import Line
from casefiles.journey import tell_all, tell_office
from casefiles.models import ArchiveAnswer, CaseFile, SentPackage
from casefiles.states import SENT
from documents.access import may
from documents.arrival import NewFile
from documents.journey import NotAllowedNow
from orgs.models import Post

_SHOWN = 20
Found = list[tuple[Line, SentPackage]]


@transaction.atomic
def record_answer(lines: list[Line], *, message: NewFile, by: Post, at: datetime) -> ArchiveAnswer:
    """A file that is Không đạt may be packed and sent again; one that is Đạt is not sent any more.

    Raises PermissionDenied; ValidationError with a sentence for every line that names no package of this office, one that has its
    answer, or one twice. Of two at once the second finds the answers of the first.
    """
    if not may(by, "record_answers"):
        raise PermissionDenied("Chỉ lưu trữ của cơ quan ghi trả lời của lưu trữ lịch sử.")
    found, others = _matched(lines, by)
    answer = ArchiveAnswer.objects.create(
        organisation=by.organisation, blob=message.blob, name=message.name, by=by, user=by.operator, at=at
    )
    passed, failed = ([one for one in found if one[0].passed is said] for said in (True, False))
    for line, package in failed:
        package.reason = line.reason
    SentPackage.objects.bulk_update([package for _, package in failed], ["reason"])
    _take("pass_package", passed, by=by, at=at, answer=answer)
    _take("fail_package", failed, by=by, at=at, answer=answer)
    _step("replace_package", others, by=by)
    said = {"answer": answer.pk, "sha256": message.blob.pk, "passed": len(passed), "failed": len(failed)}
    note = f"{message.name}: {len(passed)} đạt, {len(failed)} không đạt"[:500]
    tell_office("record_answer", by=by, at=at, organisation=by.organisation, payload=said | {"note": note})
    return answer


def _matched(lines: list[Line], by: Post) -> tuple[Found, list[SentPackage]]:
    """The package of each line, and what else waits of the same files; all packages of these files are held."""
    keys, office = {line.key.upper() for line in lines}, sent_of(by)
    near = office.alias(code=Upper("file_code"), package=Upper("objid"), batch=Upper("agreement"))
    near = near.filter(Q(code__in=keys) | Q(package__in=keys) | Q(batch__in=keys))
    files = list(near.values_list("case", flat=True))
    held = office.select_for_update(no_key=True, of=("self",)).filter(case__in=files)
    packages = list(held.select_related("case__organisation", "answer").order_by("pk"))
    named, of_file = defaultdict(list), defaultdict(list)
    for one in packages:
        of_file[one.case_id].append(one)
        for key in {one.objid.upper(), one.file_code.upper(), one.agreement.upper()}:
            named[key].append(one)
    unpacked = _never_packed([line.key for line in lines if line.key.upper() not in named], by)
    found, wrong, seen = [], [], {}
    for line in lines:
        there = named[line.key.upper()]
        package, why = _choice(line, there, of_file, seen)
        if not there and line.key.upper() in unpacked:
            why = f"hồ sơ {line.key} chưa lập gói SIP nào."
        if why:
            wrong.append(f"Dòng {line.number}: {why}")
        else:
            seen[package.case_id] = line.number
            found.append((line, package))
    if wrong:
        more = [f"Và {len(wrong) - _SHOWN} dòng nữa."] if len(wrong) > _SHOWN else []
        raise ValidationError([*wrong[:_SHOWN], *more])
    answered = {package.pk for _, package in found}
    others = [
        one for one in packages if one.case_id in seen and one.state == "waiting" and one.pk not in answered
    ]
    return found, others


def _choice(
    line: Line, there: list[SentPackage], of_file: dict, seen: dict
) -> tuple[SentPackage | None, str]:
    """Of what a line names the newest that waits; or why none."""
    if not there:
        return (
            None,
            f"“{line.key[:80]}” không phải mã hồ sơ, OBJID hay mã đăng ký nộp của gói nào cơ quan này đã lập.",
        )
    if (many := len({one.case_id for one in there})) > 1:
        return None, f"mã đăng ký nộp {line.key} có gói của {many} hồ sơ; hãy ghi mã hồ sơ hoặc OBJID."
    last = there[-1]
    if number := seen.get(last.case_id):
        return None, f"hồ sơ {last.file_code} đã có ở dòng {number}."
    known = next((one for one in of_file[last.case_id] if one.state == "passed"), None)
    waiting = [one for one in there if one.state == "waiting"]
    if known or not waiting:
        known = known or last
        day = f" ngày {timezone.localtime(known.answer.at):%d/%m/%Y}" if known.answer else ""
        return None, f"gói của hồ sơ {last.file_code} đã ghi “{known.state_label}”{day}."
    return waiting[-1], ""


def _never_packed(keys: list[str], by: Post) -> set[str]:
    """Of codes that name no package, those of files of this office; in capitals."""
    office, wanted = f"{by.organisation.code}.", Q(pk=None)
    for key in keys:
        year, _, code = key.removeprefix(office).partition(".")
        if key.startswith(office) and year.isascii() and year.isdigit() and len(year) == 4 and code:
            wanted |= Q(year=int(year), code=code)
    files = CaseFile.objects.filter(wanted, organisation=by.organisation_id)
    return {f"{office}{year}.{code}".upper() for year, code in files.values_list("year", "code")}


def _take(name: str, found: Found, *, by: Post, at: datetime, answer: ArchiveAnswer) -> None:
    if not found:
        return
    _step(name, [package for _, package in found], by=by, answer=answer)
    tell_all(name, [
        (package.case, {
            "answer": answer.pk, "package": package.pk, "note": f"Gói {package.objid}",
            **({"reason": line.reason} if line.reason else {}),
        })
        for line, package in found
    ], by=by, at=at)  # fmt: skip


def _step(name: str, packages: list[SentPackage], *, by: Post, **fills) -> None:
    """Compare-and-swap of the state of all of them, under their locks."""
    step = SENT[name]
    if not may(by, step.permission):
        raise PermissionDenied(f"Vai trò “{by}” không ghi trả lời của lưu trữ lịch sử.")
    waiting = SentPackage.objects.filter(pk__in=[one.pk for one in packages], state__in=step.frm)
    if waiting.update(state=step.to, **fills) != len(packages):
        raise NotAllowedNow("Có gói vừa được người khác ghi trả lời. Hãy xem lại danh sách.", packages[0])
