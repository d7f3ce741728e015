"""Papers that an office writes again and again, with gaps to be filled in; what stands on every paper of a kind.

`documents/actions/outgoing/templates.py` alone writes them.
"""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from orgs.kinds import KINDS
from orgs.models import Organisation, Post, Unit


class TemplateQuerySet(models.QuerySet):
    def usable_by(self, post: Post):
        """Of the office, and of one's own room, that are in use."""
        mine = Q(unit=None) | Q(unit=post.unit_id) if post.unit_id else Q(unit=None)
        return self.filter(mine, organisation=post.organisation_id, retired_at=None)


class DraftTemplate(models.Model):
    """Mẫu văn bản: of a whole office (no unit) or of one room. What it says is its last version's."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField("tên mẫu", max_length=200)
    kind = models.CharField("loại văn bản", max_length=4)
    version = models.PositiveSmallIntegerField("bản thứ", default=0, editable=False)
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = "mẫu văn bản"
        indexes = [
            models.Index(fields=["organisation", "name", "id"], condition=Q(retired_at=None), name="template_in_use"),
        ]  # fmt: skip

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("template_edit", args=[self.pk])

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind][0] if self.kind in KINDS else self.kind

    @property
    def owner_label(self) -> str:
        return str(self.unit) if self.unit_id else "Cả cơ quan"


class TemplateVersion(models.Model):
    """What a template said from then on. Rows are added and never changed."""

    template = models.ForeignKey(DraftTemplate, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveSmallIntegerField()
    subject = models.CharField("trích yếu", max_length=2000)
    addressees = models.TextField("kính gửi", max_length=2000, blank=True)
    bases = models.TextField("căn cứ", max_length=4000, blank=True)
    body = models.TextField("nội dung", max_length=200_000)
    other_recipients = models.TextField("nơi nhận khác", max_length=2000, blank=True)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "bản của mẫu"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="template_version_once")]

    def __str__(self):
        return f"{self.template} ({self.number})"


class StandingLines(models.Model):
    """Căn cứ and Nơi nhận that an office puts on its papers of one kind."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField("loại văn bản", max_length=4)
    bases = models.TextField("căn cứ", max_length=4000, blank=True)
    other_recipients = models.TextField("nơi nhận khác", max_length=2000, blank=True)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "căn cứ, nơi nhận thường dùng"
        constraints = [models.UniqueConstraint(fields=["organisation", "kind"], name="standing_lines_once")]

    def __str__(self):
        return f"{self.kind} ({self.organisation})"
