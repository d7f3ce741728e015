"""The ageing board: whose proof weakens is seen by those who answer for it, and renewed when they ask."""

import pytest
from django.utils import timezone

from documents.models import Event
from orgs.models import Role
from signatures.models import Proof
from signatures.services import _asked_of
from tests.documents.desks import at_desk, words
from tests.documents.lists.test_lists import cost
from tests.documents.outgoing_cases import brought, kinds
from tests.signatures.proof_cases import issued_without_stamp, office_at, proof_row

BOARD = "/quan-tri/bang-chung/"


@pytest.fixture
def admin(office):
    return office.post("binh", "Ngô Thanh Bình", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")


@pytest.fixture
def signing(office, settings, pki):
    return office_at(pki, office, settings)


def numbers(answer) -> list[str]:
    return [row["it"].document.number for row in answer.context["rows"]]


def test_the_operator_reads_numbers_and_no_content(office):
    proof_row(office, "01", days=30)
    proof_row(office, "02", days=-3, organisation=office.justice)
    page = at_desk(office.quantri).get(BOARD)
    assert numbers(page) == ["02", "01"]  # the most pressing first
    assert "01/SNV-TCBC" in words(page) and "Sở Nội vụ" in words(page) and "Sở Tư pháp" in words(page)
    assert "Chuyện riêng" not in words(page) and "/van-ban-di/" not in page.content.decode().split("<main")[1]
    assert "Đã yếu" in words(page) and "Còn 30 ngày" in words(page)


def test_the_office_reads_its_own_and_finds_the_paper(office, admin):
    mine, theirs = (
        proof_row(office, "01", days=30),
        proof_row(office, "02", days=30, organisation=office.justice),
    )
    page = at_desk(office.lan).get(BOARD)
    assert numbers(page) == ["01"] and "Chuyện riêng số 01" in words(page)
    assert f"/van-ban-di/{mine.document_id}/?tab=signature" in page.content.decode()
    archivist = office.post("luu", "Vũ Thị Lưu", office.home_affairs, Role.ARCHIVIST, "Lưu trữ")
    for blind in (admin, archivist):  # these do not read every paper, so they are not led to one
        page = at_desk(blind).get(BOARD)
        assert numbers(page) == ["01"]
        assert (
            "Chuyện riêng" not in words(page)
            and f"/van-ban-di/{mine.document_id}/" not in page.content.decode()
        )
    assert numbers(at_desk(office.khach).get(BOARD)) == ["02"]
    for nobody in (office.dung, office.minh, office.hoa):
        assert at_desk(nobody).get(BOARD).status_code == 404
        assert at_desk(nobody).post(f"{BOARD}gia-han/", {"proof": theirs.pk}).status_code == 404


def test_each_list_holds_what_it_says(office):
    now = timezone.now()
    proof_row(office, "01", days=89)
    proof_row(office, "02", days=900)
    proof_row(office, "03", days=900, level="B-B")
    proof_row(office, "04", days=900, level="B-B", asked="B-B")
    proof_row(office, "05", days=40, failed_at=now, reason="Dịch vụ cấp dấu thời gian không trả lời")
    draft = proof_row(office, "06", days=10)
    type(draft.document).objects.filter(pk=draft.document_id).update(state="sealed")
    gone = proof_row(office, "07", days=10)
    gone.file.blob = None
    gone.file.save()
    client = at_desk(office.lan)
    found = {
        tab["label"]: (tab["count"], numbers(client.get(tab["url"])))
        for tab in client.get(BOARD).context["tabs"]
    }
    assert found == {
        "Sắp hết giá trị chứng cứ trong 90 ngày": (2, ["05", "01"]),
        "Dưới mức yêu cầu": (1, ["03"]),
        "Gia hạn không thành công": (1, ["05"]),
    }
    page = words(client.get(f"{BOARD}?tinh-trang=khong-gia-han-duoc"))
    assert "Dịch vụ cấp dấu thời gian không trả lời" in page


def test_pages_by_key(office, settings):
    settings.PAGE_SIZE = 3
    for number in range(7):
        proof_row(office, f"0{number}", days=10 + number // 2)
    client, url, seen = at_desk(office.quantri), BOARD, []
    while url:
        answer = client.get(url)
        seen.append(numbers(answer))
        older = answer.context["page"].older_url
        url = BOARD + older if older else ""
    assert seen == [["00", "01", "02"], ["03", "04", "05"], ["06"]]


@pytest.mark.parametrize("who", ["lan", "quantri"])
def test_one_row_costs_what_three_cost(office, who):
    client = at_desk(getattr(office, who))
    proof_row(office, "01", days=10)
    client.get(BOARD)
    one = cost(client, BOARD)
    proof_row(office, "02", days=10)
    proof_row(office, "03", days=10)
    assert cost(client, BOARD) == one


def test_without_a_stamping_service_the_board_says_so(office, settings):
    settings.TSA_URL = ""
    proof = proof_row(office, "01", days=10)
    client = at_desk(office.lan)
    assert "Chưa cấu hình dịch vụ cấp dấu thời gian" in words(client.get(BOARD))
    page = client.post(f"{BOARD}gia-han/", {"proof": proof.pk}, follow=True)
    assert "Chưa cấu hình dịch vụ cấp dấu thời gian nên chưa gia hạn được" in words(page)
    proof.refresh_from_db()
    assert (proof.failed_at, proof.renewed_at) == (None, None)


def test_renewed_when_the_clerk_asks(signing, settings, pki):
    paper = issued_without_stamp(signing, settings, pki)
    signature_tab = f"{paper.get_absolute_url()}?tab=signature"
    clerk, board = at_desk(signing.lan), f"{BOARD}?tinh-trang=duoi-muc"
    marked = "Ký khi dịch vụ dấu thời gian không trả lời; sẽ được bổ sung."
    assert marked in words(clerk.get(signature_tab))
    assert numbers(clerk.get(board)) == [paper.number]
    given = {"proof": Proof.objects.get().pk, "tinh-trang": "duoi-muc"}
    with pki.broken(tsa="down"):
        page = clerk.post(f"{BOARD}gia-han/", given, follow=True)
    assert "1 văn bản chưa gia hạn được; lý do ghi ở từng dòng" in words(page)
    assert "Dịch vụ cấp dấu thời gian không trả lời" in words(page)
    assert not paper.files.filter(stage="renewed").exists()
    _asked_of.cache_clear()
    stranger = at_desk(signing.khach).post(f"{BOARD}gia-han/", given, follow=True)
    assert "không cần gia hạn nữa" in words(stranger)
    assert not paper.files.filter(stage="renewed").exists()
    # By hand one need not wait until the job's next try.
    page = clerk.post(f"{BOARD}gia-han/", given, follow=True)
    assert "Đã gia hạn 1 văn bản" in words(page) and not numbers(page)
    event = Event.objects.get(kind="renew")
    assert (event.post, event.document_id) == (signing.lan, paper.pk) and kinds(paper)[-1] == "renew"
    tab = words(clerk.get(signature_tab))
    assert marked not in tab and "PAdES B-LTA" in tab and "Gia hạn lúc" in tab and "Chữ ký số hợp lệ" in tab
    page = clerk.post(f"{BOARD}gia-han/", given, follow=True)
    assert "không cần gia hạn nữa" in words(page) and Event.objects.filter(kind="renew").count() == 1


def test_nothing_ticked_and_nonsense(office, settings, pki):
    settings.TSA_URL = pki.tsa
    client = at_desk(office.lan)
    assert "chọn ít nhất một" in words(client.post(f"{BOARD}gia-han/", {"proof": "x"}, follow=True))
    assert client.post(f"{BOARD}gia-han/", {"proof": "9" * 30, "tinh-trang": "//x.vn"}).url == BOARD
    assert client.get(f"{BOARD}gia-han/").url == BOARD


def test_a_paper_signed_without_its_stamp_says_so_before_it_is_sealed(signing, settings, pki):
    settings.TIMESTAMP_DOWN = "degrade"
    with pki.broken(tsa="down"):
        paper = brought(signing, "signed")
    page = words(at_desk(signing.lan).get(f"{paper.get_absolute_url()}?tab=signature"))
    assert "Ký khi dịch vụ dấu thời gian không trả lời" in page
