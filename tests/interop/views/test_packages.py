"""Any package in and out, for the operator alone: with its hash, without the files of an office's papers."""

import base64
import hashlib
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from documents import blobs
from documents.actions.incoming import reception as gate
from documents.models import Delivery, Event, Incoming
from interop.models import Comparison, Inbound, Outbound, Unexplained
from interop.outbound import enqueue
from interop.reconciliation import compare
from interop.transport.connection import axis_client
from tests.conftest import tiny_pdf
from tests.documents.desks import at_desk, words
from tests.interop.city_side import issued

FILE = base64.b64encode(tiny_pdf()).decode()


@pytest.fixture
def operator(office):
    return at_desk(office.quantri)


def opened(line) -> Inbound:
    line.axis.order("G09", ["H26.TAM002"], subject="Về việc khác", files=[{"name": "a.pdf", "data": FILE}])
    line.come()
    return Inbound.objects.get(state="unpacked")


def test_a_package_that_came_is_handed_over_without_its_files(office, operator, line):
    inbound = opened(line)
    raw = blobs.read(inbound.raw)
    page = operator.get(reverse("exchange_package", args=[inbound.pk]))
    assert inbound.sha256 in words(page) and inbound.sha256 == hashlib.sha256(raw).hexdigest()
    taken = operator.post(reverse("exchange_raw", args=[inbound.pk]))
    assert taken["X-Package-SHA256"] == inbound.sha256 and "attachment" in taken["Content-Disposition"]
    assert "lược bỏ tệp".encode() in taken.content
    assert FILE[:60].encode() in b"".join(raw.split()) and FILE[:60].encode() not in taken.content
    assert "Về việc khác".encode() in raw and "Về việc khác".encode() not in taken.content
    assert b"a.pdf" not in taken.content and inbound.message_id.split(",")[0].encode() in taken.content
    event = Event.objects.get(kind="take_package")
    assert (event.user, event.organisation, event.payload["sha256"]) == (
        office.quantri.user, office.home_affairs, inbound.sha256,
    )  # fmt: skip


def test_one_that_cannot_be_read_is_handed_over_without_its_content_too(operator, line):
    raw = (
        b"<edXML><OrganId>G09</OrganId><Subject>Chuyen kin</Subject><a>"
        + base64.b64encode(b"x" * 900)
        + b"</a>"
    )
    line.axis.order("G09", ["H26.TAM002"], raw=base64.b64encode(raw).decode(), messagetype="edoc")
    line.come()
    inbound = Inbound.objects.get(state="invalid")
    taken = operator.post(reverse("exchange_raw", args=[inbound.pk])).content.decode()
    assert "<OrganId>G09</OrganId><Subject>[...]</Subject>" in taken and "900 byte" in taken


def test_what_was_destroyed_is_nowhere(office, operator, line):
    inbound = opened(line)
    paper = Incoming.objects.get()
    gate.refuse(paper, reason="Nghi chứa bí mật nhà nước", secret=True, by=office.lan, at=timezone.now())
    line.leave()
    assert operator.post(reverse("exchange_raw", args=[inbound.pk])).status_code == 404
    assert "Tải gói tin" not in words(operator.get(reverse("exchange_package", args=[inbound.pk])))
    for answer in Outbound.objects.all():
        assert operator.post(reverse("exchange_raw_out", args=[answer.pk])).status_code == 404


def test_a_package_that_left_is_the_one_that_was_sent(office, operator, line):
    paper = issued(office, office.ministry)
    line.leave()
    outbound = Outbound.objects.get()
    url = reverse("exchange_raw_out", args=[outbound.pk])
    assert operator.get(url).status_code == 405 and not paper.events.filter(kind="take_package").exists()
    taken = operator.post(url)
    assert taken["X-Package-SHA256"] == outbound.sha256
    assert "lược bỏ tệp".encode() in taken.content and paper.subject.encode() not in taken.content
    assert paper.events.get(kind="take_package").post == office.quantri
    page = words(operator.get(reverse("exchange_package_out", args=[outbound.pk])))
    assert outbound.sha256 in page and "không còn trùng" not in page
    office.home_affairs.phone = "024 9999 9999"
    office.home_affairs.save()
    assert "không còn trùng" in words(operator.get(reverse("exchange_package_out", args=[outbound.pk])))


def test_any_package_is_found_by_either_id(office, operator, line):
    inbound = opened(line)
    issued(office, office.ministry)
    line.leave()
    sent = Outbound.objects.get(message_type="edoc")
    url = reverse("exchange_packages")
    for q, key in ((inbound.message_id, "came"), (inbound.axis_doc_id, "came"), (sent.axis_doc_id, "left")):
        page = operator.get(url, {"q": q})
        assert page.context[key] and "SHA-256" in words(page)
    assert sent in operator.get(url, {"q": sent.message_id}).context["left"]
    nothing = operator.get(url, {"q": "không có"})
    assert not nothing.context["came"] and not nothing.context["left"]


def test_all_packages_of_a_paper_are_found_by_its_number(office, operator, line):
    paper = issued(office, office.ministry)
    line.leave()
    page = operator.get(reverse("exchange_packages"), {"q": paper.code.lower()})
    assert Outbound.objects.get() in page.context["left"]
    assert not operator.get(reverse("exchange_packages"), {"q": "999/SNV-VP"}).context["left"]


def looked_at(**fields) -> Inbound:
    own = {"axis_doc_id": "x", "message_type": "edoc", "sha256": "0" * 64, "received_at": timezone.now()}
    return Inbound.objects.create(
        **own | {"state": "invalid", "reason": "Không có phần MessageHeader"} | fields
    )


def test_what_was_looked_at_leaves_the_list_with_a_sentence(office, operator):
    inbound = looked_at()
    url, said = reverse("exchange_close", args=[inbound.pk]), "Đã gọi nơi gửi, văn bản được gửi lại"
    refused = operator.post(url, {"words": "xong"})
    assert "ít nhất 10 ký tự" in words(refused) and "Xếp lại gói tin" in words(refused)
    assert operator.post(url, {"words": said}).url == reverse("exchange")
    inbound.refresh_from_db()
    assert (inbound.state, inbound.closed_by, inbound.closing_words) == ("closed", office.quantri, said)
    event = Event.objects.get(kind="close_package")
    assert (event.user, event.payload["text"]) == (office.quantri.user, said)
    listed = reverse("exchange_package", args=[inbound.pk])
    assert listed not in operator.get(reverse("exchange")).content.decode()
    assert listed in operator.get(reverse("exchange") + "?list=xong").content.decode()
    page = words(operator.get(listed))
    assert said in page and str(office.quantri.user) in page and "Không có phần MessageHeader" in page


def test_two_who_close_it_write_one_sentence(office, operator):
    inbound = looked_at()
    url = reverse("exchange_close", args=[inbound.pk])
    operator.post(url, {"words": "Đã gọi nơi gửi lần một"})
    late = operator.post(url, {"words": "Đã gọi nơi gửi lần hai"}, follow=True)
    assert "không còn ở trạng thái cần người xem" in words(late)
    assert Inbound.objects.get().closing_words == "Đã gọi nơi gửi lần một"
    assert Event.objects.filter(kind="close_package").count() == 1


def test_the_lists_cost_the_same_for_one_and_for_three(office, operator):
    urls = [reverse("exchange_packages"), reverse("exchange_packages") + "?q=x"]

    def cost() -> list[int]:
        counts = []
        for url in urls:
            with CaptureQueriesContext(connection) as seen:
                assert operator.get(url).status_code == 200
            counts.append(len(seen))
        return counts

    def one_more(n: int) -> None:
        issued(office, office.ministry, number=str(n))
        enqueue.pack_issued(at=timezone.now())
        Outbound.objects.update(state="failed", message_id="x")
        Inbound.objects.create(
            axis_doc_id=str(n),
            message_type="edoc",
            message_id="x",
            sha256="0" * 64,
            received_at=timezone.now(),
        )

    one_more(1)
    first = cost()
    one_more(2), one_more(3)
    assert cost() == first


def test_other_roles_do_not_learn_that_the_pages_exist(office):
    for who in ("lan", "dung", "minh"):
        assert at_desk(getattr(office, who)).get(reverse("exchange_packages")).status_code == 404


def test_a_raw_package_is_revealed_to_a_fresh_proof_only(operator, line):
    inbound = opened(line)
    session = operator.session
    session["proof"] = [0, False]
    session.save()
    url = reverse("exchange_raw", args=[inbound.pk])
    answer = operator.post(url)
    assert "Xác nhận là bạn" in words(answer) and "attachment" not in answer.get("Content-Disposition", "")
    assert operator.get(url).status_code == 405
    assert not Event.objects.filter(kind="take_package").exists()


def test_the_number_is_never_a_zero_that_nobody_counted(office, operator, line, settings):
    url = reverse("exchange")
    assert "Chưa đối chiếu lần nào" in words(operator.get(url))
    line.axis.kill()
    compare.compare(axis_client(), at=timezone.now())
    page = words(operator.get(url))
    assert "Chưa biết chắc" in page and "Chưa đối chiếu được với trục liên thông lần nào" in page
    line.axis.start()
    compare.compare(axis_client(), at=timezone.now())
    assert "0 văn bản Đối chiếu" in words(operator.get(url))
    Unexplained.objects.create(
        kind="not_packed",
        key="1",
        since=timezone.now(),
        found_at=timezone.now(),
        sentence="Thiếu gói tin của 15/X",
    )
    Comparison.objects.update(unexplained=1, at=timezone.now() - timedelta(hours=3))
    page = words(operator.get(url))
    assert (
        "Ít nhất 1 văn bản" in page and "Chưa đối chiếu được từ" in page and "Thiếu gói tin của 15/X" in page
    )


def test_an_operator_has_it_compared_now(office, operator, monkeypatch):
    url = reverse("exchange_compare")
    assert at_desk(office.lan).post(url).status_code == 404 and operator.get(url).status_code == 405
    assert "Đang đối chiếu" in words(operator.post(url, follow=True))
    monkeypatch.setattr("interop.tasks.compare_all.delay", refuse_the_job)
    assert "Chưa giao được việc" in words(operator.post(url, follow=True))


def refuse_the_job():
    raise OperationalError


def test_the_city_s_silence_is_counted_by_cause(office, operator):
    for number, (state, recipient) in enumerate(
        [
            ("sent", office.justice),
            ("sent", office.ministry),
            ("arrived", office.ministry),
            ("queued", office.ministry),
        ]
    ):
        paper = issued(office, recipient, number=str(number))
        paper.deliveries.update(state=state, sent_at=None if state == "queued" else timezone.now())
    old = timezone.now() - timedelta(days=5)
    Delivery.objects.update(queued_at=old)
    Delivery.objects.exclude(state="queued").update(sent_at=old)

    def counts() -> list[int]:
        return [row["count"] for row in operator.get(reverse("exchange")).context["unanswered"]]

    assert counts() == [1, 1, 1, 0, 0, 1]
    Delivery.objects.filter(channel="axis", state="sent").update(fetched_at=old)
    assert counts() == [1, 1, 0, 1, 0, 1]
