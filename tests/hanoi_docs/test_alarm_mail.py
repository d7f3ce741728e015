"""An alarm is told by mail once when it opens and once when it is over; a server that is away is tried again."""

import datetime as dt
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from hanoi_docs.models import Alarm
from hanoi_docs.tasks import heartbeat
from hanoi_docs.watch import close_alarm, mail, raise_alarm
from tests.hanoi_docs.post_office import PostOffice

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def letters(settings):
    with PostOffice() as office:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", office.port, 3
        settings.ALARM_MAIL = ["truc@hanoi.example", "quantri@hanoi.example"]
        settings.PUBLIC_URL = "https://vanban.example"
        yield office


def test_one_letter_when_it_opens_and_one_when_it_is_over(db, letters, now):
    for n in range(3):
        raise_alarm("axis", "Trục liên thông không trả lời.", at=now + n * MINUTE)
        mail.tell(now + n * MINUTE)
    (letter,) = letters.letters
    assert letter["To"] == "truc@hanoi.example, quantri@hanoi.example"
    assert letter["Subject"] == "[Văn bản Hà Nội] 1 cảnh báo mới"
    said = letter.get_content()
    assert (
        "MỚI" in said
        and "Trục liên thông không trả lời." in said
        and "https://vanban.example/quan-tri/he-thong/" in said
    )
    close_alarm("axis", at=now + 5 * MINUTE)
    for _ in range(2):
        mail.tell(now + 5 * MINUTE)
    assert len(letters.letters) == 2 and "HẾT" in letters.letters[1].get_content()
    raise_alarm("axis", "Trục liên thông không trả lời.", at=now + 9 * MINUTE)  # again: another alarm
    mail.tell(now + 9 * MINUTE)
    assert len(letters.letters) == 3


def test_a_server_that_is_away_or_refuses_is_tried_again_and_breaks_nothing(db, letters, settings, now):
    raise_alarm("disk:free", "Ổ đĩa chỉ còn trống 5%.", at=now)
    letters.refuses = True
    assert mail.tell(now) == 0 and Alarm.objects.get().told_at is None
    settings.EMAIL_PORT = 9
    assert mail.tell(now) == 0
    close_alarm("disk:free", at=now)  # it came and went meanwhile
    settings.EMAIL_PORT, letters.refuses = letters.port, False
    assert mail.tell(now) == 1 and mail.tell(now) == 0
    assert len(letters.letters) == 1 and "HẾT" in letters.letters[0].get_content()


def test_without_addressees_nothing_leaves(db, letters, settings, now):
    settings.ALARM_MAIL = []
    raise_alarm("axis", "Trục liên thông không trả lời.", at=now)
    assert mail.tell(now) == 0 and letters.letters == []


def test_two_who_tell_at_once_send_one_letter(transactional_db, letters, now):
    raise_alarm("axis", "Trục liên thông không trả lời.", at=now)
    start, told = threading.Barrier(2), []

    def tell():
        start.wait()
        told.append(mail.tell(now))
        connection.close()

    threads = [threading.Thread(target=tell) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(letters.letters) == 1 and sorted(told) == [0, 1]


def test_a_cron_of_its_own_can_look_around_too(db, letters, settings, capsys):
    settings.AXIS_URL = ""
    heartbeat()
    call_command("look_around")
    assert "Không có cảnh báo" in capsys.readouterr().out
    raise_alarm("job:backup", "Sao lưu: đĩa đầy", at=timezone.now())
    with pytest.raises(CommandError, match="đĩa đầy"):
        call_command("look_around")
    assert len(letters.letters) == 1
