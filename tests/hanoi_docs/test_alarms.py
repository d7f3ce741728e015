"""What is looked at each minute: each trouble opens one alarm, and closes it when it is gone."""

import datetime as dt
import shutil
from collections import namedtuple

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from documents.models import Delivery
from hanoi_docs.celery import app
from hanoi_docs.models import Alarm, Job, Run
from hanoi_docs.tasks import HEARTBEAT, heartbeat
from hanoi_docs.watch import beside, capacity, raise_alarm, record_run, rules
from interop.models import Comparison, Inbound, Unexplained
from interop.transport import connection as axis
from interop.transport.axis import AxisError
from signatures import failures
from signatures.errors import ServiceDown, SigningError
from signatures.models import Certificate
from signatures.providers.errors import WrongPin
from tests.documents.desks import at_desk, outgoing
from tests.documents.outgoing_cases import brought
from tests.signatures.certificate_cases import self_made

DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def alive(db, settings):
    settings.AXIS_URL, settings.TSA_URL = "", ""
    heartbeat()


def open_alarms(at=None) -> dict[str, str]:
    rules.look(at or timezone.now())
    return dict(Alarm.objects.filter(closed_at=None).values_list("key", "text"))


def test_a_quiet_system_has_no_alarm(office):
    assert open_alarms() == {}


def test_a_package_that_is_not_opened_is_an_alarm_until_it_is(now):
    row = Inbound.objects.create(
        axis_doc_id="1", message_type="edoc", sha256="0" * 64, received_at=now - 11 * MINUTE
    )
    assert "1 mục" in open_alarms(now)["queue:unpack"]
    open_alarms(now + MINUTE)
    alarm = Alarm.objects.get()
    assert (alarm.times, alarm.last_at - alarm.first_at) == (2, MINUTE)
    row.state = "unpacked"
    row.save()
    assert open_alarms(now + 2 * MINUTE) == {}
    alarm.refresh_from_db()
    assert alarm.closed_at == now + 2 * MINUTE


def test_what_waits_for_the_city_and_what_failed(office, now):
    paper = outgoing(office, state="issued")
    way = Delivery.objects.create(
        outgoing=paper, sender=office.home_affairs, recipient=office.justice, recipient_name="Sở Tư pháp",
        recipient_code="H26.TAM003", channel="city", queued_at=now - HOUR,
    )  # fmt: skip
    assert set(open_alarms(now)) == {"queue:city"}
    Delivery.objects.filter(pk=way.pk).update(state="failed")
    found = open_alarms(now)
    assert set(found) == {"undelivered"} and paper.subject not in str(found)


def test_what_nobody_can_explain_and_a_comparison_that_stands_still(now):
    Unexplained.objects.create(
        kind="not_ours", key="a", since=now, found_at=now, sentence="Trục có văn bản a."
    )
    Comparison.objects.create(pk=1, at=now - 3 * HOUR, unexplained=1)
    found = open_alarms(now)
    assert "1 văn bản" in found["unexplained"] and "3 giờ" in found["comparison"]


def test_workers_that_are_dead_are_said_once_and_not_for_each_job(now):
    open_alarms(now - 2 * HOUR)
    Job.objects.update(since=now - 2 * HOUR)
    Job.objects.filter(name=rules.OWN).update(ended_at=now - MINUTE)
    cache.delete(HEARTBEAT)
    assert set(open_alarms(now)) == {"worker"}


def test_beat_looks_when_no_worker_does(now):
    assert beside.look_if_nobody_does() and not beside.look_if_nobody_does()
    Job.objects.filter(name=rules.OWN).update(ended_at=now - 4 * MINUTE, since=now - HOUR)
    cache.delete(HEARTBEAT)
    assert beside.look_if_nobody_does()
    assert Alarm.objects.get().key == "worker"


def test_a_backup_is_asked_for_only_where_there_is_a_place_for_it(now, settings):
    assert "backup" not in open_alarms(now)
    settings.BACKUP_DIR = "/sao-luu"
    assert "chưa có bản nào" in open_alarms(now)["backup"]
    record_run("backup", started=now, ok=True, result={})
    assert open_alarms(now) == {}
    Run.objects.update(ended_at=now - 27 * HOUR)
    assert "1 ngày 3 giờ" in open_alarms(now)["backup"]


def test_a_history_that_is_not_anchored_for_three_hours(now, monkeypatch):
    entry = {"task": "somewhere.tasks.anchor_history", "schedule": 3600.0}
    monkeypatch.setitem(app.conf, "beat_schedule", app.conf.beat_schedule | {"anchor": entry})
    assert open_alarms(now) == {}
    Job.objects.update(since=now - 4 * HOUR, ended_at=now)
    assert set(open_alarms(now)) == {"anchor:anchor_history"}
    record_run("anchor_history", started=now, ok=True, result={"ok": True, "stamped": 1})
    assert open_alarms(now) == {}


def test_a_job_that_is_run_no_more_leaves_no_alarm(now):
    Job.objects.create(name="gone", since=now, ended_at=now, ok=False, problem="ValueError")
    raise_alarm("job:gone", "gone: lần chạy gần đây không thành công.", at=now)
    assert open_alarms(now) == {}


def test_certificates_of_seals_and_of_people_that_end_within_thirty_days(office, now):
    own, seal = (
        self_made("Phạm Tiến Dũng", user=office.dung.user),
        self_made("Sở", organisation=office.home_affairs),
    )
    Certificate.objects.update(valid_to=now + 31 * DAY)
    assert open_alarms(now) == {}
    Certificate.objects.filter(pk=own.pk).update(valid_to=now + 29 * DAY)
    assert set(open_alarms(now)) == {"certificates:people"}
    Certificate.objects.filter(pk=seal.pk).update(valid_to=now - DAY)
    Certificate.objects.filter(pk=own.pk).update(retired_at=now)
    assert set(open_alarms(now)) == {"certificates:seals"}


def test_a_disk_that_is_full_or_will_be(now, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1000, 920, 80))
    assert set(open_alarms(now)) == {"disk:free"}
    for days, used in ((3, 500), (0, 800)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, used=used: usage(1000, used, 1000 - used))
        assert capacity.take_sample(now - days * DAY)
        assert not capacity.take_sample(now - days * DAY + HOUR), "one a day"
    assert capacity.growth(now).disk_a_day == pytest.approx(100) and capacity.growth(
        now
    ).days_left == pytest.approx(2)
    assert "2 ngày" in open_alarms(now)["disk:days"]


def test_an_axis_that_is_away_for_more_than_ten_minutes(now, settings):
    settings.AXIS_URL = "http://127.0.0.1:9"
    axis.lost(AxisError("network", "không trả lời", retryable=True), now - 9 * MINUTE)
    assert open_alarms(now) == {}
    assert set(open_alarms(now + 2 * MINUTE)) == {"axis"}
    axis.reached(now + 3 * MINUTE)
    assert open_alarms(now + 3 * MINUTE) == {}


def test_signatures_that_fail_often_alarm_but_not_what_a_person_did(now):
    for _ in range(10):
        failures.note(WrongPin())
    assert open_alarms(now) == {}
    for _ in range(5):
        failures.note(SigningError("Tệp hỏng"))
    assert "5 lần" in open_alarms(now)["signing"]
    for _ in range(3):
        failures.note(ServiceDown("Dịch vụ không trả lời"))
    assert "3 lần" in open_alarms(now)["stamps"]
    assert open_alarms(now + 3 * HOUR).keys() <= {"worker"}


def test_a_stamping_service_that_is_away_is_counted_by_the_act_that_failed(office, keys, settings):
    settings.TSA_URL, settings.SIGNATURE_LEVEL = "http://127.0.0.1:9/tsa", "B-T"
    paper = brought(office, "format_checked")
    shown = {"sha256": paper.current_file().blob_id}
    at_desk(office.dung).post(reverse("outgoing_approve", args=[paper.pk]), shown)
    paper.refresh_from_db()
    assert paper.state == "format_checked"
    assert failures.counted(timezone.now()) == {"service": 1, "key": 0}


def test_one_rule_that_breaks_does_not_blind_the_others(now, monkeypatch):
    def breaks(at):
        raise OSError("không đọc được ổ đĩa")

    monkeypatch.setattr(rules, "RULES", (breaks, *rules.RULES))
    Unexplained.objects.create(
        kind="not_ours", key="a", since=now, found_at=now, sentence="Trục có văn bản a."
    )
    assert set(open_alarms(now)) == {"rule:breaks", "unexplained"}
