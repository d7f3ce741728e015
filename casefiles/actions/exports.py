"""Files that leave as one: asked for, made beside the pages by one worker at a time, kept some days. Whoever asked may leave and
come back; a worker that is killed loses nothing that was written, the next goes on. What the archive takes over it keeps as AIP, and
nobody need ask."""

import hashlib
import logging
import shutil
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from casefiles.access import case_for
from casefiles.actions.gathering import contents_of, file_code
from casefiles.actions.whole import folder_name, write_whole
from casefiles.journey import hold, tell_history
from casefiles.models import CaseFile, Export, Item, SentPackage
from casefiles.package.contents import NotPacked, check
from casefiles.package.packing import objid_of, pack, zip_name
from casefiles.package.zipping import Busy, Harmed
from casefiles.terms import PERMANENT
from documents import blobs
from documents.access import may
from documents.journey import NotAllowedNow
from documents.models import Blob, Document
from orgs.access import posts_of
from orgs.actions.notices import tell
from orgs.models import Post, User
from orgs.models.notice import WORK

logger = logging.getLogger(__name__)
Kind, State = Export.Kind, Export.State
WAITING_AT_ONCE = 5  # of one person, in all posts
TRIES = 5
KEPT_FOR = timedelta(days=7)
A_RUN = 300  # seconds: what still waits then is the next run's
_LARGEST = 500 * 2**20  # bytes of one file of the store: a backup seals it in memory
_MAKING = 0x7061_636B  # the lock of whoever makes
PASSED = "Lưu trữ lịch sử đã trả lời “Đạt” về hồ sơ này; không nộp lại."
_NOT_WHOLE = "Tệp “{name}” thiếu hoặc không còn nguyên vẹn. Hãy báo quản trị hệ thống."


def folder() -> Path:
    return Path(default_storage.location) / "exports"


def path_of(export: Export) -> Path:
    return blobs.path_of(export.blob) if export.blob_id else _made_at(export)


def _made_at(export: Export) -> Path:
    return folder() / f"{export.pk}.zip"


@transaction.atomic
def ask_export(
    case: CaseFile, *, kind: str, by: Post, at: datetime, flavour: str = Export.Flavour.TT05, paper_code: str = "",
    agreement: str = "",
) -> Export:  # fmt: skip
    """A row that a worker will find; what waits already is not asked for twice.

    Raises PermissionDenied, NotAllowedNow, ValidationError for a file that cannot be packed so, or while too many wait.
    """
    case = hold(case)
    if case.state == "disposed":
        raise NotAllowedNow("Hồ sơ đã hủy, không còn nội dung để tải.", case)
    mine = Export.objects.filter(user=by.operator, state__in=Export.OPEN, taken_over=False)
    if same := mine.filter(case=case, post=by, kind=kind, flavour=flavour).first():
        return same
    if mine.count() >= WAITING_AT_ONCE:
        raise ValidationError(
            f"Đang có {WAITING_AT_ONCE} gói của bạn chờ lập. Hãy đợi lập xong rồi yêu cầu tiếp."
        )
    if kind != Kind.WHOLE:
        _may_pack(case, kind, by=by, paper_code=paper_code, agreement=agreement)
    made = Export.objects.create(
        case=case, post=by, user=by.operator, kind=kind, flavour=flavour, uid=uuid4(), asked_at=at,
        paper_code=paper_code, agreement=agreement,
    )  # fmt: skip
    event = "export_file" if kind == Kind.WHOLE else "pack_file"
    tell_history(case, event, by=by, at=at, payload={"note": str(made.get_kind_display()), "export": made.pk})
    return made


def ask_of_taken(files: Iterable[CaseFile], *, by: Post, at: datetime, user: User | None = None) -> None:
    """The AIP of each file that is being taken over, in that very transaction, the files held (TT 05/2025 art. 17). What cannot be
    packed fails beside, with its sentences, and keeps nobody from taking over. `user`: whose hands it was, when not now."""
    user = user or by.operator
    waiting = [
        Export(case=case, post=by, user=user, kind=Kind.AIP, uid=uuid4(), asked_at=at, taken_over=True)
        for case in files
    ]
    Export.objects.bulk_create(waiting, ignore_conflicts=True)  # once for a file, whatever comes twice


def _may_pack(case: CaseFile, kind: str, *, by: Post, paper_code: str, agreement: str) -> None:
    """Refused before anything waits, not by the worker an hour later."""
    if not may(by, "pack_file", case):
        raise PermissionDenied("Chỉ lưu trữ của cơ quan lập gói AIP, SIP.")
    if case.state != "archived":
        raise NotAllowedNow("Chỉ lập gói của hồ sơ đã nhận vào lưu trữ.", case)
    if kind == Kind.SIP and case.term != PERMANENT:
        raise ValidationError("Chỉ hồ sơ bảo quản vĩnh viễn được lập gói SIP nộp lưu trữ lịch sử.")
    if kind == Kind.SIP and SentPackage.objects.filter(case=case, state="passed").exists():
        raise ValidationError(PASSED)
    contents, held = contents_of(case, paper_code=paper_code, agreement=agreement)
    try:
        check(contents, kind)
    except NotPacked as no:
        raise ValidationError(no.sentences[:20]) from no
    if held:
        raise ValidationError(held[:20])


def make_waiting(*, clock: Callable[[], datetime] = timezone.now) -> int:
    """Makes what waits, one after the other; how many were made. The lock of a maker that dies goes with its line, and what
    was in its hands is gone on with by whoever has the lock next."""
    if not Export.objects.filter(state__in=Export.OPEN).exists():
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_MAKING])
        if not cursor.fetchone()[0]:
            return 0
    try:
        return _make_some(clock)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MAKING])


def _make_some(clock: Callable[[], datetime]) -> int:
    Export.objects.filter(state=State.MAKING).update(state=State.WAITING)  # of a maker that died
    begun, made = time.monotonic(), 0
    while time.monotonic() - begun < A_RUN and (one := _claim(at=clock())):
        made += _make(one, clock)
    return made


def forget_old(*, at: datetime) -> int:
    """What is old is asked for again; its bytes go first, and those that no row speaks of. Of the AIPs of a file those before the
    newest that was made, and no other. How many went."""
    old = Export.objects.exclude(state__in=Export.OPEN).filter(asked_at__lt=at - KEPT_FOR)
    newer = Export.objects.of_archive().filter(
        case=OuterRef("case"), pk__gt=OuterRef("pk"), state=State.READY
    )
    old = old.filter(~Q(pk__in=Export.objects.of_archive()) | Exists(newer))
    gone = sum(drop(one) for one in old[:500])
    for path in folder().glob("*.zip*"):
        key = path.name.partition(".")[0]
        if (
            path.stat().st_mtime < (at - KEPT_FOR).timestamp()
            and not Export.objects.filter(pk=int(key)).exists()
        ):
            if path.suffix == ".zip" and path.is_file():  # put into the store by a worker that died over it
                blobs.destroy(Blob(sha256=_sha256(path)))
            _remove(int(key))
    return gone


@transaction.atomic
def drop_asked(export: Export) -> None:
    """Its asker needs it no more. Raises NotAllowedNow for what is the archive's, also since a moment ago."""
    held = Export.objects.select_for_update(of=("self",)).filter(pk=export.pk).first()
    if held and held.stays:
        raise NotAllowedNow("Gói AIP của lưu trữ không xóa được; gói được hủy cùng hồ sơ.", export)
    drop(export)


def make_without(paper: Document, *, at: datetime) -> None:
    """The paper's content was destroyed: packages that hold it go, and the archive's is made anew. Inside that transaction."""
    cases = Item.objects.filter(document=paper.pk, removed_at=None).values("case")
    for one in Export.objects.filter(case__in=cases).select_related("case", "post", "user"):
        drop(one)
        if one.is_of_archive and one.case.state == "archived":
            ask_of_taken([one.case], by=one.post, at=at, user=one.user)


def held_since(export: Export) -> list[str]:
    """Of a package, a sentence for each file in it that is held back now: scanned, or suspected, after it was made."""
    return [] if export.kind == Kind.WHOLE else contents_of(export.case)[1]


@transaction.atomic
def drop(export: Export) -> bool:
    """Its days are over, or the file is destroyed. A worker that is at it writes nothing into the row then."""
    held = Export.objects.select_for_update(of=("self",)).filter(pk=export.pk).first()
    stored = (held or export).blob_id or _stored(export)
    _remove(export.pk)
    gone = bool(Export.objects.filter(pk=export.pk).delete()[0])
    if stored:
        blobs.destroy(Blob(sha256=stored))
    return gone


def _stored(export: Export) -> str:
    """Under what its bytes lie in the store when whoever put them there died before he could say so."""
    path = _made_at(export)
    return _sha256(path) if export.is_of_archive and path.exists() else ""


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remove(key: int) -> None:
    for left in folder().glob(f"{key}.zip*"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


@transaction.atomic
def _claim(*, at: datetime) -> Export | None:
    waiting = Export.objects.select_for_update(skip_locked=True).filter(state=State.WAITING)
    found = waiting.order_by("taken_over", "asked_at", "pk").first()  # people wait; the archive does not
    if found:
        found.state, found.claimed_at, found.attempts = State.MAKING, at, found.attempts + 1
        found.save(update_fields=["state", "claimed_at", "attempts"])
    return found


def _make(export: Export, clock: Callable[[], datetime]) -> bool:
    try:
        if export.attempts > TRIES:
            return _fail(export, f"Đã thử {TRIES} lần, lần nào cũng bị ngắt giữa chừng.", at=clock())
        kept = _written(export, at=clock())
        sent = _sent(export, kept["agreement"]) if export.kind == Kind.SIP else None
    except (Http404, Post.DoesNotExist, PermissionDenied):
        return _fail(export, "Bạn không còn quyền đối với hồ sơ này.", at=clock())
    except NotPacked as no:
        return _fail(export, " ".join(no.sentences), at=clock())
    except (Harmed, blobs.Damaged, FileNotFoundError) as harmed:
        name = str(harmed).rpartition("/")[2]
        return _fail(export, _NOT_WHOLE.format(name=name), at=clock())
    except Busy:  # somebody who was thought dead still writes: the next run looks again, and this was no try
        _claimed(export).update(attempts=export.attempts - 1)
        return False
    except Exception:
        logger.exception("export %s cannot be made", export.pk)
        return _fail(export, "Lỗi khi lập. Hãy yêu cầu lại; nếu vẫn lỗi, báo quản trị.", at=clock())
    with transaction.atomic():
        if sent and SentPackage.objects.filter(case=export.case_id, state="passed").exists():
            return _fail(export, PASSED, at=clock())
        if not _claimed(export).update(state=State.READY, done=100, made_at=clock(), **kept):
            export.blob = kept.get("blob")
            drop(export)  # its asker dropped it meanwhile
            return False
        if sent:
            sent.at = clock()
            sent.save()
        if not export.taken_over:
            text = f"Đã lập xong {export}."
            tell([export.user], text, at=clock(), url=export.get_absolute_url(), kind=WORK)
    if kept.get("blob"):
        _remove(export.pk)
    return True


def _written(export: Export, *, at: datetime) -> dict:
    """The file, and what the row says of it."""
    path = _made_at(export)
    path.parent.mkdir(parents=True, exist_ok=True)
    if export.taken_over:  # the archive's, whether or not he who took it over is still there
        case = CaseFile.objects.for_page().get(pk=export.case_id)
        return _packed(export, case, path)
    post = _post(export, at=at)
    case = case_for(post, export.case_id)
    if export.kind == Kind.WHOLE:
        left_out = write_whole(case, path, post=post, at=export.asked_at, said=_Said(export).per_cent)
        return {"name": f"{folder_name(case)}.zip", "size": path.stat().st_size, "left_out": left_out}
    if not may(post, "pack_file", case):
        raise PermissionDenied
    return _packed(export, case, path)


def _packed(export: Export, case: CaseFile, path: Path) -> dict:
    contents, held = contents_of(case, paper_code=export.paper_code, agreement=export.agreement)
    if held:
        raise NotPacked(held)
    total = sum(one.size for paper in contents.papers for one in (paper.main, *paper.attached) if one)
    said = _Said(export, total)
    kind, uid = str(export.kind), str(export.uid)
    kept = export.is_of_archive
    if not (kept and path.exists()):  # it is: whoever made it died before he could say so
        pack(
            contents, path, package=kind, flavour=export.flavour, uid=uid, at=export.asked_at, said=said.bytes
        )
    made = {"name": zip_name(objid_of(kind, contents.fonds, uid)), "size": path.stat().st_size}
    if kept and made["size"] <= _LARGEST:
        with path.open("rb") as file:
            made["blob"] = blobs.store_file(file, "application/zip")
    if export.kind == Kind.SIP:
        made["agreement"] = contents.agreement
    return made


def _sent(export: Export, agreement: str) -> SentPackage:
    """What the historical archive will answer of, long after the bytes are forgotten here."""
    case = CaseFile.objects.select_related("organisation").get(pk=export.case_id)
    return SentPackage(
        organisation=case.organisation, case=case, objid=objid_of("SIP", "", str(export.uid)), file_code=file_code(case),
        agreement=agreement, sha256=_sha256(path_of(export)), post=export.post, user=export.user,
    )  # fmt: skip


class _Said:
    """How far it is, written at each per cent."""

    def __init__(self, export: Export, total: int = 0):
        self._export, self._total, self._done = export, total, 0

    def bytes(self, written: int) -> None:
        self.per_cent(min(99, 100 * written // max(self._total, 1)))

    def per_cent(self, done: int) -> None:
        if done > self._done:
            self._done = done
            _claimed(self._export).update(done=done)


def _claimed(export: Export) -> QuerySet[Export]:
    """The row, as long as it is neither dropped nor another's."""
    return Export.objects.filter(pk=export.pk, state=State.MAKING, claimed_at=export.claimed_at)


@transaction.atomic
def _fail(export: Export, problem: str, *, at: datetime) -> bool:
    """Its asker hears of it. False: it was not made."""
    if _claimed(export).update(state=State.FAILED, problem=problem[:2000]):
        text = f"Không lập được {export}. {problem[:300]}"
        tell([export.user], text, at=at, url=export.get_absolute_url(), kind=WORK)
    return False


def _post(export: Export, *, at: datetime) -> Post:
    """Of whoever asked, as it stands today. Raises Post.DoesNotExist when it has ended."""
    posts = posts_of(export.user, timezone.localdate(at))
    post = next((one for one in posts if one.pk == export.post_id), None)
    if post is None or not export.user.is_active:
        raise Post.DoesNotExist
    return post
