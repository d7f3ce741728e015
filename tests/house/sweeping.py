"""What a sweep of all addresses needs: an office full of things with a word in them that no stranger may ever read,
bodies that name those things in every field a form or a view reads, and an eye on everything that is written."""

import copy
import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django import forms
from django.apps import apps
from django.contrib.postgres.search import SearchVector
from django.core.files.storage import default_storage
from django.db import connection, models
from django.db.models import Value
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from casefiles.models import CaseFile, Member, PlanEntry, RetentionRule, RightsChange, Transfer
from documents.models import (
    Assignment,
    Board,
    Delivery,
    Document,
    DraftTemplate,
    DueRule,
    File,
    FileText,
    Incoming,
    NumberLine,
    Opinion,
    Outgoing,
    PreparedDirection,
    ProgressReport,
    Reminder,
    ReportFile,
    SlipOpinion,
    SlipRound,
    Task,
)
from orgs.models import Organisation, Post, Unit, User
from signatures.models import Certificate, Proof, SigningSession

CANARY = "Chimbaotinhoangyen"
# Whose certificate it is, and what the exchange says of a package's way, are an operator's business and nobody's paper.
# The fields of an office's own are on every form of its papers: their names, not what a paper says in them.
_NO_PAPER = {"Event", "Certificate", "TrustedAuthority", "OwnField"}
_OF_THE_WAY = {"reason", "problem", "closing_words", "sentence", "explanation"}
# Of whoever asks, not of anybody else: his session, and that he signed in, failed to, or left.
LOGS = {"orgs_session", "django_session", "documents_access"}
NOBODYS = 987_654_321  # a number that no row bears
# Columns of free words, wherever they stand: what an office writes about its papers.
_WORDS = {
    "question", "subject", "body", "note", "result", "text", "instruction", "product", "refusal_reason", "reason", "bases",
    "addressees", "problem", "description", "acceptance_reason", "sentence", "explanation", "closing_words", "name",
    "recipient_name", "words", "title", "content", "meeting", "proposal",
}  # fmt: skip
_WRITES = re.compile(
    r"\s*(?:WITH\b.*?\)\s*)?(INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|ALTER|DROP)\s+\"?(\w+)", re.I | re.S
)
# Names that a view reads by itself, without a form, and the thing whose number is meant.
NUMBERS = {
    "post": Post, "paper": Document, "delivery": Delivery, "only": Delivery, "reply_to": Incoming, "replaces": Outgoing, "rectifies": Outgoing, "amends": Outgoing,
    "recipients": Organisation, "add": Organisation, "remove": Organisation, "proof": Proof, "signature": SigningSession,
    "unit": Unit, "person": Post, "asked": Post, "lead": Post, "a": File, "b": File, "drop": File, "cha": Organisation,
    "papers": Outgoing, "task": Assignment, "user": User, "found": Delivery, "organisation": Organisation,
    "certificate": Certificate, "issuer": Organisation, "issuer_choice": Organisation,
    "org": Organisation, "thuoc": Task, "entry": PlanEntry, "member": Member, "case": CaseFile, "offices": Organisation,
    "prepared": PreparedDirection, "reserved": NumberLine, "secretary_post": Post,
    "mau": DraftTemplate, "board": Board, "deputy": Post, "change": RightsChange, "ho_so": CaseFile, "other": CaseFile, "files": CaseFile, "rule": RetentionRule, "leaver": Post, "key": CaseFile,"batch": Transfer, 
}  # fmt: skip
# What is pressed instead of sent: it would turn every POST into a look.
_PRESSES = {"preview", "add_group", "renumber", "find", "then", "csrfmiddlewaretoken"}
_READ = re.compile(r"(?:POST|GET|data)\.get(?:list)?\(\s*\"(\w+)\"")
_DAY = re.compile(rb"\b\d\d/\d\d/\d{4}\b")
_TOKEN = re.compile(rb"[A-Za-z0-9]{64}|<code>[^<]*</code>")  # of a form, of a request: another each time
FORM = "application/x-www-form-urlencoded"
Answer = tuple[int, bytes, str]  # status, content, where it leads to
_APPS = ("ui", "orgs", "documents", "signatures", "interop", "casefiles", "progress", "hanoi_docs")


def plant() -> None:
    """The canary into every word, and behind every byte, that the office keeps."""
    _open_what_is_kept()
    said = SearchVector(Value(f"bao cao {CANARY}".lower()), config="simple")  # what the sweep looks for
    FileText.objects.update(state="done", text="báo cáo", words=said)
    for model in apps.get_models():
        app = model._meta.app_label
        if (
            app not in ("documents", "signatures", "interop", "casefiles", "progress")
            or model.__name__ in _NO_PAPER
        ):
            continue
        words = _WORDS - _OF_THE_WAY if app == "interop" else _WORDS
        for column in model._meta.local_concrete_fields:
            long = column.max_length or 2000  # a shorter column holds words of ours, such as a vote
            if (
                column.name in words
                and isinstance(column, models.CharField | models.TextField)
                and long >= 30
            ):
                kept = models.functions.Left(models.F(column.name), max(long - 30, 1))
                # Rules of the law are no office's.
                rows = model.objects.exclude(organisation=None) if model is DueRule else model.objects
                rows.update(**{column.name: models.functions.Concat(kept, models.Value(f" {CANARY}"))})
    for path in (Path(default_storage.location) / "blobs").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes() + f"\n% {CANARY}\n".encode())


def templates_without_numbers(settings) -> list[dict]:
    """The numbers in the rail are what costs most of a page, and the asker's own (test_rail.py)."""
    templates = [copy.deepcopy(settings.TEMPLATES[0])]
    templates[0]["OPTIONS"]["context_processors"].remove("hanoi_docs.rail.rail")
    return templates


def without_numbers(settings) -> None:
    settings.TEMPLATES = templates_without_numbers(settings)


def _open_what_is_kept() -> None:
    """The database refuses to change what was told; the owner of the tables, who plants, may."""
    with connection.cursor() as cursor:
        # What waits to be checked would keep the tables as they are.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in (Opinion, ProgressReport, Reminder, ReportFile, SlipOpinion, SlipRound):
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER USER")


def form(values: dict) -> str:
    """What a browser sends when a button of it is pressed."""
    return urlencode(values | {"csrfmiddlewaretoken": "s" * 32}, doseq=True)


@cache
def names_read() -> frozenset[str]:
    """Every name of a value that a view or a form reads from a request."""
    root = Path(__file__).parents[2]
    sources = (path.read_text() for app in _APPS for path in (root / app).rglob("*.py"))
    return frozenset(name for text in sources for name in _READ.findall(text)) - _PRESSES


def bodies() -> tuple[dict, dict]:
    """All values at once: of the fields of all forms, and of the names that are read without one."""
    at, number = timezone.now(), cache(_number)
    sent: dict = {}
    for form in _every(forms.BaseForm):
        for name, one in getattr(form, "base_fields", {}).items():
            sent[name] = _value(one, at, number)
    queried = {name: number(NUMBERS[name]) if name in NUMBERS else "báo cáo" for name in names_read()}
    return {name: value for name, value in (queried | sent).items() if value is not None}, queried


def _every(base) -> Iterator[type]:
    for one in base.__subclasses__():
        yield from _every(one)
        if one.__module__.split(".")[0] in _APPS:
            yield one


def _value(one: forms.Field, at: dt.datetime, number: Callable[[type], int]):
    if isinstance(one, forms.ModelChoiceField):
        return number(one.queryset.model)
    if isinstance(one, forms.FileField):
        return None
    if isinstance(one, forms.BooleanField):
        return "on"
    if isinstance(one, forms.DateField):
        return f"{timezone.localdate(at):%Y-%m-%d}"
    if isinstance(one, forms.ChoiceField):
        return next((key for key, _ in list(one.choices)[::-1] if key), "")
    if isinstance(one, forms.IntegerField | forms.DecimalField):
        return "1"
    return "Lý do đủ dài để gửi"[: getattr(one, "max_length", None) or 100]


def _number(model) -> int:
    """Of the newest thing of the swept office; nobody's where it has none."""
    office = Organisation.objects.get(code="H26.TAM002")
    rows = model.objects.order_by("-pk")
    if model is Organisation:
        return office.pk
    if any(one.name == "organisation" for one in model._meta.get_fields()):
        rows = rows.filter(organisation=office)
    return rows.values_list("pk", flat=True).first() or NOBODYS


@dataclass
class Sweep:
    """One person at all doors. `wrong` are the answers that break a rule, each with its address and who asked."""

    wrong: list[str] = field(default_factory=list)
    asked: int = 0
    written: list[str] = field(default_factory=list)
    shown: frozenset[str] = frozenset()  # addresses that show the whole office what it wrote

    def client(self, post: Post | None) -> Client:
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        if post is not None:
            client.force_login(post.user)
            session = client.session
            session["post"] = post.pk
            session.save()
        client.cookies["csrftoken"] = "s" * 32
        return client

    def look(self, client: Client, url: str) -> Answer:
        return self._answer(lambda: client.get(url))

    def press(self, client: Client, url: str, sent: str) -> Answer:
        """`sent` is `form(…)`: in parts, as files come, two hundred values take longer to read than to refuse."""
        return self._answer(lambda: client.post(url, sent, content_type=FORM))

    def _answer(self, ask: Callable[[], HttpResponse]) -> Answer:
        """Status, content and where it leads to; what was written meanwhile is in `written`."""
        self.asked += 1
        self.written.clear()
        with connection.execute_wrapper(self._watch):
            response = ask()
            content = b"".join(response.streaming_content) if response.streaming else response.content
        return response.status_code, content, response.headers.get("Location", "")

    def _watch(self, execute, sql, params, many, context):
        if (found := _WRITES.match(str(sql))) and found[2] not in LOGS:
            self.written.append(f"{found[1]} {found[2]}")
        return execute(sql, params, many, context)

    def judge(self, who: str, what: str, answer: Answer) -> None:
        status, content, _ = answer
        if CANARY.encode() in content and what.split()[1].removesuffix("?…") not in self.shown:
            self.wrong.append(f"{who} reads {what} ({status})")
        if self.written:
            self.wrong.append(f"{who} writes by {what} ({status}): {sorted(set(self.written))}")
        if status >= 500 and status != 503:  # no worker runs here, and the health page says so
            self.wrong.append(f"{who} breaks {what} ({status})")


@contextmanager
def nothing_changes() -> Iterator[None]:
    """A digest of every row of every table, and of every kept file, before and after."""
    before = _digest()
    yield
    after = _digest()
    changed = sorted(name for name in before | after if before.get(name) != after.get(name))
    assert not changed, f"changed: {changed}"


def _digest() -> dict[str, str]:
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - LOGS):
            cursor.execute(
                f"SELECT count(*), md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM \"{table}\" t"
            )
            found[table] = str(cursor.fetchone())
    kept = Path(default_storage.location) / "blobs"
    return found | {str(path): str(path.stat().st_size) for path in kept.rglob("*") if path.is_file()}


def address(name: str, values: dict) -> str:
    return reverse(name, kwargs=values)


def alike(answer: Answer, values: dict) -> tuple:
    """An answer without the number that was asked for: what is not there and what one may not see look the same."""
    status, content, leads = answer
    content = _DAY.sub(b"", content)  # 01/12/2026 is no address of the thing 12
    for value in map(str, values.values()):
        content, leads = content.replace(f"/{value}/".encode(), b"/#/"), leads.replace(f"/{value}/", "/#/")
    return status, _TOKEN.sub(b"", content), leads
