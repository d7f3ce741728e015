"""From the commit of an act to the number on a page that is open: a real worker, the real process of streams, and
readers on as many lines as a city has pages open."""

import secrets
import time
from collections import defaultdict
from datetime import timedelta
from threading import Thread

from django.db import connection, transaction
from django.utils import timezone

from bench import fill
from bench.figures import Figure
from bench.pages import Pages
from bench.relaying import wait_for
from bench.stage import Stage
from documents.journey import record
from hanoi_docs.celery import app
from orgs.models import Organisation, Post, Role, Session, User

STREAMS = 400  # for every second asked for; 2,000 in an ordinary run
PEOPLE = 100
RATE = 200  # acts a second
HANDS = 4  # PEOPLE is a multiple: whose number moves is one hand's


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
        last = {user: number for user, number, _ in sent}
        wait_for("everybody has heard", lambda: pages.heard(last))
        memory = _memory(process.pid)
        opened, heard = pages.open, pages.stop()
    times = sorted(
        next(when for seen, when in page if seen >= number) - committed
        for user, number, committed in sent
        for page in heard[user]
    )
    return [
        Figure(f"notice on an open page, half of {len(times)}", times[len(times) // 2], "s"),
        Figure("notice on an open page, 95 of 100", times[int(len(times) * 0.95)], "s"),
        Figure("acts while it was measured", rate, "acts/s"),
        Figure(f"memory of {opened} open streams", memory, "MB"),
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
    """Acts at the pace, by several hands: one alone waits for the disk at every commit. Of each whose number it moved to
    what, and when it was committed."""
    begun, sent = time.perf_counter(), []

    def act(hand: int) -> None:
        numbers = defaultdict(int)
        for number in range(hand, int(RATE * seconds), HANDS):
            pause = begun + number / RATE - time.perf_counter()
            if pause > 0:
                time.sleep(pause)
            post = posts[number % PEOPLE]
            with transaction.atomic():
                record("present", None, by=None, at=timezone.now(), organisation=post.organisation, payload={"to_post": post.pk})  # fmt: skip
            numbers[post.user_id] += 1
            sent.append((post.user_id, numbers[post.user_id], time.perf_counter()))
        connection.close()

    hands = [Thread(target=act, args=(hand,)) for hand in range(HANDS)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    return len(sent) / (max(when for _, _, when in sent) - begun), sent


def _memory(pid: int) -> float:
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1000
