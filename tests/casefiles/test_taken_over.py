"""What the archive takes over it keeps as AIP: made by the taking over itself, kept as long as the file, destroyed with it."""

import datetime as dt
import hashlib
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connections, transaction
from django.urls import reverse
from django.utils import timezone

from casefiles.actions import exports
from casefiles.actions.archive import accept_file, submit_file
from casefiles.actions.exports import ask_export, ask_of_taken, forget_old, make_waiting, path_of
from casefiles.actions.integrity import looked_at
from casefiles.actions.items import add_to_file, file_paper
from casefiles.models import CaseFile, Export, Item
from casefiles.package.boxes import opened as unpacked
from casefiles.package.checking import selfcheck
from documents import blobs
from documents.actions.requests import recall
from documents.actions.work import assignments as work
from documents.arrival import NewFile
from documents.journey import NotAllowedNow
from documents.models import Blob, Incoming
from orgs.models import Notice, Post, Role
from tests.casefiles.disposing import destroyed, keeper_of, over
from tests.casefiles.filing import closed, issued, opened
from tests.documents.desks import at_desk, directed, task_of, words


@pytest.fixture
def keeper(office):
    return keeper_of(office)


def handed_in(office, **facts) -> CaseFile:
    """A file with a photograph in it, before the archivist."""
    case = opened(office, at=timezone.now() - dt.timedelta(days=30), **facts)
    issued(office, case, number=str(CaseFile.objects.count() + 10))
    add_to_file(
        case, files=[NewFile("anh.png", blobs.store(b"\x89PNG\r\n\x1a\nanh", "image/png"))], by=office.minh, at=timezone.now()
    )  # fmt: skip
    case = closed(office, case)
    submit_file(case, by=office.minh, at=timezone.now())
    return CaseFile.objects.get(pk=case.pk)


def taken(office, keeper, **facts) -> Export:
    case = handed_in(office, **facts)
    accept_file(case, by=keeper, at=timezone.now())
    make_waiting()
    return Export.objects.get(case=case)


def test_taking_over_makes_the_aip_and_every_archivist_has_it(office, keeper):
    case, luu = handed_in(office), at_desk(keeper)
    page = luu.post(reverse("case_accept", args=[case.pk]), {"note": ""}, follow=True)
    asked = Export.objects.get()
    assert (asked.kind, asked.flavour, asked.taken_over, asked.state) == ("AIP", "tt05", True, "waiting")
    assert "AIP của lưu trữ đang lập" in words(page)
    assert make_waiting() == 1 and make_waiting() == 0
    made = Export.objects.select_related("blob").get()
    assert made.state == "ready" and not list(exports.folder().glob("*.zip*"))
    assert path_of(made) == blobs.path_of(made.blob) and blobs.intact(made.blob)
    with unpacked(path_of(made)) as box:
        assert selfcheck(box) == []
    with zipfile.ZipFile(path_of(made)) as box:
        assert any(name.endswith("metadata/preservation/PREMIS.xml") for name in box.namelist())
    other = office.post("luu2", "Lưu Trữ Thứ Hai", office.home_affairs, Role.ARCHIVIST, "Lưu trữ")
    for post in (keeper, other):
        client = at_desk(post)
        page = words(client.get(case.get_absolute_url()))
        assert "AIP của lưu trữ (" in page and "Gói AIP" in page
        page = words(client.get(made.get_absolute_url()))
        assert "giữ cùng hồ sơ trong lưu trữ" in page and "Xóa gói này" not in page
        taken_home = client.get(reverse("case_export_file", args=[made.pk]))
        assert b"".join(taken_home.streaming_content) == path_of(made).read_bytes()
    for post in (office.minh, office.hoa, office.khach):
        assert at_desk(post).get(made.get_absolute_url()).status_code == 404
        assert "AIP" not in words(at_desk(post).get(case.get_absolute_url()))
    assert case.code not in words(luu.get(reverse("case_exports")))
    assert not Notice.objects.filter(user=keeper.user, text__contains="Đã lập xong").exists()
    assert "không xóa được" in words(luu.post(reverse("case_export_drop", args=[made.pk]), follow=True))
    assert Export.objects.count() == 1 and path_of(made).exists()


def test_a_file_is_packed_once_for_its_taking_over(office, keeper):
    made = taken(office, keeper)
    case = made.case
    ask_of_taken([case], by=keeper, at=timezone.now())
    with pytest.raises(NotAllowedNow):
        accept_file(case, by=keeper, at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.create(
            case=case, post=keeper, user=keeper.user, kind="AIP", taken_over=True, asked_at=timezone.now(),
            uid="00000000-0000-4000-8000-00000000000b",
        )  # fmt: skip
    assert Export.objects.count() == 1 and make_waiting() == 0


def test_what_is_not_taken_over_after_all_is_not_packed(office, keeper, monkeypatch):
    case = handed_in(office)

    def refuses(*args, **given):
        raise NotAllowedNow("Vừa có người xử lý.", case)

    monkeypatch.setattr("casefiles.actions.archive.move", refuses)
    with pytest.raises(NotAllowedNow):
        accept_file(case, by=keeper, at=timezone.now())
    assert not Export.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_archivists_at_once_one_takes_over_and_one_package_waits(transactional_db, office, keeper):
    case = handed_in(office)
    other = office.post("luu2", "Lưu Trữ Thứ Hai", office.home_affairs, Role.ARCHIVIST, "Lưu trữ")

    def one(by) -> str:
        try:
            accept_file(CaseFile.objects.get(pk=case.pk), by=by, at=timezone.now())
        except NotAllowedNow as refusal:
            return str(refusal)
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(one, [keeper, other]))
    assert said[0] == "" and "Đã nhận vào lưu trữ" in said[1] and Export.objects.count() == 1


def test_a_digitised_file_without_the_code_of_its_paper_has_no_half_package_and_its_page_says_why(
    office, keeper
):
    case = closed(office, opened(office, at=timezone.now() - dt.timedelta(days=30)))
    Incoming.objects.filter(pk=case.items.get(document__isnull=False).document_id).update(source="paper")
    submit_file(case, by=office.minh, at=timezone.now())
    accept_file(case, by=keeper, at=timezone.now())
    assert make_waiting() == 0
    failed = Export.objects.get()
    assert failed.state == "failed" and failed.blob is None and not list(exports.folder().glob("*"))
    assert Notice.objects.filter(user=keeper.user, text__contains="Không lập được").exists()
    luu = at_desk(keeper)
    page = words(luu.get(case.get_absolute_url()))
    assert "Chưa lập được gói AIP" in page and "paperFileCode" in page
    assert forget_old(at=timezone.now() + dt.timedelta(days=90)) == 0  # why there is none stays on the page
    luu.post(reverse("case_aip", args=[case.pk]), {"flavour": "tt05", "paper_code": "LT.K1.G2.15"})
    assert make_waiting() == 1
    page = words(luu.get(case.get_absolute_url()))
    assert "AIP của lưu trữ (" in page and "Chưa lập được" not in page
    assert forget_old(at=timezone.now() + dt.timedelta(days=90)) == 1
    assert Export.objects.get().state == "ready"


def test_a_file_without_anything_in_it_gets_none_and_its_page_says_why(office, keeper):
    case = handed_in(office)
    accept_file(case, by=keeper, at=timezone.now())
    Item.objects.filter(case=case).update(removed_at=timezone.now())
    assert make_waiting() == 0
    page = words(at_desk(keeper).get(case.get_absolute_url()))
    assert "Hồ sơ chưa có văn bản, tài liệu nào" in page
    assert Export.objects.get().state == "failed"


def test_it_is_kept_as_long_as_the_file_and_a_newer_one_takes_its_place(office, keeper):
    first, years = taken(office, keeper), timezone.now() + dt.timedelta(days=3650)
    assert forget_old(at=years) == 0 and path_of(first).exists()
    later = ask_export(first.case, kind="AIP", by=keeper, at=timezone.now())
    assert forget_old(at=years) == 0, "the newer one is not made yet"
    make_waiting()
    later.refresh_from_db()
    before = path_of(first)
    assert (
        forget_old(at=years) == 1
        and not before.exists()
        and not Blob.objects.filter(pk=first.blob_id).exists()
    )
    assert forget_old(at=years) == 0 and path_of(later).exists() and Export.objects.get() == later


def test_of_a_destroyed_file_no_package_is_left(office, keeper):
    made = taken(office, keeper, term="5")
    over(made.case)
    path = path_of(made)
    assert path.exists()
    destroyed(office, keeper, CaseFile.objects.get(pk=made.case_id))
    assert CaseFile.objects.get(pk=made.case_id).state == "disposed" and not Export.objects.exists()
    assert not path.exists() and not Blob.objects.filter(pk=made.blob_id).exists()


def test_a_package_that_is_finished_while_its_file_is_destroyed_goes_too(office, keeper, monkeypatch):
    case = handed_in(office, term="5")
    accept_file(case, by=keeper, at=timezone.now())
    real, kept = exports._written, []

    def meanwhile(export, *, at):
        said = real(export, at=at)
        kept.append(said["blob"])
        over(case)
        destroyed(office, keeper, CaseFile.objects.get(pk=case.pk))
        return said

    monkeypatch.setattr(exports, "_written", meanwhile)
    assert make_waiting() == 0 and not Export.objects.exists()
    assert not blobs.path_of(kept[0]).exists() and not Blob.objects.filter(pk=kept[0].pk).exists()
    assert not list(exports.folder().glob("*"))


def test_whoever_died_before_he_could_say_that_it_is_made_is_followed_by_one_who_says_it(
    office, keeper, monkeypatch
):
    case = handed_in(office)
    accept_file(case, by=keeper, at=timezone.now())
    monkeypatch.setattr(exports.blobs, "store_file", lambda *given: (_ for _ in ()).throw(SystemExit()))
    with pytest.raises(SystemExit):
        make_waiting()
    assert Export.objects.get().state == "making"
    monkeypatch.undo()
    monkeypatch.setattr(exports, "pack", lambda *args, **given: pytest.fail("packed twice"))
    assert make_waiting() == 1
    made = Export.objects.get()
    assert made.state == "ready" and made.attempts == 2
    with unpacked(path_of(made)) as box:
        assert selfcheck(box) == []


def test_what_a_dead_worker_had_stored_and_not_said_goes_with_the_file_too(office, keeper, monkeypatch):
    case = handed_in(office, term="5")
    accept_file(case, by=keeper, at=timezone.now())
    real, kept = exports.blobs.store_file, []

    def dies(*given):
        kept.append(real(*given))
        raise SystemExit

    monkeypatch.setattr(exports.blobs, "store_file", dies)
    with pytest.raises(SystemExit):
        make_waiting()
    assert blobs.path_of(kept[0]).exists()
    over(case)
    destroyed(office, keeper, CaseFile.objects.get(pk=case.pk))
    assert not blobs.path_of(kept[0]).exists() and not Blob.objects.filter(pk=kept[0].pk).exists()
    assert not Export.objects.exists() and not list(exports.folder().glob("*"))


def test_a_batch_that_waits_keeps_nobody_from_his_own(office, keeper):
    ask_of_taken([opened(office) for _ in range(6)], by=keeper, at=timezone.now())
    case = handed_in(office)
    mine = ask_export(case, kind="whole", by=keeper, at=timezone.now())
    assert exports._claim(at=timezone.now()) == mine


def test_one_changed_byte_of_it_is_found_in_the_monthly_round(office, keeper):
    made = taken(office, keeper)
    files, _, faults = looked_at(made.case)
    assert faults == [] and files == 2
    path = path_of(made)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert ["gói AIP" in fault for fault in looked_at(made.case)[2]] == [True]


def test_the_bytes_of_a_paper_that_its_sender_took_back_go_from_the_package_too(office, keeper):
    case, paper = (
        opened(office, at=timezone.now() - dt.timedelta(days=30)),
        directed(office, lead=office.minh),
    )
    task = task_of(paper, office.minh)
    work.start(task, by=office.minh, at=timezone.now())
    file_paper(case, paper, by=office.minh, at=timezone.now())
    work.finish(task, by=office.minh, at=timezone.now(), result="Đã xong")
    case = closed(office, case)
    submit_file(case, by=office.minh, at=timezone.now())
    accept_file(CaseFile.objects.get(pk=case.pk), by=keeper, at=timezone.now())
    assert make_waiting() == 1
    before, bytes_of = Export.objects.get(), [one.blob for one in paper.files.exclude(blob=None)]
    held = path_of(before)
    recall.ask_back(
        Incoming.objects.get(pk=paper.pk), kind="recall", reason="Ban hành nhầm", at=timezone.now()
    )
    recall.agree(Incoming.objects.get(pk=paper.pk), by=office.lan, at=timezone.now())
    assert not held.exists() and not Blob.objects.filter(pk=before.blob_id).exists()
    assert make_waiting() == 1
    made = Export.objects.get()
    assert made.pk != before.pk and made.taken_over and bytes_of
    with zipfile.ZipFile(path_of(made)) as box:
        assert not {hashlib.sha256(box.read(name)).hexdigest() for name in box.namelist()} & {
            one.pk for one in bytes_of
        }


def test_what_is_held_back_since_it_was_made_is_not_taken_home(office, keeper):
    made = taken(office, keeper)
    url = reverse("case_export_file", args=[made.pk])
    picture = Item.objects.get(case=made.case, name="anh.png")
    Blob.objects.filter(pk=picture.blob_id).update(scan=Blob.Scan.INFECTED, scan_words="Eicar")
    answer = at_desk(keeper).get(url, follow=True)
    assert "anh.png" in words(answer) and not answer.streaming


def test_whoever_took_it_over_and_is_no_archivist_any_more_has_it_no_more(office, keeper):
    made = taken(office, keeper)
    Post.objects.filter(pk=keeper.pk).update(role=Role.OFFICE_HEAD)
    client = at_desk(Post.objects.get(pk=keeper.pk))
    assert client.get(made.case.get_absolute_url()).status_code == 200
    assert client.get(made.get_absolute_url()).status_code == 404
    assert client.get(reverse("case_export_file", args=[made.pk])).status_code == 404


def test_a_package_that_became_the_archives_a_moment_ago_is_not_deleted(office, keeper):
    case = handed_in(office)
    accept_file(case, by=keeper, at=timezone.now())
    asked = ask_export(CaseFile.objects.get(pk=case.pk), kind="AIP", by=keeper, at=timezone.now())
    assert make_waiting() == 2
    with pytest.raises(NotAllowedNow, match="không xóa được"):
        exports.drop_asked(asked)
    assert Export.objects.count() == 2


def test_a_good_package_is_not_called_missing_because_another_could_not_be_made(office, keeper):
    made = taken(office, keeper)
    ask_export(made.case, kind="AIP", by=keeper, at=timezone.now())
    Export.objects.exclude(pk=made.pk).update(
        state="failed", problem="Bạn không còn quyền đối với hồ sơ này."
    )
    page = words(at_desk(keeper).get(made.case.get_absolute_url()))
    assert "AIP của lưu trữ (" in page and "Chưa lập được gói AIP" not in page
