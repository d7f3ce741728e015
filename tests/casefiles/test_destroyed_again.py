"""What was destroyed by decision and came back with an older backup is destroyed again; nothing else is. Here a savepoint that is
undone stands for the restore; with a real backup and a real engine: tests/hanoi_docs/test_restored_destroyed.py."""

import datetime as dt
import json
import shutil
from contextlib import contextmanager
from io import StringIO
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from casefiles import apart
from casefiles.actions import destroying
from casefiles.actions.items import file_paper
from casefiles.actions.terms import change_term
from casefiles.journey import hold, move
from casefiles.models import CaseFile, Disposal, DisposalLine, Export, Item
from documents import blobs
from documents.models import Blob, Event, File, Incoming
from interop.models import Inbound
from tests.casefiles.disposing import council_of, decided, destroyed, expired, keeper_of
from tests.casefiles.filing import opened
from tests.casefiles.test_disposal import frozen, of_one_paper
from tests.documents.desks import at_desk, registered, stored, words


@pytest.fixture
def keeper(office):
    return keeper_of(office)


@contextmanager
def lost_and_restored(folder):
    """What happens inside is unknown to the database afterwards; the file store is that of before, records stay."""
    shutil.copytree(default_storage.location, folder / "store")
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    shutil.rmtree(default_storage.location)
    shutil.copytree(folder / "store", default_storage.location)


def again(*options) -> str:
    out = StringIO()
    call_command("destroy_again", *options, stdout=out, stderr=out)
    return out.getvalue()


def refused(*options) -> str:
    err = StringIO()
    with pytest.raises(CommandError, match="không hủy lại"):
        call_command("destroy_again", *options, stdout=StringIO(), stderr=err)
    return err.getvalue()


def test_after_a_restore_it_is_named_and_destroyed_again_and_only_the_tombstone_is_left(
    office, keeper, tmp_path
):
    case, paper, photo = of_one_paper(office, b"\x89PNG anh")
    other, sheet, kept = of_one_paper(office, b"\x89PNG anh khac")
    File.objects.filter(document=sheet).update(blob=stored(b"%PDF-1.7 chi o ho so nay"))
    scan = paper.files.get().blob
    with lost_and_restored(tmp_path):
        destroyed(office, keeper, case)
    assert CaseFile.objects.get(pk=case.pk).state == "archived" and blobs.path_of(scan).exists()
    assert not Disposal.objects.exists()

    assert f"Sẽ hủy lại hồ sơ {case.code} ({case.year})" in again()
    assert CaseFile.objects.get(pk=case.pk).state == "archived" and blobs.path_of(scan).exists(), (
        "only looked at"
    )
    assert f"Đã hủy lại hồ sơ {case.code}" in again("--do")
    assert CaseFile.objects.get(pk=case.pk).state == "disposed"
    assert not blobs.path_of(scan).exists() and not blobs.path_of(photo).exists()
    assert not Blob.objects.filter(pk__in=[scan.pk, photo.pk]).exists() and paper.files.get().blob is None
    event = Event.objects.get(kind="dispose_again")
    assert event.post is None and "Quyết định số 15/QĐ-SNV" in event.payload["note"]
    assert Event.objects.get(document=paper.pk, kind="destroy_content").payload["sha256"] == [scan.pk]
    assert not Event.objects.broken_links(case.organisation_id)
    page = words(at_desk(keeper).get(case.get_absolute_url()))
    assert "Hồ sơ đã hủy" in page and "Quyết định số 15/QĐ-SNV" in page and "đã hủy lại" in page
    assert CaseFile.objects.get(pk=other.pk).state == "archived" and blobs.path_of(kept).exists()

    assert "1 hồ sơ đã hủy vẫn như đã hủy" in again("--do"), "a second time nothing happens"
    assert Event.objects.filter(kind="dispose_again").count() == 1


def test_bytes_that_came_back_without_a_row_go_too_and_those_somebody_has_put_in_since_stay(
    office, keeper, tmp_path
):
    case, paper, photo = of_one_paper(office, b"\x89PNG anh")
    shutil.copytree(default_storage.location, tmp_path / "store")
    scan = paper.files.get().blob_id
    destroyed(office, keeper, case)
    shutil.copytree(tmp_path / "store", default_storage.location, dirs_exist_ok=True)
    since = blobs.store(b"\x89PNG anh", "image/png")
    assert since.pk == photo.pk and blobs.path_of(Blob(sha256=scan)).exists()
    again("--do")
    assert not blobs.path_of(Blob(sha256=scan)).exists() and blobs.path_of(since).exists()


def test_the_package_it_came_in_and_what_was_made_of_it_do_not_stay_in_a_store_that_came_back(
    office, keeper, tmp_path
):
    case, paper, _ = of_one_paper(office, b"\x89PNG anh")
    raw, aip = blobs.store(b"<edXML/>", "text/xml"), blobs.store(b"PK goi AIP", "application/zip")
    at = timezone.now()
    own = {"sender_code": "G09", "document_uid": "G09,2026/11/20,9/BNV"}
    Incoming.objects.filter(pk=paper.pk).update(**own)
    Inbound.objects.create(
        axis_doc_id="g1", message_type="edoc", sender_code="G09", message_id=own["document_uid"], sha256=raw.pk, raw=raw,
        received_at=at, state="unpacked",
    )  # fmt: skip
    Export.objects.create(
        case=case, post=keeper, user=keeper.user, kind="AIP", uid=uuid4(), state="ready", asked_at=at, made_at=at,
        name="AIP.zip", size=10, blob=aip,
    )  # fmt: skip
    shutil.copytree(default_storage.location, tmp_path / "store")
    destroyed(office, keeper, case)
    assert not blobs.path_of(raw).exists() and not blobs.path_of(aip).exists()
    shutil.copytree(tmp_path / "store", default_storage.location, dirs_exist_ok=True)
    again("--do")
    assert not blobs.path_of(raw).exists() and not blobs.path_of(aip).exists()


def test_what_lies_under_an_order_or_is_not_what_was_decided_on_stays_and_is_named(office, keeper, tmp_path):
    held, more, shared, running = (of_one_paper(office, bytes([n]) * 9) for n in range(4))
    with lost_and_restored(tmp_path):
        destroyed(office, keeper, held[0], more[0], shared[0], running[0])
    frozen(office, held[0])
    more_in_it = {"document_id": registered(office).pk, "by": office.minh, "at": timezone.now()}
    Item.objects.create(case=more[0], ordinal=3, **more_in_it)
    file_paper(opened(office), shared[1], by=office.minh, at=timezone.now())
    CaseFile.objects.filter(pk=running[0].pk).update(state="submitted")
    said = refused("--do").splitlines()
    assert len(said) == 4
    assert "Thanh tra tuyển dụng" in said[0] and "không có trong chứng nhận hủy" in said[1]
    assert "có văn bản nằm cả trong hồ sơ" in said[2] and "đang ở trạng thái" in said[3]
    assert not Event.objects.filter(kind__in=("dispose_again", "destroy_content")).exists()
    for case, paper, photo in (held, more, shared, running):
        assert CaseFile.objects.get(pk=case.pk).state != "disposed"
        assert blobs.path_of(paper.files.get().blob).exists() and blobs.path_of(photo).exists()


def test_what_is_to_be_kept_by_a_word_that_is_newer_than_its_destruction_stays(office, keeper, tmp_path):
    ever, longer, voted, copy = (of_one_paper(office, bytes([n]) * 9)[0] for n in range(4))
    council_of(office, keeper)  # its people are there before and after
    with lost_and_restored(tmp_path):
        destroyed(office, keeper, ever, longer, voted)
    change_term(ever, term="vinh_vien", by=keeper, at=timezone.now())
    change_term(longer, term="10", by=keeper, at=timezone.now())  # over as well, but nobody has voted on that
    decided(office, keeper, voted, copy, keep=[voted])
    Disposal.objects.update(state="given_up")
    said = refused("--do").splitlines()
    assert "bảo quản vĩnh viễn" in said[0] and "đã định lại thời hạn" in said[1] and "giữ lại" in said[2]
    assert len(said) == 3 and set(CaseFile.objects.values_list("state", flat=True)) == {"archived"}


@pytest.mark.parametrize("begun", [True, False])
def test_what_lies_in_a_disposal_that_goes_on_is_left_to_it_and_its_certificate_says_the_truth(
    office, keeper, tmp_path, begun
):
    case, _, photo = of_one_paper(office, b"\x89PNG anh")
    made = decided(office, keeper, case)
    if begun:
        destroying.begin(made, by=keeper, at=timezone.now())
    with lost_and_restored(tmp_path):
        if not begun:
            destroying.begin(made, by=keeper, at=timezone.now())
        destroying.finish(at=timezone.now())
    assert f"nằm trong đợt hủy “{made}”" in refused("--do") and blobs.path_of(photo).exists()
    if not begun:
        destroying.begin(made, by=keeper, at=timezone.now())
    destroying.finish(at=timezone.now())
    assert made.lines.get().outcome == "destroyed" and Disposal.objects.get().state == "done"
    assert CaseFile.objects.get(pk=case.pk).state == "disposed" and not blobs.path_of(photo).exists()
    assert "hồ sơ đã hủy vẫn như đã hủy" in again("--do")


def test_files_that_shared_a_paper_are_looked_at_in_the_order_in_which_they_went(office, keeper, tmp_path):
    one, paper, _ = of_one_paper(office, b"\x89PNG anh")
    with connection.cursor() as cursor:  # of which text would put the later one first
        digits = len(str(one.pk))
        cursor.execute("SELECT setval(pg_get_serial_sequence('casefiles_casefile', 'id'), %s)", [10**digits])
    second = opened(office, term="5", at=timezone.now() - dt.timedelta(days=30))
    file_paper(second, paper, by=office.minh, at=timezone.now())
    second = expired(office, second)
    with lost_and_restored(tmp_path):
        destroyed(office, keeper, one, second)
    first, then = (f"hồ sơ {case.code} ({case.year})" for case in (one, second))
    assert again().splitlines()[:2] == [f"Sẽ hủy lại {first}.", f"Sẽ hủy lại {then}."]
    assert again("--do").splitlines()[:2] == [f"Đã hủy lại {first}.", f"Đã hủy lại {then}."]
    assert paper.files.get().blob is None


def test_another_file_that_got_the_same_number_since_is_not_touched(office, keeper, tmp_path):
    case, paper, photo = of_one_paper(office, b"\x89PNG anh")
    with lost_and_restored(tmp_path):
        destroyed(office, keeper, case)
    CaseFile.objects.filter(pk=case.pk).update(opened_at=timezone.now())
    again("--do")
    assert CaseFile.objects.get(pk=case.pk).state == "archived" and blobs.path_of(photo).exists()
    assert File.objects.get(document=paper.pk).blob


def test_a_record_that_was_harmed_is_named_and_nothing_is_guessed(office, keeper, tmp_path):
    case, _, photo = of_one_paper(office, b"\x89PNG anh")
    with lost_and_restored(tmp_path):
        destroyed(office, keeper, case)
    (path,) = apart.folder().glob("*.json")
    told = json.loads(path.read_text())
    for text in ("{", "[]", json.dumps(told | {"case": {"pk": case.pk}}), json.dumps(told | {"things": [3]})):
        path.write_text(text)
        assert path.name in refused("--do")
    path.write_text(json.dumps(told | {"things": []}))
    assert "không có trong chứng nhận" in refused("--do")
    assert CaseFile.objects.get(pk=case.pk).state == "archived" and blobs.path_of(photo).exists()


def test_records_hold_no_word_of_the_file_and_a_folder_that_was_lost_is_filled_again(office, keeper):
    case, paper, _ = of_one_paper(office, b"\x89PNG anh")
    destroyed(office, keeper, case, expired(office))
    texts = {path.name: path.read_text() for path in apart.folder().glob("*.json")}
    assert len(texts) == 2
    assert not any(word in text for text in texts.values() for word in (case.title, paper.subject, "anh.png"))
    made = Disposal.objects.get()
    (certificate,) = apart.folder().glob("*.pdf")
    assert certificate.read_bytes() == blobs.read(made.certificate)
    shutil.rmtree(apart.folder())
    assert [apart.keep_certificates(Disposal.objects.all()) for _ in range(2)] == [1, 0]
    assert [apart.keep(DisposalLine.objects.all()) for _ in range(2)] == [2, 0]
    assert {path.name: path.read_text() for path in apart.folder().glob("*.json")} == texts


def test_nobody_takes_the_step_by_hand_and_the_system_takes_no_other_by_itself(office, keeper):
    case = hold(expired(office))
    for name, by in (("dispose_again", keeper), ("dispose_file", None)):
        with pytest.raises(PermissionDenied):
            move(case, name, by=by, at=timezone.now())
    assert "Hủy lại" not in words(at_desk(keeper).get(case.get_absolute_url()))
