"""The further fields of a search (decree 30 Phụ lục VI, III.6d) and the order of what is found (III.6g), read from the address."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import BigIntegerField, CharField, DateField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Collate, NullIf
from django.http import HttpRequest

from documents.actions.metadata.own_fields import fields_of
from documents.models import Outgoing, OwnField
from documents.views.lists import own_search
from documents.views.lists.boxes import FAR, IGNORED
from ui.days import parse_day
from ui.text import RANKS, TONES, fold_code, nfc, sort_key

EARLY, MOST_LETTERS, MOST_NUMBER = date(1, 1, 1), 200, 2_000_000_000
TURNED = "Đã bỏ qua khoảng “{}”: đầu sau cuối."


def _sent_to(words: str) -> Q:
    named = Q(addressees__icontains=words) | Q(other_recipients__icontains=words)
    within = Outgoing.recipients.through.objects.filter(organisation__name__icontains=words)
    return Q(pk__in=Outgoing.objects.filter(named | Q(pk__in=within.values("outgoing"))).values("pk"))


def _answers(code: str) -> Q:
    return Q(outgoing__in_reply_to__code_key=fold_code(code))


# Name in the address, label, and what a paper must be.
WORDS: list[tuple[str, str, Callable[[str], Q]]] = [
    ("issuer", "Cơ quan ban hành", lambda words: Q(issuer_name__icontains=words)),
    ("signer", "Người ký", lambda words: Q(signer_name__icontains=words)),
    ("title", "Chức vụ người ký", lambda words: Q(signer_title__icontains=words)),
    ("sent_to", "Nơi nhận", _sent_to),
    ("answers", "Trả lời văn bản số", _answers),
    ("language", "Ngôn ngữ", lambda words: Q(language__icontains=words)),
    ("note", "Ghi chú", lambda words: Q(note__icontains=words)),
]
# Name in the address (with _from and _to), label, column, whether it is a day.
RANGES = [
    ("issued", "Ngày văn bản", "issued_on", True),
    ("arrived", "Ngày đến", "incoming__arrival_date", True),
    ("due", "Hạn giải quyết", "due_on", True),
    ("arrival", "Số đến", "incoming__arrival_number", False),
    ("pages", "Số trang", "pages", False),
]
NAMES = [
    *(name for name, *_ in WORDS),
    *(f"{name}_{end}" for name, *_ in RANGES for end in ("from", "to")),
    "order",
]


@dataclass(frozen=True)
class Fields:
    """`values`: what was understood, by name in the address; `own`: the office's own fields."""

    values: dict[str, Any] = field(default_factory=dict)
    own: tuple[OwnField, ...] = ()

    def of(self, papers: QuerySet) -> QuerySet:
        for name, _, rule in WORDS:
            if name in self.values:
                papers = papers.filter(rule(self.values[name]))
        for name, _, column, _ in RANGES:
            for end, side in (("from", "gte"), ("to", "lte")):
                if f"{name}_{end}" in self.values:
                    papers = papers.filter(**{f"{column}__{side}": self.values[f"{name}_{end}"]})
        return own_search.found(papers, self.own, self.values)

    @property
    def words(self) -> list[dict]:
        return [
            {"name": name, "label": label, "value": self.values.get(name, "")} for name, label, _ in WORDS
        ]

    @property
    def ranges(self) -> list[dict]:
        return [
            {
                "name": f"{name}_{end}",
                "label": f"{label}, {said}",
                "value": self.values.get(f"{name}_{end}", ""),
                "day": day,
            }
            for name, label, _, day in RANGES
            for end, said in (("from", "từ"), ("to", "đến hết"))
        ]

    @property
    def of_office(self) -> list[dict]:
        return own_search.shown(self.own, self.values)


def read_fields(request: HttpRequest) -> Fields:
    """What makes no sense, or can hold of no paper, is as good as not asked, and said."""
    found, ignored = {}, []
    for name, _, _ in WORDS:
        if words := nfc(request.GET.get(name, "")[:MOST_LETTERS]):
            found[name] = words
    for name, label, _, day in RANGES:
        for end in ("from", "to"):
            asked = request.GET.get(f"{name}_{end}", "").strip()
            value = _day(asked) if day else _number(asked)
            if value is not None:
                found[f"{name}_{end}"] = value
            elif asked:
                ignored.append(f"{label.lower()} “{asked[:40]}”")
        first, last = found.get(f"{name}_from"), found.get(f"{name}_to")
        if first is not None and last is not None and first > last:
            del found[f"{name}_from"], found[f"{name}_to"]
            messages.warning(request, TURNED.format(label.lower()))
    own = tuple(fields_of(request.post.organisation_id))
    for one in own:
        read, unread = own_search.read(one, request.GET)
        found |= read
        ignored += unread
        first, last = (read.get(f"{one.key}_{end}") for end in ("from", "to"))
        if first is not None and last is not None and first > last:
            del found[f"{one.key}_from"], found[f"{one.key}_to"]
            messages.warning(request, TURNED.format(one.label))
    if ignored:
        messages.warning(request, IGNORED.format(", ".join(ignored)))
    return Fields(found, own)


def _day(text: str) -> date | None:
    day = parse_day(text)
    return day if day and 1900 < day.year < 3000 else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and int(text[:12]) <= MOST_NUMBER else None


_DIGITS = Func(
    F("number"), Value(r"\D"), Value(""), Value("g"), function="REGEXP_REPLACE", output_field=CharField()
)
# Each Vietnamese letter, with any tone and in both cases, and its place in the alphabet (ui.text.sort_key): not every server has ICU.
_LETTERS = "".join(
    letter
    for one in RANKS
    for tone in ("", *TONES)
    for letter in (nfc(one + tone), nfc(one.upper() + tone))
    if len(letter)
    == 1  # a tone stands on no consonant; of those that do, the odd ones are no letters of names
)
_RANKS = "".join(sort_key(letter).split("\x01")[0] for letter in _LETTERS)
_KEYS = {
    "due": Coalesce("due_on", Value(FAR), output_field=DateField()),
    "issued": Coalesce("issued_on", Value(EARLY), output_field=DateField()),
    "number": Cast(Coalesce(NullIf(_DIGITS, Value("")), Value("0")), BigIntegerField()),
    "issuer": Collate(Func(F("issuer_name"), Value(_LETTERS), Value(_RANKS), function="TRANSLATE", output_field=CharField()), "C"),
}  # fmt: skip
ORDERS = [
    ("", "Mới nhất trước"),
    ("oldest", "Cũ nhất trước"),
    ("issued", "Ngày văn bản, gần nhất trước"),
    ("number", "Số văn bản, nhỏ trước"),
    ("due", "Hạn giải quyết, gần nhất trước"),
    ("issuer", "Cơ quan ban hành, theo bảng chữ cái"),
]


def order_asked(request: HttpRequest) -> str:
    asked = request.GET.get("order", "")
    return asked if asked in dict(ORDERS) else ""


def in_order(papers: QuerySet, order: str) -> tuple[QuerySet, tuple[str, ...]]:
    """The papers with what they are ordered by, never null, and the fields for `page_of`. Orders other than by time are sorted from
    what was found."""
    if order in _KEYS:
        side = "-" if order == "issued" else ""
        return papers.annotate(order_key=_KEYS[order]), (f"{side}order_key", f"{side}pk")
    return papers, ("sorted_at", "pk") if order == "oldest" else ("-sorted_at", "-pk")
