"""The operator's pages: closed to everybody else, plain about what is wrong, and they show no content."""

import base64
import signal
import time
from datetime import timedelta

import pytest
from celery import current_app
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.models import Incoming
from hanoi_docs import health
from hanoi_docs.tasks import HEARTBEAT, heartbeat
from interop import tasks, waking
from interop.inbound import inbox
from interop.models import Inbound, Outbound
from interop.outbound import enqueue
from interop.transport import connection as axis_line
from tests.conftest import tiny_pdf
from tests.interop.city_side import Line, issued

NOWHERE = "redis://127.0.0.1:9/0"  # the discard port: nobody listens


@pytest.fixture
def line(tmp_path, settings):
    line = Line(tmp_path, settings)
    yield line
    line.axis.stop()


@pytest.fixture
def operator(office, client):
    client.force_login(office.quantri.user, backend="orgs.identity.accounts.Accounts")
    return client


def came(n: int, **fields) -> Inbound:
    defaults = {"message_type": "edoc", "sender_code": "G09", "sha256": "0" * 64, "reason": "Hỏng"}
    own = {"axis_doc_id": f"id{n}", "received_at": timezone.now(), "state": "invalid"}
    return Inbound.objects.create(**defaults | own | fields)


@pytest.mark.parametrize("who", ["lan", "dung", "minh", "tu"])
def test_others_do_not_even_learn_that_the_pages_exist(office, client, who):
    inbound = came(1)
    client.force_login(getattr(office, who).user, backend="orgs.identity.accounts.Accounts")
    pages = [reverse("exchange"), reverse("exchange_package", args=[inbound.pk])]
    acts = [reverse("exchange_retry"), reverse("exchange_open_again", args=[inbound.pk])]
    assert [client.get(url).status_code for url in pages] == [404, 404]
    assert [client.post(url).status_code for url in acts] == [404, 404]


def test_strangers_are_sent_to_the_door(office, client):
    assert client.get(reverse("exchange")).status_code == 302


def test_acts_are_no_links(operator):
    assert operator.get(reverse("exchange_retry")).status_code == 405


def test_the_page_costs_the_same_for_one_and_for_three(office, operator, settings):
    settings.AXIS_URL = ""

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert operator.get(reverse("exchange")).status_code == 200
        return len(seen)

    def one_more(n: int) -> None:
        came(n)
        issued(office, office.ministry, number=str(n))
        enqueue.pack_issued(at=timezone.now())
        Outbound.objects.update(state="failed", problem=f"Lỗi {n}")

    one_more(1)
    first = queries()
    one_more(2)
    one_more(3)
    assert queries() == first


def test_failures_are_grouped_by_cause_and_go_again_at_one_press(office, operator, line):
    line.axis.kill()
    for number in ("1", "2"):
        issued(office, office.ministry, number=number)
    enqueue.pack_issued(at=timezone.now())
    cause = "Trục liên thông từ chối (mã 18): Don vi nhan khong ton tai"
    Outbound.objects.update(state="failed", problem=cause)
    issued(office, office.justice, number="3").deliveries.update(state="failed", problem="Lỗi khi giao")
    page = operator.get(reverse("exchange")).content.decode()
    assert page.count("Don vi nhan khong ton tai") == 3  # the cause, its button's name, its hidden field
    assert "Lỗi khi giao" in page
    line.axis.start()
    operator.post(reverse("exchange_retry"), {"problem": cause})
    operator.post(reverse("exchange_retry"), {"problem": "Lỗi khi giao"})
    line.leave()
    assert {paper["copies"] for paper in line.received("G09")} == {1}
    assert len(line.received("G09")) == 2
    assert Incoming.objects.filter(organisation=office.justice).count() == 1


def test_the_page_says_since_when_the_axis_is_away_and_what_waits(office, operator, line):
    line.axis.kill()
    tasks.poll_axis()
    issued(office, office.ministry)
    enqueue.pack_issued(at=timezone.now())
    Outbound.objects.update(created_at=timezone.now() - timedelta(hours=2, minutes=5))
    since = axis_line.axis_state()["since"]
    tasks.poll_axis()
    assert axis_line.axis_state()["since"] == since
    page = operator.get(reverse("exchange")).content.decode()
    assert "Chưa gửi nhận được qua trục liên thông" in page
    assert "đã chờ 2 giờ 5 phút" in page
    desk = operator.get("/").content.decode()
    assert "Chưa gửi nhận được qua trục liên thông" in desk and "Xem trang Liên thông" in desk
    line.axis.start()
    tasks.poll_axis()
    assert "Chưa gửi nhận được" not in operator.get("/").content.decode()
    assert "Trục liên thông đang trả lời" in operator.get(reverse("exchange")).content.decode()


def test_an_unreadable_package_shows_its_head_without_title_and_files(office, operator, line):
    secret = base64.b64encode(b"noi dung mat" * 40)
    package = (
        b"<edXML><MessageHeader><From><OrganId>G09</OrganId></From><Subject>Trich yeu kin</Subject>"
        b"<Attachment><ContentTransferEncoded>" + secret + b"</ContentTransferEncoded>"
    )
    raw = base64.b64encode(package).decode()
    line.axis.order("G09", ["H26.TAM002"], raw=raw, messagetype="edoc")
    line.come()
    inbound = Inbound.objects.get()
    listed = operator.get(reverse("exchange")).content.decode()
    assert reverse("exchange_package", args=[inbound.pk]) in listed
    page = operator.get(reverse("exchange_package", args=[inbound.pk])).content.decode()
    assert "&lt;OrganId&gt;G09" in page and inbound.sha256 in page and inbound.reason in page
    assert "Trich yeu kin" not in page and secret[:40].decode() not in page
    operator.post(reverse("exchange_open_again", args=[inbound.pk]))
    assert Inbound.objects.get().state == "received"
    inbox.unpack_waiting(at=timezone.now())
    again = Inbound.objects.get()
    assert (again.state, again.reason) == ("invalid", inbound.reason), "the diagnosis stands"


def test_of_a_package_that_was_opened_no_content_is_shown(office, operator, line):
    pdf = {"name": "a.pdf", "data": base64.b64encode(tiny_pdf()).decode()}
    line.axis.order("G09", ["H26.TAM002"], subject="Về việc nhân sự cụ thể", files=[pdf])
    line.come()
    page = operator.get(reverse("exchange_package", args=[Inbound.objects.get().pk])).content.decode()
    assert "nhân sự cụ thể" not in page and "Phần đầu của gói tin" not in page


def test_lists_page_by_key(office, operator):
    for n in range(55):
        came(n)
    page = operator.get(reverse("exchange"))
    assert (len(page.context["page"].rows), bool(page.context["page"].older_url)) == (50, True)
    rest = operator.get(reverse("exchange") + page.context["page"].older_url)
    assert len(rest.context["page"].rows) == 5


def test_a_broker_that_is_away_costs_a_moment_once(office, settings, monkeypatch):
    monkeypatch.setattr(waking, "_quiet_until", 0.0)
    # In this order: the second falls back to the first, and would be put back as what it fell back to.
    monkeypatch.setattr(current_app.conf, "broker_write_url", NOWHERE)
    monkeypatch.setattr(current_app.conf, "broker_url", NOWHERE)
    began = time.monotonic()
    waking.wake()
    assert time.monotonic() - began < 20, "left alone, Celery tries for minutes"
    until = waking._quiet_until
    waking.wake()
    assert waking._quiet_until == until, "not tried again"


@pytest.fixture
def well(settings, monkeypatch):
    """Everything answers; no axis is configured."""
    settings.AXIS_URL = ""
    monkeypatch.setattr(health, "_axis", {})
    cache.delete(HEARTBEAT)
    heartbeat()


def asked(client, status: int) -> dict:
    answer = client.get("/healthz")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_healthz_needs_no_login_and_says_that_all_is_well(db, well, client, line):
    assert asked(client, 200) == {
        "status": "ok",
        "database": "ok",
        "broker": "ok",
        "worker": "ok",
        "axis": "ok",
        "readers": "ok",
    }


def test_healthz_names_what_is_down(db, well, client, line, settings, monkeypatch):
    cache.set(HEARTBEAT, 0, 60)
    assert asked(client, 503) == {
        "status": "down",
        "database": "ok",
        "broker": "ok",
        "worker": "down",
        "axis": "ok",
        "readers": "ok",
    }
    heartbeat()
    line.axis.kill()
    monkeypatch.setattr(health, "_axis", {})
    assert asked(client, 503)["axis"] == "down"
    settings.AXIS_URL = ""
    assert asked(client, 200)["axis"] == "off"
    with monkeypatch.context() as change:
        change.setitem(connection.settings_dict, "PORT", "9")
        assert asked(client, 503)["database"] == "down"
    settings.CELERY_BROKER_URL = NOWHERE
    assert asked(client, 503) == {
        "status": "down",
        "database": "ok",
        "broker": "down",
        "worker": "unknown",
        "axis": "off",
        "readers": "ok",
    }


def test_healthz_does_not_wait_for_an_axis_that_hangs(db, well, client, line, monkeypatch):
    line.axis.process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    try:
        assert asked(client, 503)["axis"] == "down"
        assert time.monotonic() - began < 20, "it hangs until it is woken"
        monkeypatch.setattr(health, "_REMEMBERED", 600)
        monkeypatch.setattr(health, "_ping", lambda: pytest.fail("asked again"))
        assert asked(client, 503)["axis"] == "down", "remembered for a few seconds"
    finally:
        line.axis.process.send_signal(signal.SIGCONT)
