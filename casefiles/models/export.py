"""Files that leave as one: asked for, made by a worker, kept some days, or by the archive for good; and packages that came from elsewhere, to be read."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from documents.models import Blob
from documents.models.blob import Taken
from orgs.models import Organisation, Post, User

from .case import CaseFile


class ExportQuerySet(models.QuerySet):
    def of_archive(self):
        """AIP as the circular has it: the archive's own, the newest as long as it has the file, to each of its archivists."""
        return self.filter(kind=Export.Kind.AIP, flavour=Export.Flavour.TT05)


class Export(models.Model):
    """Whoever asked for it takes it home, in that post, and nobody else; an AIP is the archive's. Written by
    casefiles/actions/exports.py alone. `uid` is the package's for good: whoever goes on after a kill goes on with the same one."""

    class Kind(models.TextChoices):
        WHOLE = "whole", "Hồ sơ (.pdf + .xml)"
        AIP = "AIP", "Gói AIP"
        SIP = "SIP", "Gói SIP"

    class Flavour(models.TextChoices):
        TT05 = "tt05", "Theo Thông tư 05/2025/TT-BNV"
        EARK = "eark", "Theo E-ARK"

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ lập"
        MAKING = "making", "Đang lập"
        READY = "ready", "Đã lập xong"
        FAILED = "failed", "Không lập được"

    OPEN = (State.WAITING, State.MAKING)

    case = models.ForeignKey(CaseFile, models.PROTECT, related_name="exports")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField("loại gói", max_length=5, choices=Kind)
    flavour = models.CharField("quy cách", max_length=4, choices=Flavour, default=Flavour.TT05)
    paper_code = models.CharField("mã hồ sơ gốc giấy", max_length=100, blank=True, default="")
    agreement = models.CharField("mã đăng ký nộp", max_length=60, blank=True, default="")
    uid = models.UUIDField(unique=True)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING, editable=False)
    done = models.PositiveSmallIntegerField(default=0)  # per cent
    asked_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    problem = models.CharField("vì sao", max_length=2000, blank=True, default="")
    name = models.CharField("tên tệp", max_length=250, blank=True, default="")
    size = models.BigIntegerField(null=True)
    left_out = models.PositiveSmallIntegerField("không đưa ra", default=0)
    # Asked for by nobody: the archive took the file over, and that is how it keeps it (TT 05/2025 art. 17).
    taken_over = models.BooleanField(default=False, db_default=False)
    # Of what is the archive's, the bytes: in the store, where backups and the audit of bytes find them.
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = "gói hồ sơ"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "post", "user", "kind", "flavour", "taken_over"],
                condition=Q(state__in=["waiting", "making"]),
                name="export_asked_once",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(taken_over=True), name="export_taken_over_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | (Q(made_at__isnull=False, size__isnull=False) & ~Q(name="")),
                name="export_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "post", "-id"], name="export_of_user"),
            models.Index(fields=["asked_at"], name="export_by_time"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.case.code}"

    def get_absolute_url(self):
        return reverse("case_export", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_of_archive(self) -> bool:
        return self.kind == self.Kind.AIP and self.flavour == self.Flavour.TT05

    @property
    def stays(self) -> bool:
        """Nobody deletes it while the archive has the file."""
        return self.taken_over or (self.is_of_archive and self.state == self.State.READY)


class ReceivedPackage(Taken, models.Model):
    """A package made elsewhere, whole as it came; `content` is what it says of itself, by the circular's keys. Added, never
    changed."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    objid = models.CharField("mã gói", max_length=200)
    kind = models.CharField(max_length=4)
    title = models.CharField("tiêu đề", max_length=1000)
    file_code = models.CharField("mã hồ sơ", max_length=200)
    office = models.CharField("cơ quan nộp", max_length=300, blank=True)
    documents = models.PositiveIntegerField("tổng số tài liệu")
    content = models.JSONField()
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    name = models.CharField("tên tệp", max_length=200)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    held, seen = False, ""

    class Meta:
        verbose_name = "gói hồ sơ đã nhận"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "objid"], name="received_package_once")
        ]
        indexes = [models.Index(fields=["organisation", "-id"], name="received_packages")]

    def __str__(self):
        return self.title[:80]

    def get_absolute_url(self):
        return reverse("received_package", args=[self.pk])
