"""Bytes by their hash. Two offices may hold the same bytes; each has its own File row about them."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from orgs.models import Post


class Blob(models.Model):
    sha256 = models.CharField(primary_key=True, max_length=64)
    size = models.PositiveIntegerField("bytes")
    content_type = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        # What is new is asked for every few seconds, by the backup.
        indexes = [BrinIndex(fields=["created_at"], name="blob_new", autosummarize=True)]

    def __str__(self):
        return self.sha256[:12]


class File(models.Model):
    class Part(models.TextChoices):
        MAIN = "main", "Văn bản"
        ATTACHMENT = "attachment", "Tài liệu kèm theo"

    class Stage(models.TextChoices):
        RECEIVED = "received", "Bản nhận được"
        DRAFT = "draft", "Dự thảo"
        SIGNED = "signed", "Đã ký"
        SEALED = "sealed", "Đã cấp số, đóng dấu"
        RENEWED = "renewed", "Gia hạn dấu thời gian"
        COPY = "copy", "Bản sao điện tử"
        PROPOSED = "proposed", "Nơi gửi đề nghị bổ sung"

    document = models.ForeignKey("documents.Document", models.CASCADE, related_name="files")
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="files")  # empty: destroyed
    name = models.CharField("tên tệp", max_length=200)
    part = models.CharField(max_length=12, choices=Part)
    stage = models.CharField(max_length=10, choices=Stage)
    # What the agency signed apart: an attachment (SEALED) or the scan of a paper (COPY); the signed file goes
    # out and is shown in its place.
    made_from = models.ForeignKey("self", models.CASCADE, null=True, related_name="made")
    version = models.PositiveSmallIntegerField("bản thứ", default=1)
    pages = models.PositiveSmallIntegerField(null=True)
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
