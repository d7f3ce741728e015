from django.db import models

from orgs.models import Organisation, Post


class RegisterBook(models.Model):
    """One numbered book: per organisation, calendar year and series (decree 30 art. 15.1, 22.2).

    `last_number` moves only under a row lock, in the transaction that uses the number.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="books")
    direction = models.CharField(
        max_length=3,
        choices=[("in", "Sổ văn bản đến"), ("out", "Sổ văn bản đi"), ("cpy", "Sổ bản sao")],
    )
    year = models.PositiveSmallIntegerField("năm")
    series = models.CharField("hệ thống số", max_length=10)
    last_number = models.PositiveIntegerField("số cuối", default=0)
    closed_at = models.DateTimeField("chốt sổ lúc", null=True, blank=True)
    closed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = "sổ văn bản"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "direction", "year", "series"], name="one_book_per_series"
            )
        ]

    def __str__(self):
        return f"{self.get_direction_display()} {self.series} {self.year}"
