"""A report that is too large for a page is made beside it: asked for, left, come back to; nobody else's ever."""

import datetime as dt
import io

import pikepdf
import psycopg
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.models import Incoming
from orgs.calendar import working_days
from orgs.models import Notice, Organisation, Post, Role
from progress.actions import making
from progress.actions.making import make_waiting, revive
from progress.models import MadeReport
from progress.reports import kept
from progress.reports.all import REPORTS
from progress.tasks import send_reports
from tests.documents.desks import at_desk, directed, words
from tests.interop.simulator_process import eventually
from tests.progress.test_files import cells

LIST, ASK = reverse("made_reports"), reverse("made_report_ask")


@pytest.fixture
def watcher(office):
    directed(office, number="1")
    return office.post("giam", "Giám Sát", office.city, Role.MONITOR, "Theo dõi")


def ask(post, name="papers_in", query="org=all") -> MadeReport:
    answer = at_desk(post).post(f"{ASK}?{query}", {"report": name})
    assert answer.status_code == 302
    return MadeReport.objects.get(pk=int(answer.url.strip("/").rpartition("/")[2]))


def test_a_large_report_is_asked_for_left_and_come_back_to(office, watcher):
    client = at_desk(watcher)
    page = words(client.get(f"{reverse('report_papers_in')}?org=all"))
    assert "Lập báo cáo" in page and "Tải PDF" not in page
    made = ask(watcher)
    here = reverse("made_report", args=[made.pk])
    assert "Chờ lập: 0%" in words(client.get(here)) and b"data-again" in client.get(here).content
    assert make_waiting() == 1 and make_waiting() == 0
    page = client.get(here)
    assert "Sở Nội vụ" in words(page) and b"data-again" not in page.content
    answer = client.get(reverse("made_report_file", args=[made.pk, "xlsx"]))
    assert any(row[:2] == ["Sở Nội vụ", 1.0] for row in cells(answer.content))
    answer = client.get(reverse("made_report_file", args=[made.pk, "pdf"]))
    assert answer["Content-Type"] == "application/pdf" and ".pdf" in answer["Content-Disposition"]
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert len(pdf.pages) == 1
    assert client.get(reverse("made_report_file", args=[made.pk, "exe"])).status_code == 404
    notice = Notice.objects.get(kind="made")
    assert notice.user == watcher.user and notice.url == here


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_of_all_offices_says_what_its_page_says(office, watcher, name):
    client = at_desk(watcher)
    made = ask(watcher, name)
    make_waiting()
    made.refresh_from_db()
    assert made.state == "ready", made.problem
    live = client.get(f"{reverse(f'report_{name}')}?{made.query}").context["table"]
    assert [row["label"] for row in made.table["rows"]] == [row.label for row in live.rows]
    assert [cell["words"] for cell in made.table["total"]["cells"]][:1] == [
        cell.words for cell in live.total.cells
    ][:1]
    for row in made.table["rows"]:
        for cell in row["cells"]:
            assert not cell["url"] or client.get(cell["url"]).status_code == 200


def test_what_is_made_beside_the_page_knows_what_the_sums_do_not(office, watcher, monkeypatch):
    kept.follow(at=timezone.now(), calendar=working_days())
    Incoming.objects.update(state="completed")
    directed(office, number="2")
    monkeypatch.setattr(kept, "BEHIND", 0)
    page = at_desk(watcher).get(f"{reverse('report_papers_in')}?org=all").context["table"]
    assert (page.late, page.total.cells[0].value) == (1, 1)
    made = ask(watcher)
    make_waiting()
    made.refresh_from_db()
    assert made.table["total"]["cells"][0]["value"] == 2


def test_how_far_it_is_stands_on_the_page_while_it_is_made(office, watcher, monkeypatch):
    made, seen = ask(watcher, "received"), []
    here, client = reverse("made_report", args=[made.pk]), at_desk(watcher)
    write = making.print_out.write

    def watched(sheet):
        seen.append(words(client.get(here)))
        return write(sheet)

    monkeypatch.setattr(making.print_out, "write", watched)
    make_waiting()
    assert "Đang lập: 75%" in seen[0]


def test_the_same_asked_twice_is_made_once_and_nobody_fills_the_queue(office, watcher):
    assert ask(watcher).pk == ask(watcher).pk
    for name in ("papers_out", "work", "sent", "received"):
        ask(watcher, name)
    answer = at_desk(watcher).post(f"{ASK}?org=all", {"report": "holding"}, follow=True)
    assert "chờ lập" in words(answer) and MadeReport.objects.count() == 5
    also = Post.objects.create(
        user=watcher.user, organisation=office.city, role=Role.LEADER, title="Phó", valid_from=watcher.valid_from
    )  # fmt: skip
    answer = at_desk(also).post(f"{ASK}?org=all", {"report": "holding"}, follow=True)
    assert "chờ lập" in words(answer) and MadeReport.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_one_worker_makes_reports_and_the_others_stay_free(transactional_db, office, watcher):
    ask(watcher)
    settings = connection.settings_dict
    with psycopg.connect(
        dbname=settings["NAME"], user=settings["USER"], password=settings["PASSWORD"], host=settings["HOST"],
        port=settings["PORT"],
    ) as other:  # fmt: skip
        other.execute("SELECT pg_advisory_lock(%s)", [making._MAKING])
        assert make_waiting() == 0
    # The other died: its line is cut, and nobody waits for it once the server has seen that it is.
    assert eventually(make_waiting) == 1
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s", [making._MAKING]
        )
        assert cursor.fetchone() == (0,)


def test_what_was_made_is_kept_for_thirty_days(office, watcher):
    old, waits, young = ask(watcher), ask(watcher, "work"), ask(watcher, "sent")
    MadeReport.objects.filter(pk__in=[old.pk, young.pk]).update(state="failed")
    MadeReport.objects.exclude(pk=young.pk).update(asked_at=timezone.now() - dt.timedelta(days=31))
    send_reports()
    assert set(MadeReport.objects.values_list("pk", flat=True)) == {waits.pk, young.pk}


def test_it_is_nobody_elses(office, watcher):
    made = ask(watcher)
    make_waiting()
    for post in (office.tu, office.dung, office.quantri):
        for name, args in (("made_report", []), ("made_report_file", ["pdf"])):
            assert at_desk(post).get(reverse(name, args=[made.pk, *args])).status_code == 404
        assert at_desk(post).post(reverse("made_report_drop", args=[made.pk])).status_code == 404
    assert at_desk(office.minh).post(f"{ASK}?org=all", {"report": "papers_in"}).status_code == 404
    assert at_desk(watcher).post(ASK, {"report": "nothing"}).status_code == 404
    assert at_desk(watcher).post(reverse("made_report_drop", args=[made.pk])).status_code == 302
    assert not MadeReport.objects.exists()


def test_it_is_not_read_any_more_when_the_right_to_it_is_gone(office, watcher):
    all_of_them, one_below = ask(watcher), ask(watcher, query=f"org={office.home_affairs.pk}")
    make_waiting()

    def answers(made) -> set[int]:
        client = at_desk(watcher)
        addresses = [reverse("made_report", args=[made.pk])]
        addresses += [reverse("made_report_file", args=[made.pk, kind]) for kind in ("xlsx", "pdf")]
        return {client.get(one).status_code for one in addresses}

    assert answers(all_of_them) == answers(one_below) == {200}
    Organisation.objects.filter(pk=office.home_affairs.pk).update(parent=None)
    assert answers(all_of_them) == {200} and answers(one_below) == {404}
    Organisation.objects.filter(parent=office.city).update(parent=None)
    assert answers(all_of_them) == {404}  # there is nobody below
    Organisation.objects.filter(pk=office.home_affairs.pk).update(parent=office.city)
    type(watcher).objects.filter(pk=watcher.pk).update(role=Role.OFFICER)
    assert answers(all_of_them) == answers(one_below) == {404}


def test_who_may_no_more_see_it_when_it_is_made_gets_none(office, watcher):
    made = ask(watcher)
    watcher.valid_to = timezone.localdate() - dt.timedelta(days=1)
    watcher.save()
    assert make_waiting() == 0
    made.refresh_from_db()
    assert made.state == "failed" and "không còn quyền" in made.problem
    assert "không còn quyền" in Notice.objects.get(kind="made").text


def test_a_worker_that_died_is_followed_by_another_and_not_for_ever(office, watcher):
    made, at = ask(watcher), timezone.now()
    for tries in (1, 2, 3):
        MadeReport.objects.update(state="making", claimed_at=at - dt.timedelta(hours=1), attempts=tries)
        revive(at=at)
        made.refresh_from_db()
        assert made.state == ("waiting" if tries < 3 else "failed")
        assert Notice.objects.filter(kind="made", user=watcher.user).count() == (0 if tries < 3 else 1)
    assert "Hãy chọn kỳ ngắn hơn" in Notice.objects.get(kind="made").text
    assert "Hãy chọn kỳ ngắn hơn" in words(at_desk(watcher).get(reverse("made_report", args=[made.pk])))


def test_one_that_cannot_be_made_says_so_and_the_next_is_made(office, watcher, monkeypatch):
    first, second = ask(watcher), ask(watcher, "work")
    write = making.spreadsheet.write
    broken = iter([True, False])

    def sometimes(sheet):
        if next(broken):
            raise OSError("disk")
        return write(sheet)

    monkeypatch.setattr(making.spreadsheet, "write", sometimes)
    assert make_waiting() == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("failed", "ready")
    said = list(Notice.objects.filter(kind="made").order_by("pk").values_list("text", flat=True))
    assert said[0].startswith("Không lập được báo cáo: Tình hình") and said[1].startswith("Đã lập xong")


def test_what_was_dropped_while_it_was_made_is_not_written(office, watcher, monkeypatch):
    ask(watcher)
    write = making.spreadsheet.write

    def dropped(sheet):
        MadeReport.objects.all().delete()
        return write(sheet)

    monkeypatch.setattr(making.spreadsheet, "write", dropped)
    assert (
        make_waiting() == 0
        and not MadeReport.objects.exists()
        and not Notice.objects.filter(kind="made").exists()
    )


def test_a_large_file_is_not_laid_out_in_the_page(office, watcher):
    for kind in ("pdf", "xlsx"):
        answer = at_desk(watcher).get(f"{reverse('report_papers_in')}?org=all&as={kind}", follow=True)
        assert answer["Content-Type"].startswith("text/html") and "được lập riêng" in words(answer)


def test_the_list_asks_the_same_for_one_and_for_three(office, watcher):
    client, counts = at_desk(watcher), []
    for names in (("papers_in",), ("work", "sent")):
        for name in names:
            ask(watcher, name)
        client.get(LIST)
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10
