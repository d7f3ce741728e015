"""Search among the papers of the whole city, one large office holding a fifth of them, and in the words of files. Papers are laid
in by SQL, past the acts: only how they are found is measured."""

import time
from urllib.parse import quote_plus

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from bench import fill, steering
from bench.figures import Figure
from bench.filing import _desk, _p95
from bench.stage import Stage
from documents import blobs
from orgs.models import Post

ALLOWED, TURNS = 300.0, 20  # ms
OF_ONE = 40  # of so many papers of an office one is its officer's
LARGE = 5  # of so many papers one is the large office's
TEXTS = 5  # and of so many of its papers one has the words of a file
# Syllables as papers use them: of the head every second paper has one, the tail is rare.
_SYLLABLES = (
    "bao cao ke hoach trien khai thuc hien cong tac tong hop kiem tra danh gia ket qua chi tieu xay dung du an dat "
    "dai giao thong y te truong hoc can bo hop dong thanh tra tai chinh ngan sach chuyen doi so luu tru van thu de "
    "nghi phoi hop tham dinh quy hoach moi truong nong nghiep cap nuoc thoat lu phong chay chua rung benh dich gia "
    "dinh tre em the thao du lich di tich hoi nghi "
)
_PAPERS = """
INSERT INTO documents_document (organisation_id, direction, state, holder_id, held_since, sorted_at, created_at, kind, kind_name,
  number, notation, issued_on, subject, issuer_name, signer_name, signer_title, urgency, due_on, note, document_uid, code_key, search_key)
SELECT CASE WHEN i %% %(share)s = 0 THEN %(large)s ELSE (%(offices)s::bigint[])[1 + i %% %(many)s] END, 'in', 'completed', NULL, at, at, at,
  'CV', '', i::text, 'TIM', at::date, s, 'Bộ Nội vụ', '', '', 0, NULL, '', '', i::text || '/tim', i::text || '/tim cong van ' || s || ' bo noi vu'
FROM (SELECT i, now() - random() * interval '364 days' AS at,
        (SELECT string_agg((%(words)s::text[])[1 + floor(%(count_words)s * power(random(), 2.2))::int], ' ')
         FROM generate_series(1, 12 + i %% 2)) AS s
      FROM generate_series(1, %(count)s) i) n
"""
_TEXTS = """
WITH files AS (
  INSERT INTO documents_file (document_id, blob_id, name, part, stage, version, created_at)
  SELECT id, %(blob)s, 'vb.pdf', 'main', 'received', 1, created_at FROM documents_document
  WHERE notation = 'TIM' AND organisation_id = %(large)s AND id %% %(share)s = 0 RETURNING id)
SELECT count(*) FROM files
"""
_FILL = """
UPDATE documents_filetext t SET (state, text, words) = (SELECT 'done', said, to_tsvector('simple', said) FROM (
  SELECT string_agg((%(words)s::text[])[1 + floor(%(count_words)s * power(random(), 2.2))::int], ' ') AS said
  FROM generate_series(1, 300 + t.file_id %% 2)) w)
WHERE state = 'waiting'
"""


def measure(stage: Stage) -> list[Figure]:
    people = fill.people()
    large = people.orgs["so"]
    offices = [one.pk for one in steering._staffed(large.parent)]
    begun = time.perf_counter()
    about = {
        "share": LARGE,
        "large": large.pk,
        "offices": offices,
        "many": len(offices),
        "count": stage.papers,
    }
    spoken = _SYLLABLES.split()
    words = {"words": spoken, "count_words": len(spoken)}
    with connection.cursor() as cursor:
        cursor.execute(_PAPERS, about | words)
        for statement, which in ((steering._IN, ""), (steering._TASKS, f" AND d.id % {OF_ONE} = 0")):
            cursor.execute(statement.replace("%%", "%").replace("'BENCH'", "'TIM'") + which)
        blob = blobs.store(b"%PDF-1.4 searched").sha256
        cursor.execute(_TEXTS, {"blob": blob, "large": large.pk, "share": TEXTS})
        texts = cursor.fetchone()[0]
        cursor.execute(_FILL, words)
    fill.settle()
    stage.conditions |= {
        "papers searched": stage.papers, "in the large office": stage.papers // LARGE, "texts of files": texts,
        "filled in": f"{time.perf_counter() - begun:.0f} s",
    }  # fmt: skip
    call_command("collectstatic", interactive=False, verbosity=0)
    clerk = _desk(people.posts["lan"])
    officer = _desk(Post.objects.get(organisation=large, title="Đo tốc độ"))
    asked = {
        "two common words": "bao cao", "three words, one rare": "ke hoach lich", "a rare word": "nghi tich",
        "words of nothing": "khongcotunay", "a number": f"{stage.papers // 2}/tim",
    }  # fmt: skip
    there = reverse("search")
    found = []
    for who, client in (("clerk", clerk), ("an officer", officer)):
        found += [
            _found(f"{name}, {who}", client, f"{there}?q={quote_plus(said)}") for name, said in asked.items()
        ]
    within = {"common words": "bao cao", "a phrase": '"ke hoach trien"', "a rare word": "tich"}
    return found + [
        _found(f"in the words of files: {name}", clerk, f"{there}?where=content&q={quote_plus(said)}")
        for name, said in within.items()
    ]


def _found(name: str, client: Client, url: str) -> Figure:
    return Figure(f"{name}, p95", _p95(client, url, TURNS), "ms", ALLOWED, "what is allowed")
