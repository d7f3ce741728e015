"""An operator keeps the machine running and reads nothing: words planted in papers and packages never reach him."""

import base64
import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.models import Delivery, File, Incoming, Outgoing
from interop.models import Inbound, Outbound, Unexplained
from interop.outbound import enqueue
from interop.reconciliation.compare import compare
from tests.documents.desks import at_desk, outgoing, stored
from tests.house.test_urls import named
from tests.interop.city_side import issued

SUBJECT, CONTENT, SIGNER, FILE = "chimvangxanh", "rungthonglon", "ongkyten", "teptenrieng"
CANARIES = (SUBJECT, CONTENT, SIGNER, FILE)
EDXML = f"""<edXML:Edoc xmlns:edXML="x"><edXML:OrganId>G09</edXML:OrganId>
<edXML:Subject>Về việc {SUBJECT}</edXML:Subject><edXML:Content>{CONTENT}</edXML:Content>
<edXML:SignerInfo><edXML:FullName>{SIGNER}</edXML:FullName></edXML:SignerInfo>
<edXML:AttachmentName>{FILE}.pdf</edXML:AttachmentName><a>{base64.b64encode(CONTENT.encode() * 50).decode()}</a>"""


def _package(number: int, state: str) -> Inbound:
    return Inbound.objects.create(
        axis_doc_id=f"x{number}", message_type="edoc", raw=stored(EDXML.encode()), sha256="0" * 64, state=state,
        received_at=timezone.now() - dt.timedelta(days=1), message_id=f"G09,2026/11/20,{number}/BNV", sender_code="G09",
        reason="Không có phần MessageHeader" if state == "invalid" else "",
    )  # fmt: skip


@pytest.fixture
def planted(office, settings):
    """Papers and packages in every place an operator's page looks at."""
    settings.AXIS_URL = ""
    now = timezone.now()
    came = office.paper(subject=f"Về việc {SUBJECT}", document_uid="G09,2026/11/20,1/BNV", issued_on=dt.date(2026, 11, 20),
                        signer_name=SIGNER)  # fmt: skip
    File.objects.filter(document=came.pk).update(name=f"{FILE}.pdf")
    Incoming.objects.filter(pk=came.pk).update(source="city")  # of a sender that does not exist: a finding
    draft = outgoing(office, subject=SUBJECT, body=CONTENT, state="format_checked")
    draft.files.create(blob=stored(), name=f"{FILE}.pdf", part="main", stage="draft", created_at=now)
    for number, recipient in (("1", office.ministry), ("2", office.justice)):
        left = issued(office, recipient, number=number, subject=f"Về việc {SUBJECT}", signer_name=SIGNER)
        Outgoing.objects.filter(pk=left.pk).update(body=CONTENT)
        left.files.update(name=f"{FILE}.pdf")
    Delivery.objects.filter(outgoing=left).update(state="failed", problem="Đơn vị đã đóng.")
    enqueue.pack_issued(at=now)
    sent = Outbound.objects.get()
    Outbound.objects.filter(pk=sent.pk).update(state="failed", problem="Trục trả lời mã 500.")
    report = Outbound.objects.create(
        report=came.reports.get(), message_type="status", status_code="01", sender_code="H26.TAM002", message_id="G09,,1",
        receivers=["G09"], created_at=now, next_attempt_at=now,
    )  # fmt: skip
    packages = [_package(1, "invalid"), _package(2, "unpacked")]
    Incoming.objects.filter(pk=came.pk).update(arrived_at=now - dt.timedelta(days=1))  # older than the grace
    compare(None, at=now)
    assert Unexplained.objects.exists()
    return {"packages": packages, "out": [report, sent], "came": came, "left": left, "draft": draft}


def test_no_page_an_operator_may_open_shows_content_subject_signer_or_file(office, planted):
    client, opened, told = at_desk(office.quantri), [], []
    came, left = planted["packages"], planted["out"]
    urls = [reverse(name) for name, pattern in named().items() if name and not pattern.pattern.regex.groups]
    urls += [f"{reverse('exchange')}?list={name}" for name in ("xem", "mat", "tra", "trung", "xong", "cho")]
    urls += [f"{reverse('exchange_packages')}?list={name}" for name in ("failed", "waiting")]
    urls += [f"{reverse('exchange_packages')}?q={q}" for q in ("1/SNV-TCBC", "G09,2026/11/20,1/BNV", SUBJECT)]
    urls += [f"{reverse('search')}?q={SUBJECT}", f"{reverse('proposals')}?xem=tat-ca"]
    urls += [f"{reverse('exchange_explain')}?finding={row.pk}" for row in Unexplained.objects.all()]
    urls += [reverse(name, args=[one.pk]) for one in came for name in ("exchange_package", "exchange_raw")]
    urls += [
        reverse(name, args=[one.pk]) for one in left for name in ("exchange_package_out", "exchange_raw_out")
    ]
    urls += [
        reverse("organisation", args=[office.home_affairs.pk]),
        reverse("user", args=[office.dung.user_id]),
    ]
    for url in urls:
        answer = client.post(url) if url.endswith("/tai/") else client.get(url)
        if answer.status_code != 200:
            continue
        opened.append(url)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        # What he typed himself stands in the box he typed it into, and in the addresses of what is found by it.
        text = body.decode(errors="replace")
        for own in (f'value="{SUBJECT}"', f"q={SUBJECT}", f"q%3D{SUBJECT}"):
            text = text.replace(own, "")
        told += [(url, word) for word in CANARIES if word in text]
    assert told == []
    assert len(opened) > 30, opened
    for one in (*came, *left):
        assert [url for url in opened if f"/{one.pk}/" in url]


def test_the_papers_themselves_do_not_exist_for_an_operator(office, planted):
    client = at_desk(office.quantri)
    for paper in (planted["came"], planted["left"], planted["draft"]):
        assert client.get(paper.get_absolute_url()).status_code == 404
        for file in File.objects.filter(document=paper.pk):
            assert client.get(reverse("file", args=[file.pk])).status_code == 404


def test_the_words_are_there_for_those_who_may_read_them(office, planted):
    """Otherwise the operator's silence would prove nothing."""
    page = at_desk(office.lan).get(planted["left"].get_absolute_url()).content.decode()
    assert SUBJECT in page
    file = at_desk(office.lan).get(reverse("file", args=[planted["left"].files.get().pk]))
    assert FILE in file["Content-Disposition"]
    assert SUBJECT in at_desk(office.lan).get(planted["came"].get_absolute_url()).content.decode()
