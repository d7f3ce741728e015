"""What somebody of the office has said is no fault: a rule of decree 30's layout, of one paper or of all of the office's."""

from django.db import models
from django.db.models import Q

from orgs.models import Organisation, Post, User


class MutedRule(models.Model):
    """Without a document it holds for every paper of the office. `rule`: its number (documents/layout/checker); no word of the paper, which may have to be destroyed. Counted against
    the rule for as long as it is not taken back (docs/layout-checker.md)."""

    # Of the paper; on the row, so that what an office takes with it is read from one index.
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    document = models.ForeignKey(
        "documents.Document", models.PROTECT, null=True, related_name="muted_rules", db_index=False
    )
    rule = models.CharField("quy tắc", max_length=6)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "điểm thể thức không phải lỗi"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "rule"], condition=Q(lifted_at=None), name="rule_muted_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "rule"],
                condition=Q(document=None, lifted_at=None),
                name="rule_muted_once_for_all",
            ),
        ]
        indexes = [
            models.Index(fields=["document"], name="muted_of_document"),
            models.Index(fields=["organisation"], name="muted_of_office"),
        ]

    def __str__(self):
        return f"{self.rule} {self.at:%d/%m/%Y}"
