"""Pages as people open them: over HTTP, from the server as it runs in production, by one and by eight; and what each
takes of a processor, which other work on the machine disturbs far less than the clock."""

import http.client
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import requests
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from bench import fill
from bench.figures import Figure
from bench.pace import Run, Work, go, side_by_side
from bench.stage import Stage
from documents import blobs
from documents.journey import record
from hanoi_docs.demo.cast import PASSWORD

USERS = (1, 8)
SERVER = "gunicorn hanoi_docs.wsgi --workers 2 --threads 4 --preload --no-control-socket --bind"
IDLE = 1.0  # seconds between two turns after which the server may be about to hang up: it does so at 2
EMPTY = "/khong-co-trang-nay/"  # 404: all of the middleware, no query
EMPTY_NAME = "the emptiest page of the same server"
ALLOWED, ALLOWED_NAME = 15.0, "what is allowed"  # ms of a processor for a page
ISSUED = 2000  # papers that left, beside those that came


@dataclass(frozen=True)
class Page:
    name: str
    path: str
    login: str


def measure(stage: Stage) -> list[Figure]:
    pages = _pages(stage)
    call_command("collectstatic", interactive=False, verbosity=0)
    with _server(stage) as (port, pid):
        cookies = {login: _sign_in(port, login) for login in sorted({page.login for page in pages})}
        gets = {page.name: _get(port, page.path, cookies[page.login], 200) for page in pages}
        empty = _get(port, EMPTY, "", 404)
        found = [figure for users in USERS for figure in _measure(stage, gets, empty, users)]
        after = {f"{name} just after an event": _after_an_event(get) for name, get in gets.items()}
        return found + _costs(stage, gets | after, empty, pid)


def _pages(stage: Stage) -> list[Page]:
    posts = fill.people().posts
    fill.fill_desk(stage.papers, clerk=posts["lan"], leader=posts["dung"], officer=posts["minh"])
    pdf = blobs.read(fill.issued_paper().current_file().blob)
    paper = fill.handled_paper(pdf, posts)
    fill.copies(fill.issued_paper(), ISSUED)
    fill.settle()
    return [
        Page("clerk's list", f"{reverse('incoming_list')}?box=all", "lan"),
        Page("clerk's list of papers out", f"{reverse('outgoing_list')}?box=issued", "lan"),
        Page("leader's tray", reverse("desk"), "dung"),
        Page("officer's desk", reverse("desk"), "minh"),
        Page("one paper", reverse("incoming", args=[paper.pk]), "lan"),
    ]


def _measure(stage: Stage, gets: dict[str, Callable], empty: Callable, users: int) -> list[Figure]:
    works = [Work(get, repeat(None), users) for get in (*gets.values(), empty)]
    *runs, ceiling = side_by_side(*works, seconds=stage.seconds, turn=1.0)
    people = f"{users} at once" if users > 1 else "alone"
    return [
        figure
        for name, run in zip(gets, runs, strict=True)
        for figure in _figures(f"{name}, {people}", run, ceiling)
    ]


def _after_an_event(get: Callable) -> Callable:
    """Nothing serves that was remembered of the office until then (documents/memory.py)."""
    office = fill.people().orgs["so"]

    def afresh(_) -> None:
        record("share", None, by=None, at=timezone.now(), organisation=office)
        get(_)

    return afresh


def _costs(stage: Stage, gets: dict[str, Callable], empty: Callable, pid: int) -> list[Figure]:
    """Milliseconds of a processor for one page, by turns: of the web server, and with the database's."""
    web, base, count = (dict.fromkeys((*gets, ""), 0.0) for _ in range(3))
    for _ in range(max(1, round(stage.seconds))):
        for name, get in (gets | {"": empty}).items():
            servers, backends = _servers(pid), _backends()
            count[name] += len(go(Work(get, repeat(None)), 1.0).times)
            web[name] += _since(servers, _servers(pid))
            base[name] += _since(backends, _backends())
    of = {name: 1000 * web[name] / count[name] for name in web}
    return [
        figure
        for name in gets
        for figure in (
            Figure(f"{name}, processor of the server", of[name], "ms", of[""], EMPTY_NAME),
            Figure(
                f"{name}, and of the database",
                of[name] + 1000 * base[name] / count[name],
                "ms",
                ALLOWED,
                ALLOWED_NAME,
            ),
        )
    ]


def _servers(pid: int) -> dict[str, float]:
    return _used([str(pid), *Path(f"/proc/{pid}/task/{pid}/children").read_text().split()])


def _backends() -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return _used([str(row[0]) for row in cursor.fetchall()])


def _used(pids: list[str]) -> dict[str, float]:
    """Seconds of a processor that each process has used until now; on another machine nothing is known of them."""
    found = {}
    for pid in pids:
        with suppress(OSError):  # it has just ended
            # Behind the name in brackets, which may hold anything: the 14th and 15th value of proc(5).
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            found[pid] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return found


def _since(before: dict[str, float], after: dict[str, float]) -> float:
    """What those that are there have used since; one that ended meanwhile took its sum with it."""
    return sum(used - before.get(pid, 0.0) for pid, used in after.items())


def _figures(name: str, run: Run, ceiling: Run) -> list[Figure]:
    return [
        Figure(name, run.rate, "requests/s", ceiling.rate, EMPTY_NAME),
        *(
            Figure(f"{name}, {label}", run.quantile_ms(share), "ms", ceiling.quantile_ms(share), EMPTY_NAME)
            for label, share in (("p50", 0.5), ("p95", 0.95))
        ),
    ]


def _get(port: int, path: str, cookie: str, wanted: int):
    """One request on a connection that its thread keeps open, as a browser does."""
    own = threading.local()
    headers = {"Accept-Encoding": "gzip"} | ({"Cookie": cookie} if cookie else {})

    def get(_) -> None:
        if not hasattr(own, "line"):
            own.line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        elif time.monotonic() - own.used > IDLE:
            own.line.close()  # and opened anew by the next request
        own.line.request("GET", path, headers=headers)
        answer = own.line.getresponse()
        answer.read()
        own.used = time.monotonic()
        if answer.status != wanted:
            raise AssertionError(f"{path} answered {answer.status}, not {wanted}")

    return get


def _sign_in(port: int, login: str) -> str:
    """The cookie of somebody who has signed in by the form."""
    where = f"http://127.0.0.1:{port}{reverse('login')}"
    with requests.Session() as session:
        session.trust_env = False
        form = session.get(where, timeout=30).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
        data = {"csrfmiddlewaretoken": token, "username": login, "password": PASSWORD}
        answer = session.post(where, data=data, allow_redirects=False, timeout=30)
        if answer.status_code != 302:
            raise AssertionError(f"{login} could not sign in: {answer.status_code}")
        return f"sessionid={session.cookies['sessionid']}"


@contextmanager
def _server(stage: Stage) -> Iterator[tuple[int, int]]:
    """Its port, and the process that leads it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with stage.process("web", *SERVER.split(), f"127.0.0.1:{port}") as server:
        deadline = time.monotonic() + 60
        while not _answers(port):
            if server.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"The server did not start:\n{stage.said('web')[-2000:]}")
            time.sleep(0.1)
        yield port, server.pid


def _answers(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0
