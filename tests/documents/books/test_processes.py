"""Clerks at their own machines, each a process: never a gap, never a repeat, and whatever dies in between, nothing half-done."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from documents.actions.books.reserving import reserve_numbers
from documents.actions.outgoing.approval import number
from documents.models import Event, File, NumberLine, Outgoing, RegisterBook, Reservation
from orgs.models import Role
from tests.documents.desks import outgoing, stored
from tests.flows.conftest import database_url

pytestmark = pytest.mark.usefixtures("transactional_db")
STATEMENTS = 60  # no act sends more


@contextmanager
def clerks(*deeds: tuple[str, int]) -> Iterator[list[subprocess.Popen]]:
    """Each at a keyboard, ready; whatever is left of them at the end is killed."""
    env = os.environ | {"DATABASE_URL": database_url(), "STATE_DIR": str(django_settings.STATE_DIR)}
    env |= {"DJANGO_SETTINGS_MODULE": "hanoi_docs.settings"}
    line = [sys.executable, "-m", "tests.documents.books.one_clerk"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    started = [subprocess.Popen([*line, *map(str, deed)], env=env, **pipes) for deed in deeds]
    try:
        assert [one.stdout.readline() for one in started] == ["ready\n"] * len(started)
        yield started
    finally:
        for one in started:
            one.kill()
            one.communicate()


def begin(one: subprocess.Popen, before: int = 0) -> None:
    one.stdin.write(f"{before}\n")
    one.stdin.flush()


def heard(one: subprocess.Popen) -> tuple[list[str], int]:
    """What it said, and how it ended."""
    lines = []
    while not (line := one.stdout.readline()).startswith("ended "):
        assert line, "the keeper died"
        lines.append(line.strip())
    return lines, int(line.split()[1])


def all_at_once(*deeds: tuple[str, int]) -> list[list[str]]:
    with clerks(*deeds) as started:
        for one in started:
            begin(one)
        said = [heard(one) for one in started]
    assert {ended for _, ended in said} == {0}
    return [lines for lines, _ in said]


def whole(office) -> list[int]:
    """Every number of the book, by a paper or by a line without one; its chain holds."""
    book = RegisterBook.objects.get(direction="out", series="CV")
    borne = Outgoing.objects.filter(book=book).values_list("number_value", flat=True)
    without = NumberLine.objects.filter(book=book).exclude(state="entered").values_list("value", flat=True)
    numbers = sorted([*borne, *without])
    assert numbers == list(range(1, book.last_number + 1)), "a gap or a repeat"
    assert Event.objects.broken_links(office.home_affairs.pk) == []
    return numbers


def test_two_clerks_number_while_two_set_numbers_aside(office):
    posts = [
        office.post(f"vt{n}", f"Văn thư {n}", office.home_affairs, Role.CLERK, "Văn thư") for n in range(4)
    ]
    for one in posts[:2]:
        for _ in range(25):
            outgoing(office, state="signed", note=f"{one.pk}", notation="SNV")
    deeds = [
        ("number", posts[0].pk),
        ("number", posts[1].pk),
        ("reserve_five_times", posts[2].pk),
        ("reserve_five_times", posts[3].pk),
    ]
    said = [int(value) for lines in all_at_once(*deeds) for value in lines]
    assert sorted(said) == list(range(1, 81)) == whole(office)
    for one in Reservation.objects.all():
        assert list(one.lines.values_list("value", flat=True)) == list(range(one.first, one.last + 1))


def test_of_two_clerks_who_close_at_once_one_wins_and_the_other_is_told(office):
    other = office.post("vt2", "Ngô Lan Anh", office.home_affairs, Role.CLERK, "Văn thư")
    next_number_of(office)
    said = sorted(
        line for lines in all_at_once(("close", office.lan.pk), ("close", other.pk)) for line in lines
    )
    book = RegisterBook.objects.get()
    assert said[0] == "closed" and said[1].startswith(f"told: {book.closed_by.user} đã chốt sổ này lúc")
    assert Event.objects.filter(kind="close_book").count() == 1


def test_a_number_and_the_closing_at_once_leave_no_number_behind_the_closing(office):
    """Either the number was first, and stands in the way until the paper is out; or the book is closed and gives none."""
    next_number_of(office)
    outgoing(office, state="signed", note=f"{office.lan.pk}", notation="SNV")
    other = office.post("vt2", "Ngô Lan Anh", office.home_affairs, Role.CLERK, "Văn thư")
    _, closing = all_at_once(("number", office.lan.pk), ("close", other.pk))
    book = RegisterBook.objects.get()
    waits = Outgoing.objects.filter(state="numbered").exists()
    assert (book.closed_at is None) == waits == closing[0].startswith("told")
    assert book.last_number == 1 + waits


@pytest.mark.parametrize("deed", ["number", "reserve", "close", "void", "enter"])
def test_killed_before_each_statement_nothing_is_half_done_and_the_next_goes_on(office, deed):
    """The process dies before its first statement, its second, … until it lives to the end: each time the book is whole, and
    the next who tries finds it as if nothing had been begun."""
    stored()
    ready(office, deed)
    before, died = state(office), 0
    with clerks((deed, office.lan.pk)) as (one,):
        for nth in range(1, STATEMENTS):
            begin(one, nth)
            said, ended = heard(one)
            if ended == 0:
                break
            died += 1
            assert ended == -signal.SIGKILL and not said
            assert state(office) == before, f"killed before statement {nth}"
    assert died >= 5 and ended == 0 and said and state(office) != before
    assert Event.objects.broken_links(office.home_affairs.pk) == []


def next_number_of(office) -> None:
    now = timezone.now()
    paper = outgoing(office, state="signed", notation="SNV", note="x")
    number(paper, by=office.lan, at=now)
    Outgoing.objects.filter(pk=paper.pk).update(state="issued", issued_at=now)


def ready(office, deed: str) -> None:
    next_number_of(office)
    if deed == "number":
        outgoing(office, state="signed", note=f"{office.lan.pk}", notation="SNV")
    elif deed == "void":
        paper, now = outgoing(office, state="signed", notation="SNV"), timezone.now()
        File.objects.create(
            document=paper, blob=stored(), name="a.pdf", part="main", stage="draft", pages=1, created_at=now
        )
        number(paper, by=office.lan, at=now)
    elif deed == "enter":
        reserve_numbers("out", "CV", count=1, purpose="Mất điện theo lịch", by=office.lan, at=timezone.now())


def state(office) -> tuple:
    """What an act may have left behind."""
    whole(office)
    papers = Outgoing.objects.order_by("pk").values_list("pk", "state", "number_value")
    lines = NumberLine.objects.order_by("pk").values_list("value", "state")
    books = RegisterBook.objects.values_list("last_number", "closed_at")
    return list(papers), list(lines), list(books), Event.objects.count(), Reservation.objects.count()
