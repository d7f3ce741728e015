"""What a draft says beside its text: box 11, box 12 with the number of copies, box 13; and the language (decree 30 Phụ lục I, VI)."""

from datetime import timedelta

from django.utils import timezone

from documents.actions.incoming.correct import correct
from documents.actions.outgoing import approval as papers
from documents.actions.outgoing.page_content import page_of
from documents.layout import render
from documents.models import Incoming, Outgoing
from documents.pdf import inspect
from orgs.models import Organisation
from tests.documents.desks import at_desk, registered, words
from tests.documents.outgoing_cases import form_data, text_of, written

NEW = "/van-ban-di/soan/"
BOXES = {
    "circulation": "LƯU HÀNH NỘI BỘ", "drafter_mark": "TQM.", "issued_amount": "30", "with_contact": "on",
    "language": "Tiếng Anh",
}  # fmt: skip


def test_what_is_written_beside_the_text_stands_on_the_page(office):
    Organisation.objects.filter(pk=office.home_affairs.pk).update(
        address="18B Lê Lai", phone="024 3825 0000", email="vanthu@snv.example"
    )
    client = at_desk(office.minh)
    assert client.post(NEW, form_data(office) | BOXES).status_code == 302
    paper = Outgoing.objects.get()
    assert (paper.circulation, paper.issued_amount, paper.language) == ("LƯU HÀNH NỘI BỘ", 30, "Tiếng Anh")
    page = page_of(paper, timezone.now(), draft=True)
    contact = "Địa chỉ: 18B Lê Lai; ĐT: 024 3825 0000; Thư điện tử: vanthu@snv.example"
    assert (page.circulation, page.drafted, page.contact) == ("LƯU HÀNH NỘI BỘ", "TQM.(30)", contact)
    printed = " ".join(inspect(render(page)).text_first_page.split())
    assert "LƯU HÀNH NỘI BỘ" in printed and "TQM.(30)" in printed and contact in printed
    shown = words(client.get(paper.get_absolute_url()))
    assert "Số lượng bản phát hành 30" in shown and "Ngôn ngữ Tiếng Anh" in shown


def test_nothing_is_printed_that_nobody_wrote(office):
    paper = written(office)
    page = page_of(paper, timezone.now(), draft=True)
    assert (page.circulation, page.drafted, page.contact, paper.language) == ("", "", "", "Tiếng Việt")
    Outgoing.objects.filter(pk=paper.pk).update(issued_amount=5)  # a number alone is no mark
    assert page_of(Outgoing.objects.get(pk=paper.pk), timezone.now(), draft=True).drafted == ""


def test_a_mark_nobody_knows_and_a_number_that_is_none_are_said(office):
    client = at_desk(office.minh)
    shown = words(client.post(NEW, form_data(office) | {"circulation": "MẬT", "issued_amount": "0"}))
    assert "MẬT không nằm trong" in shown or "Hãy chọn" in shown
    assert not Outgoing.objects.exists()


def test_the_boxes_change_with_the_draft_and_stay_when_it_is_submitted(office):
    client, paper = at_desk(office.minh), written(office)
    answer = client.post(f"/van-ban-di/{paper.pk}/sua/", form_data(office) | BOXES)
    assert answer.status_code == 302
    paper.refresh_from_db()
    papers.submit(paper, by=office.minh, at=timezone.now() + timedelta(seconds=1))
    assert "TQM.(30)" in text_of(paper)


def test_the_language_of_what_came_on_paper_is_corrected_like_any_other_field(office):
    paper = registered(office)
    Incoming.objects.filter(pk=paper.pk).update(source="paper")
    paper.refresh_from_db()
    assert paper.language == "Tiếng Việt"
    correct(paper, {"language": "Tiếng Pháp"}, by=office.lan, at=timezone.now(), reason="ghi sai ngôn ngữ")
    assert "Ngôn ngữ Tiếng Pháp" in words(at_desk(office.lan).get(paper.get_absolute_url()))
    assert paper.events.last().payload["changes"] == {"language": ["Tiếng Việt", "Tiếng Pháp"]}
