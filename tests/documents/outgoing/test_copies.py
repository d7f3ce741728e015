"""Sao y, sao lục, trích sao: the directions that the law knows, one series of numbers, the form of the copy below the text
(decree 30 art. 25–27; Phụ lục I, Part II)."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents import blobs
from documents.actions.copies import check_copy, make_copy, pdf_of
from documents.actions.incoming.reception import purge, register_paper
from documents.actions.outgoing.revoke import revoke
from documents.arrival import Arrival, NewFile
from documents.journey import NotAllowedNow
from documents.models import CertifiedCopy, Event, File, Outgoing
from documents.models.copy import why_unlawful
from tests.documents.desks import at_desk, kinds, outgoing, registered, words


def pages(*texts: str) -> bytes:
    from weasyprint import HTML

    return HTML(
        string="".join(f"<p style='break-after:page;font-family:serif'>{one}</p>" for one in texts)
    ).write_pdf()


def paper_to_copy(office) -> Outgoing:
    now = timezone.now()
    made = outgoing(
        office, state="issued", issued_on=timezone.localdate(now), issued_at=now, number="05", notation="QĐ-SNV", kind="QĐ",
        subject="Về việc cử cán bộ", signer_lines="GIÁM ĐỐC", issuer_name=office.home_affairs.name,
    )  # fmt: skip
    data = pages("Trang đầu", "Điều 2. Cử ông A đi công tác tại Huế.", "Trang ba", "Nơi nhận và chữ ký")
    File.objects.create(
        document=made,
        blob=blobs.store(data),
        name="v.pdf",
        part="main",
        stage="sealed",
        pages=4,
        created_at=now,
    )
    return made


@pytest.fixture
def paper(office) -> Outgoing:
    return paper_to_copy(office)


def letter(office, data: bytes | None = None):
    """What came on paper and was scanned."""
    arrival = Arrival(
        subject="Về việc cung cấp số liệu", kind="CV", number="9", notation="BNV", issuer_name="Bộ Nội vụ"
    )
    files = [NewFile("quet.pdf", blobs.store(data or pages("Bản quét")), File.Part.MAIN, 1)]
    return register_paper(arrival, files=files, by=office.lan, at=timezone.now())


def asked(office, **changes) -> dict:
    given = {
        "kind": "SY",
        "source": "original",
        "medium": "paper",
        "pages": "",
        "text": "",
        "signer": office.dung.pk,
    }
    return given | {"recipients": "Phòng Tổ chức\nVăn phòng", "quantity": "3"} | changes


def made(office, paper, **changes) -> CertifiedCopy:
    given = {"kind": "SY", "medium": "paper", "signer": office.dung} | changes
    return make_copy(paper, by=office.lan, at=timezone.now(), **given)


def text_of(pdf: bytes) -> str:
    said = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout
    return " ".join(said.decode().split())


def sheets(pdf: bytes) -> int:
    import pypdfium2

    return len(pypdfium2.PdfDocument(pdf))


def test_a_copy_on_paper_has_its_number_its_form_below_the_text_and_its_event(office, paper):
    lan, here = at_desk(office.lan), reverse("copies", args=[paper.pk])
    assert "Sao văn bản" in words(lan.get(paper.get_absolute_url()))
    page = words(lan.post(here, asked(office), follow=True))
    assert "Đã cấp số 01/SY-SNV" in page and "Sao y, điện tử sang giấy" in page
    copy = CertifiedCopy.objects.get()
    assert (copy.number_value, copy.quantity, copy.signer, copy.source) == (1, 3, office.dung, "electronic")
    printed = lan.get(reverse("copy_print", args=[copy.pk]))
    assert printed["Content-Type"] == "application/pdf"
    said = text_of(printed.content)
    for one in (
        "Trang đầu",
        "SAO Y",
        "Số: 01/SY-SNV",
        "Nơi nhận:",
        "Phòng Tổ chức",
        "Lưu: VT",
        "GIÁM ĐỐC",
        f"{office.dung.user}",
    ):
        assert one in said
    assert sheets(printed.content) == 4  # there is room below the end of the last page
    assert kinds(paper) == ["make_copy"]
    assert "Bản sao: sao y 01/SY-SNV" in words(lan.get(paper.get_absolute_url()))
    flow = words(lan.get(f"{paper.get_absolute_url()}?tab=flow"))
    assert "Sao văn bản" in flow and "Số, ký hiệu 01/SY-SNV" in flow


def test_a_page_that_is_full_gives_the_form_a_sheet_of_its_own(office, paper):
    full = pages("<span style='display:block;height:800px'>Đầy</span>Hết trang")
    paper.files.update(blob=blobs.store(full))
    assert sheets(pdf_of(made(office, paper))) == 2


LAWFUL = {
    ("SY", "paper", "paper"), ("SY", "paper", "electronic"), ("SY", "electronic", "paper"),
    ("SL", "paper", "paper"), ("SL", "paper", "electronic"), ("SL", "electronic", "paper"),
    ("TrS", "paper", "paper"), ("TrS", "paper", "electronic"), ("TrS", "electronic", "paper"), ("TrS", "electronic", "electronic"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["SY", "SL", "TrS"])
@pytest.mark.parametrize("source", ["paper", "electronic"])
@pytest.mark.parametrize("medium", ["paper", "electronic"])
def test_every_direction_of_the_law_and_no_other(office, paper, kind, source, medium):
    document = letter(office) if source == "paper" else paper
    lawful = (kind, source, medium) in LAWFUL
    assert bool(why_unlawful(kind, source, medium, of_copy=kind == "SL")) != lawful
    about = {"kind": kind, "medium": medium, "is_copy": kind == "SL"}
    if lawful:
        return check_copy(document, **about)
    with pytest.raises(ValidationError, match="Điều 25 Nghị định 30/2020/NĐ-CP") as refused:
        check_copy(document, **about)
    assert "kind" in refused.value.error_dict


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"medium": "electronic"}, "Không có hình thức sao y từ văn bản điện tử sang văn bản điện tử (khoản 1 Điều 25"),
        ({"kind": "SL"}, "Sao lục được thực hiện từ bản sao y (điểm b khoản 2 Điều 25"),
        ({"kind": "TrS"}, "chỉ một trong hai"), ({"kind": "TrS", "pages": "2", "text": "A"}, "chỉ một trong hai"),
        ({"pages": "2"}, "Chỉ trích sao mới chọn trang"), ({"kind": "TrS", "pages": "9"}, "không có trang 9"),
        ({"kind": "TrS", "pages": "hai"}, "Không hiểu"), ({"kind": "TrS", "pages": "2-3"}, "Đó là cả văn bản"),
        ({"kind": "TrS", "text": "Điều 2. Cử ông B"}, "không có trong văn bản gốc"),
        ({"signer": ""}, "bắt buộc"), ({"quantity": "0"}, "Giá trị nhỏ nhất là 1"), ({"source": "c99"}, "Hãy chọn"),
    ],
)  # fmt: skip
def test_what_cannot_be_copied_so_is_said_and_takes_no_number(office, paper, changes, said):
    page = at_desk(office.lan).post(reverse("copies", args=[paper.pk]), asked(office, **changes))
    assert said in words(page) and not CertifiedCopy.objects.exists() and kinds(paper) == []


def test_a_true_copy_is_made_of_an_original_only(office):
    paper = letter(office)
    with pytest.raises(ValidationError, match="từ bản gốc hoặc bản chính"):
        made(office, paper, is_copy=True)


def test_the_database_refuses_an_unlawful_direction_too(office, paper):
    copy = made(office, paper)
    with pytest.raises(IntegrityError), transaction.atomic():
        CertifiedCopy.objects.filter(pk=copy.pk).update(medium="electronic")


def test_the_three_kinds_share_one_series_and_a_copy_of_a_copy_bears_both_forms(office, paper):
    first = made(office, paper)
    extract = made(office, paper, kind="TrS", pages=[2])
    third = made(office, paper, kind="SL", of_copy=first)
    assert [one.code for one in (first, extract, third)] == ["01/SY-SNV", "02/TrS-SNV", "03/SL-SNV"]
    said = text_of(pdf_of(third))
    assert "SAO Y" in said and "Số: 01/SY-SNV" in said and "SAO LỤC" in said and "Số: 03/SL-SNV" in said
    page = words(at_desk(office.lan).get(reverse("copies", args=[paper.pk])))
    assert "từ bản sao y 01/SY-SNV" in page
    with pytest.raises(ValidationError, match="Chỉ sao lục, trích sao từ bản sao y"):
        made(office, paper, kind="SL", of_copy=extract)


def test_an_extract_of_pages_keeps_the_first_and_the_last(office, paper):
    copy = made(office, paper, kind="TrS", pages=[2])
    said = text_of(pdf_of(copy))
    assert copy.pages == [1, 2, 4] and "TRÍCH SAO" in said and "Nơi nhận và chữ ký" in said
    assert "Trang ba" not in said


def test_an_extract_of_words_is_written_anew_with_the_form_of_the_original(office, paper):
    copy = made(office, paper, kind="TrS", text="Điều 2. Cử ông A đi công tác\ntại Huế")
    said = text_of(pdf_of(copy))
    for one in (
        "Số: 05/QĐ-SNV",
        "QUYẾT ĐỊNH",
        "Về việc cử cán bộ",
        "Cử ông A đi công tác tại Huế",
        "(Đã ký)",
        "TRÍCH SAO",
    ):
        assert one in said
    assert "Trang ba" not in said


def test_an_extract_of_words_with_a_mark_of_secrecy_is_refused(office):
    scan = letter(office)
    sent = asked(office, kind="TrS", text="TUYỆT MẬT\nBản quét")
    page = at_desk(office.lan).post(reverse("copies", args=[scan.pk]), sent)
    assert "Có dấu “TUYỆT MẬT”" in words(page) and not CertifiedCopy.objects.exists()


def test_only_the_clerk_in_person_copies_and_a_stranger_finds_nothing(office, paper):
    here, copy = reverse("copies", args=[paper.pk]), made(office, paper)
    page = at_desk(office.dung).get(here)
    assert "01/SY-SNV" in words(page) and "Cấp số, lập bản sao" not in words(page)
    assert at_desk(office.dung).post(here, asked(office)).status_code == 403
    for url in (here, reverse("copy_print", args=[copy.pk])):
        assert at_desk(office.khach).get(url).status_code == 404
        assert at_desk(office.khach).post(url, asked(office)).status_code in (404, 405)
    for by in (office.khach, office.dung, office.lan.used_by(office.minh.user)):
        with pytest.raises(PermissionDenied):
            make_copy(paper, kind="SY", medium="paper", signer=office.dung, by=by, at=timezone.now())
    assert CertifiedCopy.objects.count() == 1


def test_whoever_may_not_sign_signs_no_copy(office, paper):
    for signer in (office.minh, office.khach, None):
        with pytest.raises(ValidationError):
            made(office, paper, signer=signer)


def test_what_is_not_out_or_not_in_the_book_is_not_copied(office, paper):
    revoke(paper, by=office.lan, at=timezone.now(), reason="Theo công văn số 1 của Sở")
    for one in (paper, outgoing(office), office.paper()):
        with pytest.raises(NotAllowedNow):
            made(office, one)
        assert "Cấp số, lập bản sao" not in words(at_desk(office.lan).get(reverse("copies", args=[one.pk])))
    copy = made(office, registered(office))
    assert copy.source == "electronic" and copy.code == "01/SY-SNV"


def test_a_secret_takes_the_words_of_an_extract_with_it(office):
    paper = letter(office)
    copy = made(office, paper, kind="TrS", text="Bản quét")
    purge(paper, by=office.lan, at=timezone.now())
    copy.refresh_from_db()
    assert copy.text == ""
    assert at_desk(office.lan).get(reverse("copy_print", args=[copy.pk])).status_code == 404


def test_two_clerks_at_once_take_two_numbers(transactional_db, office, paper):
    other, gate = paper, Barrier(2)

    def press(post) -> int:
        try:
            gate.wait()
            return make_copy(
                other, kind="SY", medium="paper", signer=office.dung, by=post, at=timezone.now()
            ).number_value
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        numbers = sorted(pool.map(press, [office.lan, office.lan]))
    assert numbers == [1, 2]
    assert Event.objects.filter(document=paper, kind="make_copy").count() == 2


def test_the_page_asks_the_same_for_one_copy_and_for_three(office, paper):
    client, here, counts = at_desk(office.lan), reverse("copies", args=[paper.pk]), []
    for many in (1, 2):
        for _ in range(many):
            made(office, paper)
        client.get(here)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(here).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10
