"""What the law is called, by date: a decree that follows another is a row here and no change of code."""

from django.db import models

from .people import Post


class LegalReference(models.Model):
    """A text of the law that is named on pages and papers, under a key that stays when another text takes its place. Added, never
    changed: of one key the row holds that began last, until a later one begins (`orgs.law`)."""

    key = models.CharField("khóa", max_length=40)
    name = models.CharField("tên gọi", max_length=100)  # as a sentence names it: "Nghị định 30/2020/NĐ-CP"
    # As a basis of a paper cites it, with day, issuer and title (decree 30 Phụ lục I.II.6).
    full = models.CharField("viện dẫn đầy đủ", max_length=400)
    valid_from = models.DateField("từ ngày")
    by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "căn cứ pháp lý"
        ordering = ["key", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from"], name="legal_reference_once"),
        ]

    def __str__(self):
        return f"{self.name} từ {self.valid_from:%d/%m/%Y}"
