"""Hủy: a list, a council, a decision, the destruction. Nothing that something keeps is ever destroyed, whoever comes when."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casefiles.actions import destroying, holds
from casefiles.actions import disposal as acts
from casefiles.actions.exports import ask_export, path_of
from casefiles.actions.items import add_to_file, file_paper
from casefiles.models import CaseFile, Disposal, DisposalLine
from casefiles.reviewing import due, why_not
from documents import blobs
from documents.arrival import NewFile
from documents.journey import NotAllowedNow
from documents.models import Blob, Event, File
from documents.pdf.reading import text_lines
from orgs.models import Notice
from tests.casefiles.disposing import (
    WORDS,
    all_voted,
    council_of,
    decided,
    destroyed,
    expired,
    keeper_of,
    listed,
    over,
)
from tests.casefiles.filing import answered, closed, issued, opened
from tests.documents.desks import at_desk, registered, stored, words
from tests.documents.test_locks import alone, waiting

TODAY = dt.date(2026, 12, 1)


@pytest.fixture
def keeper(office):
    return keeper_of(office)


@pytest.fixture
def no_pdf(monkeypatch):
    """What it looks like is another test's business; a thread that has drawn one does not end well."""
    monkeypatch.setattr(destroying, "certificate_pdf", lambda disposal, at: b"%PDF-1.7 chung nhan")


def frozen(office, case, at=None):
    order = {
        "title": "Thanh tra tuyển dụng",
        "reason": "Đoàn thanh tra yêu cầu",
        "basis": "Quyết định 12/QĐ-TTTP",
    }
    return holds.put_hold(
        CaseFile.objects.filter(pk=case.pk), by=office.dung, at=at or timezone.now(), **order
    )


def of_one_paper(office, data: bytes):
    """A file with one paper that came and a photograph, whose time is over; the paper, the photograph."""
    case, photo = (
        opened(office, term="5", at=timezone.now() - dt.timedelta(days=30)),
        blobs.store(data, "image/png"),
    )
    paper = answered(office, case)
    add_to_file(case, files=[NewFile("anh.png", photo)], by=office.minh, at=timezone.now())
    return expired(office, case), paper, photo


def test_what_is_due_is_listed_the_oldest_first_with_why_it_may_not_go(office, keeper):
    early, late = expired(office), over(closed(office, opened(office, term="5")), ended=dt.date(2017, 3, 3))
    shared, running = expired(office), opened(office)
    file_paper(running, shared.items.get().document, by=office.minh, at=timezone.now())
    held = expired(office)
    frozen(office, held)
    over(closed(office, opened(office, term="vinh_vien")))
    over(closed(office, opened(office, term="50")))
    over(closed(office, opened(office, term="het_hieu_luc")))
    assert set(due(CaseFile.objects.all(), TODAY)) == {early, late, shared, held}
    reasons = why_not([early, late, shared, held], TODAY)
    assert set(reasons) == {shared.pk, held.pk} and running.code in reasons[shared.pk][0]
    page = words(at_desk(keeper).get(reverse("review_list")))
    assert "4 hồ sơ đã hết thời hạn" in page and "còn phải giữ" in page and "Thanh tra tuyển dụng" in page
    assert page.index(early.code) < page.index(late.code)
    assert at_desk(office.minh).get(reverse("review_list")).status_code == 404
    with pytest.raises(ValidationError) as refused:
        listed(office, keeper, early, shared, held, running)
    assert [said.split(":")[0] for said in refused.value.messages] == [
        f"Hồ sơ {case.code} ({case.year})" for case in (shared, running, held)
    ]


def test_a_list_goes_through_council_and_decision_by_other_hands_and_a_worker_destroys(office, keeper):
    case, paper, photo = of_one_paper(office, b"\x89PNG anh")
    scan = paper.files.get().blob
    client = at_desk(keeper)
    page = client.get(reverse("disposal_list"), {"files": [case.pk]})
    assert case.title in words(page)
    client.post(reverse("disposal_list"), WORDS | {"files": [case.pk]})
    made = Disposal.objects.get()
    council = council_of(office, keeper)
    sent = {"chair": office.hoa.pk, "members": [post.pk for post in council]}
    client.post(reverse("disposal_council", args=[made.pk]), sent)
    line = made.lines.get()
    for post in council:
        url = reverse("disposal_vote", args=[made.pk])
        assert at_desk(post).post(url, {f"vote_{line.pk}": "destroy"}).status_code == 302, post
    at_desk(office.hoa).post(reverse("disposal_conclude", args=[made.pk]))
    at_desk(office.dung).post(
        reverse("disposal_decide", args=[made.pk]), {"decision": "Quyết định 15/QĐ-SNV ngày 01/12/2026"}
    )
    client.post(reverse("disposal_carry_out", args=[made.pk]))
    assert Disposal.objects.get().state == "destroying" and blobs.path_of(scan).exists()
    destroying.finish(at=timezone.now())
    made, case = Disposal.objects.get(), CaseFile.objects.get(pk=case.pk)
    assert (made.state, case.state) == ("done", "disposed")
    assert not blobs.path_of(scan).exists() and not blobs.path_of(photo).exists()
    assert not Blob.objects.filter(pk__in=[scan.pk, photo.pk]).exists()
    # Only the tombstone is left: on its page, in its history, in the certificate; the paper has its entry in the book.
    page = words(client.get(case.get_absolute_url()))
    assert "Hồ sơ đã hủy" in page and "2 văn bản, tài liệu" in page
    assert client.get(reverse("case_item", args=[case.items.get(name="anh.png").pk])).status_code == 404
    assert paper.files.get().blob is None
    assert "Hết thời hạn lưu trữ" in words(at_desk(office.lan).get(paper.get_absolute_url()))
    told = list(Event.objects.filter(payload__casefile=case.pk).values_list("kind", flat=True))
    assert told[-1] == "dispose_file"
    assert Event.objects.get(document=paper.pk, kind="destroy_content").payload["sha256"] == [scan.pk]
    assert not Event.objects.broken_links(case.organisation_id)
    certificate = b"".join(
        client.get(reverse("disposal_print", args=[made.pk]), {"list": "chung-nhan"}).streaming_content
    )
    text = " ".join(" ".join(" ".join(page) for page in text_lines(certificate)).split())
    assert (
        "CHỨNG NHẬN HỦY" in text
        and scan.pk[:20] in text
        and photo.pk[:20] in text
        and "Quyết định 15/QĐ-SNV" in text
    )
    assert "sao lưu" in text and made.certificate.sha256 in str(
        Event.objects.get(kind="end_disposal").payload
    )
    for name in ("danh-muc", "thuyet-minh", "bien-ban"):
        assert (
            client.get(reverse("disposal_print", args=[made.pk]), {"list": name})["Content-Type"]
            == "application/pdf"
        )


def test_nobody_carries_it_alone(office, keeper):
    case, at = expired(office), timezone.now()
    for post in (office.minh, office.dung):
        with pytest.raises(PermissionDenied):
            listed(office, post, case)
    made, council = listed(office, keeper, case), council_of(office, keeper)
    with pytest.raises(ValidationError, match="không làm chủ tịch"):
        acts.call_council(made, members=council, chair=keeper, by=keeper, at=at)
    with pytest.raises(ValidationError, match="ít nhất 5 người"):
        acts.call_council(made, members=council[:3], chair=office.hoa, by=keeper, at=at)
    with pytest.raises(NotAllowedNow):
        destroying.begin(made, by=keeper, at=at)
    acts.call_council(made, members=council, chair=office.hoa, by=keeper, at=at)
    with pytest.raises(ValidationError, match="Chưa bỏ phiếu"):
        acts.conclude(made, by=office.hoa, at=at)
    votes = {line.pk: (True, "") for line in made.lines.all()}
    for post in council:
        acts.vote(made, votes=votes, by=post, at=at)
    with pytest.raises(PermissionDenied):
        acts.vote(made, votes=votes, by=office.minh, at=at)  # a second time
    with pytest.raises(PermissionDenied):
        acts.conclude(made, by=keeper, at=at)
    acts.conclude(made, by=office.hoa, at=at)
    for post in (keeper, office.hoa, office.minh):
        with pytest.raises(PermissionDenied):
            acts.decide(made, decision="Quyết định 15", by=post, at=at)
    acts.decide(made, decision="Quyết định 15", by=office.dung, at=at)
    with pytest.raises(PermissionDenied):
        destroying.begin(made, by=office.dung, at=at)
    # And the database says so too.
    with pytest.raises(IntegrityError), transaction.atomic():
        Disposal.objects.filter(pk=made.pk).update(decided_user=keeper.user)


def test_deciding_and_destroying_ask_who_it_is_again(office, keeper):
    made = all_voted(office, keeper, expired(office))
    acts.conclude(made, by=office.hoa, at=timezone.now())
    client = at_desk(office.dung)
    session = client.session
    session["proof"] = [0, False]
    session.save()
    page = client.post(reverse("disposal_decide", args=[made.pk]), {"decision": "Quyết định 15"})
    assert "Xác nhận là bạn" in words(page) and Disposal.objects.get(pk=made.pk).state == "concluded"


def test_a_file_the_council_would_keep_stays_and_its_reasons_stand_in_the_minutes(office, keeper):
    go, stay = expired(office), expired(office)
    made = decided(office, keeper, go, stay, keep=[stay])
    destroying.begin(made, by=keeper, at=timezone.now())
    destroying.finish(at=timezone.now())
    assert [CaseFile.objects.get(pk=case.pk).state for case in (go, stay)] == ["disposed", "archived"]
    answer = at_desk(office.dung).get(reverse("disposal_print", args=[made.pk]), {"list": "bien-ban"})
    text = " ".join(" ".join(line) for page in text_lines(answer.content) for line in [page])
    assert "Còn cần tra cứu" in text and "Giữ lại" in text


def test_a_paper_of_another_kept_file_bytes_of_another_office_and_what_the_clerk_keeps_are_not_destroyed(
    office, keeper, no_pdf
):
    data = b"%PDF-1.7 cua hai noi"
    case = opened(office, term="5", at=timezone.now() - dt.timedelta(days=30))
    shared, same, sent, alone_here = (
        answered(office, case),
        answered(office, case),
        issued(office, case),
        answered(office, case),
    )
    File.objects.filter(document=same).update(blob=stored(data))
    elsewhere = registered(office)
    File.objects.filter(document=elsewhere).update(blob=stored(data))  # as another desk has the same bytes
    File.objects.filter(document=alone_here).update(blob=stored(b"%PDF-1.7 chi o day"))
    second = opened(office, term="5", at=timezone.now() - dt.timedelta(days=30))
    file_paper(second, shared, by=office.minh, at=timezone.now())
    case, second = expired(office, case), expired(office, second)
    made = destroyed(office, keeper, case)
    assert made.state == "done" and shared.files.get().blob and elsewhere.files.get().blob
    assert (
        same.files.get().blob is None and blobs.path_of(Blob(sha256=elsewhere.files.get().blob_id)).exists()
    )
    assert (
        alone_here.files.get().blob is None
        and not Blob.objects.filter(pk=sha256(b"%PDF-1.7 chi o day").hexdigest()).exists()
    )
    left = {row["what"]: row["kept"] for row in made.lines.get().left["items"]}
    assert sorted(filter(None, left.values())) == sorted(
        [f"còn trong hồ sơ {second.code} ({second.year})"]
        + [destroying.IN_THE_BOOK] * bool(sent.number_value)
    )


def test_what_stays_of_a_file_is_counted_apart_from_what_was_destroyed(office, keeper):
    case, shared, _ = of_one_paper(office, b"\x89PNG anh")
    second = opened(office, term="5", at=timezone.now() - dt.timedelta(days=30))
    file_paper(second, shared, by=office.minh, at=timezone.now())
    expired(office, second)
    made = destroyed(office, keeper, case)
    line = made.lines.get()
    assert (line.things, line.files, line.kept) == (1, 1, 1)
    assert Event.objects.get(kind="dispose_file").payload["things"] == 1
    page = words(at_desk(keeper).get(case.get_absolute_url()))
    assert "Đã hủy 1 văn bản, tài liệu (1 tệp), còn giữ 1 văn bản, tài liệu" in page
    minutes = at_desk(keeper).get(reverse("disposal_print", args=[made.pk]), {"list": "bien-ban-huy"})
    for data, said in (
        (minutes.content, "1 văn bản, tài liệu, 1 tệp (còn giữ 1"),
        (blobs.read(made.certificate), "còn giữ 1)"),
    ):
        assert said in " ".join(" ".join(" ".join(page) for page in text_lines(data)).split())


def test_packages_made_of_it_go_with_it_and_none_is_made_afterwards(office, keeper):
    case = expired(office)
    made = ask_export(case, kind="whole", by=office.minh, at=timezone.now())
    path_of(made).parent.mkdir(parents=True, exist_ok=True)
    path_of(made).write_bytes(b"PK of the whole file")
    assert destroyed(office, keeper, case).state == "done"
    assert not path_of(made).exists() and not case.exports.exists()
    with pytest.raises(NotAllowedNow, match="đã hủy"):
        ask_export(case, kind="whole", by=office.minh, at=timezone.now())


def test_a_hold_after_the_decision_stops_that_file_alone_and_the_certificate_says_so(office, keeper):
    go, held = expired(office), expired(office)
    made = decided(office, keeper, go, held)
    frozen(office, held)
    destroying.begin(made, by=keeper, at=timezone.now())
    destroying.finish(at=timezone.now())
    made = Disposal.objects.get(pk=made.pk)
    assert made.state == "done" and CaseFile.objects.get(pk=held.pk).state == "archived"
    line = made.lines.get(case=held)
    assert (line.outcome, line.left) == ("stopped", {}) and "Thanh tra tuyển dụng" in line.why
    assert File.objects.filter(document__in=held.items.values("document"), blob__isnull=False).exists()
    assert "Không hủy 1 hồ sơ" in " ".join(
        line for page in text_lines(blobs.read(made.certificate)) for line in page
    )


def test_later_than_fifteen_days_after_the_decision_archivist_and_head_are_told_once(office, keeper):
    made = decided(office, keeper, expired(office))
    assert destroying.tell_of_late(at=timezone.now() + dt.timedelta(days=14)) == 0
    later = timezone.now() + dt.timedelta(days=16)
    assert [destroying.tell_of_late(at=later) for _ in range(2)] == [1, 0]
    for post in (keeper, office.dung):
        assert Notice.objects.filter(user=post.user, text__contains="Quá 15 ngày").count() == 1
    Disposal.objects.filter(pk=made.pk).update(decided_at=timezone.now() - dt.timedelta(days=16))
    assert "Quá 15 ngày" in words(at_desk(keeper).get(made.get_absolute_url()))


def test_it_is_given_up_before_anything_is_destroyed_and_the_files_may_come_up_again(office, keeper):
    case = expired(office)
    made = all_voted(office, keeper, case)
    with pytest.raises(ValidationError, match="đã nằm trong đợt hủy"):
        listed(office, keeper, case)
    acts.give_up(made, reason="Có hồ sơ cần xem lại", by=office.dung, at=timezone.now())
    assert listed(office, keeper, case)
    with pytest.raises(NotAllowedNow):
        acts.conclude(made, by=office.hoa, at=timezone.now())


def test_a_killed_worker_leaves_whole_files_and_the_next_one_finishes(office, keeper, monkeypatch, no_pdf):
    cases = [of_one_paper(office, bytes([n]) * 20) for n in range(3)]
    made = decided(office, keeper, *[case for case, _, _ in cases])
    destroying.begin(made, by=keeper, at=timezone.now())
    real, seen = blobs.destroy, []

    def killed(blob):
        seen.append(blob.pk)
        if len(seen) == 3:  # the second file, with one of its two things gone from the disk
            raise SystemExit
        real(blob)

    monkeypatch.setattr(blobs, "destroy", killed)
    with pytest.raises(SystemExit):
        destroying.finish(at=timezone.now())
    monkeypatch.setattr(blobs, "destroy", real)
    destroying.finish(at=timezone.now())
    made = Disposal.objects.get(pk=made.pk)
    assert made.state == "done" and {line.outcome for line in made.lines.all()} == {"destroyed"}
    assert not any(
        blobs.path_of(Blob(sha256=sha)).exists() for _, paper, photo in cases for sha in [photo.pk]
    )
    assert Event.objects.filter(kind="dispose_file").count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_hold_that_comes_while_the_file_is_being_destroyed_is_told_and_one_that_was_first_saves_it(
    transactional_db, office, no_pdf
):
    keeper = keeper_of(office)
    first, second = expired(office), expired(office)
    made = decided(office, keeper, first, second)
    destroying.begin(made, by=keeper, at=timezone.now())
    lines = {line.case_id: line for line in made.lines.all()}
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():  # the destruction has the file, the order waits
            destroying._destroy_file(lines[first.pk], at=timezone.now())
            ordering = alone(lambda: frozen(office, first), pool)
            waiting(1, seconds=10)
        with pytest.raises(ValidationError, match="đã hủy"):
            ordering.result(60)
        with transaction.atomic():  # the order has the file, the destruction waits
            frozen(office, second)
            finishing = alone(lambda: destroying.finish(at=timezone.now()), pool)
            waiting(1, seconds=10)
        finishing.result(60)
    assert CaseFile.objects.get(pk=first.pk).state == "disposed"
    assert CaseFile.objects.get(pk=second.pk).state == "archived"
    assert DisposalLine.objects.get(case=second).outcome == "stopped"
    assert File.objects.filter(document__in=second.items.values("document"), blob__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_destroy_each_file_once(transactional_db, office, no_pdf):
    keeper = keeper_of(office)
    cases = [expired(office) for _ in range(3)]
    made = decided(office, keeper, *cases)
    destroying.begin(made, by=keeper, at=timezone.now())
    with ThreadPoolExecutor(2) as pool:
        for one in [alone(lambda: destroying.finish(at=timezone.now()), pool) for _ in range(2)]:
            one.result(60)
    assert Event.objects.filter(kind="dispose_file").count() == 3
    assert Event.objects.filter(kind="end_disposal").count() == 1 and Disposal.objects.get().state == "done"


def test_another_office_finds_no_disposal_and_the_page_costs_the_same_for_one_file_as_for_four(
    office, keeper
):
    client, costs = at_desk(keeper), []
    for number in (1, 4):
        made = decided(office, keeper, *[expired(office) for _ in range(number)])
        for url in (made.get_absolute_url(), reverse("disposals"), reverse("review_list")):
            client.get(url)
            with CaptureQueriesContext(connection) as asked:
                client.get(url)
            costs.append(len(asked))
        assert at_desk(office.khach).get(made.get_absolute_url()).status_code == 404
    assert costs[:3] == costs[3:] and max(costs) <= 10
