"""Files of the whole city: one of 500 papers opened, the lists, the ratio over every office and three years. Files and papers are
laid in by SQL, past the acts: only how they are read is measured."""

import math
import time
from datetime import date, datetime, timedelta
from random import Random

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench import fill, steering
from bench.figures import Figure
from bench.stage import Stage
from casefiles import freezing
from casefiles.models import CaseFile
from orgs.models import Organisation, Post
from ui.text import fold

BIG, MONTHS, TURNS = 500, 36, 40
OPEN, LIST, RATIO = 200.0, 300.0, 1.0  # what is allowed: ms, ms, s
OWN = 10  # of all files that many to the hundred lie in the office whose lists are read
_MIX = ["online"] * 80 + ["partly"] * 6 + ["late"] * 8 + ["paper"] * 6
_BIG = """
INSERT INTO casefiles_item (case_id, ordinal, document_id, name, held, seen, by_id, at, removed_why)
SELECT %(case)s, row_number() OVER (ORDER BY d.id), d.id, '', false, '', %(by)s, d.created_at, ''
FROM documents_document d WHERE d.notation = 'BENCH'
"""
_ITEMS = """
INSERT INTO casefiles_item (case_id, ordinal, document_id, name, held, seen, by_id, at, removed_why)
SELECT c.id, row_number() OVER (PARTITION BY c.id ORDER BY d.id), d.id, '', false, '', c.creator_id, d.created_at, ''
FROM (SELECT id, organisation_id, created_at, row_number() OVER (PARTITION BY organisation_id ORDER BY id) - 1 AS n
      FROM documents_document WHERE notation = 'BENCH') d
JOIN (SELECT id, organisation_id, creator_id, row_number() OVER (PARTITION BY organisation_id ORDER BY id) - 1 AS n,
        count(*) OVER (PARTITION BY organisation_id) AS many FROM casefiles_casefile WHERE title LIKE 'Hồ sơ đo%') c
  ON c.organisation_id = d.organisation_id AND c.n = d.n % c.many
"""
_BARE = """
SELECT organisation_id, date_trunc('month', ended_on), counted, count(*) FROM casefiles_casefile
WHERE ended_on >= %s AND ended_on <= %s GROUP BY 1, 2, 3
"""


def measure(stage: Stage) -> list[Figure]:
    people = fill.people()
    city, office = people.orgs["so"].parent, people.orgs["so"]
    offices = steering._staffed(city)
    creators = {
        post.organisation_id: post
        for post in Post.objects.filter(organisation__in=offices, title="Đo tốc độ")
    }
    begun = time.perf_counter()
    with connection.cursor() as cursor:  # papers of another part are its own
        cursor.execute("UPDATE documents_document SET notation = 'BENCH0' WHERE notation = 'BENCH'")
    big = _big(creators[office.pk])
    _files(stage.files, office, creators)
    steering._fill(stage.filed, [one.pk for one in offices])
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS)
    fill.settle()
    stage.conditions |= {
        "files": stage.files,
        "papers in files": stage.filed,
        "offices": len(offices),
        "filled in": f"{time.perf_counter() - begun:.0f} s",
    }
    begun = time.perf_counter()
    months = freezing.freeze(at=timezone.now())
    found = [Figure(f"{len(months)} months frozen at once", time.perf_counter() - begun, "s")]
    fill.settle()
    call_command("collectstatic", interactive=False, verbosity=0)
    leader, creator = _desk(people.posts["dung"]), _desk(creators[office.pk])
    there = reverse("case_list")
    pages = {
        "file of 500 papers, who sees them all": (leader, big.get_absolute_url(), OPEN),
        "file of 500 papers, its creator": (creator, big.get_absolute_url(), OPEN),
        "all files of the office": (leader, f"{there}?box=all", LIST),
        "files of the office that are due": (leader, f"{there}?box=due", LIST),
        "files found by words": (leader, f"{there}?box=all&q=do+toc+do+{stage.files}", LIST),
        "one's own files": (creator, f"{there}?box=mine", LIST),
        "the archive's catalogue": (creator, reverse("archive_catalogue"), LIST),
    }
    found += [
        Figure(f"{name}, p95", _p95(client, url), "ms", allowed, "what is allowed")
        for name, (client, url, allowed) in pages.items()
    ]
    return found + _ratio(city)


def _ratio(city: Organisation) -> list[Figure]:
    """The page of the whole city over three years beside the bare counting of the same rows."""
    until = timezone.localdate()
    since = date(until.year - MONTHS // 12, until.month, 1)
    client = steering._at_the_city(city)
    whole = _p95(client, f"{reverse('online_ratio')}?from={since}&to={until}", turns=9) / 1000
    times = []
    for _ in range(9):
        begun = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(_BARE, [since, until])
            cursor.fetchall()
        times.append(time.perf_counter() - begun)
    name = "ratio of every office over 36 months, p95"
    return [
        Figure(name, whole, "s", sorted(times)[len(times) // 2], "the bare SQL"),
        Figure(f"{name}, as allowed", whole, "s", RATIO, "what is allowed"),
    ]


def _p95(client: Client, url: str, turns: int = TURNS) -> float:
    times = []
    for _ in range(turns):
        begun = time.perf_counter()
        answer = client.get(url)
        assert answer.status_code == 200, (url, answer.status_code)
        times.append(1000 * (time.perf_counter() - begun))
    return sorted(times)[math.ceil(0.95 * turns) - 1]


def _desk(post: Post) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(post.user)
    session = client.session
    session["post"] = post.pk
    session.save()
    return client


def _big(by: Post) -> CaseFile:
    """One file with five hundred papers of its own."""
    steering._fill(BIG, [by.organisation_id])
    big = CaseFile.objects.create(
        organisation=by.organisation, year=2026, code="01.LON", title="Hồ sơ lớn", creator=by, term="20",
        started_on=timezone.localdate(), opened_at=timezone.now(),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_BIG, {"case": big.pk, "by": by.pk})
        cursor.execute("UPDATE documents_document SET notation = 'BENCH500' WHERE notation = 'BENCH'")
    return big


def _files(count: int, office: Organisation, creators: dict[int, Post]) -> None:
    """Over all offices and three years, most of them ended."""
    rng, today, others = Random(90), timezone.localdate(), sorted(creators)
    for start in range(0, count, 5000):
        CaseFile.objects.bulk_create(
            _file(n, office.pk if n % 100 < OWN else others[n % len(others)], creators, rng, today)
            for n in range(start, min(start + 5000, count))
        )


def _file(n: int, office: int, creators: dict[int, Post], rng: Random, today: date) -> CaseFile:
    ended = today - timedelta(days=rng.randrange(30 * MONTHS))
    at = timezone.make_aware(datetime(ended.year, ended.month, ended.day, 9))
    title = f"Hồ sơ đo tốc độ {n}"
    case = CaseFile(
        organisation_id=office, year=ended.year, code=f"{n}.DO", title=title, creator=creators[office],
        term=rng.choice(("vinh_vien", "20", "10", "3")), started_on=ended - timedelta(days=30), opened_at=at, search_key=fold(title),
    )  # fmt: skip
    if n % 10:
        case.state = "archived" if n % 3 == 0 else "closed"
        case.ended_on, case.closed_at, case.counted = ended, at, rng.choice(_MIX)
        case.documents, case.pages = 10, 30
    return case
