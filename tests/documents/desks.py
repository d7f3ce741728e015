"""Sitting down at a desk over HTTP, and papers brought to a certain point by the office's own acts."""

import datetime as dt
import io
import re
import zipfile

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from documents import blobs
from documents.actions.incoming.reception import present, register
from documents.actions.work import assignments as work
from documents.models import Assignment, Event, Outgoing
from hanoi_docs.degraded.sessions import SessionStore
from tests.conftest import tiny_pdf


def at_desk(post) -> Client:
    """Signed in by Django's own `login`. `Client.force_login` makes a session before, and writes it twice more."""
    request = HttpRequest()
    request.session = SessionStore()
    login(request, post.user, settings.AUTHENTICATION_BACKENDS[0])
    request.session["post"] = post.pk
    request.session.save()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return client


def registered(office, **fields):
    return register(office.paper(**fields), by=office.lan, at=timezone.now())


def presented(office, **fields):
    paper = registered(office, **fields)
    present(paper, to=office.dung, by=office.lan, at=timezone.now())
    return paper


def directed(office, *, lead=None, support=(), info=(), due_on=None, **fields):
    paper = presented(office, **fields)
    work.direct(
        paper, by=office.dung, at=timezone.now(), text="Chủ trì tham mưu.", lead=lead or office.minh,
        support=list(support), info=list(info), due_on=due_on, product="Công văn trả lời",
    )  # fmt: skip
    return paper


def task_of(paper, post) -> Assignment:
    return Assignment.objects.get(incoming=paper, assignee=post)


def late(paper, days: int = 3):
    """Makes a paper and its tasks late, as time would: no act can give a deadline in the past."""
    day = timezone.localdate() - dt.timedelta(days=days)
    type(paper).objects.filter(pk=paper.pk).update(due_on=day)
    paper.assignments.exclude(role="info").update(due_on=day)
    paper.refresh_from_db()
    return paper


def kinds(paper) -> list[str]:
    return list(Event.objects.filter(document=paper.pk).values_list("kind", flat=True))


def outgoing(office, **fields) -> Outgoing:
    """A paper of the office as a bare row: what stands before or after its journey is not the point here."""
    at = timezone.now()
    given = {
        "kind": "CV",
        "state": "draft",
        "drafter": office.minh,
        "signer": office.dung,
        "subject": "Dự thảo",
        "body": "x",
    }
    return Outgoing.objects.create(
        organisation=office.home_affairs,
        direction="out",
        held_since=at,
        sorted_at=at,
        created_at=at,
        **given | fields,
    )


def words(response) -> str:
    """What a person reads: the page without tags, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def workbook() -> bytes:
    """The least that calls itself a spreadsheet and can be looked into."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


def pdf_saying(text: str) -> bytes:
    """A one-page PDF with a line of text that can be read back."""
    from weasyprint import HTML

    return HTML(string=f"<p style='font-family:serif'>{text}</p><p>Nội dung</p>").write_pdf()


def stored(data: bytes | None = None):
    return blobs.store(data or tiny_pdf())
