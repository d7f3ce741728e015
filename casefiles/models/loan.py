"""The reading room: who asked to read a file of the archive, what for, until when he may, and each time he did (decree 30
Phụ lục VI III.6k, l; the archive's own rules of access)."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from casefiles.states import LOAN_LABELS, LOAN_TONES
from orgs.models import Organisation, Post, User

from .case import CaseFile
from .item import Item

LONGEST = timedelta(
    days=15
)  # a reading copy or a plain copy is given for so long at most (TT 05/2025 art. 37, 40)
GONE = timedelta(days=5)  # after its last day nothing of it is shown to the reader any more


class LoanQuerySet(models.QuerySet):
    def in_force(self, day: date):
        """Those that let their reader read on this day; of a file that the archive still has."""
        return self.filter(state="allowed", until__gte=day, case__state="archived")

    def for_page(self):
        return self.select_related(
            "organisation",
            "case__organisation",
            "post__organisation",
            "post__unit",
            "user",
            "decided_by__user",
        )


class Loan(models.Model):
    """A reason to read one file, with an end. It is the reader's own: whoever looks after his inbox has not asked."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_index=False
    )  # whose archive
    # Empty until the archive has found what is meant: what is used under conditions is not in its catalogue.
    case = models.ForeignKey(CaseFile, models.PROTECT, null=True, related_name="loans", db_index=False)
    wanted = models.CharField("hồ sơ, tài liệu cần đọc", max_length=500)
    purpose = models.CharField("mục đích", max_length=300)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="asked", editable=False)
    copies = models.BooleanField("được lấy bản sao", default=False)
    until = models.DateField("đọc đến hết ngày", null=True)
    decided_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField("trả lời", max_length=300, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    noun = "đề nghị đọc hồ sơ"
    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = "lượt sử dụng hồ sơ lưu trữ"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(LOAN_LABELS)), name="loan_state"),
            models.CheckConstraint(
                condition=~Q(state__in=["allowed", "ended"])
                | Q(case__isnull=False, until__isnull=False, decided_at__isnull=False),
                name="loan_allowed_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "-id"], name="loan_of_archive"),
            models.Index(fields=["post", "user", "-id"], name="loan_of_reader"),
            models.Index(fields=["case", "until"], name="loan_of_case", condition=Q(state="allowed")),
        ]

    def __str__(self):
        return f"{self.user}: {self.wanted[:80]}"

    def get_absolute_url(self):
        return reverse("loan", args=[self.pk])

    @property
    def state_label(self) -> str:
        return LOAN_LABELS[self.state]

    @property
    def state_tone(self) -> str:
        return LOAN_TONES[self.state]

    @property
    def product(self) -> str:
        return "Bản sao không xác thực" if self.copies else "Bản đọc"

    @property
    def gone_on(self) -> date | None:
        """From this day on the reader finds nothing of it."""
        return self.until + GONE + timedelta(days=1) if self.until else None


class LoanView(models.Model):
    """How often the reader saw one thing of the file on a day, or took a copy of it along; what for, his loan says. The count
    only grows."""

    class Kind(models.TextChoices):
        PAGE = "page", "Xem trang"
        COPY = "copy", "Lấy bản sao"

    loan = models.ForeignKey(Loan, models.PROTECT, related_name="views", db_index=False)
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    kind = models.CharField(max_length=4, choices=Kind)
    count = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = "lượt đọc hồ sơ lưu trữ"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["loan", "item", "day", "kind"], name="loan_view_once_a_day"),
            models.CheckConstraint(
                condition=Q(count__gte=1) & Q(last_at__gte=F("first_at")), name="loan_view_counts"
            ),
        ]
