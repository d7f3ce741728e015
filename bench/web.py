"""Pages as people open them: over HTTP, from the server as it runs in production, by one and by eight."""

import http.client
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat

import requests
from django.core.management import call_command
from django.urls import reverse

from bench import fill
from bench.figures import Figure
from bench.pace import Run, Work, side_by_side
from bench.stage import Stage
from documents import blobs
from hanoi_docs.demo.cast import PASSWORD

USERS = (1, 8)
SERVER = "gunicorn hanoi_docs.wsgi --workers 2 --threads 4 --preload --no-control-socket --bind"
IDLE = 1.0  # seconds between two turns after which the server may be about to hang up: it does so at 2
EMPTY = "/khong-co-trang-nay/"  # 404: all of the middleware, no query
EMPTY_NAME = "the emptiest page of the same server"


@dataclass(frozen=True)
class Page:
    name: str
    path: str
    login: str


def measure(stage: Stage) -> list[Figure]:
    pages = _pages(stage)
    call_command("collectstatic", interactive=False, verbosity=0)
    with _server(stage) as port:
        cookies = {login: _sign_in(port, login) for login in {page.login for page in pages}}
        return [figure for users in USERS for figure in _measure(stage, port, pages, cookies, users)]


def _pages(stage: Stage) -> list[Page]:
    posts = fill.people().posts
    fill.fill_desk(stage.papers, clerk=posts["lan"], leader=posts["dung"], officer=posts["minh"])
    pdf = blobs.read(fill.issued_paper().current_file().blob)
    paper = fill.handled_paper(pdf, posts)
    fill.settle()
    return [
        Page("clerk's list", f"{reverse('incoming_list')}?box=all", "lan"),
        Page("leader's tray", reverse("desk"), "dung"),
        Page("one paper", reverse("incoming", args=[paper.pk]), "lan"),
    ]


def _measure(stage: Stage, port: int, pages: list[Page], cookies: dict[str, str], users: int) -> list[Figure]:
    works = [Work(_get(port, page.path, cookies[page.login], 200), repeat(None), users) for page in pages]
    empty = Work(_get(port, EMPTY, "", 404), repeat(None), users)
    *runs, ceiling = side_by_side(*works, empty, seconds=stage.seconds, turn=1.0)
    people = f"{users} at once" if users > 1 else "alone"
    return [
        figure
        for page, run in zip(pages, runs, strict=True)
        for figure in _figures(f"{page.name}, {people}", run, ceiling)
    ]


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
    headers = {"Cookie": cookie} if cookie else {}

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
def _server(stage: Stage) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with stage.process("web", *SERVER.split(), f"127.0.0.1:{port}") as server:
        deadline = time.monotonic() + 60
        while not _answers(port):
            if server.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"The server did not start:\n{stage.said('web')[-2000:]}")
            time.sleep(0.1)
        yield port


def _answers(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0
