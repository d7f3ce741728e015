"""Papers, files, accounts that are told, the chain: every act on a file takes its locks in that order."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casefiles.actions.archive import accept_file, return_file, submit_file
from casefiles.actions.holds import lift_hold, put_hold
from casefiles.actions.items import file_paper
from casefiles.actions.loans import allow_reading, ask_reading, end_reading
from casefiles.actions.parts import open_part, relate
from casefiles.actions.rights import let_in, let_out
from casefiles.models import CaseFile, Loan, Member
from documents.actions.work import assignments as work
from documents.actions.work import results
from documents.journey import lock
from orgs.models import Role
from tests.casefiles.filing import closed, opened
from tests.documents.desks import directed, registered, task_of
from tests.documents.test_locks import alone, waiting
from tests.documents.work.without_paper import given, work_of

LOCKS = {
    "paper": r'FROM "documents_(document|task)" .* FOR NO KEY UPDATE',
    "file": r'FROM "casefiles_casefile" .* FOR NO KEY UPDATE',
    "accounts": r'FROM "orgs_user" .* FOR NO KEY UPDATE',
    "chain": r'INSERT INTO "documents_event"',
}


def taken(act) -> list[tuple[str, set[int]]]:
    """The locks in the order in which they were taken, with the keys of the accounts; no lock twice."""
    with CaptureQueriesContext(connection) as asked:
        act()
    found, held = [], set()
    for sql in (query["sql"] for query in asked):
        for name, pattern in LOCKS.items():
            if not re.search(pattern, sql):
                continue
            keys = (
                set(map(int, re.findall(r"\d+", re.search(r"IN \(([^)]*)\)", sql)[1])))
                if name == "accounts"
                else {0}
            )
            if new := {(name, key) for key in keys} - held:
                found.append((name, keys))
                held |= new
    return found


def in_order(act, *names: str) -> None:
    assert [name for name, _ in taken(act)] == list(names)


@pytest.fixture
def keeper(office):
    return office.post("luu", "Người Lưu Trữ", office.home_affairs, Role.ARCHIVIST, "Lưu trữ cơ quan")


@pytest.mark.django_db(transaction=True)
def test_one_opens_a_file_with_a_paper_that_another_is_just_filing(transactional_db, office):
    paper, case = registered(office), opened(office)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock(paper)
            opening = alone(lambda: opened(office, by=office.hoa, first=paper), pool)
            waiting(1, seconds=10)
            file_paper(case, paper, by=office.minh, at=timezone.now())
        assert opening.result(60).items.get().document_id == paper.pk
    assert CaseFile.objects.filter(items__document=paper.pk).count() == 2


def test_handing_in_taking_over_and_giving_back_hold_who_is_told_before_the_chain(office, keeper):
    at, order = timezone.now(), ("file", "accounts", "chain")
    case = closed(office)
    in_order(lambda: submit_file(case, by=office.minh, at=at), *order)
    in_order(lambda: return_file(case, by=keeper, at=at, reason="Thiếu văn bản trả lời"), *order)
    submit_file(CaseFile.objects.get(pk=case.pk), by=office.minh, at=at)
    in_order(lambda: accept_file(case, by=keeper, at=at), *order)


def test_whoever_is_let_in_and_whoever_is_asked_are_held_together(office):
    case, at = opened(office), timezone.now()
    locks = taken(lambda: let_in(case, post=office.lan, role=Member.Role.READS, by=office.minh, at=at))
    assert [name for name, _ in locks] == ["file", "accounts", "chain"]
    assert locks[1][1] == {office.lan.user_id, office.hoa.user_id}
    member = Member.objects.get()
    in_order(lambda: let_out(case, member=member, by=office.minh, at=at), "file", "accounts", "chain")


def test_a_result_that_files_the_paper_and_waits_for_the_head_holds_the_file_and_the_head_before_the_chain(
    office,
):
    office.home_affairs.head_approves = True
    office.home_affairs.save()
    paper, case, at = directed(office, lead=office.hoa), opened(office), timezone.now()
    work.hand_on(task_of(paper, office.hoa), by=office.hoa, at=at, text="Làm", lead=office.minh)
    task = task_of(paper, office.minh)
    work.start(task, by=office.minh, at=at)
    asked = {"case_file": case}
    in_order(
        lambda: work.finish(task, by=office.minh, at=at, result="Xong", asked=asked),
        "paper",
        "file",
        "accounts",
        "chain",
    )
    assert case.items.get().document_id == paper.pk


def test_a_result_approved_up_to_whoever_gave_the_task_holds_him_before_the_chain(office):
    office.home_affairs.head_approves = True
    office.home_affairs.save()
    at, task = timezone.now(), given(office, lead=office.hoa)
    work.hand_on(work_of(task, office.hoa), by=office.hoa, at=at, text="Làm", lead=office.minh)
    below = work_of(task, office.minh)
    work.start(below, by=office.minh, at=at)
    work.finish(below, by=office.minh, at=at, result="Xong")
    in_order(lambda: results.approve_result(below, by=office.hoa, at=at), "paper", "accounts", "chain")


def test_an_order_that_freezes_files_and_its_lifting_hold_them_and_who_built_them_before_the_chain(office):
    case, at = opened(office), timezone.now()
    words = {"title": "Thanh tra tuyển dụng", "reason": "Đoàn thanh tra yêu cầu", "basis": "Quyết định 12"}
    files, order = CaseFile.objects.filter(pk=case.pk), ("file", "accounts", "chain")
    made = []
    in_order(lambda: made.append(put_hold(files, by=office.dung, at=at, **words)), *order)
    in_order(lambda: lift_hold(made[0], by=office.dung, at=at, reason="Thanh tra đã kết luận"), *order)


def test_reading_is_asked_for_and_granted_with_the_file_held_first(office, keeper):
    case, at, order = closed(office), timezone.now(), ("file", "accounts", "chain")
    CaseFile.objects.filter(pk=case.pk).update(state="archived")
    asked = {
        "archive": case.organisation,
        "case": case,
        "wanted": "Hồ sơ này",
        "purpose": "Tham khảo chuyên môn",
    }
    in_order(lambda: ask_reading(by=office.minh, at=at, **asked), *order)
    loan, until = Loan.objects.for_page().get(), timezone.localdate(at)
    in_order(lambda: allow_reading(loan, case=case, until=until, copies=False, by=keeper, at=at), *order)
    in_order(lambda: end_reading(loan, reason="Hồ sơ được đưa đi kiểm tra", by=keeper, at=at), *order)


def test_files_that_belong_together_are_held_before_the_chain(office):
    case, at = opened(office), timezone.now()
    facts = {"title": "Hồ sơ con", "term": "20", "started_on": timezone.localdate(at)}
    in_order(lambda: open_part(case, by=office.minh, at=at, **facts), "file", "chain")
    other = opened(office)
    in_order(lambda: relate(other, other=case, by=office.minh, at=at), "file", "chain")
