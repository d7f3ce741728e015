"""What a person must be told: about their account and powers, or about papers and work. One list for each person,
whoever tells (docs/decisions/0013)."""

from django.db import models
from django.db.models import Q

from .people import Post, User

ACCOUNT, WORK = "account", "work"  # told by the act itself; the other kinds are declared by progress/kinds.py


class NoticeQuerySet(models.QuerySet):
    def unseen(self):
        return self.filter(seen_at=None)


class Notice(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=30, default=ACCOUNT, db_default=ACCOUNT)
    text = models.CharField(max_length=500)  # never what a paper says: that is asked for when somebody looks
    url = models.CharField(max_length=200, blank=True)  # of our own pages: where to see it or act
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    urgent = models.BooleanField(default=False, db_default=False)  # said on every page until it is seen
    # As which post the person is told; another's post: he looks after that inbox. Empty: as himself.
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    # Of the floor above, and so no foreign keys: what it was made from, and the paper it speaks of.
    event = models.BigIntegerField(null=True)
    paper = models.BigIntegerField(null=True)
    many = models.PositiveIntegerField(default=1, db_default=1)  # how many of a kind that is counted

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "thông báo"
        constraints = [
            # A worker that was killed, or two at once, tell nobody twice.
            models.UniqueConstraint(
                fields=["event", "user", "kind"], condition=~Q(event=None), name="notice_once"
            )
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_of_user"),
            models.Index(fields=["user", "-id"], condition=Q(seen_at=None), name="notice_unseen"),
        ]

    def __str__(self):
        return self.text
