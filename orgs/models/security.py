"""What opens an account beside its password, and where it is open: second factors, sessions, identities elsewhere."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from .people import User


class Authenticator(models.Model):
    """An app on a phone that shows a new code of six digits every 30 seconds (RFC 6238). One for each person."""

    user = models.OneToOneField(User, models.CASCADE, related_name="authenticator")
    secret = models.BinaryField()  # sealed: orgs/identity/sealed.py
    last_step = (
        models.BigIntegerField()
    )  # the 30 seconds of the newest code used: it and older ones are spent
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = "ứng dụng xác thực"

    def __str__(self):
        return f"ứng dụng xác thực của {self.user}"


class Passkey(models.Model):
    """A key of WebAuthn in a phone, a computer or a USB stick; only its public half is known here."""

    user = models.ForeignKey(User, models.CASCADE, related_name="passkeys")
    name = models.CharField("tên gợi nhớ", max_length=60)
    credential_id = models.BinaryField(unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField()
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "khóa truy cập"

    def __str__(self):
        return self.name


class RecoveryCode(models.Model):
    """One of ten, on paper, for the day the phone is lost. Works once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)  # keyed: without the server's secret it tells nothing
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "mã dự phòng"
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")]

    def __str__(self):
        return f"mã dự phòng của {self.user}"


class Session(AbstractBaseSession):
    """Where somebody is signed in. The columns repeat what the session itself holds, so that its owner can be shown it."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    begun_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=100, blank=True)
    device = models.CharField(max_length=200, blank=True)  # User-Agent, as it was sent

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "phiên đăng nhập"

    @classmethod
    def get_session_store_class(cls):
        from orgs.sessions import SessionStore

        return SessionStore


class Identity(models.Model):
    """Who somebody is for a provider of OpenID Connect: signing in there is signing in here. Made by the owner alone."""

    user = models.ForeignKey(User, models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "tài khoản liên kết"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_of_one_person"),
            models.UniqueConstraint(fields=["user", "issuer"], name="one_identity_of_a_provider"),
        ]

    def __str__(self):
        return f"{self.user} tại {self.issuer}"
