"""Đợt nộp lưu: files that a unit hands in together, their minutes signed by both sides (decree 30 art. 30, Phụ lục V), and
what the archivist's check found of every byte."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from documents.models import Blob
from orgs.models import Business, Organisation, Post, Role, Unit

from .case import SEES_ALL_FILES, CaseFile
from .item import Item


class TransferQuerySet(models.QuerySet):
    def visible_to(self, post: Post):
        """Both sides: who hands in, the head of his unit, the archivists; and whoever sees every file of the office."""
        here = self.filter(organisation=post.organisation_id)
        if not post.covers(Business.WORK, Business.DIRECTION):
            return self.none()
        if post.role in (*SEES_ALL_FILES, Role.ARCHIVIST):
            return here
        mine = Q(by=post)
        if post.role == Role.UNIT_HEAD and post.unit_id:
            mine |= Q(unit=post.unit_id)
        return here.filter(mine)

    def for_page(self):
        return self.select_related(
            "organisation", "unit", "by__user", "by__unit", "given_by__user", "receiver__user", "minutes"
        )

    def for_rows(self):
        return self.select_related("unit", "by__user")


class Transfer(models.Model):
    class State(models.TextChoices):
        CHECKING = "checking", "Lưu trữ đang kiểm tra"
        WRITTEN = "written", "Biên bản chờ bên giao ký"
        GIVEN = "given", "Bên giao đã ký, chờ lưu trữ ký"
        DONE = "done", "Đã giao nhận"
        CANCELLED = "cancelled", "Đã hủy"

    OPEN = (State.CHECKING, State.WRITTEN, State.GIVEN)

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    by = models.ForeignKey(Post, models.PROTECT, related_name="transfers", db_index=False)
    at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.CHECKING, editable=False)
    name = models.CharField("tên khối tài liệu giao nộp", max_length=300)
    basis = models.CharField("căn cứ", max_length=300, blank=True)
    boxes = models.PositiveSmallIntegerField("số hộp (cặp) hồ sơ giấy", default=0)
    paper_files = models.PositiveSmallIntegerField("số hồ sơ giấy", default=0)
    metres = models.DecimalField("quy ra mét giá", max_digits=6, decimal_places=2, default=0)
    condition = models.CharField("tình trạng tài liệu giao nộp", max_length=500, blank=True)
    # As the minutes say it, from when they are written.
    files = models.PositiveSmallIntegerField("số hồ sơ điện tử", null=True, editable=False)
    computer_files = models.PositiveIntegerField("số tệp tin", null=True, editable=False)
    minutes = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+", editable=False)
    given_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    given_at = models.DateTimeField(null=True, editable=False)
    receiver = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    noun = "đợt nộp lưu"
    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = "đợt nộp lưu"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=("written", "given", "done"), minutes__isnull=False, files__isnull=False
                )
                | Q(state__in=("checking", "cancelled"), minutes=None),
                name="transfer_with_minutes",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("given", "done"), given_by__isnull=False)
                | (~Q(state__in=("given", "done")) & Q(given_by=None)),
                name="transfer_given",
            ),
            models.CheckConstraint(
                condition=Q(state="done", receiver__isnull=False, ended_at__isnull=False) | ~Q(state="done"),
                name="transfer_done_by_both",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-at", "-id"], name="transfer_list"),
            models.Index(fields=["by", "-at", "-id"], name="transfer_of_giver"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("transfer", args=[self.pk])

    @property
    def tone(self) -> str:
        return {"done": "done", "cancelled": "muted"}.get(self.state, "info")


class TransferFile(models.Model):
    """A file in a batch; out of it again once it was given back or the batch was cancelled. Once a file, in one batch at a time."""

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="places")
    case = models.ForeignKey(CaseFile, models.PROTECT, related_name="transfers", db_index=False)
    out_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(out_at=None), name="transfer_of_file_once")
        ]


class CheckedFile(models.Model):
    """What the archivist's check found of one file of one thing: a line of the list before he takes over or gives back."""

    case = models.ForeignKey(CaseFile, models.CASCADE, related_name="checked_files", db_index=False)
    item = models.ForeignKey(Item, models.CASCADE, related_name="+", db_index=False)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    size = models.BigIntegerField(default=0)
    intact = models.BooleanField()
    # valid, invalid, unknown, unsigned; empty: no PDF, so there is nothing to ask.
    verdict = models.CharField(max_length=8, blank=True)
    words = models.CharField(max_length=500, blank=True)
    wrong = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["item__ordinal", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "item", "sha256"], name="checked_file_once"),
        ]
