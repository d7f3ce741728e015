"""What is issued reaches everybody it is addressed to, once, whatever the axis does meanwhile."""

import hashlib
import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from documents.models import Delivery, Incoming
from interop import tasks
from interop.directory.publish import publish
from interop.edxml import read
from interop.models import Outbound
from interop.outbound import enqueue, outbox, outcomes, sending
from interop.outbound.packing import pack
from interop.transport import connection
from interop.transport.connection import axis_client, axis_state
from tests.interop.city_side import Line, issued
from tests.interop.simulator_process import eventually


@pytest.fixture
def line(tmp_path, settings):
    line = Line(tmp_path, settings)
    yield line
    line.axis.stop()


def numbers_of(packages: list[Outbound]) -> list[str]:
    return [package.outgoing.number for package in packages]


def states(paper) -> dict[str, str]:
    return dict(paper.deliveries.values_list("recipient_code", "state"))


def test_a_paper_reaches_the_ministry_and_the_office_next_door_and_both_answer(office, line):
    paper = issued(office, office.ministry, office.justice, urgency=1)
    line.leave()
    assert states(paper) == {"G09": "sent", "H26.TAM003": "arrived"}
    inside = Incoming.objects.get(organisation=office.justice)
    assert (inside.subject, inside.code, inside.source) == (paper.subject, "15/SNV-TCBC", "city")
    assert inside.signature_verdict == "unsigned"
    (outside,) = line.received("G09")
    assert (outside["document_id"], outside["copies"]) == (paper.document_uid, 1)
    assert (outside["notation"], outside["sender"]) == ("15/SNV-TCBC", "H26.TAM002")
    package = Outbound.objects.get(outgoing=paper)
    assert (package.state, package.attempts, len(package.sha256)) == ("sent", 1, 64)
    line.said("G09", "06")
    line.come()
    delivery = paper.deliveries.get(recipient_code="G09")
    assert (delivery.state, delivery.their_number) == ("completed", "1")
    assert list(delivery.steps.values_list("code", flat=True)) == ["01", "03", "04", "05", "06"]
    assert paper.events.filter(kind="status").count() == 6


def test_relaying_twice_sends_once(office, line):
    issued(office, office.ministry, office.justice)
    line.leave()
    line.leave()
    assert (line.received("G09")[0]["copies"], Incoming.objects.count()) == (1, 1)


def test_while_the_axis_is_away_papers_wait_and_go_when_it_is_back(office, line):
    line.axis.kill()
    paper = issued(office, office.ministry, office.justice)
    line.leave()
    package = Outbound.objects.get(outgoing=paper)
    assert states(paper) == {"G09": "queued", "H26.TAM003": "arrived"}, "the city does not wait for the axis"
    assert (package.state, package.problem) == ("queued", "Không kết nối được với trục liên thông.")
    assert paper.deliveries.get(recipient_code="G09").problem == package.problem
    assert package.attempts == 1
    line.axis.start()
    line.leave()
    assert states(paper)["G09"] == "queued", "not before somebody has found the axis again"
    connection.reached(timezone.now())
    line.leave()
    assert (states(paper)["G09"], paper.deliveries.get(recipient_code="G09").problem) == ("sent", "")
    assert line.received("G09")[0]["copies"] == 1


def test_pauses_grow_and_more_than_a_day_passes_before_it_is_given_up(office, line):
    line.axis.faults(error=1, calls=["/sendEdoc"])
    paper = issued(office, office.ministry)
    enqueue.pack_issued(at=timezone.now())
    waited = timedelta()
    for _ in range(outcomes.MAX_ATTEMPTS):
        Outbound.objects.update(next_attempt_at=timezone.now())
        line.leave()
        package = Outbound.objects.get()
        if package.state == "queued":
            waited += package.next_attempt_at - timezone.now()
    assert waited > timedelta(hours=24)
    assert (package.state, states(paper)) == ("failed", {"G09": "failed"})
    line.axis.faults()
    assert outbox.try_again(Outbound.objects.all(), at=timezone.now()) == 1
    line.leave()
    assert (states(paper), line.received("G09")[0]["copies"]) == ({"G09": "sent"}, 1)


def test_what_the_axis_refuses_for_good_is_told_at_once(office, line):
    nowhere = office.org("Z99", "Cơ quan không có trên trục", 1, external=True)
    paper = issued(office, nowhere)
    line.leave()
    package = Outbound.objects.get()
    assert (package.state, package.attempts, states(paper)) == ("failed", 1, {"Z99": "failed"})
    assert "Z99" in paper.deliveries.get().problem and "từ chối" in paper.deliveries.get().problem


def test_one_stranger_among_the_receivers_does_not_keep_the_paper_from_the_others(office, line):
    nowhere = office.org("Z99", "Cơ quan không có trên trục", 1, external=True)
    paper = issued(office, nowhere, office.ministry)
    line.leave()
    assert states(paper) == {"Z99": "failed", "G09": "sent"}
    assert "mã 18" in paper.deliveries.get(recipient_code="Z99").problem
    assert (Outbound.objects.get().receivers, line.received("G09")[0]["copies"]) == (["G09"], 1)


def test_a_wrong_secret_stops_the_sending_and_fails_nothing(office, line, settings):
    secret, settings.AXIS_SECRET = settings.AXIS_SECRET, "sai"
    papers = [issued(office, office.ministry, number=number) for number in ("1", "2")]
    line.leave()
    assert [states(paper) for paper in papers] == [{"G09": "queued"}] * 2
    first, second = Outbound.objects.order_by("pk")
    assert (first.state, first.attempts, second.attempts) == ("queued", 0, 0)
    alarm = axis_state()
    assert not alarm["ok"] and "AXIS_SECRET" in alarm["reason"] and first.problem == alarm["reason"]
    settings.AXIS_SECRET = secret
    line.back()
    line.leave()
    assert [states(paper) for paper in papers] == [{"G09": "sent"}] * 2


def test_a_paper_that_cannot_be_packed_says_why(office, line):
    paper = issued(office, office.ministry, subject="[Mật] Về việc phòng thủ")
    line.leave()
    assert "độ mật" in paper.deliveries.get().problem
    assert line.received("G09") == []


def test_urgent_papers_go_first(office, line):
    issued(office, office.ministry, number="1")
    issued(office, office.ministry, number="2", urgency=3)
    enqueue.pack_issued(at=timezone.now())
    assert [numbers_of(sending.claim(1, at=timezone.now())) for _ in range(3)] == [["2"], ["1"], []]


def test_a_mass_sending_of_one_office_does_not_hold_up_another(office, line):
    for number in range(1, 6):
        issued(office, office.ministry, number=str(number), urgency=number == 5)
    for number, urgency in (("101", 0), ("102", 1)):
        paper = issued(office, office.ministry, number=number, urgency=urgency)
        enqueue.pack_issued(at=timezone.now())
        Outbound.objects.filter(outgoing=paper).update(sender_code="H26.TAM003")
    order = numbers_of(sending.claim(20, at=timezone.now()))
    assert order == ["5", "102", "1", "101", "2", "3", "4"]


def test_inside_the_city_offices_take_turns_too(office, settings):
    settings.AXIS_URL = ""
    wards = [office.org(f"H26.P{n:03d}", f"Phường {n}", 2, parent=office.city) for n in range(4)]
    mass = issued(office, *wards, number="1")
    urgent = issued(office, *wards[:2], number="2", urgency=2)
    other = issued(office, wards[0], number="3")
    other.deliveries.update(sender=office.justice)
    order = outbox._next_desks()
    assert [(paper, len(desks)) for paper, desks in order] == [(urgent.pk, 2), (mass.pk, 4), (other.pk, 1)]


def test_one_closed_office_does_not_keep_a_paper_from_the_others(office, settings):
    settings.AXIS_URL = ""
    wards = [office.org(f"H26.P{n:03d}", f"Phường {n}", 2, parent=office.city) for n in range(12)]
    paper = issued(office, *wards)
    type(wards[3]).objects.filter(pk=wards[3].pk).update(valid_to=timezone.localdate() - timedelta(days=1))
    outbox.relay(None, at=timezone.now())
    assert sorted(states(paper).values()) == ["arrived"] * 11 + ["failed"]
    assert states(paper)["H26.P003"] == "failed"


def test_two_workers_take_different_packages(office, line):
    for number in range(1, 6):
        issued(office, office.ministry, number=str(number))
    enqueue.pack_issued(at=timezone.now())
    first, second = (numbers_of(sending.claim(3, at=timezone.now())) for _ in range(2))
    assert (first, second) == (["1", "2", "3"], ["4", "5"])


def test_an_axis_that_is_away_is_tried_with_one_claim_and_told_once(office, line, caplog):
    for number in range(1, 41):
        issued(office, office.ministry, number=str(number))
    enqueue.pack_issued(at=timezone.now())
    line.axis.kill()
    for _ in range(3):
        line.leave()
    tried = Outbound.objects.filter(attempts__gt=0)
    assert 1 <= tried.count() <= sending.LINES
    assert set(tried.values_list("attempts", flat=True)) == {1}
    assert set(Outbound.objects.values_list("state", flat=True)) == {"queued"}
    assert len([record for record in caplog.records if record.name == "interop.transport.connection"]) == 1
    line.axis.start()
    tasks.poll_axis()
    line.leave()
    assert sorted(paper["copies"] for paper in line.received("G09")) == [1] * 40


def test_one_call_that_fails_costs_only_its_own_package_a_pause(office, line):
    papers = [issued(office, office.ministry, number=str(number)) for number in range(1, 25)]
    line.axis.faults(drop_before=0.5, calls=["/sendEdoc"])
    line.leave()
    sent = Outbound.objects.filter(state="sent").count()
    assert 0 < sent < 24
    assert axis_state() is None or axis_state()["ok"]
    line.axis.faults()
    line.back()
    line.leave()
    assert [states(paper) for paper in papers] == [{"G09": "sent"}] * 24
    assert sorted(paper["copies"] for paper in line.received("G09")) == [1] * 24


def test_a_broker_that_is_away_stops_no_sending(office, line, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:9/0"}}
    line.axis.faults(drop_after=1, calls=["/sendEdoc"])
    issued(office, office.ministry)
    line.leave()
    line.axis.faults()
    Outbound.objects.update(next_attempt_at=timezone.now())
    line.leave()
    assert (Outbound.objects.get().state, line.received("G09")[0]["copies"]) == ("sent", 1)


def test_without_an_axis_the_city_goes_on_and_the_rest_waits(office, settings):
    settings.AXIS_URL = ""
    paper = issued(office, office.ministry, office.justice)
    outbox.relay(axis_client(), at=timezone.now())
    assert states(paper) == {"G09": "queued", "H26.TAM003": "arrived"}


def test_one_delivery_that_fails_does_not_stop_the_others(office, settings):
    settings.AXIS_URL = ""
    broken, whole = issued(office, office.justice, number="1"), issued(office, office.justice, number="2")
    broken.files.all().delete()
    outbox.relay(None, at=timezone.now())
    assert (states(broken), states(whole)) == ({"H26.TAM003": "failed"}, {"H26.TAM003": "arrived"})
    assert "Lỗi khi giao" in Delivery.objects.get(outgoing=broken).problem


def test_the_answer_to_an_incoming_paper_names_it(office, line):
    line.axis.order("G09", ["H26.TAM002"], subject="Về việc báo cáo", number="55")
    line.come()
    asked = Incoming.objects.get()
    issued(office, office.ministry, in_reply_to=asked)
    line.leave()
    assert line.received("G09")[0]["copies"] == 1
    with pack(Outbound.objects.get(message_type="edoc")) as package:
        (response,) = read(package).response_for
    assert (response.document_id, response.code) == (asked.document_uid, "55/BNV-TCBC")


def test_our_offices_are_published_once(office, line):
    office.org("H26.TAM002.01", "Trung tâm Lưu trữ", 3, parent=office.home_affairs, gate=False)
    office.org("H26.TAM009", "Quận Cũ", 2, parent=office.city, valid_to="2025-07-01")
    assert publish(axis_client()) == ["H26.TAM002", "H26.TAM003"]
    assert publish(axis_client()) == []
    office.justice.name = "Sở Tư pháp Hà Nội"
    office.justice.save()
    assert publish(axis_client()) == ["H26.TAM003"]
    assert {a.code: a.name for a in axis_client().directory()}["H26.TAM003"] == "Sở Tư pháp Hà Nội"


def test_a_queue_of_many_is_emptied_in_one_run(office, line):
    numbers = [issued(office, office.ministry, number=str(n)) for n in range(1, 31)]
    line.leave()
    assert eventually(lambda: len(line.received("G09")) == 30)
    assert {states(paper)["G09"] for paper in numbers} == {"sent"}


def test_issued_papers_are_exported_with_a_manifest(office, settings, tmp_path):
    settings.AXIS_URL = ""
    paper = issued(office, office.ministry, office.justice)
    call_command("export_issued", tmp_path / "out", limit=5, stdout=StringIO())
    (entry,) = json.loads((tmp_path / "out/manifest.json").read_text(encoding="utf-8"))
    data = (tmp_path / "out" / entry["file"]).read_bytes()
    assert (entry["number"], entry["notation"], entry["date"]) == ("15", "SNV-TCBC", "2026-11-20")
    assert entry["sha256"] == hashlib.sha256(data).hexdigest() == paper.current_file().blob_id
    assert {recipient["code"] for recipient in entry["recipients"]} == {"G09", "H26.TAM003"}
    assert entry["organisation"] == {"code": "H26.TAM002", "name": "Sở Nội vụ"}
