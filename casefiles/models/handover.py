"""Bàn giao: what somebody who leaves had in hand, and to whom each of it went (decree 30 art. 31.3đ; Phụ lục VI IV.1đ)."""

from django.db import models
from django.urls import reverse

from documents.access.people import stands_above
from orgs.models import Organisation, Post, Role


class Kind(models.TextChoices):
    FILES = "files", "Hồ sơ"
    SEATS = "seats", "Chỗ trong hồ sơ của người khác"
    WORK = "work", "Việc đang làm"
    PAPERS = "papers", "Văn bản đang giữ"
    TASKS = "tasks", "Nhiệm vụ đang giữ"
    DRAFTS = "drafts", "Dự thảo"


class HandoverQuerySet(models.QuerySet):
    def visible_to(self, post: Post):
        """Whoever stands above, the head of the unit that was left, the one who did it, the leaver; and of it, a successor."""
        here = self.filter(organisation=post.organisation_id)
        if not post.in_person:
            return self.none()
        if stands_above(post):
            return here
        mine = (
            models.Q(by=post)
            | models.Q(leaver=post)
            | models.Q(pk__in=HandoverLine.objects.filter(to=post).values("handover"))
        )
        if post.role == Role.UNIT_HEAD and post.unit_id:
            mine |= models.Q(leaver__unit=post.unit_id)
        return here.filter(mine)

    def for_page(self):
        return self.select_related("organisation", "leaver__user", "leaver__unit", "by__user")


class Handover(models.Model):
    """One act. Added, never changed: whoever leaves and comes back is handed things as anybody else."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    leaver = models.ForeignKey(Post, models.PROTECT, related_name="handovers", db_index=False)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    note = models.CharField("ghi chú", max_length=500, blank=True)

    noun = "biên bản bàn giao"
    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = "biên bản bàn giao"
        indexes = [
            models.Index(fields=["organisation", "-at", "-id"], name="handover_list"),
            models.Index(fields=["leaver"], name="handover_of_leaver"),
        ]

    def __str__(self):
        return f"Bàn giao của {self.leaver.user}"

    def get_absolute_url(self):
        return reverse("handover", args=[self.pk])

    def seen_whole_by(self, post: Post) -> bool:
        """Or only the lines that came to him."""
        heads = (
            post.role == Role.UNIT_HEAD and post.unit_id is not None and post.unit_id == self.leaver.unit_id
        )
        return stands_above(post) or heads or post.pk in (self.by_id, self.leaver_id)


class HandoverLine(models.Model):
    """One thing and who has it now. What it is called is read where it is, by the eyes of whoever looks. Added only."""

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="lines", db_index=False)
    kind = models.CharField(max_length=6, choices=Kind)
    key = models.BigIntegerField()
    to = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["handover", "kind", "key"], name="handover_line_once")]
        indexes = [models.Index(fields=["to", "handover"], name="handover_to")]


class HandoverChoice(models.Model):
    """Who is to have one thing when all of it is handed over, where that is not the successor of its kind; until then."""

    leaver = models.ForeignKey(Post, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=6, choices=Kind)
    key = models.BigIntegerField()
    to = models.ForeignKey(Post, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["leaver", "kind", "key"], name="handover_choice_once"),
        ]
