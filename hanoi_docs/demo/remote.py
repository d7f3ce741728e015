"""One of the cast signs with a key that lies at a remote service, as many leaders do."""

from pathlib import Path

from django.conf import settings

from orgs.models import Post
from signatures.keys import personal_certificate
from signatures.models import Certificate
from simulators.csc.store import enrol

WHO = "thao"
PIN = "123456"  # typed on the page that stands for the telephone


def hand_over(post: Post) -> None:
    """Gives this person's key to the service and keeps none here; the past was signed with it as a file.

    Does nothing where the demonstration runs no service of its own. Safe to run again.
    """
    if not settings.DEMO_REMOTE_SIGNING_DIR:
        return
    certificate = personal_certificate(post.user)
    file = Path(settings.SIGNING_KEY_DIR) / f"{certificate.serial}.p12"
    name = post.user.username
    enrol(
        Path(settings.DEMO_REMOTE_SIGNING_DIR), name, owner=str(post.user), key_file=file.read_bytes(),
        password=settings.SIGNING_KEY_PASSWORD, pin=PIN,
    )  # fmt: skip
    Certificate.objects.filter(pk=certificate.pk).update(holder=Certificate.Holder.REMOTE, key_ref=name)
    file.unlink()
