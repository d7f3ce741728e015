"""A clerk at another keyboard: a process of its own on the test's database, that can be killed in the middle of what it does.
`python -m tests.documents.books.one_clerk DEED POST`; for each line it reads, a fork of it does the deed and says the numbers it
took. The line is how many statements the fork sends before it dies with SIGKILL, 0 for none; then the keeper says how it ended."""

import os
import signal
import sys

import django


def main(deed: str, post: str) -> None:
    django.setup()
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _act(deed, post, int(line))
        status = os.waitpid(child, 0)[1]
        print(f"ended {os.waitstatus_to_exitcode(status)}", flush=True)


def _act(deed: str, post: str, before: int) -> None:
    from django.db import connection

    from orgs.models import Post

    by = Post.objects.select_related("user", "organisation").get(pk=post)
    if before:
        _dies_before(connection, before)
    for said in _DEEDS[deed](by):
        print(said, flush=True)
    connection.close()
    os._exit(0)


def _dies_before(connection, nth: int) -> None:
    """Of the statements that are sent from now on, and the commits, the nth never is: the process is gone, as when the power
    goes."""
    count = 0

    def counted() -> None:
        nonlocal count
        count += 1
        if count == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    def execute(real, sql, params, many, context):
        counted()
        return real(sql, params, many, context)

    def commit(real=connection.commit):
        counted()
        real()

    connection.execute_wrappers.append(execute)
    connection.commit = commit


def _number(by):
    """Every paper that waits for this clerk, one after another."""
    from django.core.exceptions import ValidationError
    from django.utils import timezone

    from documents.actions.outgoing.approval import number
    from documents.models import Outgoing

    for paper in Outgoing.objects.filter(organisation=by.organisation_id, state="signed", note=f"{by.pk}"):
        try:
            number(paper, by=by, at=timezone.now())
        except ValidationError:
            return  # the book is closed
        yield paper.number_value


def _reserve(by):
    from django.utils import timezone

    from documents.actions.books.reserving import reserve_numbers

    made = reserve_numbers("out", "CV", count=3, purpose="Mất điện theo lịch", by=by, at=timezone.now())
    yield from range(made.first, made.last + 1)


def _reserve_five_times(by):
    for _ in range(5):
        yield from _reserve(by)


def _close(by):
    from django.core.exceptions import ValidationError
    from django.utils import timezone

    from documents.actions.books.closing import close_book
    from documents.journey import NotAllowedNow
    from documents.models import RegisterBook

    book = RegisterBook.objects.get(organisation=by.organisation_id, direction="out", series="CV")
    try:
        close_book(book, by=by, at=timezone.now(), early=True)
        yield "closed"
    except (NotAllowedNow, ValidationError) as refusal:
        yield f"told: {refusal}"


def _void(by):
    from django.utils import timezone

    from documents.actions.outgoing.voiding import void_number
    from documents.models import Outgoing

    paper = Outgoing.objects.get(organisation=by.organisation_id, state="numbered")
    yield void_number(paper, by=by, at=timezone.now(), reason="Cấp nhầm số cho bản sai").value


def _enter(by):
    from django.utils import timezone

    from documents.actions.outgoing.entered import enter_reserved
    from documents.arrival import NewFile
    from documents.models import Blob, NumberLine
    from orgs.models import Post, Role

    line = NumberLine.objects.filter(state="reserved").select_related("book__organisation").first()
    signer = Post.objects.filter(organisation=by.organisation_id, role=Role.LEADER).first()
    file = NewFile("a.pdf", Blob.objects.first(), "main", 1)
    at = timezone.now()
    yield enter_reserved(
        line, kind="CV", subject="Ghi tay", signer=signer, drafter=by, issued_on=timezone.localdate(at), places="x",
        file=file, by=by, at=at,
    ).number_value  # fmt: skip


_DEEDS = {
    "number": _number, "reserve": _reserve, "reserve_five_times": _reserve_five_times, "close": _close, "void": _void,
    "enter": _enter,
}  # fmt: skip

if __name__ == "__main__":
    main(*sys.argv[1:])
