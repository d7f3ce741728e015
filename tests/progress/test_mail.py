"""Notices by mail, to a real mail server: never twice, nothing lost while it is away, and no word of a paper."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from documents.models import Document, Event
from orgs.actions.notices import see, tell
from orgs.models import Notice, User
from progress.actions.mailing import revive, send_due
from progress.actions.telling import follow
from progress.models import Dispatch, Wish
from tests.documents.desks import at_desk, directed, presented, words
from tests.hanoi_docs.post_office import PostOffice

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def letters(office, settings):
    with PostOffice() as running:
        settings.EMAIL_URL = "smtp://set"
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 3
        settings.PUBLIC_URL = "https://vanban.example"
        for post in (office.minh, office.dung, office.hoa):
            User.objects.filter(pk=post.user_id).update(email=f"{post.user.username}@hanoi.example")
        yield running


def choose(post, **mail):
    return Wish.objects.create(user=post.user, mail=mail)


def test_until_somebody_chooses_only_what_is_urgent_is_sent(office, letters, now):
    paper = directed(office, subject="Chuyện riêng")
    follow(at=now)
    assert send_due(at=now) == 0 and not Dispatch.objects.exists()
    paper = presented(office, number="9", subject="Chuyện riêng")
    Document.objects.filter(pk=paper.pk).update(urgency=2)
    follow(at=now)
    later = timezone.now()
    assert send_due(at=later) == 1 and send_due(at=later) == 0
    (letter,) = letters.letters
    assert letter["To"] == "dung@hanoi.example" and letter["Subject"] == "[Khẩn] Bạn có 1 thông báo mới"
    said = letter.get_content()
    assert "https://vanban.example/thong-bao/" in said and "Chuyện" not in said and "Lan" not in said


def test_what_was_seen_meanwhile_is_not_sent(office, letters, now):
    choose(office.minh, given="now")
    directed(office)
    follow(at=now)
    see(office.minh.user, at=now)
    assert send_due(at=timezone.now()) == 0 and Dispatch.objects.get().state == "dropped"


def test_a_server_away_for_a_day_loses_nothing_and_gets_it_once(office, letters, settings, now):
    choose(office.minh, given="now")
    directed(office)
    follow(at=now)
    settings.EMAIL_PORT = 9
    at, tries = timezone.now(), 0
    for _ in range(24 * 4):
        assert send_due(at=at) == 0
        tries = Dispatch.objects.get().attempts
        at += HOUR / 4
    assert 10 < tries < 20 and Dispatch.objects.get().state == "waiting"
    settings.EMAIL_PORT = letters.port
    letters.refuses = True
    assert send_due(at=at + 5 * HOUR) == 0
    letters.refuses = False
    assert send_due(at=at + 10 * HOUR) == 1 and send_due(at=at + DAY) == 0
    assert len(letters.letters) == 1


@pytest.mark.parametrize("command", [b"MAIL", b"RCPT"])
def test_a_mailbox_that_puts_off_is_asked_again_and_one_that_refuses_is_not(office, letters, now, command):
    choose(office.minh, given="now")
    directed(office)
    follow(at=now)
    at = timezone.now()
    letters.answer_to = {command: "450 thu lai sau"}
    assert send_due(at=at) == 0 and Dispatch.objects.get().state == "waiting"
    letters.answer_to = {command: "550 khong co hop thu"}
    assert send_due(at=at + HOUR) == 0 and Dispatch.objects.get().state == "refused"
    letters.answer_to = {}
    assert send_due(at=at + DAY) == 0 and letters.letters == []


def test_a_letter_that_may_have_been_taken_is_not_said_twice(office, letters, now):
    choose(office.minh, given="now")
    directed(office)
    follow(at=now)
    letters.answer_to = {b"END": ""}
    assert send_due(at=timezone.now()) == 0 and Dispatch.objects.get().state == "unknown"
    letters.answer_to = {}
    assert send_due(at=timezone.now() + DAY) == 0 and len(letters.letters) == 1


def test_a_digest_is_one_letter_in_the_morning(office, letters, now):
    choose(office.minh, given="daily")
    for number in "123":
        directed(office, number=number)
    follow(at=now)
    assert send_due(at=timezone.now()) == 0
    due = set(Dispatch.objects.values_list("due_at", flat=True))
    assert len(due) == 1 and timezone.localtime(due.pop()).time() == dt.time(7, 30)
    assert send_due(at=now + DAY + HOUR) == 1
    assert letters.letters[0]["Subject"] == "Bạn có 3 thông báo mới"


def test_quiet_hours_wait_and_urgent_ones_do_not(office, letters):
    night = timezone.localtime(timezone.now()).replace(hour=23, minute=0)
    wish = choose(office.minh, account="now", work="now")
    Wish.objects.filter(pk=wish.pk).update(quiet_from=dt.time(18), quiet_to=dt.time(7))
    Notice.objects.all().delete()
    from orgs.actions.notices import put_up

    put_up([Notice(user=office.minh.user, kind="work", text="Chậm", at=night)])
    put_up([Notice(user=office.minh.user, kind="work", text="Gấp", at=night, urgent=True)])
    slow, fast = Dispatch.objects.order_by("notice")
    assert timezone.localtime(slow.due_at).time() == dt.time(7) and fast.due_at == night


def test_two_workers_at_once_write_one_letter(transactional_db, office, letters, now):
    choose(office.minh, given="now")
    directed(office)
    follow(at=now)
    begin, at = threading.Barrier(2), timezone.now()

    def run():
        begin.wait()
        send_due(at=at)
        connection.close()

    workers = [threading.Thread(target=run) for _ in range(2)]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]
    assert len(letters.letters) == 1 and Dispatch.objects.get().state == "sent"


def test_a_sender_that_died_while_it_spoke_is_not_repeated(office, letters, now):
    choose(office.minh, given="now")
    directed(office)
    follow(at=now)
    Dispatch.objects.update(state="sending", claimed_at=now)
    assert revive(at=now + HOUR / 30) == 0 and revive(at=now + HOUR) == 1
    assert send_due(at=now + HOUR) == 0 and Dispatch.objects.get().state == "unknown"
    assert Notice.objects.unseen().filter(user=office.minh.user).exists()  # the promise is still on the page


def test_a_locked_account_gets_none(office, letters, now):
    choose(office.minh, account="now")
    tell([office.minh.user], "Một.", at=now)
    User.objects.filter(pk=office.minh.user_id).update(is_active=False)
    assert send_due(at=now) == 0 and Dispatch.objects.get().state == "dropped"


def test_the_office_chooses_for_those_who_have_not_and_allows_words(office, letters, now):
    dung, minh = at_desk(office.dung), at_desk(office.minh)
    url = reverse("office_notice_choices")
    assert minh.get(url).status_code == 404 and at_desk(office.khach).get(url).status_code == 404
    assert dung.post(url, {"mail_given": "now", "with_words": "on"}).status_code == 302
    assert dung.post(url, {"mail_given": "now", "with_words": "on"}).status_code == 302
    assert Event.objects.filter(kind="set_mail").count() == 1
    page = minh.get(reverse("notice_choices"))
    assert "Như mặc định (gửi ngay)" in page.content.decode()
    minh.post(reverse("notice_choices"), {"with_words": "on"})
    directed(office, subject="Chuyện riêng")
    follow(at=now)
    assert send_due(at=timezone.now()) == 1
    said = letters.letters[0].get_content()
    assert "Phạm Tiến Dũng giao bạn chủ trì" in said and "Chuyện riêng" not in said


def test_what_is_chosen_wrongly_is_shown_again(office, letters):
    client = at_desk(office.minh)
    page = client.post(reverse("notice_choices"), {"mail_given": "hôm nào đó", "quiet_from": "25:99"})
    assert page.status_code == 200 and not Wish.objects.exists()
    page = client.post(reverse("notice_choices"), {"quiet_from": "18:00"})
    assert "cả hai giờ yên tĩnh" in words(page)
