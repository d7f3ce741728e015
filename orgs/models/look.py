"""An administrator who looks, or looked, as somebody else."""

from django.db import models
from django.db.models import F, Q

from .people import Post, User


class LookQuerySet(models.QuerySet):
    def with_names(self):
        ends = ("post", "by")
        return self.select_related(
            *(f"{end}__{name}" for end in ends for name in ("user", "organisation", "unit"))
        )


class Look(models.Model):
    """`post`: as which its holder `user` is looked at, `by` whom; from `begun_at` to `ended_at`, at the latest `until`.
    `orgs/actions/looking.py` alone begins and ends it."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="looks", db_index=False)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField("lý do xem", max_length=300)
    begun_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = LookQuerySet.as_manager()

    class Meta:
        verbose_name = "lượt xem như người khác"
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__lte=F("until")), name="look_ends_within_its_time"
            )
        ]
        indexes = [
            models.Index(fields=["user", "-begun_at"], name="looks_at"),
            models.Index(fields=["until"], condition=Q(ended_at=None), name="looks_under_way"),
        ]

    def __str__(self):
        return f"{self.by} xem như {self.post}"
