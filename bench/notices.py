"""From the commit of an act to the number on a page that is open: a real worker, the real process of streams, and
readers on as many lines as a city has pages open."""

import asyncio
import secrets
import threading
import time
from collections import defaultdict
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from bench import fill
from bench.figures import Figure
from bench.relaying import wait_for
from bench.stage import Stage
from documents.journey import record
from hanoi_docs.celery import app
from orgs.models import Organisation, Post, Role, Session, User

STREAMS = 400  # for every second asked for; 2,000 in an ordinary run
PEOPLE = 100
RATE = 200  # acts a second


def measure(stage: Stage) -> list[Figure]:
    fill.people()
    posts = _people()
    count = max(PEOPLE, int(STREAMS * stage.seconds))
    keys = _sessions(posts, count)
    with stage.process("streams", "progress.streams", "--bind", "127.0.0.1:0") as process, _worker(stage):
        wait_for("streams start", lambda: "streams at" in stage.said("streams"))
        port = int(stage.said("streams").split("streams at")[1].split()[0].rpartition(":")[2])
        pages = Pages(port, keys)
        wait_for("all pages listen", lambda: pages.open >= count or pages.failed)
        rate, sent = _act(posts, stage.seconds)
        wait_for("everybody has heard", lambda: pages.heard(sent))
        memory = _memory(process.pid)
        times = sorted(time for one in sent for time in pages.waited(*one))
        pages.stop()
    return [
        Figure(f"notice on an open page, half of {len(times)}", times[len(times) // 2], "s"),
        Figure("notice on an open page, 95 of 100", times[int(len(times) * 0.95)], "s"),
        Figure("acts while it was measured", rate, "acts/s"),
        Figure(f"memory of {pages.open} open streams", memory, "MB"),
    ]


def _people() -> list[Post]:
    """One office each, so that no two wait for one chain."""
    parent = Organisation.objects.get(code="H26")
    found = []
    for number in range(PEOPLE):
        office = Organisation.objects.create(
            code=f"H26.BENCH{number:03}",
            name=f"Cơ quan {number}",
            level=2,
            parent=parent,
            kind="so_ban_nganh",
            gate=True,
        )
        user = User(username=f"bench{number}", full_name=f"Người {number}")
        user.set_unusable_password()
        user.save()
        found.append(
            Post.objects.create(
                user=user, organisation=office, role=Role.LEADER, title="Giám đốc", valid_from="2020-01-01"
            )
        )
    return found


def _sessions(posts: list[Post], count: int) -> list[tuple[str, int]]:
    now = timezone.now()
    rows = [
        Session(
            session_key=secrets.token_hex(16), session_data="", user_id=posts[number % PEOPLE].user_id, begun_at=now,
            seen_at=now, expire_date=now + timedelta(hours=1),
        )
        for number in range(count)
    ]  # fmt: skip
    Session.objects.bulk_create(rows)
    return [(row.session_key, row.user_id) for row in rows]


def _worker(stage: Stage):
    app.control.purge()
    line = [
        "celery",
        "-A",
        "hanoi_docs",
        "worker",
        "-B",
        "-c",
        "2",
        "--loglevel",
        "WARNING",
        "--pidfile=",
        "-s",
    ]
    return stage.process("worker", *line, str(stage.folder / "beat"))


def _act(posts: list[Post], seconds: float) -> tuple[float, list[tuple[int, int, float]]]:
    """Acts at the pace; of each whose number it moved to what, and when it was committed."""
    sent, numbers, begun = [], defaultdict(int), time.perf_counter()
    for number in range(int(RATE * seconds)):
        pause = begun + number / RATE - time.perf_counter()
        if pause > 0:
            time.sleep(pause)
        post = posts[number % PEOPLE]
        with transaction.atomic():
            record("present", None, by=None, at=timezone.now(), organisation=post.organisation, payload={"to_post": post.pk})  # fmt: skip
        numbers[post.user_id] += 1
        sent.append((post.user_id, numbers[post.user_id], time.perf_counter()))
    return len(sent) / (time.perf_counter() - begun), sent


def _memory(pid: int) -> float:
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1000


class Pages:
    """Browsers as far as bytes go: when each line heard which number."""

    def __init__(self, port: int, keys: list[tuple[str, int]]):
        self.port, self.open, self.failed = port, 0, False
        self._lines = [(user, key, []) for key, user in keys]  # of each: (number, when)
        self._by_user = defaultdict(list)
        for user, _, heard in self._lines:
            self._by_user[user].append(heard)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def heard(self, sent) -> bool:
        last = {user: number for user, number, _ in sent}
        return all(one and one[-1][0] >= last[user] for user in last for one in self._by_user[user])

    def waited(self, user: int, number: int, committed: float) -> list[float]:
        """Of every page of that account: until it showed this number, or one that says more."""
        return [
            next(when for seen, when in heard if seen >= number) - committed for heard in self._by_user[user]
        ]

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._waits = [self._loop.create_task(self._listen(key, heard)) for _, key, heard in self._lines]
        self._loop.run_forever()
        for task in self._waits:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._waits, return_exceptions=True))
        self._loop.close()

    async def _listen(self, key: str, heard: list) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET /thong-bao/dong/ HTTP/1.1\r\nHost: x\r\nCookie: sessionid={key}\r\n\r\n".encode())
        if b" 200 " not in await reader.readline():
            self.failed = True
            return
        while line := await reader.readline():
            if line.startswith(b'data: {"unread"'):
                self.open += not heard
                heard.append((int(line[16:-2]), time.perf_counter()))
        writer.close()
