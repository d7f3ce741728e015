"""What a file tells of its papers, and a paper of its files, to people who may not see the other; and a free file that must
not be here."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from casefiles.actions.items import add_to_file, file_paper, take_out
from casefiles.actions.rights import let_in
from casefiles.models import CaseEvent, Item, Member
from documents import blobs
from documents.actions.incoming.reception import purge
from documents.arrival import NewFile
from documents.models import Blob, Event
from documents.views.shared.rows import timeline
from tests.casefiles.filing import issued, opened
from tests.casefiles.test_closing import close, sent
from tests.documents.desks import at_desk, outgoing, registered, stored, words
from tests.documents.work.without_paper import given

HIDDEN = "Chuyện không phải của Minh"


def histories(client, matter) -> str:
    return words(client.get(f"{matter.get_absolute_url()}?tab=flow"))


def test_the_history_of_a_file_names_no_paper_that_one_may_not_see(office):
    case, paper, at = opened(office, by=office.lan), registered(office, subject=HIDDEN), timezone.now()
    file_paper(case, paper, by=office.lan, at=at)
    let_in(case, post=office.minh, role=Member.Role.READS, by=office.lan, at=at)
    add_to_file(case, files=[NewFile("anh.pdf", stored())], by=office.lan, at=at)
    for item in case.items.all():
        take_out(item, by=office.lan, at=at, reason="Đưa nhầm vào đây")
    page = histories(at_desk(office.minh), case)
    assert HIDDEN not in page and paper.code not in page
    assert page.count("Văn bản số 1") == 2 and "Tệp số 2 · Lý do: Đưa nhầm vào đây" in page
    chain = [one.event.payload for one in CaseEvent.objects.filter(case=case).select_related("event")]
    assert len(chain) == 6 and HIDDEN not in f"{chain}" and paper.code not in f"{chain}"


def test_what_is_removed_at_the_end_is_named_by_its_number_alone(office):
    case = opened(office)
    issued(office, case)
    draft = outgoing(office, state="cancelled", subject=HIDDEN)
    file_paper(case, draft, by=office.minh, at=timezone.now())
    gone = case.items.get(document=draft.pk)
    at_desk(office.minh).post(reverse("case_close", args=[case.pk]), sent(case, remove=[gone.pk]))
    page = histories(at_desk(office.minh), case)
    assert "Văn bản số 2 · Lý do: Dự thảo đã hủy" in page and HIDDEN not in page


def test_the_history_of_a_paper_and_of_a_task_names_no_file(office):
    case, at = opened(office, by=office.lan, title="Hồ sơ kỷ luật một công chức"), timezone.now()
    mine = opened(office, title="Hồ sơ kỷ luật của Minh")
    paper, task = registered(office), given(office)
    for where, matter in ((case, paper), (mine, task)):
        file_paper(where, matter, by=where.creator, at=at)
        take_out(where.items.get(), by=where.creator, at=at, reason=f"Thuộc hồ sơ {where.title}")
        lines = f"{timeline(matter)}"  # beside it a page offers one's own files by name
        assert "Đưa vào hồ sơ" in lines and "Bỏ khỏi hồ sơ" in lines
        assert where.code not in lines and "kỷ luật" not in lines
    told = Event.objects.filter(kind__in=("file_paper", "take_out"))
    assert told.count() == 4
    for event in told:
        assert event.payload["casefile"] in (case.pk, mine.pk) and "kỷ luật" not in f"{event.payload}"
        assert not {"code", "note", "reason"} & event.payload.keys()


def test_the_bytes_of_a_paper_destroyed_as_a_secret_leave_no_file_and_go_when_they_are_taken_out(office):
    case, paper, at = opened(office), registered(office), timezone.now()
    blob = paper.files.get(part="main").blob
    add_to_file(case, files=[NewFile("ban-chup.pdf", blob)], by=office.minh, at=at)
    item, client = case.items.get(), at_desk(office.minh)
    address = reverse("case_item", args=[item.pk])
    assert client.get(address).status_code == 200
    purge(paper, by=office.lan, at=at)
    assert client.get(address).status_code == 404
    for page in (case.get_absolute_url(), reverse("case_close", args=[case.pk])):
        assert "bí mật nhà nước" in words(client.get(page)), page
    assert blobs.there(blob)
    client.post(reverse("item_remove", args=[item.pk]), {"reason": "Có bí mật nhà nước"})
    item.refresh_from_db()
    assert item.blob is None and item.removed_at and not item.held_why and not item.may_be_taken
    assert not blobs.there(blob) and not Blob.objects.filter(pk=blob.pk).exists()


def test_a_free_file_that_another_file_holds_stays_there_and_one_refused_at_the_end_loses_nothing(office):
    first, second, blob, at = opened(office), opened(office), stored(b"%PDF-1.4 only here"), timezone.now()
    for case in (first, second):
        add_to_file(case, files=[NewFile("anh.pdf", blob)], by=office.minh, at=at)
    take_out(first.items.get(), by=office.minh, at=at, reason="Đưa nhầm")
    assert blobs.there(blob)
    last = second.items.get()
    with pytest.raises(ValidationError, match="chưa có văn bản"):
        close(second, office.minh, remove=[last.pk])
    assert blobs.there(blob) and Item.objects.get(pk=last.pk).blob == blob
    issued(office, second)
    close(second, office.minh, remove=[last.pk])
    assert second.state == "closed" and not blobs.there(blob)
