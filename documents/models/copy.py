"""Copies that the office makes of a paper and that are worth as much as it: sao y, sao lục, trích sao (decree 30 art. 25–27)."""

from django.db import models
from django.db.models import Q

from orgs.law import cited
from orgs.models import Organisation, Post

from .blob import File
from .document import Document
from .register import RegisterBook


class CertifiedCopy(models.Model):
    """One copy with its number, added and never changed. An extract that is to be electronic has none until the agency has
    signed it. One series of numbers for all three kinds (Phụ lục I, Part II.3)."""

    class Kind(models.TextChoices):
        TRUE = "SY", "Sao y"
        OF_COPY = "SL", "Sao lục"
        EXTRACT = "TrS", "Trích sao"

    class Medium(models.TextChoices):
        PAPER = "paper", "giấy"
        ELECTRONIC = "electronic", "điện tử"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="copies")
    of_copy = models.ForeignKey("self", models.PROTECT, null=True, related_name="copied", db_index=False)
    taken_from = models.ForeignKey(File, models.PROTECT, related_name="+")  # what was printed, or signed
    file = models.OneToOneField(File, models.PROTECT, null=True, related_name="copy")  # the electronic copy
    kind = models.CharField("hình thức sao", max_length=3, choices=Kind)
    source = models.CharField("sao từ bản", max_length=10, choices=Medium)
    medium = models.CharField("sao sang bản", max_length=10, choices=Medium)
    pages = models.JSONField("trang được trích", default=list)
    text = models.TextField("phần được trích", max_length=20000, blank=True)
    book = models.ForeignKey(RegisterBook, models.PROTECT, null=True)
    number_value = models.PositiveIntegerField(null=True)
    notation = models.CharField("ký hiệu", max_length=30)
    made_on = models.DateField("ngày sao", null=True)
    # As it is printed, whatever the office and the person are called later.
    office = models.CharField("cơ quan sao", max_length=300)  # lines parted by |
    place = models.CharField("địa danh", max_length=100)
    signer = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    signer_lines = models.TextField(blank=True)
    signer_name = models.CharField("người ký bản sao", max_length=100, blank=True)
    recipients = models.TextField("nơi nhận", max_length=2000, blank=True)
    quantity = models.PositiveSmallIntegerField("số bản", default=1)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "bản sao"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["book", "number_value"], name="copy_number_once"),
            models.CheckConstraint(
                condition=Q(book=None, number_value=None, made_on=None, kind="TrS", medium="electronic")
                | Q(book__isnull=False, number_value__gte=1, made_on__isnull=False),
                name="copy_number_with_book",
            ),
            models.CheckConstraint(
                condition=Q(kind="TrS") | Q(source="paper") | Q(medium="paper"),
                name="copy_in_a_lawful_direction",
            ),
            # Whoever signs a copy on paper is printed on it; an electronic one bears the agency's signature alone.
            models.CheckConstraint(
                condition=Q(medium="electronic") | (Q(signer__isnull=False) & Q(file=None)),
                name="copy_on_paper_signed",
            ),
            models.CheckConstraint(
                condition=Q(medium="paper")
                | Q(number_value=None, file=None)
                | Q(number_value__gte=1, file__isnull=False),
                name="electronic_copy_has_its_file",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="copies_at_least_one"),
        ]
        indexes = [models.Index(fields=["organisation", "made_on", "id"], name="copy_register")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.code or 'chưa ký số'}"

    @property
    def code(self) -> str:
        """ "05/SY-SNV"; nothing before it has its number."""
        return f"{self.number_value:02d}/{self.notation}" if self.number_value else ""

    @property
    def on_paper(self) -> bool:
        return self.medium == self.Medium.PAPER

    @property
    def direction_words(self) -> str:
        return f"{self.get_source_display()} sang {self.get_medium_display()}"


def why_unlawful(kind: str, source: str, medium: str, *, of_copy: bool) -> str:
    """Why art. 25 knows no such copy; empty where it does. `of_copy`: what lies there is a sao y, no original."""
    if kind == CertifiedCopy.Kind.TRUE and of_copy:
        return f"Sao y được thực hiện từ bản gốc hoặc bản chính (khoản 1 Điều 25 {cited('{clerical_work}')}). Từ bản sao y, hãy chọn sao lục."
    if kind == CertifiedCopy.Kind.OF_COPY and not of_copy:
        return f"Sao lục được thực hiện từ bản sao y (điểm b khoản 2 Điều 25 {cited('{clerical_work}')}). Từ bản gốc, bản chính, hãy chọn sao y."
    if kind == CertifiedCopy.Kind.EXTRACT or CertifiedCopy.Medium.PAPER in (source, medium):
        return ""
    clause = "khoản 1" if kind == CertifiedCopy.Kind.TRUE else "điểm a khoản 2"
    name = CertifiedCopy.Kind(kind).label
    return f"Không có hình thức {name.lower()} từ văn bản điện tử sang văn bản điện tử ({clause} Điều 25 {cited('{clerical_work}')}). Hãy gửi chính văn bản điện tử, hoặc trích sao phần cần dùng."
