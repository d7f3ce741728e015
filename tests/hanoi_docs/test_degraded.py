"""When a part is away: what can still be done is done, the rest is answered by a sentence, and never by a 500."""

import pytest
from celery import current_app
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents import blobs
from documents.models import Event, File, Incoming
from hanoi_docs.degraded import away
from hanoi_docs.degraded.switch import read_only, turn_off, turn_on
from hanoi_docs.tasks import heartbeat
from interop.transport.axis import AxisError
from interop.transport.connection import lost
from tests.documents.desks import at_desk, directed, outgoing

NOWHERE = "redis://127.0.0.1:1/0"


def sitting(post) -> Client:
    """As a browser: it gets the page of an error, not the error."""
    client = at_desk(post)
    client.raise_request_exception = False
    return client


def pages_of(office, paper, draft) -> list[str]:
    return [
        reverse("desk"), reverse("incoming_list"), reverse("outgoing_list"), paper.get_absolute_url(), draft.get_absolute_url(),
        f"{reverse('search')}?q=báo cáo", reverse("progress"), reverse("ledger"), reverse("registry"),
    ]  # fmt: skip


def says(answer, sentence: str) -> bool:
    return (
        answer.status_code == 503
        and sentence in answer.content.decode()
        and "data-not-saved" in answer.content.decode()
    )


def test_a_database_that_only_reads_is_read_and_every_press_is_answered(transactional_db, office):
    paper, draft = directed(office), outgoing(office, state="content_checked")
    waiting = office.paper(number="7")
    lan, minh, nobody = sitting(office.lan), sitting(office.minh), Client(raise_request_exception=False)
    events = Event.objects.count()
    connection.cursor().execute("SET default_transaction_read_only = on")
    try:
        for url in pages_of(office, paper, draft):
            page = lan.get(url)
            assert page.status_code == 200, url
            assert away.DATABASE_READS in page.content.decode()
        assert lan.get(reverse("file", args=[paper.files.get().pk])).status_code == 200
        presses = [
            (lan, "incoming_register", [waiting.pk]), (lan, "incoming_refuse", [waiting.pk]), (minh, "draft", []),
            (lan, "act_as", []), (nobody, "login", []),
        ]  # fmt: skip
        for client, name, args in presses:
            answer = client.post(
                reverse(name, args=args), {"reason": "x", "username": "lan", "password": "x"}
            )
            assert says(answer, away.DATABASE_READS), name
            assert answer["Retry-After"] == "60"
        assert minh.post(reverse("logout")).status_code == 302
        assert not minh.cookies["sessionid"].value, "the browser forgets its session"
    finally:
        connection.cursor().execute("SET default_transaction_read_only = off")
    assert Event.objects.count() == events and Incoming.objects.get(pk=waiting.pk).arrival_number is None
    assert lan.post(reverse("incoming_register", args=[waiting.pk]), {}).status_code != 503


def test_a_database_that_begins_to_refuse_between_two_looks_is_no_fault_of_ours(
    transactional_db, office, monkeypatch
):
    """It was writable when the page was asked for: what the view then meets is told just the same."""
    waiting, lan = office.paper(), sitting(office.lan)
    monkeypatch.setattr(away, "database_only_reads", lambda: False)
    connection.cursor().execute("SET default_transaction_read_only = on")
    try:
        data = {"due_on": "", "leader": office.dung.pk}
        assert says(lan.post(reverse("incoming_register", args=[waiting.pk]), data), away.DATABASE_READS)
        assert says(Client(raise_request_exception=False).get(reverse("healthz")), "") is False
    finally:
        connection.cursor().execute("SET default_transaction_read_only = off")
    assert Incoming.objects.get(pk=waiting.pk).state == "awaiting_reception"


@pytest.mark.django_db
class TestSwitchedOff:
    def test_nobody_writes_and_everybody_reads(self, office):
        paper, draft = directed(office), outgoing(office, state="content_checked")
        waiting, lan = office.paper(number="7"), sitting(office.lan)
        turn_on("Chuyển cơ sở dữ liệu, xong lúc 22:00", at=timezone.now())
        for url in pages_of(office, paper, draft):
            page = lan.get(url)
            assert page.status_code == 200 and "chế độ chỉ đọc từ" in page.content.decode(), url
        for name, args in (("incoming_register", [waiting.pk]), ("draft", []), ("register_paper", [])):
            assert says(lan.post(reverse(name, args=args), {"subject": "x"}), "xong lúc 22:00"), name
        assert Incoming.objects.get(pk=waiting.pk).state == "awaiting_reception"
        turn_off()
        assert lan.get(reverse("desk")).context["degraded"] == ""
        assert lan.post(reverse("incoming_register", args=[waiting.pk]), {}).status_code != 503

    def test_one_can_still_sign_in_change_posts_and_leave(self, office):
        office.lan.user.set_password("mot-mat-khau-dai")
        office.lan.user.save()
        turn_on("", at=timezone.now())
        client = Client(raise_request_exception=False)
        answer = client.post(reverse("login"), {"username": "lan", "password": "mot-mat-khau-dai"})
        assert (answer.status_code, answer["Location"]) == (302, reverse("desk"))
        assert client.post(reverse("act_as"), {"post": office.lan.pk}).status_code == 302
        assert client.post(reverse("logout")).status_code == 302

    def test_the_operator_alone_has_the_switch_and_it_stands_in_the_chain(self, office):
        operator, url = sitting(office.quantri), reverse("read_only")
        assert (
            sitting(office.lan).get(url).status_code
            == sitting(office.lan).post(url, {"on": 1}).status_code
            == 404
        )
        assert operator.post(url, {"on": "1", "words": "Bảo trì"}).status_code == 302
        assert read_only().words == "Bảo trì"
        assert "Đang bật từ" in operator.get(url).content.decode()
        assert operator.post(url, {"off": "1"}).status_code == 302
        assert read_only() is None
        kinds = Event.objects.filter(organisation=office.city).order_by("pk").values_list("kind", "payload")
        assert [one for one in kinds if one[0].startswith("read_only")] == [
            ("read_only_on", {"words": "Bảo trì"}), ("read_only_off", {"words": ""}),
        ]  # fmt: skip

    def test_the_timetable_does_nothing_but_say_that_it_lives(self, office, monkeypatch):
        done = []
        monkeypatch.setattr("interop.outbound.enqueue.pack_issued", lambda **_: done.append(1))
        task = current_app.tasks["interop.tasks.relay_queued"]
        turn_on("", at=timezone.now())
        task()
        heartbeat()
        assert done == [] and caches["default"].get("worker-heartbeat")

    def test_from_the_console_and_with_a_file_that_cannot_be_read(self, office, settings, capsys):
        call_command("read_only", "on", "Di chuyển máy chủ")
        assert "Di chuyển máy chủ" in capsys.readouterr().out
        (settings.STATE_DIR / "read-only.json").write_text("{")
        assert read_only() is not None, "somebody meant to stop the writing"
        call_command("read_only", "off")
        assert "bình thường" in capsys.readouterr().out
        settings.STATE_DIR = settings.STATE_DIR / "gone"
        with pytest.raises(CommandError, match="Không đổi được chế độ"):
            call_command("read_only", "on")


@pytest.mark.django_db
class TestFilesAway:
    def test_papers_open_without_their_pages_and_the_desk_works_on(self, office, settings):
        paper, draft = directed(office), outgoing(office, state="content_checked")
        waiting, lan = office.paper(number="7"), sitting(office.lan)
        file, store = paper.files.get(), settings.STATE_DIR / "files"
        File.objects.create(
            document=draft,
            blob=file.blob,
            name="du-thao.pdf",
            part="main",
            stage="draft",
            created_at=timezone.now(),
        )
        store.rename(settings.STATE_DIR / "unmounted")
        for url in pages_of(office, paper, draft):
            assert lan.get(url).status_code == 200, url
        for url in (paper.get_absolute_url(), draft.get_absolute_url()):
            assert "Kho tệp không trả lời" in lan.get(url).content.decode()
        assert says(lan.get(reverse("file", args=[file.pk])), away.FILES_AWAY)
        assert (
            lan.get(reverse("file_page", args=[file.pk, 1])).status_code == 404
        )  # a picture: the page says why
        lan.post(reverse("incoming_register", args=[waiting.pk]), {"leader": office.dung.pk, "due_on": ""})
        assert Incoming.objects.get(pk=waiting.pk).arrival_number, "the register needs no file"

    def test_a_store_that_takes_no_file_is_told_by_its_name(self, office, settings):
        (settings.STATE_DIR / "files").mkdir()
        (settings.STATE_DIR / "files" / "blobs").write_text("no folder")
        with pytest.raises(OSError) as error:
            blobs.store(b"%PDF-1.4 new")
        assert away.what_is_away(error.value) == away.FILES_AWAY


@pytest.mark.django_db
def test_the_clerk_is_told_that_the_axis_is_away_and_what_still_works(office, now):
    lan, url = sitting(office.lan), reverse("desk")
    assert "tự gửi khi trục trở lại" not in lan.get(url).content.decode()
    lost(AxisError("network", "", retryable=True), now)
    assert "phát hành và gửi trong thành phố vẫn làm như thường" in lan.get(url).content.decode()


@pytest.mark.django_db
def test_a_cache_that_is_away_closes_no_page(office, settings):
    paper, draft = directed(office), outgoing(office, state="content_checked")
    lan = sitting(office.lan)
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": NOWHERE}}
    try:
        for url in [*pages_of(office, paper, draft), reverse("file_page", args=[paper.files.get().pk, 1])]:
            assert lan.get(url).status_code == 200, url
    finally:
        del settings.CACHES
    assert caches["default"].get("x") is None


def test_a_database_that_does_not_answer_is_said_so(monkeypatch, db, office):
    lan = sitting(office.lan)
    connection.close()
    with monkeypatch.context() as change:
        change.setitem(connection.settings_dict, "PORT", "9")
        change.setattr(connection, "savepoint_ids", [])
        change.setattr(connection, "in_atomic_block", False)
        change.setattr(connection, "needs_rollback", False)
        answer = lan.get(reverse("desk"))
    assert says(answer, away.DATABASE_AWAY)


def test_a_cache_that_is_away_is_asked_again_only_after_some_seconds(settings, caplog):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": NOWHERE}}
    try:
        line = caches["default"]
        assert [line.get("x", "none") for _ in range(3)] == ["none"] * 3
        assert caplog.text.count("the cache is away") == 1
        line._away_until = 0.0  # seconds later
        assert line.get("x") is None and caplog.text.count("the cache is away") == 2
    finally:
        del settings.CACHES
