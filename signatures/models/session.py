"""A digest that has gone out to a key we do not hold, and the signature that must come back."""

from django.db import models
from django.db.models import Q

from documents.models import Blob, Document, File
from orgs.models import Post, User

from .batch import BatchItem
from .certificate import Certificate
from .signature import Signature


class SigningSession(models.Model):
    """One interrupted signing. `prepared` holds the file with the empty container, `attributes` the DER of the
    CMS signed attributes: exactly what the key signs. While it waits the paper is untouched."""

    class State(models.TextChoices):
        WAITING = "waiting", "Đang chờ xác nhận"
        FINISHING = "finishing", "Đang ghép chữ ký"
        SIGNED = "signed", "Đã ký"
        REFUSED = "refused", "Người ký từ chối"
        FAILED = "failed", "Không ký được"
        EXPIRED = "expired", "Hết thời gian chờ"

    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="signing_sessions")
    about = models.BigIntegerField(
        null=True
    )  # of a floor above, and so no foreign key: signatures/elsewhere.py
    step = models.CharField(max_length=16)  # the journey's step that ends it: sign_secretary, sign, seal
    kind = models.CharField(max_length=8, choices=Signature.Kind)
    certificate = models.ForeignKey(Certificate, models.PROTECT)
    post = models.ForeignKey(Post, models.PROTECT)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")  # whose hands: the post may be lent
    before = models.CharField("SHA-256 trước khi ký", max_length=64)
    prepared = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    attributes = models.BinaryField()
    place = models.JSONField(default=dict)  # where the container lies and what its digest is
    asked_level = models.CharField(max_length=6)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    reason = models.CharField("lý do", max_length=500, blank=True)
    remote_ref = models.CharField(max_length=200, blank=True)  # the service's own name of the request
    batch_item = models.ForeignKey(BatchItem, models.PROTECT, null=True, related_name="sessions")
    signature = models.BinaryField(null=True)  # the key's answer, kept before it is put in
    claimed_at = models.DateTimeField(null=True)  # by whoever puts it in
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            # Two presses ask the key once.
            models.UniqueConstraint(
                fields=["document"], condition=Q(state__in=["waiting", "finishing"]), name="one_open_session"
            ),
            models.UniqueConstraint(
                fields=["step", "about"],
                condition=Q(state__in=["waiting", "finishing"], about__isnull=False),
                name="one_open_session_about",
            ),
            models.CheckConstraint(
                condition=Q(document=None, about__isnull=False) | Q(document__isnull=False, about=None),
                name="session_about_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="waiting"), name="session_waiting"),
        ]

    def texts(self) -> list[bytes]:
        """What the key signs: the paper's attributes first, then those of each file that goes with it."""
        return [bytes(one.attributes) for one in (self, *self.parts.all())]


class SessionPart(models.Model):
    """A file that goes with the paper, signed by the same confirmation as the paper's seal."""

    session = models.ForeignKey(SigningSession, models.CASCADE, related_name="parts")
    file = models.ForeignKey(File, models.CASCADE, related_name="+")
    prepared = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    attributes = models.BinaryField()
    place = models.JSONField(default=dict)
    signature = models.BinaryField(null=True)

    class Meta:
        ordering = ["pk"]
