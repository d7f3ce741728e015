"""Papers put into one book by several clerks at once. The book's row is locked: numbers come one by one."""

import os
import threading

import psycopg
from django.db import connection
from django.utils import timezone

from bench import fill
from bench.figures import Figure
from bench.pace import Work, side_by_side
from bench.stage import Stage
from documents.actions.incoming import reception as desk
from documents.models import Incoming

THREADS = 8
MOST = 600  # a second; papers beyond the pace of any machine seen so far


def measure(stage: Stage) -> list[Figure]:
    cast = fill.people()
    clerk = cast.posts["yen"]
    waiting = fill.waiting_papers(int(MOST * stage.seconds) + 2 * THREADS, clerk.organisation)
    pks = [paper.pk for paper in waiting]
    fill.settle()

    def register(pk: int) -> None:
        desk.register(Incoming.objects.for_list().get(pk=pk), by=clerk, at=timezone.now())

    commits = Commits()
    book, bare = side_by_side(
        Work(register, pks, THREADS),
        Work(commits.one, range(10**9), THREADS),
        seconds=stage.seconds,
        turn=1.0,
    )
    what, name = f"registered in one book, {THREADS} threads", f"bare insert and commit, {THREADS} threads"
    return [
        Figure(what, book.rate, "papers/s", bare.rate, name),
        Figure(f"{what}, p95", book.quantile_ms(0.95), "ms", bare.quantile_ms(0.95), name),
    ]


class Commits:
    """One row and one commit at a time, on a connection per thread: what the disk alone allows."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE IF NOT EXISTS bench_row (id bigserial PRIMARY KEY, text varchar(200))"
            )
        self._own = threading.local()

    def one(self, _) -> None:
        if not hasattr(self._own, "line"):
            self._own.line = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
        self._own.line.execute(
            "INSERT INTO bench_row (text) VALUES (%s)", ["Về việc báo cáo công tác quý IV"]
        )
