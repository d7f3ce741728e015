"""How a person has a list: its columns, the filters kept under a name, and which of them opens first."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class ListChoice(models.Model):
    """One small row for each person and list; a person without one has the list as the house has it."""

    class Section(models.TextChoices):
        INCOMING = "incoming", "Văn bản đến"
        OUTGOING = "outgoing", "Văn bản đi"
        WORK = "work", "Công việc"
        TASK = "task", "Nhiệm vụ"
        CONSULTATION = "consultation", "Ý kiến"
        SLIP = "slip", "Phiếu trình"
        SEARCH = "search", "Tìm văn bản"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="list_choices", db_index=False
    )
    section = models.CharField(max_length=12, choices=Section)
    columns = models.JSONField(default=list)  # their names; empty: as the house has them
    filters = models.JSONField(default=list)  # [{"name": …, "query": …}], as they were saved
    first = models.CharField(max_length=60, blank=True)  # the name of the filter that opens first

    class Meta:
        verbose_name = "tùy chọn danh sách"
        constraints = [
            models.UniqueConstraint(fields=["user", "section"], name="list_choice_once"),
            models.CheckConstraint(
                condition=Q(
                    section__in=["incoming", "outgoing", "work", "task", "consultation", "slip", "search"]
                ),
                name="list_choice_section",
            ),
        ]

    def __str__(self):
        return f"{self.user}: {self.get_section_display()}"
