"""The reading room: asked for, granted for some days, read with one's name on every page and every look written down, over."""

import datetime as dt
import io
import threading
from functools import cache

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageChops

from casefiles.actions.items import add_to_file
from casefiles.actions.loans import allow_reading, ask_reading, end_reading, refuse_reading
from casefiles.models import CaseFile, Loan, LoanView
from documents import blobs, tasks
from documents.actions.work.sheets import lines_of
from documents.arrival import NewFile
from documents.journey import NotAllowedNow
from documents.models import Event, File, Reading
from documents.pdf import page_image
from documents.pdf.reading import text_lines
from orgs.models import Notice, Role
from tests.casefiles.filing import answered, closed, issued, opened
from tests.documents.desk.test_lent_desk import in_place_of, lend
from tests.documents.desks import at_desk, pdf_saying, stored, words

TODAY = timezone.localdate


@pytest.fixture
def keeper(office):
    return office.post("luu", "Người Lưu Trữ", office.home_affairs, Role.ARCHIVIST, "Lưu trữ cơ quan")


@pytest.fixture
def reader(office):
    return office.post("mai", "Đỗ Ngọc Mai", office.home_affairs, Role.OFFICER, "Chuyên viên")


@cache
def _said() -> bytes:
    return pdf_saying("Nội dung bản chính")


def archived(office, *, mode="01", **facts) -> CaseFile:
    """With a paper that left, a paper that came and a photograph in it, as if the archive had taken it over."""
    case = opened(office, at=timezone.now() - dt.timedelta(days=30), mode=mode, **facts)
    paper = issued(office, case, subject="Về việc sắp xếp tổ chức")
    kept = {"created_at": timezone.now(), "pages": 1}
    File.objects.create(
        document=paper,
        blob=stored(_said()),
        name="cv.pdf",
        part="main",
        stage="sealed",
        **kept,
    )
    answered(office, case)
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(picture, "PNG")
    add_to_file(
        case,
        files=[NewFile("anh.png", blobs.store(picture.getvalue(), "image/png"))],
        by=case.creator,
        at=timezone.now(),
    )
    closed(office, case)
    CaseFile.objects.filter(pk=case.pk).update(state="archived")
    case.refresh_from_db()
    return case


def lent(case, reader, keeper, *, copies=False, days=5) -> Loan:
    at = timezone.now()
    given = {"wanted": "Hồ sơ kiện toàn", "purpose": "Tham khảo cách làm các năm trước"}
    loan = ask_reading(archive=case.organisation, case=case, by=reader, at=at, **given)
    allow_reading(loan, case=case, until=TODAY() + dt.timedelta(days=days), copies=copies, by=keeper, at=at)
    return Loan.objects.for_page().get(pk=loan.pk)


def out_of(loan, item) -> dict[str, str]:
    there = [loan.pk, item.pk]
    return {
        "loan": reverse("loan", args=there[:1]), "item": reverse("loan_item", args=there),
        "page": reverse("loan_page", args=[*there, 1, 1]), "copy": reverse("loan_copy", args=[*there, 1]),
    }  # fmt: skip


def refused(client, url, why) -> bool:
    """Led back to the loan, which says why."""
    answer = client.get(url, follow=True)
    return bool(answer.redirect_chain) and why in words(answer)


def paper_in(case):
    return case.items.get(document__direction="out")


def test_asked_for_with_a_purpose_granted_until_a_day_and_read_page_by_page(office, keeper, reader):
    case = archived(office)
    client = at_desk(reader)
    assert client.get(case.get_absolute_url()).status_code == 404
    catalogue = words(client.get(reverse("archive_catalogue"), {"q": "kien toan"}))
    assert case.title in catalogue
    ask = f"{reverse('loan_ask')}?ho_so={case.pk}"
    assert "ít nhất 10 ký tự" in words(client.post(ask, {"purpose": "ngắn"})) and not Loan.objects.exists()
    client.post(ask, {"purpose": "Tham khảo để lập đề án năm sau"})
    loan = Loan.objects.get()
    assert (loan.state, loan.case_id, loan.post_id) == ("asked", case.pk, reader.pk)
    assert Notice.objects.filter(user=keeper.user, text__contains="đề nghị đọc").exists()
    assert refused(client, out_of(loan, paper_in(case))["page"], "chưa đọc được")

    answer = at_desk(keeper).post(
        reverse("loan_allow", args=[loan.pk]), {"until": f"{TODAY() + dt.timedelta(days=7):%d/%m/%Y}"}
    )
    assert answer.status_code == 302
    assert Notice.objects.filter(user=reader.user, text__contains="Bạn được đọc hồ sơ").exists()
    page = words(client.get(loan.get_absolute_url()))
    assert "Về việc sắp xếp tổ chức" in page and "Bản đọc" in page
    assert client.get(out_of(loan, paper_in(case))["item"]).content.decode().count('alt="Trang 1"') == 1
    assert client.get(out_of(loan, paper_in(case))["page"])["Content-Type"] == "image/jpeg"
    assert client.get(case.get_absolute_url()).status_code == 404  # what is kept stays with whoever keeps it
    people = words(at_desk(keeper).get(case.get_absolute_url(), {"tab": "people"}))
    assert "Đỗ Ngọc Mai Sở Nội vụ, đọc tại phòng đọc lưu trữ (bản đọc) đến hết ngày" in people
    kinds = [one.kind for one in Event.objects.filter(payload__casefile=case.pk).order_by("seq")]
    assert kinds[-2:] == ["ask_reading", "allow_reading"]


def test_a_reading_copy_bears_the_readers_name_and_is_never_the_original(office, keeper, reader):
    case = archived(office)
    client, there = at_desk(reader), out_of(lent(case, reader, keeper), paper_in(case))
    shown = client.get(there["page"])
    own = File.objects.get(document=paper_in(case).document_id, part="main")
    bare = Image.open(io.BytesIO(page_image(blobs.read(own.blob), 1, 1100))).convert("RGB")
    made = Image.open(io.BytesIO(shown.content))
    assert made.size == bare.size and "no-store" in shown["Cache-Control"]
    foot = (0, bare.height - 70, bare.width, bare.height)
    across = (0, bare.height // 2, bare.width, bare.height - 100)
    for where in (foot, across):  # on the foot and across the page something is written that was not there
        darkest = ImageChops.difference(made.crop(where), bare.crop(where)).convert("L").getextrema()[1]
        assert darkest > 40, where
    assert refused(client, there["copy"], "bản đọc không tải về được")
    assert "Lấy bản sao" not in words(client.get(there["item"]))
    assert client.get(reverse("file", args=[own.pk])).status_code == 404
    free = case.items.get(blob__isnull=False)
    assert client.get(reverse("case_item", args=[free.pk])).status_code == 404
    assert client.get(out_of(Loan.objects.get(), free)["page"])["Content-Type"] == "image/jpeg"


def test_a_plain_copy_says_on_every_page_what_it_is_who_has_it_and_when(office, keeper, reader):
    case = archived(office)
    loan = lent(case, reader, keeper, copies=True)
    answer = at_desk(reader).get(out_of(loan, paper_in(case))["copy"])
    said = " ".join(line for page in text_lines(answer.content) for line in page)
    for part in (
        "BẢN SAO",
        "Nội dung bản chính",
        "Sở Nội vụ",
        "Đỗ Ngọc Mai",
        "Bản sao không xác thực",
        f"{TODAY():%d/%m/%Y}",
    ):
        assert part in said, said
    own = File.objects.get(document=paper_in(case).document_id, part="main")
    assert answer.content != blobs.read(own.blob) and "attachment" in answer["Content-Disposition"]


def test_each_look_is_written_down_with_the_loan_and_counts_as_a_look_at_the_paper(office, keeper, reader):
    case = archived(office)
    loan = lent(case, reader, keeper, copies=True)
    client, there = at_desk(reader), out_of(loan, paper_in(case))
    for address in ("page", "page", "copy"):
        assert client.get(there[address]).status_code == 200
    assert not LoanView.objects.exists()  # nothing is written by the page itself
    tasks.count_readings()
    tasks.count_readings()
    found = set(LoanView.objects.values_list("loan", "item", "kind", "count"))
    assert found == {(loan.pk, paper_in(case).pk, "page", 2), (loan.pk, paper_in(case).pk, "copy", 1)}
    paper = paper_in(case).document_id
    assert Reading.objects.get(document=paper, kind="content", user=reader.user).count == 2
    page = words(at_desk(keeper).get(there["loan"]))
    assert "Nhật ký đọc" in page and "Tham khảo cách làm các năm trước" in page
    assert "Nhật ký đọc" not in words(client.get(there["loan"]))


@pytest.mark.parametrize(
    ("after", "reading", "shown"), [(0, True, True), (1, False, True), (5, False, True), (6, False, False)]
)
def test_it_is_read_to_the_end_of_its_day_and_gone_five_days_later(
    office, keeper, reader, after, reading, shown
):
    case = archived(office)
    loan = lent(case, reader, keeper)
    Loan.objects.filter(pk=loan.pk).update(until=TODAY() - dt.timedelta(days=after))
    client, there = at_desk(reader), out_of(loan, paper_in(case))
    assert (client.get(there["page"]).status_code == 200) is reading
    assert (client.get(there["loan"]).status_code == 200) is shown
    if shown and not reading:
        assert refused(client, there["item"], "Cần đọc tiếp thì gửi đề nghị mới")
    assert at_desk(keeper).get(there["loan"]).status_code == 200  # the book keeps it


def test_of_a_file_under_conditions_nothing_opens_without_a_request_that_the_head_granted(
    office, keeper, reader
):
    case = archived(office, mode="02")
    for post in (office.minh, office.hoa, reader):  # not even to whoever built it, or heads his unit
        assert at_desk(post).get(case.get_absolute_url()).status_code == 404
    assert case.title not in words(at_desk(reader).get(reverse("archive_catalogue")))
    asked = {
        "archive": office.home_affairs.pk,
        "wanted": "Hồ sơ kiện toàn năm nay",
        "purpose": "Kiểm tra theo kế hoạch",
    }
    at_desk(office.minh).post(reverse("loan_ask"), asked)
    loan = Loan.objects.get()
    assert loan.case_id is None
    given = {"year": case.year, "code": case.code, "until": f"{TODAY():%d/%m/%Y}"}
    page = at_desk(keeper).post(reverse("loan_allow", args=[loan.pk]), given)
    assert "sử dụng có điều kiện" in words(page) and Loan.objects.get().state == "asked"
    at_desk(office.dung).post(reverse("loan_allow", args=[loan.pk]), given)
    there = out_of(loan, paper_in(case))
    client = at_desk(office.minh)
    assert client.get(there["page"]).status_code == 200
    tasks.count_readings()
    assert LoanView.objects.get().loan.purpose == "Kiểm tra theo kế hoạch"
    assert client.get(case.get_absolute_url()).status_code == 404


def test_another_office_of_the_city_asks_in_words_and_reads_what_the_archive_found(office, keeper):
    case = archived(office)
    client = at_desk(office.khach)
    assert case.title not in words(client.get(reverse("archive_catalogue")))
    assert client.get(f"{reverse('loan_ask')}?ho_so={case.pk}").status_code == 404
    asked = {
        "archive": office.home_affairs.pk,
        "wanted": "Hồ sơ về tổ chức",
        "purpose": "Phối hợp thanh tra công vụ",
    }
    client.post(reverse("loan_ask"), asked)
    loan = Loan.objects.get()
    given = {"year": case.year, "code": "99.SAI", "until": f"{TODAY():%d/%m/%Y}"}
    keepers = at_desk(keeper)
    assert "không có hồ sơ này" in words(keepers.post(reverse("loan_allow", args=[loan.pk]), given))
    keepers.post(reverse("loan_allow", args=[loan.pk]), given | {"code": case.code})
    assert client.get(out_of(loan, paper_in(case))["page"]).status_code == 200
    assert client.get(paper_in(case).document.outgoing.get_absolute_url()).status_code == 404
    other = office.post("khac", "Người Khác", office.justice, Role.OFFICER, "Chuyên viên")
    for address in out_of(loan, paper_in(case)).values():
        assert at_desk(other).get(address).status_code == 404


def test_refused_taken_back_or_no_longer_with_the_archive_it_is_not_read(office, keeper, reader):
    case, at = archived(office), timezone.now()
    loan = lent(case, reader, keeper)
    there, client = out_of(loan, paper_in(case)), at_desk(reader)
    end_reading(loan, reason="Hồ sơ được đưa đi kiểm tra", by=keeper, at=at)
    assert refused(client, there["page"], "Đã kết thúc")
    again = ask_reading(
        archive=case.organisation,
        case=case,
        by=reader,
        at=at,
        wanted="Hồ sơ đó",
        purpose="Đọc tiếp phần còn lại",
    )
    refuse_reading(again, reason="Hồ sơ đang được kiểm tra", by=keeper, at=at)
    assert Notice.objects.filter(user=reader.user, text__contains="không được duyệt").exists()
    third = lent(case, reader, keeper)
    CaseFile.objects.filter(pk=case.pk).update(state="closed")
    assert refused(client, out_of(third, paper_in(case))["page"], "không còn ở lưu trữ")
    assert not Loan.objects.in_force(TODAY()).exists()


def test_nobody_grants_to_himself_and_no_longer_than_the_law_lets(office, keeper, reader):
    case, at = archived(office), timezone.now()
    asked = {
        "archive": case.organisation,
        "case": case,
        "wanted": "Hồ sơ này",
        "purpose": "Tham khảo chuyên môn",
    }
    own = ask_reading(by=keeper, at=at, **asked)
    with pytest.raises(PermissionDenied):
        allow_reading(own, case=case, until=TODAY(), copies=False, by=keeper, at=at)
    loan = ask_reading(by=reader, at=at, **asked)
    for until in (TODAY() + dt.timedelta(days=16), TODAY() - dt.timedelta(days=1)):
        with pytest.raises(ValidationError, match="nhiều nhất 15 ngày"):
            allow_reading(loan, case=case, until=until, copies=False, by=keeper, at=at)
    with pytest.raises(ValidationError, match="đã đề nghị"):
        ask_reading(by=reader, at=at, **asked)
    with pytest.raises(PermissionDenied):
        allow_reading(loan, case=case, until=TODAY(), copies=False, by=office.minh, at=at)


def test_a_paper_with_a_mark_of_secrecy_is_not_read_here(office, keeper, reader):
    case = archived(office)
    came = case.items.get(document__direction="in")
    came.document.incoming.__class__.objects.filter(pk=came.document_id).update(secrecy_marks="MẬT")
    loan = lent(case, reader, keeper)
    client = at_desk(reader)
    assert client.get(out_of(loan, came)["page"]).status_code == 404
    assert came.document.incoming.subject not in words(client.get(loan.get_absolute_url()))


def test_whoever_looks_after_an_inbox_has_not_asked_himself(office, keeper, reader):
    case = archived(office)
    loan = lent(case, reader, keeper)
    lend(reader, office.lan)
    assert in_place_of(reader, office.lan).get(loan.get_absolute_url()).status_code == 404
    assert at_desk(reader).get(loan.get_absolute_url()).status_code == 200


def test_the_book_has_the_nine_columns_of_the_law_and_a_line_for_each_loan(office, keeper, reader):
    case = archived(office)
    loan = lent(case, reader, keeper, copies=True)
    at_desk(reader).get(out_of(loan, paper_in(case))["page"])
    tasks.count_readings()
    client = at_desk(keeper)
    sheet = b"".join(client.get(reverse("loan_book"), {"as": "xlsx"}))
    rows = [cells for _, cells in lines_of("so.xlsx", sheet)]
    heads = "Ngày tháng|Họ tên người sử dụng|Số, ký hiệu ngày tháng văn bản|Tên loại và trích yếu nội dung văn bản|Số và ký hiệu HS|Ký nhận|Ngày trả|Người cho phép sử dụng|Ghi chú"
    assert heads.split("|") in [[cell for cell in row if cell] for row in rows]
    line = next(row for row in rows if "Đỗ Ngọc Mai (Sở Nội vụ)" in row)
    assert case.title in line and "Người Lưu Trữ" in line and "Đọc trên hệ thống: 1 trang" in line
    assert "Bản sao không xác thực. Mục đích: Tham khảo cách làm các năm trước" in line
    said = " ".join(line for page in text_lines(client.get(reverse("loan_book")).content) for line in page)
    assert "SỔ SỬ DỤNG BẢN LƯU" in said and "Đỗ Ngọc Mai" in said
    assert at_desk(reader).get(reverse("loan_book")).status_code == 404


def test_lists_cost_the_same_however_many_there_are(office, keeper, reader):
    costs = []
    for count in (1, 3):
        while Loan.objects.count() < count:
            lent(archived(office), reader, keeper)
        for client, url in (
            (at_desk(reader), reverse("loan_list")), (at_desk(keeper), f"{reverse('loan_list')}?box=all"),
            (at_desk(reader), reverse("archive_catalogue")), (at_desk(reader), Loan.objects.first().get_absolute_url()),
        ):  # fmt: skip
            client.get(url)
            with CaptureQueriesContext(connection) as asked:
                client.get(url)
            costs.append(len(asked))
    assert costs[:4] == costs[4:] and max(costs) <= 10, costs


def test_of_two_who_decide_at_once_one_is_told_that_he_was_late(transactional_db, office):
    keeper = office.post("luu", "Người Lưu Trữ", office.home_affairs, Role.ARCHIVIST, "Lưu trữ cơ quan")
    case = closed(office)
    CaseFile.objects.filter(pk=case.pk).update(state="archived")
    case.refresh_from_db()
    asked = {
        "archive": case.organisation,
        "case": case,
        "wanted": "Hồ sơ này",
        "purpose": "Tham khảo chuyên môn",
    }
    loan = ask_reading(by=office.minh, at=timezone.now(), **asked)
    start, said = threading.Barrier(2), []

    def decide(act, **given):
        start.wait()
        try:
            act(Loan.objects.for_page().get(pk=loan.pk), at=timezone.now(), **given)
            said.append("done")
        except NotAllowedNow as late:
            said.append(str(late))
        finally:
            connections.close_all()

    yes = threading.Thread(
        target=decide,
        args=(allow_reading,),
        kwargs={"case": case, "until": TODAY(), "copies": False, "by": keeper},
    )
    no = threading.Thread(
        target=decide, args=(refuse_reading,), kwargs={"reason": "Chưa đủ căn cứ cho đọc", "by": office.dung}
    )
    for one in (yes, no):
        one.start()
    for one in (yes, no):
        one.join(30)
    assert said.count("done") == 1 and any("Có người đã xử lý trước" in one for one in said), said
    assert Event.objects.filter(kind__in=("allow_reading", "refuse_reading")).count() == 1
