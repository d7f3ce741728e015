import pytest

from hanoi_docs.models import Alarm
from hanoi_docs.watch import record_run

pytestmark = pytest.mark.django_db


def test_one_trouble_is_one_alarm_and_the_next_good_run_closes_it(now):
    for _ in range(3):
        record_run("backup", started=now, ok=False, result={"problem": "đĩa đầy"})
    alarm = Alarm.objects.get()
    assert (alarm.text, alarm.times, alarm.closed_at) == ("Sao lưu: đĩa đầy", 3, None)
    record_run("backup", started=now, ok=True, result={})
    alarm.refresh_from_db()
    assert alarm.closed_at
