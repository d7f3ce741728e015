"""What an office sets about its numbers, and those numbers of a book that no paper took in the ordinary way: set aside to be
given by hand, or void. A number that was given is never taken out of its book and never given again (decree 30 art. 15)."""

from django.db import models
from django.db.models import F, Q

from documents.kinds import CHOICES
from orgs.models import Organisation, Post

from .register import RegisterBook


class KindSeries(models.Model):
    """From a day on, a kind of paper takes its numbers from a series: as the head of the office has decided (art. 15.1). Added,
    never changed; of the rows whose day has come the last is in force, and without any `kinds.series_of`."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField("loại văn bản", max_length=6, choices=CHOICES)
    series = models.CharField("hệ thống số", max_length=10)
    since = models.DateField("từ ngày")
    decision = models.CharField("văn bản quy định", max_length=200, blank=True)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "hệ thống số của loại văn bản"
        ordering = ["pk"]
        indexes = [models.Index(fields=["organisation", "kind", "-since", "-id"], name="kind_series")]

    def __str__(self):
        return f"{self.kind}: {self.series} từ {self.since:%d/%m/%Y}"


class Board(models.Model):
    """Hội đồng, ban, tổ: an advisory body that issues under its own name with the seal of the office, and so has a series of
    numbers of its own for all kinds (Phụ lục I.II.3a), named as it is abbreviated. Its chair signs in its name (TM.)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField("tên", max_length=150)
    abbreviation = models.CharField("chữ viết tắt", max_length=10)
    signs_as = models.CharField("ký thay mặt", max_length=40)
    chair = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    chair_title = models.CharField("chức danh", max_length=60)
    # Signs in place of the chair (KT.), where the decision names one.
    deputy = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    deputy_title = models.CharField("chức danh cấp phó", max_length=60, blank=True, default="", db_default="")
    decision = models.CharField("quyết định thành lập", max_length=200)
    since = models.DateField("từ ngày")
    ended_on = models.DateField("kết thúc từ ngày", null=True)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "hội đồng, ban, tổ"
        ordering = ["pk"]
        constraints = [
            # Also when it has ended: its numbers of the year stand in that series.
            models.UniqueConstraint(fields=["organisation", "abbreviation"], name="board_abbreviation_once"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("since")), name="board_ends_after"
            ),
            models.CheckConstraint(
                condition=Q(deputy=None, deputy_title="") | (Q(deputy__isnull=False) & ~Q(deputy_title="")),
                name="board_deputy_has_a_title",
            ),
        ]

    def __str__(self):
        return self.name

    def block(self, signer: int) -> tuple[str, ...]:
        """Box 7a of what its chair signs, or its deputy in the chair's place (Phụ lục I.II.7b)."""
        if signer == self.deputy_id:
            return self.signs_as.upper(), f"KT. {self.chair_title.upper()}", self.deputy_title.upper()
        return self.signs_as.upper(), self.chair_title.upper()


class Reservation(models.Model):
    """A run of numbers taken before an outage, to be given by hand on paper while the system is away."""

    book = models.ForeignKey(RegisterBook, models.PROTECT, related_name="reservations")
    first = models.PositiveIntegerField("từ số")
    last = models.PositiveIntegerField("đến số")
    purpose = models.CharField("lý do giữ số", max_length=500)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "lần giữ số"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(first__gte=1, last__gte=F("first")), name="reservation_run")
        ]

    def __str__(self):
        return f"{self.book}: {self.first:02d}–{self.last:02d}"


class NumberLine(models.Model):
    """One number of a book with a story of its own. `day`: of the number; of one set aside, when that was; `document`: the paper
    that bears it, or whose copy does, or that bore it until it was made void; `by`, `at`: who wrote the line as it stands."""

    class State(models.TextChoices):
        RESERVED = "reserved", "Giữ để ghi tay"
        ENTERED = "entered", "Ghi tay, đã vào sổ"
        VOID = "void", "Đã hủy"

    book = models.ForeignKey(RegisterBook, models.PROTECT, related_name="lines", db_index=False)
    value = models.PositiveIntegerField("số")
    state = models.CharField("tình trạng", max_length=8, choices=State)
    reservation = models.ForeignKey(Reservation, models.PROTECT, null=True, related_name="lines")
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="number_lines")
    code = models.CharField("số, ký hiệu", max_length=50, blank=True)
    day = models.DateField("ngày")
    reason = models.CharField("lý do", max_length=500, blank=True)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "dòng số"
        ordering = ["value"]
        constraints = [
            models.UniqueConstraint(fields=["book", "value"], name="number_line_once"),
            models.CheckConstraint(
                condition=Q(state="reserved", reservation__isnull=False, document=None)
                | Q(state="entered", reservation__isnull=False, document__isnull=False)
                | (Q(state="void") & ~Q(reason="")),
                name="number_line_state",
            ),
        ]

    def __str__(self):
        return self.code or f"{self.value:02d}"
