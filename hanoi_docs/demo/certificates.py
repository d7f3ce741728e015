"""What the demonstration's people sign with: made once, by its own authority, worth nothing before the law."""

from pathlib import Path

from django.conf import settings
from django.utils import timezone

from hanoi_docs.demo import marks as demo_marks
from orgs.models import Organisation, Post, User
from signatures import trust
from signatures.actions.images import register_image
from signatures.errors import SigningError
from signatures.images import image_of
from signatures.keys import remember
from simulators import pki as demo_pki


def give_demo_certificates(posts: list[Post], organisations: list[Organisation]) -> None:
    """Certificates of the demonstration's own authority and pictures of marks, made once.

    Refused outside the demonstration.
    """
    if not settings.DEMO:
        raise SigningError("Chứng thư thử nghiệm chỉ có trong bản trình diễn.")
    folder = Path(settings.SIGNING_KEY_DIR)
    _trust_demo(folder)
    for post in posts:
        data = demo_pki.issue_person(folder, str(post.user), post.organisation.name, post.title)
        remember(folder, data, user=post.user)
        _give_image(post.user, demo_marks.person_mark(str(post.user)))
    for organisation in organisations:
        data = demo_pki.issue_agency(folder, organisation.name, organisation.code)
        remember(folder, data, organisation=organisation)
        _give_image(organisation, demo_marks.seal_mark(organisation.name))


def _give_image(owner: User | Organisation, drawn: demo_marks.Drawn) -> None:
    if image_of(owner) is None:
        register_image(owner, data=drawn.png, width_mm=drawn.width_mm, by=None, at=timezone.now())


def _trust_demo(folder: Path) -> None:
    demo_pki.build_ca(folder, base_url=settings.DEMO_PKI_URL)
    for name in ("root", "ca"):
        trust.trust(
            (folder / f"{name}.pem").read_bytes(), reason="Bản trình diễn", by=None, at=timezone.now()
        )
