"""What an office does with a paper is told to its sender, in order, once."""

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.utils import timezone

from documents.actions.incoming import reception as papers
from documents.actions.work import assignments
from documents.models import Incoming, StatusReport
from interop.models import Outbound
from interop.outbound import outbox, sending, status_reports
from tests.conftest import tiny_pdf
from tests.interop.city_side import Line, issued


@pytest.fixture
def line(tmp_path, settings):
    line = Line(tmp_path, settings)
    yield line
    line.axis.stop()


def handled(office, paper: Incoming) -> None:
    """Registered, directed, started and finished by the people of Sở Nội vụ."""
    papers.register(paper, by=office.lan, at=timezone.now())
    assignments.direct(paper, by=office.dung, at=timezone.now(), text="Giao xử lý", lead=office.minh)
    assignment = paper.assignments.get()
    assignments.start(assignment, by=office.minh, at=timezone.now())
    paper.refresh_from_db()
    assignment.refresh_from_db()
    assignments.finish(assignment, by=office.minh, at=timezone.now(), result="Đã báo cáo")


def arrived(line) -> Incoming:
    pdf = {"name": "van-ban.pdf", "data": base64.b64encode(tiny_pdf()).decode()}
    line.axis.order("G09", ["H26.TAM002"], subject="Về việc báo cáo", files=[pdf])
    line.come()
    return Incoming.objects.get()


def test_the_ministry_hears_every_step_in_order(office, line):
    handled(office, arrived(line))
    line.leave()
    heard = line.heard("G09")
    assert [status["code"] for status in heard] == ["01", "03", "04", "05", "06"]
    assert {status["other"] for status in heard} == {"H26.TAM002"}
    assert "số 1 " in heard[1]["description"]
    line.leave()
    assert len(line.heard("G09")) == 5, "told once"
    assert set(Outbound.objects.values_list("state", flat=True)) == {"sent"}


def test_a_later_status_waits_for_the_one_before(office, line):
    paper = arrived(line)
    papers.register(paper, by=office.lan, at=timezone.now())
    status_reports.report_waiting(at=timezone.now())
    (first,) = sending.claim(9, at=timezone.now())
    assert (first.status_code, sending.claim(9, at=timezone.now())) == ("01", [])
    line.axis.faults(error=1, calls=["/sendEdoc"])
    with ThreadPoolExecutor(1) as lines:
        sending.send(line.axis.client(), [first], lines)
    assert sending.claim(9, at=timezone.now()) == [], "03 does not overtake a 01 that waits for the axis"
    line.axis.faults()
    line.back()
    line.leave()
    assert [status["code"] for status in line.heard("G09")] == ["01", "03"]


def test_an_order_of_packing_does_not_change_the_order_of_sending(office, line):
    paper = arrived(line)
    papers.register(paper, by=office.lan, at=timezone.now())
    one, three = StatusReport.objects.filter(incoming=paper).order_by("pk")
    status_reports._pack(three.pk, timezone.now())  # a second worker was faster
    assert sending.claim(9, at=timezone.now()) == []
    status_reports._pack(one.pk, timezone.now())
    line.leave()
    assert [status["code"] for status in line.heard("G09")] == ["01", "03"]


def test_inside_the_city_the_sender_sees_the_steps_and_the_number(office, settings):
    settings.AXIS_URL = ""
    sent = issued(office, office.justice)
    outbox.relay(None, at=timezone.now())
    papers.register(Incoming.objects.get(), by=office.khach, at=timezone.now())
    status_reports.report_waiting(at=timezone.now())
    delivery = sent.deliveries.get()
    assert (delivery.state, delivery.their_number) == ("accepted", "1")
    assert status_reports.report_waiting(at=timezone.now()) == 0


def test_a_refusal_reaches_the_ministry_with_its_reason(office, line):
    papers.refuse(arrived(line), reason="Không thuộc thẩm quyền", by=office.lan, at=timezone.now())
    line.leave()
    last = line.heard("G09")[-1]
    assert (last["code"], last["description"]) == ("02", "Không thuộc thẩm quyền")


@pytest.mark.parametrize(
    ("code", "words", "number"),
    [
        ("03", "Vào sổ văn bản đến số 12 ngày 20/11/2026", "12"),
        ("03", "Tiếp nhận văn bản điện tử. Vào sổ văn bản đến số 4", "4"),
        ("03", "Số đến: 0987", "0987"),
        ("03", "Đã tiếp nhận ngày 20/11/2026", ""),
        ("05", "Văn bản đến số 12", ""),
    ],
)
def test_their_number_is_read_from_what_they_say(code, words, number):
    assert status_reports.their_number(code, words) == number
