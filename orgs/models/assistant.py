"""Who prepares what a leader decides (law-and-practice §4.1: thư ký, trợ lý; never signs)."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from .people import Post


class AssistantQuerySet(models.QuerySet):
    def on(self, day: date):
        """Named and not ended, on that day; both in their posts, and in their accounts."""
        found = self.filter(ended_at=None)
        for post in ("leader", "post"):
            until = Q(**{f"{post}__valid_to": None}) | Q(**{f"{post}__valid_to__gt": day})
            found = found.filter(until, **{f"{post}__valid_from__lte": day, f"{post}__user__is_active": True})
        return found

    def with_names(self):
        return self.select_related("leader__user", "leader__unit", "leader__organisation", "post__user", "post__unit", "post__organisation")  # fmt: skip


class Assistant(models.Model):
    """An assistant's post at the side of a leader's, named by the leader until he ends it. It carries no power: what an
    assistant prepares has no effect before the leader confirms it. Ended, never changed."""

    leader = models.ForeignKey(Post, models.PROTECT, related_name="assistants")
    post = models.ForeignKey(Post, models.PROTECT, related_name="assists")
    told = models.BooleanField("cùng nhận thông báo", default=False)
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = AssistantQuerySet.as_manager()

    class Meta:
        verbose_name = "trợ lý"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["leader", "post"], condition=Q(ended_at=None), name="assistant_named_once"
            ),
            models.CheckConstraint(condition=~Q(leader=F("post")), name="assistant_is_another"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("named_at")),
                name="assistant_ends_after_naming",
            ),
        ]

    def __str__(self):
        return f"{self.post.user} → {self.leader.user}"
