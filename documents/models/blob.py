"""Bytes by their hash. Two offices may hold the same bytes; each has its own File row about them."""

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from orgs.models import Post


class Blob(models.Model):
    class Scan(models.TextChoices):
        NOT_ASKED = "", "Không quét"
        WAITING = "waiting", "Chưa quét được"
        CLEAN = "clean", "Không thấy vi-rút"
        INFECTED = "infected", "Có vi-rút"

    sha256 = models.CharField(primary_key=True, max_length=64)
    size = models.PositiveIntegerField("bytes")
    content_type = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)
    scan = models.CharField("quét vi-rút", max_length=8, choices=Scan, blank=True, default="", db_default="")
    # The scanner's name of what it recognised; while it waits, why there is no verdict.
    scan_words = models.CharField(max_length=100, blank=True, default="", db_default="")
    scanned_at = models.DateTimeField(null=True)
    # Somebody destroyed a paper of these bytes as a state secret. Papers have a word of their own, which a clerk may deny.
    suspected = models.BooleanField("nghi chứa bí mật nhà nước", default=False, db_default=False)

    class Meta:
        indexes = [
            # What is new is asked for every few seconds, by the backup.
            BrinIndex(fields=["created_at"], name="blob_new", autosummarize=True),
            models.Index(fields=["created_at"], condition=Q(scan="waiting"), name="blob_to_be_scanned"),
        ]

    def __str__(self):
        return self.sha256[:12]


class Taken:
    """Whether a file leaves this system: of a row with `blob`, `held` and `seen`."""

    @property
    def held_why(self) -> str:
        """Why nobody takes it home; "" of a file that is not held back."""
        if self.held:
            return self.seen
        if self.blob and self.blob.scan == Blob.Scan.INFECTED:
            return f"máy quét vi-rút nhận ra “{self.blob.scan_words}”"
        return ""

    @property
    def waits_for_scan(self) -> bool:
        waits = self.blob is not None and self.blob.scan == Blob.Scan.WAITING
        return waits and bool(settings.CLAMD_SOCKET)

    @property
    def may_be_taken(self) -> bool:
        """Whether its bytes leave this system as they are. Pictures of its pages may be looked at while it waits."""
        return self.blob is not None and not self.held_why and not self.waits_for_scan


class File(Taken, models.Model):
    class Part(models.TextChoices):
        MAIN = "main", "Văn bản"
        ATTACHMENT = "attachment", "Tài liệu kèm theo"
        EXTRACT = "extract", "Trích sao"  # goes nowhere with the paper

    class Stage(models.TextChoices):
        RECEIVED = "received", "Bản nhận được"
        DRAFT = "draft", "Dự thảo"
        COSIGNED = "cosigned", "Thư ký hoặc bên kia đã ký"  # before the signer
        SIGNED = "signed", "Đã ký"
        SEALED = "sealed", "Đã cấp số, đóng dấu"
        RENEWED = "renewed", "Gia hạn dấu thời gian"
        COPY = "copy", "Bản sao điện tử"
        EXTRACT = "extract", "Bản trích chờ ký số"
        PROPOSED = "proposed", "Nơi gửi đề nghị bổ sung"

    document = models.ForeignKey("documents.Document", models.CASCADE, related_name="files")
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="files")  # empty: destroyed
    name = models.CharField("tên tệp", max_length=200)
    part = models.CharField(max_length=12, choices=Part)
    stage = models.CharField(max_length=10, choices=Stage)
    # What the agency signed apart: an attachment (SEALED), the scan of a paper or an extract (COPY); the signed file goes
    # out and is shown in its place.
    made_from = models.ForeignKey("self", models.CASCADE, null=True, related_name="made")
    version = models.PositiveSmallIntegerField("bản thứ", default=1)
    pages = models.PositiveSmallIntegerField(null=True)
    # What was seen when it came (documents/danger.py): why it is held back, or what to be careful of.
    held = models.BooleanField("bị giữ lại", default=False, db_default=False)
    seen = models.CharField("điều thấy trong tệp", max_length=300, blank=True, default="", db_default="")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Post, models.PROTECT, null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "version", "stage"],
                # Proof is renewed again and again; every other stage of a version is reached once.
                condition=Q(part="main") & ~Q(stage="renewed"),
                name="one_main_file_per_stage",
            ),
            models.UniqueConstraint(fields=["made_from", "stage"], name="made_from_once"),
        ]

    def __str__(self):
        return self.name
