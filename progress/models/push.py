"""A browser that wants to be told while no page is open."""

from django.db import models

from orgs.models import User


class PushAddress(models.Model):
    """What a browser gave when its owner pressed the button: where its push service listens, and for whom to encrypt.
    Gone when the service says so, or its owner, who also signs out there or ends all sessions."""

    user = models.ForeignKey(User, models.CASCADE, related_name="push_addresses")
    endpoint = models.CharField(max_length=600, unique=True)
    point = models.CharField(max_length=100)  # p256dh, base64url
    secret = models.CharField(max_length=30)  # auth, base64url
    device = models.CharField("thiết bị", max_length=60, blank=True)
    since = models.DateTimeField()

    class Meta:
        verbose_name = "địa chỉ nhận thông báo đẩy"

    def __str__(self):
        return f"{self.user}: {self.device}"
