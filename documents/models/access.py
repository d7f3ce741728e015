"""Who came in, and who read what (decree 30 Phụ lục VI III.5a, III.6). No word of a paper stands here."""

from django.db import models
from django.db.models import F, Q

from orgs.models import Organisation, Post, User


class Access(models.Model):
    """A sign-in, a sign-out, a sign-in that failed. Added, never changed. `user` is empty for a name nobody has: what
    was typed there may be a password."""

    class Kind(models.TextChoices):
        IN = "in", "Đăng nhập"
        OUT = "out", "Đăng xuất"
        FAILED = "failed", "Đăng nhập không thành công"

    kind = models.CharField(max_length=6, choices=Kind)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="accesses", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="accesses")
    address = models.CharField(max_length=45, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "lượt truy cập"
        indexes = [models.Index(fields=["user", "-at"], name="access_of_user")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.at:%d/%m/%Y %H:%M}"


class Reading(models.Model):
    """How often somebody saw a paper on one day: its page, the pictures of its content, its files taken along.
    The count only grows; `user` differs from the holder of `post` under delegation."""

    class Kind(models.TextChoices):
        PAPER = "paper", "Xem văn bản"
        CONTENT = "content", "Xem trang nội dung"
        DOWNLOAD = "download", "Tải về"

    document = models.ForeignKey(
        "documents.Document", models.CASCADE, related_name="readings", db_index=False
    )
    day = models.DateField()
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    count = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = "lượt xem"
        indexes = [models.Index(fields=["user", "day"], name="reading_of_user")]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "day", "user", "post", "kind"], name="reading_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(count__gte=1) & Q(last_at__gte=F("first_at")), name="reading_counts"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.day:%d/%m/%Y}: {self.count}"
