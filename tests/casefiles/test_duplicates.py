"""Trùng lặp, the second lawful ground: a file goes while another with the same content is kept in its stead."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casefiles.actions import destroying
from casefiles.actions import disposal as acts
from casefiles.actions.items import add_to_file, file_paper
from casefiles.duplicates import looks_alike
from casefiles.models import CaseFile, Disposal, DisposalLine, Item
from casefiles.reviewing import why_not
from documents import blobs
from documents.arrival import NewFile
from documents.models import Blob, File
from documents.pdf.reading import text_lines
from tests.casefiles.disposing import WORDS, council_of, expired, keeper_of
from tests.casefiles.filing import answered, closed, opened
from tests.casefiles.test_destroyed_again import lost_and_restored
from tests.casefiles.test_disposal import frozen
from tests.documents.desks import at_desk, stored, words
from tests.documents.test_locks import alone

TODAY = timezone.localdate


@pytest.fixture
def keeper(office):
    return keeper_of(office)


def archived(office, *, term="50", photos=(b"\x89PNG mot", b"\x89PNG hai"), scan=None) -> CaseFile:
    """With a paper whose only file has the bytes `scan`, and photographs; the archive has it."""
    case = opened(office, term=term, at=timezone.now() - dt.timedelta(days=30))
    if scan:
        File.objects.filter(document=answered(office, case)).update(blob=stored(scan))
    files = [NewFile(f"anh-{n}.png", blobs.store(data, "image/png")) for n, data in enumerate(photos)]
    add_to_file(case, files=files, by=office.minh, at=timezone.now())
    closed(office, case)
    CaseFile.objects.filter(pk=case.pk).update(state="archived")
    return CaseFile.objects.get(pk=case.pk)


def twins(office, **facts) -> tuple[CaseFile, CaseFile]:
    return archived(office, scan=b"%PDF-1.7 cung mot van ban", **facts), archived(
        office, scan=b"%PDF-1.7 cung mot van ban"
    )


def named(case: CaseFile) -> str:
    return f"{case.code} ({case.year})"


def listed(keeper, *pairs, files=()) -> Disposal:
    return acts.list_disposal(files, by=keeper, at=timezone.now(), duplicates=pairs, **WORDS)


def decided(office, keeper, *pairs) -> Disposal:
    made, council, at = listed(keeper, *pairs), council_of(office, keeper), timezone.now()
    acts.call_council(made, members=council, chair=office.hoa, by=keeper, at=at)
    for post in council:
        acts.vote(made, votes={line.pk: (True, "") for line in made.lines.all()}, by=post, at=at)
    acts.conclude(made, by=office.hoa, at=at)
    acts.decide(made, decision="Quyết định số 16/QĐ-SNV ngày 01/12/2026", by=office.dung, at=at)
    destroying.begin(made, by=keeper, at=at)
    return made


def why(case: CaseFile, stead: CaseFile) -> str:
    return "; ".join(why_not([case], TODAY(), {case.pk: stead}).get(case.pk, []))


def test_a_duplicate_is_listed_decided_on_and_destroyed_and_the_other_keeps_every_byte(office, keeper):
    (case, stead), over, client = twins(office), expired(office), at_desk(keeper)
    shared = [item.blob for item in stead.items.exclude(blob=None)] + [
        file.blob for file in File.objects.filter(document__in=stead.items.values("document"))
    ]
    assert "Hồ sơ trùng lặp" in words(client.get(reverse("review_list")))
    sent = WORDS | {"files": [over.pk], "duplicates": f"{named(case)} = {named(stead)}\n"}
    assert client.post(reverse("disposal_list"), sent).status_code == 302
    made, council = Disposal.objects.get(), council_of(office, keeper)
    assert sorted(made.lines.values_list("case", "ground", "stead")) == sorted(
        [(over.pk, "expired", None), (case.pk, "duplicate", stead.pk)]
    )
    acts.call_council(made, members=council, chair=office.hoa, by=keeper, at=timezone.now())
    vote = words(at_desk(office.minh).get(reverse("disposal_vote", args=[made.pk])))
    page = words(at_desk(office.minh).get(made.get_absolute_url()))
    assert f"Trùng lặp, giữ hồ sơ {named(stead)}" in vote and f"Giữ hồ sơ {named(stead)}" in page, (
        "the council reads both"
    )
    for post in council:
        acts.vote(made, votes={line.pk: (True, "") for line in made.lines.all()}, by=post, at=timezone.now())
    acts.conclude(made, by=office.hoa, at=timezone.now())
    acts.decide(made, decision="Quyết định số 16/QĐ-SNV", by=office.dung, at=timezone.now())
    destroying.begin(made, by=keeper, at=timezone.now())
    destroying.finish(at=timezone.now())
    states = {one.pk: one.state for one in CaseFile.objects.all()}
    assert (states[case.pk], states[over.pk], states[stead.pk]) == ("disposed", "disposed", "archived")
    assert not case.items.exclude(blob=None).exists() and len(shared) == 3
    assert all(blobs.intact(blob) for blob in shared), "what both had, the other still has"
    assert f"Trùng lặp, giữ hồ sơ {named(stead)}" in words(client.get(case.get_absolute_url()))

    text = printed(client, made, "danh-muc")
    assert (
        "Trùng lặp" in text
        and f"Giữ hồ sơ {stead.code}/{stead.year}" in text
        and "Hết thời hạn lưu trữ" in text
    )
    text = printed(client, made, "thuyet-minh")
    assert "1. Nhóm hết thời hạn lưu trữ (1 hồ sơ)" in text and "2. Nhóm trùng lặp (1 hồ sơ)" in text
    assert f"giữ lại hồ sơ {stead.code}/{stead.year}" in text
    assert f"giữ hồ sơ {named(stead)}" in printed(client, made, "chung-nhan")


def printed(client, made: Disposal, which: str) -> str:
    answer = client.get(reverse("disposal_print", args=[made.pk]), {"list": which})
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return " ".join(" ".join(" ".join(page) for page in text_lines(data)).split())


def test_without_duplicates_or_without_expired_files_the_account_says_there_are_none(office, keeper):
    client = at_desk(keeper)
    assert "2. Nhóm trùng lặp: không có" in printed(
        client, listed(keeper, files=[expired(office)]), "thuyet-minh"
    )
    text = printed(client, listed(keeper, twins(office)), "thuyet-minh")
    assert "1. Nhóm hết thời hạn lưu trữ: không có" in text and WORDS["content"] in text


def test_what_the_other_does_not_hold_is_named_and_what_is_kept_shorter_or_not_by_the_archive_is_no_stead(
    office, keeper
):
    case, stead = twins(office)
    assert why(case, stead) == "" and why(stead, case) == ""
    more = archived(office, scan=b"%PDF-1.7 van ban khac", photos=(b"\x89PNG mot", b"\x89PNG ba"))
    assert why(more, stead).endswith("không có: Văn bản số 1, Tệp số 3")
    assert "thời hạn bảo quản ngắn hơn" in why(
        case, archived(office, term="5", scan=b"%PDF-1.7 cung mot van ban")
    )
    assert "hồ sơ khác" in why(case, case)
    CaseFile.objects.filter(pk=stead.pk).update(state="closed")
    assert "chưa ở lưu trữ" in why(case, CaseFile.objects.get(pk=stead.pk))
    with pytest.raises(ValidationError, match="chưa ở lưu trữ"):
        listed(keeper, (case, stead))


def test_a_file_of_which_nobody_knows_yet_how_long_it_is_kept_is_kept_in_nobodys_stead(office, keeper):
    (case, stead), ever = (
        twins(office, term="vinh_vien"),
        archived(office, term="vinh_vien", scan=b"%PDF-1.7 cung mot van ban"),
    )
    CaseFile.objects.filter(pk=stead.pk).update(term="5", trigger="contract_ended")
    stead = CaseFile.objects.get(pk=stead.pk)
    assert stead.expires_on is None and "chưa xác định được ngày hết thời hạn" in why(case, stead)
    with pytest.raises(ValidationError, match="chưa xác định được ngày hết thời hạn"):
        listed(keeper, (case, stead))
    assert why(stead, ever) == "" and why(case, ever) == "", "what is kept for ever is kept long enough"


def test_the_same_paper_in_both_is_the_same_also_without_bytes(office, keeper):
    case, other = opened(office, term="50"), opened(office, term="50")
    paper = answered(office, case)
    file_paper(other, paper, by=office.minh, at=timezone.now())
    File.objects.filter(document=paper).update(blob=None)
    for one in (case, other):
        closed(office, one)
    CaseFile.objects.filter(pk__in=[case.pk, other.pk]).update(state="archived")
    case, other = CaseFile.objects.get(pk=case.pk), CaseFile.objects.get(pk=other.pk)
    assert why(case, other) == ""
    Item.objects.filter(case=other).update(removed_at=timezone.now())
    assert "không có: Văn bản số 1" in why(case, other)


def test_a_stead_lies_on_no_list_and_what_is_kept_for_another_comes_on_none(office, keeper):
    case, stead = twins(office)
    third = archived(office, scan=b"%PDF-1.7 cung mot van ban")
    with pytest.raises(ValidationError, match="cũng nằm trong danh mục này"):
        listed(keeper, (case, stead), (stead, case))
    made = listed(keeper, (case, stead))
    with pytest.raises(ValidationError, match="được giữ lại thay cho"):
        listed(keeper, (stead, third))
    with pytest.raises(ValidationError, match="giữ lại đã nằm trong"):
        listed(keeper, (third, case))
    with pytest.raises(ValidationError, match="đã nằm trong đợt hủy"):
        listed(keeper, (case, third))
    acts.give_up(made, reason="Có hồ sơ cần xem lại", by=office.dung, at=timezone.now())
    assert listed(keeper, (stead, third))


def test_the_system_names_those_it_finds_in_the_archive_the_later_ones_to_go(office, keeper):
    (one, two), client, url = twins(office), at_desk(keeper), reverse("disposal_list")
    three = archived(office, scan=b"%PDF-1.7 cung mot van ban")
    archived(office, scan=b"%PDF-1.7 van ban khac", photos=(b"\x89PNG chin",))
    free, same = (archived(office, photos=(b"\x89PNG bay",)) for _ in range(2))
    _, held = (archived(office, photos=(b"\x89PNG tam",)) for _ in range(2))
    frozen(office, held)
    assert not client.get(url, {"files": [one.pk]}).context["form"].initial.get("duplicates")
    page = client.get(url)
    assert "Tìm hồ sơ trùng lặp" in words(page) and not page.context["form"].initial.get("duplicates"), (
        "only when asked"
    )
    with CaptureQueriesContext(connection) as asked:
        page = client.get(url, {"tim": "1"})
    found = page.context["form"].initial["duplicates"].splitlines()
    assert found == [
        f"{named(same)} = {named(free)}", f"{named(three)} = {named(one)}", f"{named(two)} = {named(one)}",
    ]  # fmt: skip
    assert len(asked) <= 10
    assert client.post(url, WORDS | {"duplicates": "\n".join(found)}).status_code == 302
    page = client.get(url, {"tim": "1"})
    assert not page.context["form"].initial["duplicates"], "they lie in a list already"
    assert "Không thấy hồ sơ trùng lặp" in words(page)


def test_of_many_files_that_share_one_thing_only_those_that_hold_the_same_are_proposed(office):
    (one, two), shared = twins(office), blobs.store(b"\x89PNG mau chung", "image/png")
    CaseFile.objects.filter(pk=one.pk).update(term="5")  # the shorter one goes, though it was opened first
    files = CaseFile.objects.bulk_create(
        CaseFile(
            organisation=one.organisation, creator=one.creator, year=2020, code=f"{n}.MAU", title="Hồ sơ", state="archived", term="50",
            started_on=one.started_on, ended_on=one.ended_on, opened_at=one.opened_at, closed_at=one.closed_at, counted="online",
        ) for n in range(300)
    )  # fmt: skip
    own = Blob.objects.bulk_create(
        Blob(sha256=f"{n:064x}", size=1, content_type="image/png", created_at=one.opened_at)
        for n in range(300)
    )
    Item.objects.bulk_create(
        Item(case=case, ordinal=n, name=f"anh-{n}.png", blob=blob, by=office.minh, at=one.opened_at)
        for case, its in zip(files, own, strict=True) for n, blob in ((1, shared), (2, its))
    )  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        assert looks_alike(one.organisation_id) == [(one.pk, two.pk)]
    assert len(asked) == 1


def test_what_is_typed_wrong_or_of_another_office_gets_a_sentence(office, keeper):
    case, stead = twins(office)
    client, url = at_desk(keeper), reverse("disposal_list")
    for typed, said in (
        ("", "Hãy chọn hồ sơ hết thời hạn hoặc ghi hồ sơ trùng lặp"),
        (f"{case.code} = {stead.code}", "chưa đúng dạng"),
        (f"{named(case)} = {named(stead)} = {named(case)}", "chưa đúng dạng"),
        (f"{named(case)} = 99.XX (2024)", "Không thấy hồ sơ 99.XX (2024)"),
        (f"{named(case)} = {named(stead)}\n" * 2, "được ghi hai lần"),
        (f"{named(case)} = {named(case)}", "hồ sơ khác"),
        ("05.TCCB (20245) = 02.TCCB (2023)", "chưa đúng dạng"),
    ):
        page = client.post(url, WORDS | {"duplicates": typed})
        assert page.status_code == 200 and said in words(page), typed
    foreign = archived(office)
    CaseFile.objects.filter(pk=foreign.pk).update(organisation=office.khach.organisation, code="77.KH")
    foreign.refresh_from_db()
    assert "Không thấy hồ sơ" in words(
        client.post(url, WORDS | {"duplicates": f"{named(case)} = {named(foreign)}"})
    )
    with pytest.raises(ValidationError, match="không thuộc cơ quan này"):
        listed(keeper, (case, foreign))
    assert not Disposal.objects.exists()


def test_at_the_destruction_it_is_compared_again_and_what_the_other_has_lost_or_an_order_keeps_stays(
    office, keeper
):
    (case, stead), (held, second) = twins(office), twins(office)
    made = decided(office, keeper, (case, stead), (held, second))
    Item.objects.filter(case=stead, name="anh-1.png").update(removed_at=timezone.now())
    frozen(office, held)
    destroying.finish(at=timezone.now())
    assert set(CaseFile.objects.values_list("state", flat=True)) == {"archived"}
    reasons = {line.case_id: line.why for line in made.lines.all()}
    assert "không có: Tệp số 3" in reasons[case.pk] and "Thanh tra tuyển dụng" in reasons[held.pk]
    assert set(made.lines.values_list("outcome", flat=True)) == {"stopped"}


def test_after_a_restore_a_duplicate_goes_again_only_while_the_other_holds_it_all(office, keeper, tmp_path):
    case, stead = twins(office)
    with lost_and_restored(tmp_path):
        decided(office, keeper, (case, stead))
        destroying.finish(at=timezone.now())
    CaseFile.objects.filter(pk=stead.pk).update(state="submitted")
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("destroy_again", "--do", stdout=StringIO(), stderr=err)
    assert "chưa ở lưu trữ" in err.getvalue() and CaseFile.objects.get(pk=case.pk).state == "archived"
    CaseFile.objects.filter(pk=stead.pk).update(state="archived")
    call_command("destroy_again", "--do", stdout=StringIO())
    assert CaseFile.objects.get(pk=case.pk).state == "disposed"
    assert all(blobs.intact(item.blob) for item in stead.items.exclude(blob=None))
    page = words(at_desk(keeper).get(CaseFile.objects.get(pk=case.pk).get_absolute_url()))
    assert f"Trùng lặp, giữ hồ sơ {named(stead)}" in page


@pytest.mark.django_db(transaction=True)
def test_of_two_who_would_each_destroy_the_file_that_the_other_keeps_one_is_refused(transactional_db, office):
    keeper = keeper_of(office)
    case, stead = twins(office)
    with ThreadPoolExecutor(2) as pool:
        both = [
            alone(lambda pair=pair: listed(keeper, pair), pool) for pair in ((case, stead), (stead, case))
        ]
        outcomes = [one.exception(60) for one in both]
    assert sorted(type(one).__name__ for one in outcomes) == ["NoneType", "ValidationError"]
    assert DisposalLine.objects.count() == 1


def test_the_list_costs_the_same_for_one_duplicate_as_for_three(office, keeper):
    costs, client = [], at_desk(keeper)
    for number in (1, 3):
        pairs = [twins(office) for _ in range(number)]
        with CaptureQueriesContext(connection) as asked:
            why_not([case for case, _ in pairs], TODAY(), {case.pk: stead for case, stead in pairs})
        reasons = len(asked)  # the next request empties the list
        made = listed(keeper, *pairs)
        client.get(made.get_absolute_url())
        with CaptureQueriesContext(connection) as page:
            client.get(made.get_absolute_url())
        costs.append((reasons, len(page)))
    assert costs[0] == costs[1] and costs[0][1] <= 10


def test_the_minutes_of_the_destruction_name_both_sides_what_went_and_what_did_not(office, keeper):
    (case, stead), (held, second) = twins(office), twins(office)
    made, client = decided(office, keeper, (case, stead), (held, second)), at_desk(keeper)
    url = reverse("disposal_print", args=[made.pk])
    assert client.get(url, {"list": "bien-ban-huy"}).status_code == 404, "nothing is destroyed yet"
    frozen(office, held)
    destroying.finish(at=timezone.now())
    assert "Biên bản hủy (PDF)" in words(client.get(made.get_absolute_url()))
    text = printed(client, made, "bien-ban-huy")
    assert "BIÊN BẢN HỦY TÀI LIỆU LƯU TRỮ" in text and "Quyết định số 16/QĐ-SNV" in text
    assert "Đã hủy 1 hồ sơ, 3 văn bản, tài liệu, 3 tệp" in text and "Không hủy 1 hồ sơ" in text
    assert "Bên thực hiện hủy" in text and f"giữ hồ sơ {named(stead)}" in text
