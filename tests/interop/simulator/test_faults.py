"""What can be ordered to go wrong at the axis goes wrong on the wire, and what its desks can be told they do."""

import json
from datetime import date

import pytest
import requests
from django.utils import timezone

from documents.models import ChangeRequest, DeliveryStep, Incoming
from interop.models import Inbound, Outbound
from interop.transport.axis import AxisError
from tests.interop.city_side import Line, issued
from tests.interop.simulator_process import Simulator, eventually, package

DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def axis(tmp_path_factory):
    with Simulator(tmp_path_factory.mktemp("faults") / "axis", "--pace", "1000", "--seed", "7") as simulator:
        yield simulator


@pytest.fixture(autouse=True)
def none_afterwards(request):
    yield
    if "axis" in request.fixturenames:
        request.getfixturevalue("axis").faults()


@pytest.fixture
def line(tmp_path, settings):
    line = Line(tmp_path, settings)
    yield line
    line.axis.stop()


def send(axis, number: str) -> None:
    sent = package(number, "G12", day=DAY)
    axis.client(timeout=(2, 2)).send(sent, messagetype="edoc", sender="H26.15")


def arrived(axis, number: str) -> bool:
    return any(paper["notation"] == f"{number}/SNV-VP" for paper in axis.state("G12")["inbox"])


@pytest.mark.parametrize(
    ("number", "fault", "code", "done"),
    [
        ("101", {"cut": True}, "network", False),
        ("102", {"drop_before": 1}, "network", False),
        ("103", {"drop_after": 1}, "network", True),
        ("104", {"reset": 1}, "network", True),
        ("105", {"error": 1}, "http 500", False),
        ("106", {"truncate": 1}, "answer", True),
        ("107", {"wrong_hash": 1}, "21", False),
        ("108", {"skew": 3600}, "15", False),
        ("109", {"disk_full": True}, "http 500", False),
        ("110", {"latency": 0.01, "drop_before": 1, "calls": ["/sendEdoc"]}, "network", False),
    ],
)
def test_a_fault_is_an_error_that_may_be_tried_again(axis, number, fault, code, done):
    axis.faults(**fault)
    with pytest.raises(AxisError) as raised:
        send(axis, number)
    assert (raised.value.code, raised.value.retryable) == (code, True)
    assert arrived(axis, number) is done
    axis.faults()
    axis.client().ping()


def test_a_fault_of_one_call_leaves_the_others_alone(axis):
    axis.faults(cut=True, calls=["/sendEdoc"])
    with pytest.raises(AxisError, match="network"):
        send(axis, "111")
    assert axis.client().list_received("edoc") == []


def test_the_page_names_what_was_ordered(axis):
    axis.faults(latency=0.01, calls=["/getEdoc"])
    page = requests.get(axis.url, timeout=10).text
    assert "latency = 0.01" in page
    assert "Cách trả lời: <code>refuse</code>" in page


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("faults", {"latency": -1}),
        ("faults", {"drop": 1}),
        ("faults", {"error": 2}),
        ("faults", {"cut": 1}),
        ("faults", [1]),
        ("behaviour", {"code": "G12", "behaviour": "sing"}),
        ("behaviour", {"code": "X1", "behaviour": "accept"}),
        ("behaviour", []),
    ],
)
def test_what_cannot_be_ordered_is_refused(axis, path, said):
    assert requests.post(f"{axis.url}/_sim/{path}", json=said, timeout=10).status_code == 400
    plain = requests.post(f"{axis.url}/_sim/{path}", data=json.dumps(said), timeout=10)
    assert plain.status_code == 415, "a form on some page gives no orders"


def test_a_paper_laid_twice_before_the_city_is_one_paper(office, line):
    line.axis.faults(duplicate=1)
    line.axis.order("G09", ["H26.TAM002"], subject="Về việc X", files=[{"name": "a.txt", "data": "eA=="}])
    line.come()
    assert sorted(Inbound.objects.values_list("state", flat=True)) == ["duplicate", "unpacked"]
    assert Incoming.objects.count() == 1


def test_a_hash_that_was_mangled_on_the_way_is_tried_again(office, line):
    issued(office, office.ministry)
    line.axis.faults(wrong_hash=1)
    line.leave()
    assert Outbound.objects.get().state == "queued"
    line.axis.faults()
    Outbound.objects.update(next_attempt_at=timezone.now())
    line.leave()
    assert (Outbound.objects.get().state, line.received("G09")[0]["copies"]) == ("sent", 1)


@pytest.mark.parametrize(
    ("behaviour", "state", "codes"),
    [
        ("accept", "completed", ["01", "03", "04", "05", "06"]),
        ("refuse", "rejected", ["01", "02"]),
        ("silent", "sent", []),
        ("twice", "completed", ["01", "03", "04", "05", "06"]),
        ("out of order", "completed", ["01", "03", "04", "05", "06"]),
        ("old dialect", "completed", ["01", "03", "04", "05", "06"]),
        ("malformed", "completed", ["01", "03", "04", "05", "06"]),
    ],
)
def test_whatever_way_a_ministry_answers_the_delivery_says_what_it_said(
    office, line, behaviour, state, codes
):
    line.axis.behave("G09", behaviour)
    line.axis.kill()  # and goes on in that way
    line.axis.start()
    delivery = issued(office, office.ministry).deliveries.get()
    line.leave()
    if codes:
        wanted = 2 * len(codes) if behaviour == "twice" else len(codes) + (behaviour == "malformed")
        eventually(lambda: len(line.received("G09")[0]["statuses_sent"]) == wanted)
    else:
        assert line.received("G09")[0]["statuses_sent"] == []
    line.come()
    delivery.refresh_from_db()
    assert delivery.state == state
    assert sorted(DeliveryStep.objects.values_list("code", flat=True)) == codes
    invalid = Inbound.objects.filter(state="invalid")
    assert invalid.count() == (behaviour == "malformed"), "the broken one waits for a person"
    assert Inbound.objects.filter(acknowledged=False).count() == 0


def test_a_ministry_that_takes_its_papers_back_asks_for_each(office, line):
    line.axis.behave("G09", "take back")
    line.axis.order("G09", ["H26.TAM002"], subject="Về việc X", files=[{"name": "a.txt", "data": "eA=="}])

    def asked() -> bool:
        line.come()
        return ChangeRequest.objects.exists()

    eventually(asked)
    request = ChangeRequest.objects.get()
    assert (request.kind, request.incoming.sender_code) == ("take_back", "G09")
