"""Papers from envelopes, scanned many at once: what was put in, and the papers it was cut into.

No number and no book before a clerk enters each of them. `documents/actions/incoming/scans.py` alone writes the states.
"""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from orgs.models import Organisation, Post, User

from .blob import Blob
from .incoming import Incoming


class ScanBatch(models.Model):
    """What a clerk put in at one time. `key` is the form's own: sent again, it is the same batch."""

    class Parting(models.TextChoices):
        BLANK = "blank", "Tờ ngăn có mã QR hoặc tờ trắng"
        SHEET = "sheet", "Chỉ tờ ngăn có mã QR (khi quét hai mặt)"
        NONE = "none", "Không tách: mỗi tệp là một văn bản"

    key = models.UUIDField(unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    parting = models.CharField("cách tách", max_length=5, choices=Parting)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "lô quét"
        ordering = ["pk"]
        indexes = [models.Index(fields=["organisation", "-at"], name="scan_batches")]

    def __str__(self):
        return f"Lô quét {self.at:%d/%m/%Y %H:%M}"

    def get_absolute_url(self):
        return reverse("scan_batch", args=[self.pk])


class ScannedFile(models.Model):
    """One file of a batch, read by the worker in steps that can each be done again. `sheets`: what each page that was
    looked at is ("page", "blank", "sheet", or "page 180" of one that lies wrong, by so many degrees)."""

    class State(models.TextChoices):
        WAITING = "waiting", "Đang xử lý"
        DONE = "done", "Đã tách xong"
        FAILED = "failed", "Không dùng được"

    batch = models.ForeignKey(ScanBatch, models.CASCADE, related_name="files", db_index=False)
    name = models.CharField("tên tệp", max_length=200)
    # Kept until every paper of it is settled; empty also of a file that was refused at the door.
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    pages = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING, editable=False)
    sheets = models.JSONField(default=list)
    problem = models.CharField("vì sao", max_length=500, blank=True, default="")
    claimed_at = models.DateTimeField(null=True)  # a worker has it in hand
    stepped_at = models.DateTimeField(null=True)  # whose turn it is: the file that has waited longest
    # Another desk found a state secret in these bytes: whatever is cut from them is asked about.
    suspected = models.BooleanField(default=False)
    deaths = models.PositiveSmallIntegerField(default=0)  # of workers that had it in hand

    def turns(self, first: int, last: int) -> list[int]:
        """By how much each of these pages has to be turned clockwise; 0 of one that nobody looked at."""
        kinds = [*self.sheets[first - 1 : last], *[""] * (last - first + 1)][: last - first + 1]
        return [int(kind.partition(" ")[2] or 0) for kind in kinds]

    class Meta:
        verbose_name = "tệp quét"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "name", "blob"], condition=Q(blob__isnull=False), name="scan_once_a_batch"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "done", "failed"]), name="scanned_file_state"
            ),
        ]
        indexes = [
            models.Index(fields=["batch"], name="scan_of_batch"),
            models.Index(fields=["stepped_at", "id"], condition=Q(state="waiting"), name="scan_to_be_read"),
            # Those whose bytes are still here, to be forgotten when all is settled: never many.
            models.Index(
                fields=["id"], condition=Q(blob__isnull=False, state__in=["done", "failed"]), name="scan_to_forget"
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.name


class ScannedPaper(models.Model):
    """One paper cut from a file. `first`, `last`: its pages there; no `last`: it was put together from two files.
    `proposed`: values by field, `source`: where they were read, `words`: why there are none. `turns`: by how many degrees
    each page was turned clockwise since it was scanned; empty: none of them."""

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ vào sổ"
        REGISTERED = "registered", "Đã vào sổ"
        JOINED = "joined", "Đã nối vào văn bản trước"
        DELETED = "deleted", "Đã xóa"

    UNSEEN = 9  # unrecognised, and for good: what nobody saw lies behind its first page, which alone is looked at again

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    file = models.ForeignKey(ScannedFile, models.CASCADE, related_name="papers", db_index=False)
    first = models.PositiveSmallIntegerField()
    last = models.PositiveSmallIntegerField(null=True)
    # Where the worker cut it; empty of one that a person cut. So a paper is made once, whoever dies meanwhile.
    cut_at = models.PositiveSmallIntegerField(null=True)
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    pages = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING, editable=False)
    proposed = models.JSONField(default=dict)
    source = models.CharField(max_length=40, blank=True, default="")
    words = models.CharField(max_length=200, blank=True, default="")
    marks = models.CharField("dấu độ mật ở trang đầu", max_length=50, blank=True, default="")
    turns = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    # How often recognising its picture came to nothing: a mark on it would have been missed. 0: it was read.
    unrecognised = models.PositiveSmallIntegerField("số lần chưa nhận dạng được", default=0, db_default=0)
    at = models.DateTimeField()
    incoming = models.OneToOneField(Incoming, models.PROTECT, null=True, related_name="scan")
    # Whose pages these also are: a secret takes every scan it was put together from (scan_sources.py).
    joined_onto = models.ForeignKey("self", models.SET_NULL, null=True, related_name="joined")
    split_from = models.ForeignKey("self", models.SET_NULL, null=True, related_name="parts", db_index=False)
    reason = models.CharField("lý do xóa", max_length=500, blank=True, default="")
    ended_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "văn bản quét"
        ordering = ["file", "first", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["file", "cut_at"], name="scanned_paper_cut_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", incoming=None, ended_at=None)
                | Q(state="registered", incoming__isnull=False, ended_at__isnull=False)
                | Q(state__in=["joined", "deleted"], incoming=None, ended_at__isnull=False),
                name="scanned_paper_state",
            ),
        ]
        indexes = [
            models.Index(fields=["file", "first", "id"], name="scanned_papers"),
            models.Index(
                fields=["organisation", "file", "first", "id"], condition=Q(state="waiting"), name="scanned_waiting"
            ),
            models.Index(
                fields=["id"], condition=Q(state="waiting", unrecognised__gt=0), name="scanned_to_recognise"
            ),
        ]  # fmt: skip

    def __str__(self):
        to = "…" if self.last is None else f"–{self.last}" if self.last > self.first else ""
        return f"{self.file.name}, trang {self.first}{to}"

    def get_absolute_url(self):
        return reverse("scanned_paper", args=[self.pk])

    @property
    def turned(self) -> str:
        """Which of its pages do not lie as they were scanned, in words."""
        pages = [str(number) for number, turn in enumerate(self.turns, start=1) if turn]
        if len(pages) == self.pages > 1:
            return "mọi trang"
        return f"trang {', '.join(pages)}" if pages else ""

    @property
    def is_whole(self) -> bool:
        """Whether its pages still lie in its file as they were scanned, so that what was left out can be put back."""
        return self.last is not None and self.file.blob_id is not None


class Pace(models.Model):
    """How long one paper took a person, from opening its form to the number in the book. Shown to that person alone."""

    class Kind(models.TextChoices):
        ELECTRONIC = "electronic", "văn bản điện tử"
        PAPER = "paper", "văn bản giấy"

    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    seconds = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "thời gian vào sổ"
        indexes = [models.Index(fields=["user", "at"], name="pace_of")]

    def __str__(self):
        return f"{self.seconds} giây"
