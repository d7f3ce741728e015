"""What was sent to the historical archive, and what it answered: long after the bytes of a package are forgotten."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from casefiles.states import SENT_LABELS, SENT_TONES
from documents.models import Blob
from documents.models.blob import Taken
from orgs.models import Organisation, Post, User

from .case import CaseFile


class ArchiveAnswer(Taken, models.Model):
    """The archive's message as it came, with whatever files it names. Added, never changed."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    name = models.CharField("tên tệp", max_length=200)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    held, seen = False, ""

    class Meta:
        verbose_name = "trả lời của lưu trữ lịch sử"
        indexes = [models.Index(fields=["organisation", "-id"], name="archive_answers")]

    def __str__(self):
        return self.name[:80]

    def get_absolute_url(self):
        return reverse("archive_answer", args=[self.pk])


class SentPackage(models.Model):
    """A SIP that was made, named as the archive's answer may name it: `agreement` is its altRecordID. Written by
    casefiles/actions/exports.py when it is made, and moved by casefiles/actions/answers.py (casefiles/states.py, SENT)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(CaseFile, models.PROTECT, related_name="sent_packages", db_index=False)
    objid = models.CharField("mã gói", max_length=60, unique=True)
    file_code = models.CharField("mã hồ sơ", max_length=200)
    agreement = models.CharField("mã đăng ký nộp", max_length=100)
    sha256 = models.CharField(max_length=64)  # of the ZIP as it was taken home
    state = models.CharField(max_length=8, default="waiting", editable=False)
    answer = models.ForeignKey(ArchiveAnswer, models.PROTECT, null=True, related_name="packages")
    reason = models.CharField("lý do", max_length=500, blank=True, default="")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "gói đã nộp lưu trữ lịch sử"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(SENT_LABELS)), name="sent_state"),
            models.CheckConstraint(
                condition=Q(state__in=["passed", "failed"], answer__isnull=False)
                | Q(state__in=["waiting", "replaced"], answer=None),
                name="sent_answered",
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(reason=""), name="sent_failed_why"),
            models.UniqueConstraint(fields=["case"], condition=Q(state="passed"), name="sent_passed_once"),
        ]
        indexes = [
            models.Index(fields=["case", "-id"], name="sent_of_case"),
            models.Index(fields=["organisation", "state", "-id"], name="sent_by_state"),
        ]

    def __str__(self):
        return f"Gói SIP {self.file_code}"

    @property
    def state_label(self) -> str:
        return SENT_LABELS[self.state]

    @property
    def state_tone(self) -> str:
        return SENT_TONES[self.state]
