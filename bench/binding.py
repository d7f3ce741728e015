"""A year's register of 50,000 lines as the worker makes it, PDF and .xlsx in one go, in a process of its own: how long, and what it
grows by. Rows are laid in by bulk; each has an assignment, so that every column has something to say."""

import json
import subprocess
import sys

from django.utils import timezone

from bench import fill
from bench.figures import Figure
from bench.stage import ROOT, Stage
from documents.models import RegisterBook

LINES = 50_000
SECONDS, MEMORY = 60.0, 500.0  # what is allowed; MB
_CHILD = """
import json, resource, sys, time
import django
django.setup()
from django.http import QueryDict
from django.utils import timezone
from orgs.models import Post
from progress.reports.registers.asking import book_asked_by
from progress.reports.registers.books import BOOKS
from progress.reports.registers.files import book_files
asked = book_asked_by(Post.objects.get(pk=int(sys.argv[1])), QueryDict("series=DO"), BOOKS["arrived"])
said, begun = [], time.perf_counter()
xlsx, pdf = book_files(asked, said=said.append)
took = time.perf_counter() - begun
import pikepdf, io
with pikepdf.open(io.BytesIO(pdf)) as file:
    pages = len(file.pages)
print(json.dumps({
    "took": took, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "pages": pages, "pdf": len(pdf),
    "xlsx": len(xlsx), "said": len(said),
}))
"""


def measure(stage: Stage) -> list[Figure]:
    posts = fill.people().posts
    clerk, leader, officer = posts["lan"], posts["dung"], posts["minh"]
    _lay_in(clerk, leader, officer)
    fill.settle()
    line = [sys.executable, "-c", _CHILD, str(clerk.pk)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    stage.conditions["book"] = (
        f"{LINES} lines, {found['pages']} pages, PDF {found['pdf'] / 1e6:.1f} MB, xlsx {found['xlsx'] / 1e6:.1f} MB, "
        f"told {found['said']} times how far"
    )
    return [
        Figure("register of 50,000 lines, PDF and xlsx", found["took"], "s", SECONDS, "what is allowed"),
        Figure("memory of the process that makes it", found["peak"], "MB", MEMORY, "what is allowed"),
    ]


def _lay_in(clerk, leader, officer) -> None:
    """Beside the office's own book, in a series of its own."""
    book = RegisterBook.objects.create(
        organisation=clerk.organisation, direction="in", year=timezone.localdate().year, series="DO"
    )
    fill.fill_book(book, LINES, clerk=clerk, leader=leader, officer=officer)
