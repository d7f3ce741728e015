"""An office with papers, each with events and a file: what a backup has to carry."""

import hashlib
import os
from itertools import islice
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from bench import fill
from documents import blobs
from documents.journey import record_all, unwritten
from documents.models import Blob, File, Incoming

BATCH = 1000
FIRST = 10_000
_PAGE = (
    b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%%s\n%%%%EOF\n"
)


def build(papers: int, files: int, size: int) -> None:
    """About so many papers in one office's book, two events each; their files are `files` different ones of `size` bytes.

    Beyond a first part the database copies what it has: a million rows one by one take hours.
    """
    posts = fill.people().posts
    first = min(papers, FIRST)
    fill.fill_desk(first, clerk=posts["lan"], leader=posts["dung"], officer=posts["minh"])
    kept = [_keep(a_page(size)) for _ in range(min(first, files))]
    Blob.objects.bulk_create(kept, batch_size=BATCH)
    rows = Incoming.objects.order_by("pk").iterator(chunk_size=BATCH)
    number = 0
    while batch := list(islice(rows, BATCH)):
        with transaction.atomic():
            File.objects.bulk_create(
                File(document=paper, blob=kept[(number + at) % len(kept)], name="van-ban.pdf", part="main",
                     stage="received", pages=1, created_at=paper.arrived_at)
                for at, paper in enumerate(batch)
            )  # fmt: skip
            for kind, by in (("receive", None), ("register", posts["lan"])):
                record_all(
                    [
                        unwritten(kind, paper.organisation_id, paper.pk, by=by, at=paper.arrived_at)
                        for paper in batch
                    ]
                )
        number += len(batch)
    _multiply(papers // first, first)
    fill.settle()


def _multiply(times: int, first: int) -> None:
    """The same papers again under other keys and numbers; the chain goes on by its own trigger."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM documents_document")
        (span,) = cursor.fetchone()
        for turn in range(1, times):
            by, numbers = turn * span, turn * first
            moved = {name: f"{name} + {by}" for name in ("id", "document_ptr_id", "document_id")}
            moved["arrival_number"] = f"arrival_number + {numbers}"
            _again(cursor, "documents_document", "id", (0, span), moved)
            _again(cursor, "documents_incoming", "document_ptr_id", (0, span), moved)
            _again(cursor, "documents_file", "document_id", (0, span), moved, without=("id",))
            # The head of the chain is one row: the longer a transaction, the more of its versions are walked through.
            for begin in range(0, span, BATCH):
                part, chained = (
                    (begin, min(begin + BATCH, span)),
                    {"seq": "0", "prev_hash": "''", "hash": "''"},
                )
                _again(cursor, "documents_event", "document_id", part, moved | chained, without=("id",))
        # As the application, which may take numbers and not set them.
        cursor.execute(
            "SELECT max(nextval('documents_document_id_seq')) FROM generate_series(1, %s)",
            [span * (times - 1)],
        )
        cursor.execute(
            "UPDATE documents_registerbook b SET last_number = (SELECT max(arrival_number) FROM documents_incoming"
            " WHERE book_id = b.id) WHERE EXISTS (SELECT FROM documents_incoming WHERE book_id = b.id)"
        )


def _again(
    cursor, table: str, key: str, part: tuple[int, int], values: dict, without: tuple[str, ...] = ()
) -> None:
    names = [name for name in _columns(cursor, table) if name not in without]
    chosen = ", ".join(values.get(name, name) for name in names)
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {chosen} FROM {table} WHERE {key} > {part[0]} AND {key} <= {part[1]}"
    )


def _columns(cursor, table: str) -> list[str]:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s",
        [table],
    )
    return [name for (name,) in cursor.fetchall()]


def a_page(size: int) -> bytes:
    """A page that is like no other and does not get smaller when it is packed, as a scan does not."""
    return _PAGE % os.urandom(size // 2).hex().encode()


def _keep(data: bytes) -> Blob:
    """As `blobs.store` leaves it, without waiting for the disk at each."""
    blob = Blob(
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        content_type="application/pdf",
        created_at=timezone.now(),
    )
    path = Path(blobs.path_of(blob))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return blob
