"""A second form of a free file for the archive (decree 30 Phụ lục VI III.5e): beside it, never in its place."""

from django.db import models
from django.db.models import Q

from documents.models import Blob

from .item import Item


class Rendition(models.Model):
    """PDF/A-2b made of a picture or a Word file that lies in the archive, or why none could be made."""

    item = models.OneToOneField(Item, models.CASCADE, related_name="rendition")
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")  # empty: none, or destroyed
    problem = models.CharField("vì sao không", max_length=300, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "bản PDF/A"
        constraints = [
            models.CheckConstraint(condition=Q(blob=None) | Q(problem=""), name="rendition_or_problem")
        ]
