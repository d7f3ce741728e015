"""What a sender asks back: the paper is to be cancelled where it went (decree 30 art. 18.4b, QĐ 28/2018 art. 9.2)."""

from django.db import models
from django.db.models import Q

from orgs.models import Post


class RecallRequest(models.Model):
    """One request about one paper that lies here. The clerk answers; the answer goes back as status 15 or 16."""

    class Kind(models.TextChoices):
        RECALL = "recall", "Thu hồi văn bản"  # edXML business type 1
        TAKE_BACK = "take_back", "Lấy lại văn bản"  # status 13

    class Answer(models.TextChoices):
        AGREED = "15", "Đã đồng ý, hủy nội dung"
        REFUSED = "16", "Đã từ chối"

    incoming = models.ForeignKey("documents.Incoming", models.PROTECT, related_name="recall_requests")
    kind = models.CharField(max_length=9, choices=Kind)
    reason = models.CharField("lý do của nơi gửi", max_length=1000, blank=True)
    asked_at = models.DateTimeField("yêu cầu lúc")
    answer = models.CharField("trả lời", max_length=2, choices=Answer, blank=True)
    words = models.CharField("ý kiến trả lời", max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "yêu cầu thu hồi"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["incoming"], condition=Q(answer=""), name="one_open_recall"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.incoming_id}"

    @property
    def urged_at(self):
        """When the sender inside the city last asked for the answer, after it had asked for the paper."""
        urged = self.incoming.delivery.urged_at if self.incoming.delivery_id else None
        return urged if urged and urged > self.asked_at else None
