"""Search in the words of files: what is found, what is shown of it, and what nobody finds."""

import html

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents import blobs
from documents.actions import file_texts
from documents.actions.destruction import destroy_content
from documents.actions.incoming.reception import purge, receive
from documents.arrival import Arrival, NewFile
from documents.models import Blob, File, FileText
from documents.pdf import ReaderLost
from documents.search import marked, texts_with
from documents.tasks import read_texts
from tests.conftest import tiny_pdf
from tests.documents.desks import at_desk, pdf_saying, registered
from tests.documents.incoming.scan_cases import blank, letter, picture, stack
from tests.documents.outgoing.word_cases import DOCX, docx, p
from tests.documents.work.preparing import assistant_of

SAID = "Cột mốc ranh giới tại Đồng Mô được kiểm tra lại trong quý này."


def saying(office, text=SAID, *, subject="Báo cáo", organisation=None, blob=None, name="van-ban.pdf"):
    arrival = Arrival(
        subject=subject, kind="CV", number="5", notation="BNV-TCCB", issuer=office.ministry,
        issuer_name="Bộ Nội vụ", sender_code="G09",
    )  # fmt: skip
    file = NewFile(name, blob or blobs.store(pdf_saying(text)), "main", 1)
    body = organisation or office.home_affairs
    return receive(body, arrival, source="axis", files=[file], at=timezone.now())


def read_all():
    cache.clear()
    read_texts()


def found(client, query: str) -> list[str]:
    return [row["subject"] for row in client.get(f"/tim/?where=content&{query}").context["rows"]]


def ask(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.parametrize(
    "asked, hit",
    [
        ("cot moc ranh gioi", True),
        ("Đồng Mô CỘT MỐC", True),
        ('"ranh giới tại đồng"', True),
        ('"gioi ranh"', False),
        ('"cột mốc" "quý này"', True),
        ("cot moc khac", False),
        ("cot mo", True),
        ("ranh%", True),
        ("co", False),
        ("%", False),
    ],
)
def test_words_in_any_order_phrases_in_quotes_with_or_without_diacritics(office, asked, hit):
    saying(office)
    read_all()
    response = at_desk(office.lan).get("/tim/", {"where": "content", "q": asked})
    assert [row["subject"] for row in response.context["rows"]] == (["Báo cáo"] if hit else [])


def test_the_newest_few_stand_beside_what_was_found_by_fields_with_the_words_marked(office):
    for number in range(7):
        saying(office, f"{SAID} Lần {number}.", subject=f"Báo cáo {number}")
    read_all()
    response = at_desk(office.lan).get("/tim/?q=ranh+gioi")
    assert [row["subject"] for row in response.context["said"]] == [f"Báo cáo {n}" for n in (6, 5, 4, 3, 2)]
    text = response.content.decode()
    assert "<mark>ranh</mark>" in text and "<mark>giới</mark>" in text and "Xem mọi văn bản có tệp" in text
    assert "where=content" in response.context["more_said_url"]
    assert not response.context["rows"]


def test_nothing_of_a_file_is_html(office):
    saying(office, html.escape('Mốc <script>alert("x")</script> ranh'))
    read_all()
    text = at_desk(office.lan).get("/tim/?where=content&q=moc").content.decode()
    assert "&lt;script&gt;" in text and '<script>alert("x")' not in text


def test_a_word_file_is_read_too_and_another_kind_says_why(office):
    data = docx(p("Biên bản nghiệm thu cầu Vĩnh Tuy"))
    saying(office, subject="Tệp Word", blob=blobs.store(data, DOCX), name="bien-ban.docx")
    saying(office, subject="Bảng tính", blob=blobs.store(b"PK", "application/x-xlsx"), name="bang.xlsx")
    saying(office, subject="Bản quét", blob=blobs.store(tiny_pdf()))
    saying(office, subject="Hỏng", blob=blobs.store(b"%PDF-1.7 hong"))
    read_all()
    assert found(at_desk(office.lan), "q=nghiem thu") == ["Tệp Word"]
    said = dict(FileText.objects.values_list("document__subject", "problem"))
    assert said["Bảng tính"] == file_texts.OTHER_KIND and said["Bản quét"] == file_texts.NO_WORDS
    assert said["Hỏng"] and FileText.objects.filter(state="waiting").count() == 0
    assert not file_texts.read_next(at=timezone.now())  # none of them is tried again


def test_the_words_of_a_scan_are_recognised_and_a_blank_page_has_none(office):
    page = picture(letter("15", body="Kính gửi: Sở Nội vụ. Nghiệm thu cầu Vĩnh Tuy"))
    saying(office, subject="Bản quét", blob=blobs.store(stack(blank(), page)))
    read_all()
    assert found(at_desk(office.lan), "q=nghiem thu cau vinh tuy") == ["Bản quét"]


def test_who_does_not_see_a_paper_finds_nothing_and_counts_nothing(office):
    paper = saying(office)
    read_all()
    assert found(at_desk(office.lan), "q=ranh gioi") == ["Báo cáo"]
    for stranger in (office.minh, office.hoa, office.khach):
        client = at_desk(stranger)
        assert client.get(paper.get_absolute_url()).status_code == 404
        response = client.get("/tim/?q=ranh+gioi")
        assert not response.context["said"] and found(client, "q=ranh gioi") == []
        assert "Đồng Mô" not in response.content.decode()
    at_desk(office.lan).post(f"/van-ban-den/{paper.pk}/cho-xem/", {"to": office.minh.pk})
    assert found(at_desk(office.minh), "q=ranh gioi") == ["Báo cáo"]
    assert found(at_desk(office.hoa), "q=ranh gioi") == []


def test_an_assistant_finds_no_paper_with_a_mark_of_secrecy(office):
    assistant_of(office, office.dung)
    paper = saying(office)
    read_all()
    thuy = at_desk(office.thuy)
    assert found(thuy, "q=ranh gioi") == ["Báo cáo"]
    type(paper).objects.filter(pk=paper.pk).update(secrecy_marks="MẬT", secrecy_cleared_by=office.lan)
    assert found(thuy, "q=ranh gioi") == [] and found(at_desk(office.dung), "q=ranh gioi") == ["Báo cáo"]


def test_each_office_finds_its_own_record_and_the_bytes_are_read_once(office, monkeypatch):
    other = office.khach.organisation
    blob = blobs.store(pdf_saying(SAID))
    saying(office, blob=blob, subject="Của Sở")
    saying(office, blob=blob, subject="Của nơi khác", organisation=other)
    reads = []
    real = file_texts.text_lines
    monkeypatch.setattr(file_texts, "text_lines", lambda data: reads.append(1) or real(data))
    read_all()
    assert found(at_desk(office.lan), "q=ranh gioi") == ["Của Sở"] and len(reads) == 1
    assert FileText.objects.filter(state="done").count() == 2


@pytest.mark.parametrize("way", ["destroyed", "secret"])
def test_what_was_destroyed_is_gone_from_the_index_in_the_same_transaction(office, way):
    paper = saying(office)
    read_all()
    assert FileText.objects.filter(document=paper.pk, state="done").exists()
    if way == "destroyed":
        destroy_content(paper, by=office.lan, at=timezone.now())
    else:
        purge(paper, by=office.lan, at=timezone.now())
    assert not FileText.objects.exists() and found(at_desk(office.lan), "q=ranh gioi") == []
    read_all()
    assert not FileText.objects.exists()  # nor does the backlog bring it back


def test_a_worker_that_reads_while_the_bytes_are_destroyed_keeps_nothing(office, monkeypatch):
    paper = saying(office)

    def slowly(data):
        File.objects.filter(document=paper.pk).update(blob=None)
        return [[SAID]]

    monkeypatch.setattr(file_texts, "text_lines", slowly)
    assert file_texts.read_next(at=timezone.now())
    assert not FileText.objects.exists()


def test_what_is_only_proposed_is_in_no_search(office):
    paper = saying(office)
    File.objects.filter(document=paper.pk).update(stage="proposed")
    assert not FileText.objects.exists()
    File.objects.filter(document=paper.pk).update(stage="received")
    read_all()
    assert found(at_desk(office.lan), "q=ranh gioi") == ["Báo cáo"]


def test_of_several_versions_the_last_one_is_found(office):
    paper = saying(office)
    read_all()
    File.objects.create(
        document_id=paper.pk, blob=blobs.store(pdf_saying("Bản thay thế")), name="b.pdf", part="main", stage="received",
        version=2, created_at=timezone.now(),
    )  # fmt: skip
    read_all()
    lan = at_desk(office.lan)
    assert found(lan, "q=ranh gioi") == [] and found(lan, 'q="ban thay the"') == ["Báo cáo"]
    assert FileText.objects.filter(text__contains="Đồng Mô").count() == 0


def test_what_was_here_before_is_read_in_pieces_from_the_newest(office, monkeypatch):
    for number in range(5):
        saying(office, f"{SAID} Lần {number}.", subject=f"Báo cáo {number}")
    FileText.objects.all().delete()
    monkeypatch.setattr(file_texts, "AT_ONCE", 2)
    assert file_texts.read_next(at=timezone.now()) and FileText.objects.count() == 2
    read_all()
    assert len(found(at_desk(office.lan), "q=ranh gioi")) == 5
    assert not file_texts.read_next(at=timezone.now())


def test_a_killed_worker_loses_nothing_and_a_deadly_file_is_given_up(office, monkeypatch):
    saying(office)
    now = timezone.now()
    assert file_texts._claim(now) is not None and file_texts._claim(now) is None
    later = now + 2 * file_texts.LEASE

    def lost(data):
        raise ReaderLost("Tệp quá nặng.")

    monkeypatch.setattr(file_texts, "text_lines", lost)
    assert file_texts.read_next(at=later) and FileText.objects.get().state == "waiting"
    assert file_texts.read_next(at=later) and FileText.objects.get().state == "failed"
    assert FileText.objects.get().problem == "Tệp quá nặng."
    row = FileText.objects.get()
    FileText.objects.update(state="waiting", tries=3, claimed_at=now, problem="")
    assert file_texts._claim(later) is None
    row.refresh_from_db()
    assert (row.state, row.problem) == ("failed", file_texts.DEADLY)


def test_a_file_waits_for_the_virus_scanner(office, settings):
    settings.CLAMD_SOCKET = "/run/clamd"
    saying(office)
    Blob.objects.update(scan="waiting")
    assert file_texts._claim(timezone.now()) is None
    Blob.objects.update(scan="clean")
    assert file_texts._claim(timezone.now()) is not None


def test_the_page_asks_the_same_number_of_queries_for_one_and_three(office):
    lan = at_desk(office.lan)

    def queries(address: str) -> int:
        lan.get(address)
        with CaptureQueriesContext(connection) as seen:
            lan.get(address)
        return len(seen)

    addresses = ["/tim/?q=ranh+gioi", "/tim/?where=content&q=ranh+gioi"]
    saying(office)
    read_all()
    one = [queries(address) for address in addresses]
    saying(office, SAID + " Hai.")
    saying(office, SAID + " Ba.")
    read_all()
    assert [queries(address) for address in addresses] == one
    assert max(one) <= 10


def test_many_found_are_paged_by_key(office, settings):
    settings.PAGE_SIZE = 2
    for number in range(5):
        saying(office, f"{SAID} Lần {number}.", subject=f"Báo cáo {number}")
    read_all()
    lan, seen, url = at_desk(office.lan), [], "?where=content&q=ranh+gioi"
    while url:
        page = lan.get(f"/tim/{url}")
        seen += [row["subject"] for row in page.context["rows"]]
        url = page.context["page"].older_url
    assert seen == [f"Báo cáo {n}" for n in (4, 3, 2, 1, 0)]


def test_the_index_of_office_and_words_answers(office):
    """Of a filled table; the office is part of the index condition, or a small ward would read the city's hits."""
    registered(office)
    ask(
        """INSERT INTO documents_document (organisation_id, direction, state, held_since, sorted_at, created_at, kind, kind_name, number,
             notation, subject, issuer_name, signer_name, signer_title, urgency, note, document_uid, code_key, search_key)
           SELECT organisation_id, direction, state, held_since, sorted_at, created_at, kind, '', '', '', 'x', '', '', '', 0, '', '', '', 'x'
           FROM documents_document CROSS JOIN generate_series(1, 20000) RETURNING 1"""
    )
    ask(
        """WITH f AS (INSERT INTO documents_file (document_id, name, part, stage, version, created_at, made_from_id)
             SELECT id, 'x', 'attachment', 'draft', 1, now(), NULL FROM documents_document WHERE subject = 'x' RETURNING id, document_id)
           INSERT INTO documents_filetext (file_id, document_id, organisation_id, state, text, words)
           SELECT f.id, d.id, d.organisation_id, 'done', '', to_tsvector('simple', 'bao cao ' || f.id % 977)
           FROM f JOIN documents_document d ON d.id = f.document_id RETURNING 1"""
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE documents_filetext")
    plan = texts_with('"bao cao" 421', office.home_affairs.pk).explain()
    assert "file_text_words" in plan
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert "organisation_id" in condition and "words" in condition


def test_the_line_that_is_shown_begins_and_ends_at_words():
    text = "đầu " * 100 + "Sở Nội vụ báo cáo " + "cuối " * 100
    pieces = marked(text, '"noi vu"')
    assert [word for word, hit in pieces if hit] == ["Nội vụ"]
    whole = "".join(word for word, _ in pieces)
    assert whole.startswith("… ") and whole.endswith(" …") and len(whole) < 300
    assert whole.strip("… ") in text and marked(text, "khong") == []
