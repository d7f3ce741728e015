"""Envelope and dispatch sheet, as the law draws them."""

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone

from documents.actions.outgoing.by_hand import post_paper
from documents.models import Outgoing
from documents.views.outgoing import prints
from tests.documents.desks import at_desk, outgoing


@pytest.fixture
def paper(office):
    now = timezone.now()
    type(office.home_affairs).objects.filter(pk=office.home_affairs.pk).update(
        address="18B Lê Lai, Hà Nội", phone="024 3825 0000", email="vanthu_snv@hanoi.gov.vn"
    )
    made = outgoing(
        office, state="issued", issued_on=timezone.localdate(now), issued_at=now, number="05", notation="SNV-TCBC",
        subject="Về việc gửi bưu điện", urgency=3,
    )  # fmt: skip
    for name in ("Công ty A", "Công ty B"):
        post_paper(made, by=office.lan, at=now, day=timezone.localdate(now), recipient=name, envelopes=1)
    return made


def pages(answer) -> list[str]:
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(answer.content)
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def test_each_recipient_has_an_envelope_with_the_mark_of_urgency(office, paper):
    found = pages(at_desk(office.lan).get(reverse("outgoing_envelope", args=[paper.pk])))
    assert len(found) == 2
    for said, name in zip(found, ("Công ty A", "Công ty B"), strict=True):
        for one in ("SỞ NỘI VỤ", "Địa chỉ: 18B Lê Lai, Hà Nội", "Điện thoại: 024 3825 0000", "Fax:", "E-Mail: vanthu_snv",
                    "Website:", "Số/ký hiệu văn bản: 05/SNV-TCBC", f"Kính gửi: {name}", "HỎA TỐC"):  # fmt: skip
            assert one in said


def test_envelopes_are_for_whom_it_reaches_on_paper(office, paper):
    """Not for whom the system reached, nor for what stays in the house."""
    own = ["- Như trên;", "- Giám đốc Sở (để báo cáo);", "- Phòng Tổ chức;", "- Lưu: VT, TCBC."]
    lines = ["- Công ty C (để thực hiện);", "- Giám đốc Công ty D;", *own]
    Outgoing.objects.filter(pk=paper.pk).update(other_recipients="\n".join(lines))
    for body, state in ((office.ministry, "sent"), (office.justice, "cancelled")):
        paper.deliveries.create(
            sender=office.home_affairs, recipient=body, recipient_name=body.name, recipient_code=body.code,
            channel="city", queued_at=timezone.now(), state=state,
        )  # fmt: skip
    client, here = at_desk(office.lan), reverse("outgoing_envelope", args=[paper.pk])
    found = pages(client.get(here))
    names = ["Công ty A", "Công ty B", "Công ty C", "Giám đốc Công ty D"]
    assert [said.partition("Kính gửi: ")[2].removesuffix(" HỎA TỐC") for said in found] == names
    (said,) = pages(client.get(here, {"recipient": office.ministry.name}))
    assert f"Kính gửi: {office.ministry.name}" in said
    for name in ("outgoing_envelope", "outgoing_dispatch_sheet"):
        url = reverse(name, args=[paper.pk])
        answer = client.get(url, {"recipient": office.justice.name}, follow=True)
        assert f"đã thu hồi khỏi {office.justice.name}" in answer.content.decode()


def test_one_envelope_for_one_recipient_and_none_without_urgency_bears_a_mark(office, paper):
    Outgoing.objects.filter(pk=paper.pk).update(urgency=0)
    answer = at_desk(office.lan).get(
        reverse("outgoing_envelope", args=[paper.pk]), {"recipient": "Ông <b>B</b>"}
    )
    (said,) = pages(answer)
    assert "Kính gửi: Ông <b>B</b>" in said and "KHẨN" not in said and "HỎA TỐC" not in said


def test_so_many_envelopes_at_once_are_refused_with_a_sentence(office, paper, monkeypatch):
    monkeypatch.setattr(prints, "MOST", 1)
    answer = at_desk(office.lan).get(reverse("outgoing_envelope", args=[paper.pk]), follow=True)
    assert answer["Content-Type"].startswith("text/html") and "2 nơi nhận" in answer.content.decode()


def test_the_dispatch_sheet_names_the_paper_and_waits_for_its_number_and_two_hands(office, paper):
    answer = at_desk(office.lan).get(
        reverse("outgoing_dispatch_sheet", args=[paper.pk]), {"recipient": "Công ty A"}
    )
    (said,) = pages(answer)
    for one in ("UBND THÀNH PHỐ HÀ NỘI", "PHIẾU GỬI", "/PG-SNV", "Kính gửi: Công ty A", "05/SNV-TCBC",
                "Về việc gửi bưu điện", "NGƯỜI NHẬN", "VĂN THƯ", "HỎA TỐC"):  # fmt: skip
        assert one in said


@pytest.mark.parametrize("state", ["numbered", "revoked"])
def test_what_is_not_out_has_neither(office, paper, state):
    Outgoing.objects.filter(pk=paper.pk).update(state=state)
    for name in ("outgoing_envelope", "outgoing_dispatch_sheet"):
        answer = at_desk(office.lan).get(reverse(name, args=[paper.pk]), follow=True)
        assert "đã phát hành và chưa thu hồi" in answer.content.decode()
