"""Legal hold: under an order nobody changes, moves or destroys a file; each order is lifted by itself."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casefiles.access import open_files_of
from casefiles.actions import terms
from casefiles.actions.archive import accept_file, return_file, submit_file
from casefiles.actions.cases import change_file
from casefiles.actions.closing import close_file, reopen_file
from casefiles.actions.holds import lift_hold, put_hold
from casefiles.actions.items import add_to_file, file_paper, take_out
from casefiles.actions.rights import let_in
from casefiles.models import CaseFile, HeldFile, LegalHold
from documents.actions.requests import recall
from documents.arrival import NewFile
from documents.journey import NotAllowedNow
from documents.models import Event, Incoming
from orgs.models import Notice
from tests.casefiles.disposing import keeper_of
from tests.casefiles.filing import closed, issued, office_head, opened
from tests.casefiles.test_transfers import batch
from tests.documents.desks import at_desk, directed, stored, words

ORDER = {
    "title": "Thanh tra tuyển dụng",
    "reason": "Đoàn thanh tra yêu cầu giữ nguyên",
    "basis": "Quyết định 12/QĐ-TTTP",
}


def frozen(office, *cases, **order) -> LegalHold:
    files = CaseFile.objects.filter(pk__in=[case.pk for case in cases])
    return put_hold(files, by=office.dung, at=timezone.now(), **ORDER | order)


def test_a_held_file_is_neither_changed_nor_filled_nor_closed_and_the_sentence_names_the_order(office):
    case, at = opened(office), timezone.now()
    issued(office, case)
    item, order = case.items.get(), frozen(office, case)
    acts = [
        lambda: change_file(case, by=office.minh, at=at, title="Tiêu đề khác hẳn"),
        lambda: add_to_file(case, files=[NewFile("a.pdf", stored())], by=office.minh, at=at),
        lambda: file_paper(case, directed(office), by=office.minh, at=at),
        lambda: take_out(item, by=office.minh, at=at, reason="Không thuộc"),
        lambda: close_file(
            case, by=office.minh, at=at, title=case.title, term="20", ended_on=timezone.localdate(at)
        ),
        lambda: terms.change_term(case, term="50", by=office.minh, at=at),
    ]
    for act in acts:
        with pytest.raises(NotAllowedNow, match="Thanh tra tuyển dụng"):
            act()
    assert case.items.filter(removed_at=None).count() == 1 and not open_files_of(office.minh).exists()
    page = words(at_desk(office.minh).get(case.get_absolute_url()))
    assert "đang đóng băng" in page and order.basis in page and "Kết thúc hồ sơ" not in page
    # Whoever inspects is let in: who sees a file is neither what it says nor where it is.
    let_in(case, post=office.lan, role="reads", by=office.minh, at=at)


def test_a_held_file_is_not_handed_in_taken_over_given_back_or_opened_again(office):
    keeper, case, at = keeper_of(office), closed(office), timezone.now()
    first = frozen(office, case)
    for act in (lambda: submit_file(case, by=office.minh, at=at),
                lambda: reopen_file(case, by=office.minh, at=at, reason="Bổ sung văn bản còn thiếu")):  # fmt: skip
        with pytest.raises(NotAllowedNow, match="đóng băng"):
            act()
    lift_hold(first, by=office.dung, at=at, reason="Thanh tra đã kết luận")
    submit_file(case, by=office.minh, at=at)
    case = CaseFile.objects.get(pk=case.pk)
    frozen(office, case)
    for act in (
        lambda: accept_file(case, by=keeper, at=at),
        lambda: return_file(case, by=keeper, at=at, reason="Thiếu văn bản số 5"),
    ):
        with pytest.raises(NotAllowedNow, match="đóng băng"):
            act()
    assert CaseFile.objects.get(pk=case.pk).state == "submitted"


def test_two_holds_need_two_releases(office):
    case, at = opened(office), timezone.now()
    one, two = frozen(office, case), frozen(office, case, title="Điều tra vụ án", basis="Công văn 55/CSĐT")
    with pytest.raises(NotAllowedNow, match="gỡ cả 2 lệnh"):
        change_file(case, by=office.minh, at=at, title="Tiêu đề khác hẳn")
    lift_hold(one, by=office.dung, at=at, reason="Thanh tra đã kết luận")
    with pytest.raises(NotAllowedNow, match="Điều tra vụ án"):
        change_file(case, by=office.minh, at=at, title="Tiêu đề khác hẳn")
    with pytest.raises(NotAllowedNow, match="đã được gỡ"):
        lift_hold(one, by=office.dung, at=at, reason="Thanh tra đã kết luận")
    lift_hold(two, by=office.dung, at=at, reason="Cơ quan điều tra đã trả")
    change_file(case, by=office.minh, at=at, title="Tiêu đề khác hẳn")
    said = list(
        Event.objects.filter(payload__casefile=case.pk, kind__endswith="_hold").values_list("kind", flat=True)
    )
    assert said == ["put_hold", "put_hold", "lift_hold", "lift_hold"]


def test_the_head_freezes_what_a_list_shows_or_what_he_ticks_and_the_creator_hears_of_it(office):
    cases = [opened(office, title=f"Hồ sơ tuyển dụng {n}") for n in range(3)]
    other = opened(office, title="Hồ sơ đào tạo")
    client, url = at_desk(office.dung), reverse("legal_hold_put")
    sent = ORDER | {"from_on": "01/11/2026", "scope": "all"}
    page = client.get(url, {"box": "all", "q": "tuyển dụng"})
    assert "Đóng băng 3 hồ sơ" in words(page)
    assert client.post(f"{url}?box=all&q=tuyen dung", sent | {"reason": "ngắn"}).status_code == 200
    assert client.post(f"{url}?box=all&q=tuyen dung", sent).status_code == 302
    assert set(HeldFile.objects.values_list("case", flat=True)) == {case.pk for case in cases}
    client.post(f"{url}?box=all", sent | {"scope": "chosen", "files": [other.pk], "title": "Chỉ một hồ sơ"})
    assert [held.case_id for held in LegalHold.objects.get(title="Chỉ một hồ sơ").held.all()] == [other.pk]
    assert Notice.objects.filter(user=office.minh.user, text__contains="đóng băng").count() == 2
    listed = words(client.get(reverse("case_list"), {"box": "held"}))
    assert all(case.code in listed for case in [*cases, other])
    hold = LegalHold.objects.get(title="Chỉ một hồ sơ")
    assert "Gỡ đóng băng" in words(client.get(hold.get_absolute_url()))
    client.post(reverse("legal_hold_lift", args=[hold.pk]), {"reason": "Đã có kết luận thanh tra"})
    assert LegalHold.objects.get(pk=hold.pk).released_by == office.dung


def test_only_whoever_stands_above_freezes_and_only_with_all_that_is_asked(office):
    case, at = opened(office), timezone.now()
    with pytest.raises(PermissionDenied):
        put_hold(CaseFile.objects.all(), by=office.hoa, at=at, **ORDER)
    assert at_desk(office.hoa).get(reverse("legal_holds")).status_code == 404
    head = office_head(office)
    with pytest.raises(ValidationError) as refused:
        put_hold(
            CaseFile.objects.all(),
            by=head,
            at=at,
            title="x",
            reason="x",
            basis="x",
            from_on=dt.date(2031, 1, 1),
        )
    assert set(refused.value.error_dict) == {"title", "reason", "basis", "from_on"}
    with pytest.raises(ValidationError, match="Không có hồ sơ nào"):
        put_hold(CaseFile.objects.none(), by=head, at=at, **ORDER)
    assert not LegalHold.objects.exists() and put_hold(
        CaseFile.objects.filter(pk=case.pk), by=head, at=at, **ORDER
    )


def test_a_paper_in_a_held_file_is_not_destroyed_when_its_sender_asks_it_back(office):
    case, paper = opened(office), directed(office, lead=office.minh)
    file_paper(case, paper, by=office.minh, at=timezone.now())
    before = paper.files.exclude(blob=None).count()
    order = frozen(office, case)
    recall.ask_back(paper, kind="recall", reason="Ban hành nhầm", at=timezone.now())
    with pytest.raises(NotAllowedNow, match=r"Thanh tra tuyển dụng.*Yêu cầu thu hồi vẫn chờ"):
        recall.agree(paper, by=office.lan, at=timezone.now())
    assert (
        Incoming.objects.get(pk=paper.pk).state == "assigned"
        and paper.files.exclude(blob=None).count() == before
    )
    lift_hold(order, by=office.dung, at=timezone.now(), reason="Thanh tra đã kết luận")
    recall.agree(Incoming.objects.get(pk=paper.pk), by=office.lan, at=timezone.now())
    assert (
        not paper.files.exclude(blob=None).exists()
        and case.items.filter(document=paper.pk, removed_at=None).exists()
    )


def test_the_lists_of_orders_and_of_their_files_cost_as_much_for_one_as_for_many(office):
    client, costs = at_desk(office.dung), []
    for number in (1, 6):
        for n in range(number):
            hold = frozen(office, *[opened(office) for _ in range(number)], title=f"Lệnh thứ {number} {n}")
        for url in (reverse("legal_holds"), hold.get_absolute_url()):
            client.get(url)
            with CaptureQueriesContext(connection) as asked:
                client.get(url)
            costs.append(len(asked))
    assert costs[:2] == costs[2:] and max(costs) <= 10


def test_one_held_file_keeps_a_whole_batch_from_being_handed_in_and_is_named(office):
    keeper_of(office)
    free, held = closed(office), closed(office)
    frozen(office, held)
    with pytest.raises(NotAllowedNow, match=f"hồ sơ {held.code}: hồ sơ đang đóng băng"):
        batch(office, free, held)
    assert set(CaseFile.objects.values_list("state", flat=True)) == {"closed"}
