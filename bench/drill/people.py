"""Clerks and ministries at work through the real doors. Whoever finds a door shut comes again, as people do."""

import base64
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import requests
from django.db import Error, close_old_connections

from documents.models import Incoming, Outgoing
from hanoi_docs.demo.cast import PASSWORD

from .office import MINISTRIES, Office

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
DONE_STATES = ("issued",)


class Press:
    """One person with a browser. `do` presses a button; whether it helped is seen afterwards, in the books."""

    def __init__(self, where: str, login: str):
        self.where, self.login = where, login
        self.session = self._fresh()

    def do(self, path: str, **fields: str) -> bool:
        """Whether the page answered as it does when the act was done."""
        try:
            if "sessionid" not in self.session.cookies:
                self._sign_in()
            token = self.session.cookies["csrftoken"]
            answer = self.session.post(
                self.where + path,
                data={
                    "csrfmiddlewaretoken": token,
                    "proof_password": PASSWORD,
                    **fields,
                },  # asked every ten minutes
                headers={"Referer": self.where + path},
                allow_redirects=False,
                timeout=30,
            )
        except (requests.RequestException, KeyError, TypeError):
            return False
        if "/dang-nhap" in answer.headers.get("Location", ""):
            self.session = self._fresh()
            return False
        return answer.status_code == 302

    def _fresh(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        return session

    def _sign_in(self) -> None:
        page = self.session.get(f"{self.where}/dang-nhap/", timeout=30).text
        data = {
            "csrfmiddlewaretoken": _TOKEN.search(page)[1],
            "username": self.login,
            "password": PASSWORD,
        }
        self.session.post(f"{self.where}/dang-nhap/", data=data, allow_redirects=False, timeout=30)


class Crowd:
    """All of them, in threads, until their work is done or `over` is set."""

    def __init__(
        self, office: Office, web_url: str, axis_url: str, *, incoming: int, seconds: float, seed: int
    ):
        self.office, self.web_url, self.axis_url = office, web_url, axis_url
        self.over, self.random = threading.Event(), random.Random(seed)
        self.pressed: set[int] = set()  # papers whose issue a page has confirmed
        self.entered: set[int] = set()  # arrivals whose entry or refusal a page has confirmed
        self.problems: list[str] = []
        self._outgoing, self._incoming, self._seconds = list(office.papers), incoming, seconds
        self._lock = threading.Lock()
        jobs = [self._issue, self._issue, self._send, self._register]
        self.threads = [threading.Thread(target=self._safely, args=[job], daemon=True) for job in jobs]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def busy(self) -> bool:
        """Whether somebody still issues or sends; those who register go on until `over`."""
        return any(thread.is_alive() for thread in self.threads[:3])

    def stop(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(60)

    def _safely(self, job: Callable[[], None]) -> None:
        try:
            job()
        except Exception as error:  # a defect of the drill itself: told at the end
            self.problems.append(f"{job.__name__}: {type(error).__name__}: {error}")

    def _issue(self) -> None:
        """Cấp số, đóng dấu, phát hành: pressed until the books say so."""
        press = Press(self.web_url, self.office.clerk)
        for pk in self._papers():
            begun = time.monotonic()
            while not self.over.is_set():
                if press.do(f"/van-ban-di/{pk}/cap-so/") and self._is(Outgoing, pk, DONE_STATES):
                    self.pressed.add(pk)
                    break
                time.sleep(0.3)
            self._keep_pace(begun, 2 * self._seconds / max(1, len(self.office.papers)))

    def _papers(self) -> Iterator[int]:
        while not self.over.is_set():
            with self._lock:
                if not self._outgoing:
                    return
                pk = self._outgoing.pop()
            yield pk

    def _send(self) -> None:
        """The ministries write. An order that nobody answered is given again under another number: what counts is
        what the axis says it was sent."""
        files = [{"name": "cong-van.pdf", "data": base64.b64encode(self.office.pdf).decode()}]
        for index in range(self._incoming):
            begun = time.monotonic()
            order = {
                "from": self.random.choice(MINISTRIES),
                "to": self.random.sample(self.office.codes, self.random.choice((1, 1, 2))),
                "subject": f"Về việc đôn đốc thực tập số {index + 1}",
                "urgency": self.random.choice((0, 0, 0, 1, 3)),
                "files": files,
            }
            while not self.over.is_set():
                try:
                    if requests.post(f"{self.axis_url}/_sim/send", json=order, timeout=20).status_code == 200:
                        break
                except requests.RequestException:
                    pass
                time.sleep(0.3)
            self._keep_pace(begun, self._seconds / max(1, self._incoming))

    def _register(self) -> None:
        """Everything that arrives at the office goes into the book; one in ten is refused."""
        press = Press(self.web_url, self.office.clerk)
        while not self.over.is_set():
            waiting = self._waiting()
            for pk in waiting:
                if self.random.random() < 0.1:
                    reason = "Văn bản không thuộc thẩm quyền giải quyết của cơ quan."
                    done = press.do(f"/van-ban-den/{pk}/tu-choi/", reason=reason)
                else:
                    done = press.do(f"/van-ban-den/{pk}/vao-so/", due_on="", leader="")
                if done and self._is(Incoming, pk, ("registered", "rejected")):
                    self.entered.add(pk)
                if self.over.is_set():
                    return
            time.sleep(0.2 if waiting else 0.5)

    def _waiting(self) -> list[int]:
        with books():
            rows = Incoming.objects.filter(organisation__posts__user__username=self.office.clerk)
            return list(rows.filter(state="awaiting_reception").distinct().values_list("pk", flat=True)[:20])
        return []

    def _is(self, model: type, pk: int, states: tuple[str, ...]) -> bool:
        with books():
            return model.objects.filter(pk=pk, state__in=states).exists()
        return False

    def _keep_pace(self, begun: float, each: float) -> None:
        self.over.wait(max(0.0, begun + each - time.monotonic()))


@contextmanager
def books() -> Iterator[None]:
    """A look into the database, which may be down just now: then nothing was seen."""
    try:
        close_old_connections()
        yield
    except Error:
        close_old_connections()
        time.sleep(0.3)
