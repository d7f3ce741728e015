"""What a restored system looks like from inside; run as `manage.py look` in its own process, on its own database."""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from documents import blobs
from documents.models import Blob, ChainHead, File
from documents.pdf import PdfError, page_image
from hanoi_docs.backups.full import counted

OPENED = 10
_WIDTH = 300  # pixels: enough to see that it can be drawn


def look() -> dict:
    """Counts; the ends of the chains; broken: what the audit found; opened: papers that were read and drawn."""
    opened, unopened = open_some()
    return {
        "counts": counted(),
        "heads": {str(head.organisation_id): [head.seq, head.hash] for head in ChainHead.objects.all()},
        "broken": audit(),
        "opened": opened,
        "unopened": unopened,
    }


def audit() -> list[str]:
    """A sentence for everything that does not hold: chains, anchors and their stamps, by the audit that needs neither Django
    nor database; and files that rows speak of. Hashes of files were compared when they were restored."""
    broken = _history()
    for sha256, size in Blob.objects.values_list("sha256", "size").iterator(chunk_size=5000):
        with suppress(FileNotFoundError):
            if os.stat(blobs.path_of(Blob(sha256=sha256))).st_size == size:
                continue
        broken.append(f"Kho tệp thiếu tệp {sha256}, hoặc tệp không đủ dài.")
    return broken


def _history() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "history"
        call_command("export_history", export, stdout=StringIO())
        line = [sys.executable, "-m", "documents.audit", export]
        done = subprocess.run(line, cwd=settings.BASE_DIR, capture_output=True, text=True)
    if done.returncode == 0:
        return []
    return [json.loads(done.stdout)["first_broken"] if done.returncode == 1 else done.stderr.strip()[-500:]]


def open_some() -> tuple[int, list[str]]:
    """The newest papers and some of all ages: bytes against their hash, the first page drawn."""
    pdfs = File.objects.filter(blob__content_type="application/pdf", part=File.Part.MAIN).select_related(
        "blob"
    )
    newest = list(pdfs.order_by("-pk")[: 2 * OPENED])
    spread = []
    if newest and (oldest := pdfs.order_by("pk").first()):
        steps = [oldest.pk + (newest[0].pk - oldest.pk) * part // OPENED for part in range(OPENED)]
        spread = [pdfs.filter(pk__lte=pk).order_by("-pk").first() for pk in steps[::2]]
    chosen = list({file.pk: file for file in [*newest[: OPENED // 2], *spread, *newest]}.values())[:OPENED]
    problems = [problem for file in chosen if (problem := _open(file))]
    return len(chosen) - len(problems), problems


def _open(file: File) -> str:
    try:
        if not blobs.intact(file.blob):
            return f"Tệp {file.blob_id} của văn bản {file.document_id} không đúng với mã của nó."
        page_image(blobs.read(file.blob), 1, _WIDTH)
    except (PdfError, OSError) as error:
        return f"Không vẽ được trang 1 của tệp {file.blob_id}: {error}"
    return ""
