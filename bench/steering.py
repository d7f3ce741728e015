"""The steering board of the whole city over twelve months, and what its figures open. Papers are laid into every office of
the city by SQL, past the acts: only how they are counted is measured."""

import statistics
import time
from datetime import date, timedelta

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench import fill
from bench.figures import Figure
from bench.stage import Stage
from documents.journey import record
from orgs.calendar import working_days
from orgs.models import Organisation, Post, Role, User
from progress.reports import kept
from progress.reports.periods import first_of_next

TURNS = 7
BOARD, LIST = 1000.0, 300.0  # ms that are allowed
OUT_OF_TEN = 2  # of ten papers that many leave
_PAPERS = """
INSERT INTO documents_document (organisation_id, direction, state, holder_id, held_since, sorted_at, created_at, kind,
  kind_name, number, notation, issued_on, subject, issuer_name, signer_name, signer_title, urgency, due_on, note,
  document_uid, code_key, search_key)
SELECT o.org, CASE WHEN n.i %% 10 < %(out)s THEN 'out' ELSE 'in' END,
  CASE WHEN n.i %% 10 < %(out)s THEN 'issued' WHEN n.i %% 100 < 91 THEN 'completed' WHEN n.i %% 100 < 95 THEN 'assigned'
    ELSE 'processing' END,
  NULL, n.at + interval '5 days', n.at, n.at, 'CV', '', n.i::text, 'BENCH', n.at::date, 'Về việc đo tốc độ', 'Bộ Nội vụ', '', '', 0,
  CASE WHEN n.i %% 3 = 0 THEN NULL ELSE n.at::date + (n.i %% 12)::int END, '', '', '', ''
FROM (SELECT i, now() - random() * interval '364 days' AS at FROM generate_series(1, %(count)s) i) n
JOIN (SELECT id AS org, row_number() OVER (ORDER BY id) - 1 AS turn FROM orgs_organisation WHERE id = ANY(%(offices)s)) o
  ON o.turn = n.i %% %(many)s
"""
_IN = """
INSERT INTO documents_incoming (document_ptr_id, source, sender_code, arrived_at, arrival_date, refusal_reason, result,
  secrecy_marks, signature_verdict, signature_report)
SELECT id, 'axis', 'G09', created_at, created_at::date, '', '', '', 'valid', '{}' FROM documents_document
WHERE direction = 'in' AND notation = 'BENCH'
"""
_OUT = """
INSERT INTO documents_outgoing (document_ptr_id, drafter_id, signer_id, addressees, bases, body, other_recipients, version,
  signer_lines, signed_at, issued_at)
SELECT d.id, p.id, p.id, '', '', 'x', '', 1, '', d.sorted_at - (d.id %% 4) * interval '1 day', d.sorted_at
FROM documents_document d JOIN orgs_post p ON p.organisation_id = d.organisation_id AND p.title = 'Đo tốc độ'
WHERE d.direction = 'out' AND d.notation = 'BENCH'
"""
_TASKS = """
INSERT INTO documents_assignment (incoming_id, role, state, assignee_id, by_id, instruction, product, due_on, created_at,
  done_at, result)
SELECT d.id, 'lead', CASE d.state WHEN 'completed' THEN 'done' WHEN 'assigned' THEN 'new' ELSE 'in_progress' END,
  p.id, p.id, '', '', d.due_on, d.created_at, CASE WHEN d.state = 'completed' THEN d.held_since END, ''
FROM documents_document d JOIN orgs_post p ON p.organisation_id = d.organisation_id AND p.title = 'Đo tốc độ'
WHERE d.direction = 'in' AND d.notation = 'BENCH'
"""


def measure(stage: Stage) -> list[Figure]:
    city = fill.people().orgs["so"].parent
    offices = _staffed(city)
    begun = time.perf_counter()
    _fill(stage.papers, [one.pk for one in offices])
    stage.conditions |= {
        "papers of the city": stage.papers,
        "offices": len(offices),
        "filled in": f"{time.perf_counter() - begun:.0f} s",
    }
    begun = time.perf_counter()
    kept.follow(at=timezone.now(), calendar=working_days())
    found = [Figure("sums of the whole city made anew", time.perf_counter() - begun, "s")]
    fill.settle()
    call_command("collectstatic", interactive=False, verbosity=0)
    client, today = _at_the_city(city), timezone.localdate()
    since, until = last_months(today)
    year = f"period=range&from={since}&to={until}&org="
    papers, one = reverse("report_papers_in"), offices[0].pk
    pages = {
        "board of the city over 12 months": (f"{reverse('board')}?{year}all", BOARD),
        "papers in by office over 12 months": (f"{papers}?{year}all", BOARD),
        "drill-down: late in one office": (f"{papers}?{year}{one}&class=done_late", LIST),
        "drill-down: still late in the city": (f"{papers}?{year}all&class=open_late", LIST),
        "drill-down: all of the city": (f"{papers}?{year}all&class=total", LIST),
        "report of one office, live": (f"{papers}?{year}{one}", BOARD),
    }
    return found + [
        Figure(name, _ms(client, url), "ms", allowed, "what is allowed")
        for name, (url, allowed) in pages.items()
    ]


def last_months(today: date) -> tuple[date, date]:
    """Twelve calendar months, this one included."""
    until = first_of_next(today)
    return until.replace(year=until.year - 1), until - timedelta(days=1)


def _ms(client: Client, url: str) -> float:
    times = []
    for _ in range(TURNS):
        begun = time.perf_counter()
        answer = client.get(url)
        assert answer.status_code == 200, (url, answer.status_code)
        times.append(1000 * (time.perf_counter() - begun))
    return statistics.median(times)


def _staffed(city: Organisation) -> list[Organisation]:
    """The desks of the city that are open, each with somebody who does all its work; once, whatever part asks first."""
    day = timezone.localdate()
    offices = list(Organisation.objects.on(day).filter(gate=True, external=False).exclude(pk=city.pk))
    if Post.objects.filter(title="Đo tốc độ").exists():
        return offices
    users = User.objects.bulk_create(
        User(username=f"do{one.pk}", full_name="Người Đo", search_key="nguoi do", password="!")
        for one in offices
    )
    Post.objects.bulk_create(
        Post(
            user=user,
            organisation=one,
            role=Role.OFFICER,
            title="Đo tốc độ",
            valid_from=day.replace(year=day.year - 2),
        )
        for user, one in zip(users, offices, strict=True)
    )
    return offices


def _fill(count: int, offices: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_PAPERS, {"count": count, "offices": offices, "many": len(offices), "out": OUT_OF_TEN})
        for statement in (_IN, _OUT, _TASKS):
            cursor.execute(statement.replace("%%", "%"))
    for office in Organisation.objects.filter(pk__in=offices):
        record("share", None, by=None, at=timezone.now(), organisation=office)  # a chain with an end
    fill.settle()


def _at_the_city(city: Organisation) -> Client:
    user, _ = User.objects.get_or_create(
        username="theo.doi", defaults={"full_name": "Người Theo Dõi", "password": "!"}
    )
    post, _ = Post.objects.get_or_create(
        user=user, organisation=city, role=Role.MONITOR, title="Theo dõi", valid_from=timezone.localdate()
    )
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    session = client.session
    session["post"] = post.pk
    session.save()
    return client
