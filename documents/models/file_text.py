"""The words of a file, for the search in what papers say (decree 30 Phụ lục VI, III.6d): one row a file of an office's own.

A trigger on the files makes a row wait when a file comes, and takes it away when the file's bytes are let go: no act that destroys
content can forget the words. `documents/actions/file_texts.py` alone fills them.
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from orgs.models import Organisation

from .blob import File
from .document import Document


class FileText(models.Model):
    """`text`: as it is read, for the line that is shown; `words`: folded, for finding. Both empty but in a row that is done."""

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ đọc chữ"
        DONE = "done", "Tìm được trong nội dung"
        FAILED = "failed", "Không đọc được chữ"
        PASSED = "passed", "Đã có bản mới hơn"

    file = models.OneToOneField(File, models.CASCADE, primary_key=True, related_name="words_of")
    document = models.ForeignKey(Document, models.CASCADE, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    text = models.TextField(blank=True, default="", db_default="")
    words = SearchVectorField(null=True)
    state = models.CharField(
        max_length=7, choices=State, default=State.WAITING, db_default="waiting", editable=False
    )
    problem = models.CharField("vì sao", max_length=300, blank=True, default="", db_default="")
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    claimed_at = models.DateTimeField(null=True)  # a worker has it in hand

    class Meta:
        verbose_name = "chữ của tệp"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="done", words__isnull=False)
                | Q(state__in=["waiting", "failed", "passed"], words=None, text=""),
                name="file_text_state",
            )
        ]  # fmt: skip
        indexes = [
            # By office first: a common word of a large city must not be read for a small ward.
            GinIndex("organisation", "words", name="file_text_words", fastupdate=False),
            models.Index(fields=["document"], name="file_text_of_paper"),
            models.Index(fields=["-file"], condition=Q(state="waiting"), name="file_text_waiting"),
        ]

    def __str__(self):
        return f"{self.file_id}: {self.get_state_display()}"
