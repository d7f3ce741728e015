from django.db import models

from orgs.models import Organisation


class RegisterBook(models.Model):
    """One numbered book: per organisation, calendar year and series (decree 30 art. 15.1, 22.2).

    `last_number` moves only under a row lock, in the transaction that uses the number.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="books")
    direction = models.CharField(max_length=3, choices=[("in", "Sổ văn bản đến"), ("out", "Sổ văn bản đi")])
    year = models.PositiveSmallIntegerField("năm")
    series = models.CharField("hệ thống số", max_length=10)
    last_number = models.PositiveIntegerField("số cuối", default=0)
    closed_at = models.DateTimeField("khóa sổ lúc", null=True, blank=True)

    class Meta:
        verbose_name = "sổ văn bản"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "direction", "year", "series"], name="one_book_per_series"
            )
        ]

    def __str__(self):
        return f"{self.get_direction_display()} {self.series} {self.year}"
