"""A power that one person asks for and another gives: nobody takes it alone."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse

from .organisation import Organisation
from .people import Post, User

LIVES = timedelta(days=7)


class ProposalQuerySet(models.QuerySet):
    def open(self, at: datetime):
        """Still to be confirmed. What nobody confirmed in seven days is over, without anybody's act."""
        return self.filter(state=Proposal.State.OPEN, proposed_at__gt=at - LIVES)

    def with_names(self):
        return self.select_related(
            "organisation", "subject", "proposed_by__user", "proposed_by__organisation", "proposed_user",
            "decided_by__user", "decided_user",
        )  # fmt: skip


class Proposal(models.Model):
    """One act, as it will be done when another person confirms it. Written by `orgs.actions.proposals` alone."""

    class State(models.TextChoices):
        OPEN = "open", "Chờ xác nhận"
        CONFIRMED = "confirmed", "Đã xác nhận"
        REFUSED = "refused", "Bị từ chối"
        WITHDRAWN = "withdrawn", "Đã rút"

    kind = models.CharField(max_length=30)  # a key of orgs.proposals.KINDS
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="proposals")
    # Whom it concerns, once there is such an account: told at once, and never the one who confirms.
    subject = models.ForeignKey(User, models.PROTECT, null=True, related_name="proposals_about")
    text = models.CharField(max_length=500)  # what will be done, in one sentence
    payload = models.JSONField(default=dict)  # plain values, never a secret
    facts = models.JSONField(default=dict)  # what it rests on, in words; what has changed meanwhile, voids it
    operators_only = models.BooleanField(default=False)  # beyond an organisation's own administrators
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    proposed_by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    proposed_user = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    decided_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)  # of a refusal, or of confirming alone
    emergency = models.BooleanField(default=False)  # confirmed by one operator alone

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "đề nghị"
        indexes = [
            models.Index(fields=["organisation", "-id"], name="proposal_of_org"),
            models.Index(fields=["-id"], name="proposal_open", condition=Q(state="open")),
            models.Index(fields=["-id"], name="proposal_emergency", condition=Q(emergency=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "confirmed", "refused", "withdrawn"]), name="proposal_state"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None, decided_user=None)
                | (~Q(state="open") & Q(decided_at__isnull=False, decided_user__isnull=False)),
                name="proposal_decided_by_somebody",
            ),
            # The promise of the whole table: another person, and not the one concerned; alone only in an emergency.
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(emergency=True) | ~Q(decided_user=models.F("proposed_user")),
                name="proposal_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(subject=None) | ~Q(decided_user=models.F("subject")),
                name="proposal_not_confirmed_by_subject",
            ),
            models.CheckConstraint(
                condition=Q(emergency=False) | (Q(state="confirmed") & ~Q(reason="")),
                name="proposal_emergency_has_reason",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("proposal", args=[self.pk])

    def expires_at(self) -> datetime:
        return self.proposed_at + LIVES

    def is_open(self, at: datetime) -> bool:
        return self.state == self.State.OPEN and at < self.expires_at()

    def label(self, at: datetime) -> str:
        expired = self.state == self.State.OPEN and not self.is_open(at)
        return "Quá hạn, không còn hiệu lực" if expired else self.get_state_display()
