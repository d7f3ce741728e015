"""The code of a printed copy leads a stranger to the face of the paper, its state and its signatures; no further."""

import re

import pytest
from django.conf import settings as site
from django.core.cache import cache
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents import blobs
from documents.models import File
from signatures import public
from signatures.models import PublicCode
from signatures.views import public as pages
from tests.conftest import tiny_pdf
from tests.documents.desks import words
from tests.documents.outgoing_cases import brought, sits_down
from tests.signatures.actions.test_look import with_attachment
from tests.signatures.public_cases import bytes_of, sent

SUBJECT = "Về việc xử lý một chuyện riêng"


@pytest.fixture
def issued(office, keys):
    return brought(office, "issued", subject=SUBJECT)


def code_of(paper) -> str:
    return public.code_for(paper, timezone.now())


def url_of(paper) -> str:
    return reverse("public_paper", args=[code_of(paper)])


def test_a_code_is_random_long_without_look_alikes_and_stays(office):
    papers = [brought(office, "in_review") for _ in range(3)]
    codes = [code_of(paper) for paper in papers]
    assert len(set(codes)) == 3 and codes == [code_of(paper) for paper in papers]
    assert all(re.fullmatch("[2-9A-HJKMNP-Z]{10}", code) for code in codes)
    assert not set(public.ALPHABET) & set("0O1IL") and len(public.ALPHABET) ** public.LENGTH > 10**14
    assert public.grouped("K7QM4TXW9B") == "K7QM-4TXW-9B"


def test_a_code_that_another_paper_has_is_drawn_again(office, monkeypatch):
    first, second = brought(office, "in_review"), brought(office, "in_review")
    letters = iter("A" * 20 + "B" * 10)
    monkeypatch.setattr(public.secrets, "choice", lambda _: next(letters))
    assert (code_of(first), code_of(second)) == ("A" * 10, "B" * 10)
    with pytest.raises(IntegrityError):
        PublicCode.objects.create(document=second, code="C" * 10, created_at=timezone.now())


def test_a_stranger_sees_the_face_and_the_verdict_but_not_the_subject(client, issued):
    answer = client.get(url_of(issued))
    page = words(answer)
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    for said in (
        issued.code, f"{issued.issued_on:%d/%m/%Y}", "Công văn", "Sở Nội vụ", "Phạm Tiến Dũng", "GIÁM ĐỐC",
        "Chưa bị thu hồi", "Chữ ký số đúng", issued.current_file().blob_id,
    ):  # fmt: skip
        assert said in page, said
    for kept in (SUBJECT, "đề nghị báo cáo", "Sở Tư pháp", "Trần Quang Minh", "/van-ban-di/", "/tep/"):
        assert kept not in answer.content.decode(), kept


def test_who_may_see_the_paper_is_led_to_it_and_another_office_is_not(client, office, issued):
    page = sits_down(client, office.minh).get(url_of(issued)).content.decode()
    assert SUBJECT in page and issued.get_absolute_url() in page
    page = sits_down(client, office.khach).get(url_of(issued)).content.decode()
    assert SUBJECT not in page and issued.get_absolute_url() not in page


def test_a_recipient_is_led_to_its_own_record(client, office, issued):
    received = office.paper(office.justice, number="77")
    type(received).objects.filter(pk=received.pk).update(document_uid=issued.document_uid, subject=SUBJECT)
    page = sits_down(client, office.khach).get(url_of(issued)).content.decode()
    assert received.get_absolute_url() in page and issued.get_absolute_url() not in page


def test_a_code_is_read_however_it_is_typed(client, issued):
    code = code_of(issued)
    for typed in (
        public.grouped(code),
        code.lower(),
        f" {code[:5]} {code[5:]} ",
        public.grouped(code).lower(),
    ):
        assert client.get(reverse("public_paper", args=[typed])).status_code == 200, typed
        assert client.get("/kt/", {"ma": typed}).url == f"/kt/{code}/"
    assert client.get("/kt/", {"ma": f"{site.PUBLIC_URL}/kt/{code}/"}).url == f"/kt/{code}/"


@pytest.mark.parametrize("typed", ["K7QM4TXW9B", "x", "0" * 300, "'; --", "%00", "mã sai", "../../etc"])
def test_a_wrong_code_is_answered_kindly(client, issued, typed):
    answer = (
        client.get(f"/kt/{typed}/") if "/" not in typed else client.get("/kt/", {"ma": typed}, follow=True)
    )
    assert answer.status_code == 404
    page = words(answer)
    assert "Không tìm thấy văn bản nào có mã này" in page and "so lại từng chữ" in page
    assert client.get("/kt/", {"ma": " "}).status_code == 200


@pytest.mark.parametrize("state", ["signed", "numbered", "sealed"])
def test_before_it_is_issued_a_paper_answers_like_a_wrong_code(client, office, keys, state):
    paper = brought(office, state, subject=SUBJECT)
    code = code_of(paper)
    mine, wrong = client.get(f"/kt/{code}/"), client.get("/kt/K7QM4TXW9B/")
    assert mine.status_code == wrong.status_code == 404
    assert words(mine) == words(wrong)
    assert sits_down(client, office.minh).get(f"/kt/{code}/").status_code == 404


def test_guessing_is_slowed_and_right_codes_cost_nothing(client, issued, monkeypatch):
    monkeypatch.setattr(pages, "LOOKS", {"tries": 3, "of_all": 100})
    for _ in range(5):
        assert client.get(url_of(issued)).status_code == 200
    codes = [client.get(f"/kt/SAI{n}/").status_code for n in range(5)]
    assert codes == [404, 404, 404, 429, 429]
    assert client.get(url_of(issued)).status_code == 429
    assert client.get(url_of(issued), REMOTE_ADDR="10.0.0.9").status_code == 200


def compared(client, paper, data: bytes):
    answer = client.post(url_of(paper), sent(data))
    assert answer.status_code == 200
    return answer.context["likeness"]["title"], words(answer)


def test_a_file_in_hand_is_compared_byte_by_byte(client, office, keys):
    paper = with_attachment(office, "issued")
    data = bytes_of(paper)
    title, page = compared(client, paper, data)
    assert title == "Đúng là tệp đã phát hành" and "Chữ ký số đúng" in page
    draft, signed = (
        blobs.read(paper.files.get(stage=stage, part="main").blob) for stage in ("draft", "signed")
    )
    for earlier in (draft, signed, signed.rstrip(b"\n")):
        assert compared(client, paper, earlier)[0] == "Một trạng thái trước của tệp đã phát hành"
    assert compared(client, paper, data + b"\n% them %%EOF\n")[0].startswith("Tệp đã phát hành, có phần")
    as_given, sealed = paper.files.filter(part="attachment")
    for attached in (as_given, sealed):
        said = compared(client, paper, blobs.read(attached.blob))[0]
        assert said == "Đúng là tài liệu kèm theo văn bản này"
    title, page = compared(client, paper, tiny_pdf())
    assert title == "Không phải tệp đã phát hành" and "Không có chữ ký số" in page


def test_no_part_that_somebody_chooses_tells_anything_of_the_text(client, issued):
    data = bytes_of(issued)
    for cut in (9, 100, len(data) // 2, len(data) - 9):
        assert compared(client, issued, data[:cut])[0] == "Không phải tệp đã phát hành"


def test_a_sent_back_draft_is_no_state_of_the_issued_file(client, office, keys):
    paper = brought(office, "issued")
    older = blobs.store(tiny_pdf())
    File.objects.create(
        document=paper,
        blob=older,
        name="cu.pdf",
        part="main",
        stage="draft",
        version=99,
        created_at=timezone.now(),
    )
    File.objects.filter(document=paper, version=99).update(version=0)
    assert compared(client, paper, tiny_pdf())[0] == "Không phải tệp đã phát hành"


def test_a_file_too_large_or_no_pdf_keeps_the_face_in_sight(client, issued, settings):
    answer = client.post(url_of(issued), sent(b"GIF89a", "a.pdf"))
    assert answer.status_code == 422 and "không phải PDF" in words(answer) and issued.code in words(answer)
    settings.MAX_FILE_BYTES = 10
    answer = client.post(url_of(issued), sent(tiny_pdf()))
    assert answer.status_code == 413 and issued.code in words(answer)


def test_the_verdict_is_kept_for_a_while_and_costs_no_more_queries(client, issued, monkeypatch):
    url = url_of(issued)
    client.get(url)
    monkeypatch.setattr(public, "check", lambda _: pytest.fail("checked a second time"))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    assert len(asked) <= 6  # of which one for what mended it
    cache.clear()


def test_a_file_harmed_on_the_disk_is_not_called_right(client, issued):
    path = blobs.path_of(issued.current_file().blob)
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(bytes(data))
    page = words(client.get(url_of(issued)))
    assert "Không hợp lệ" in page and "báo ngay cho cơ quan ban hành" in page
