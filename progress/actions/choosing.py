"""What comes by mail, chosen by a person for himself or by an office for those who have not chosen; and the secret
address of one's own deadlines."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from orgs.access import may
from orgs.actions.refused import Refused
from orgs.models import Organisation, Post, User
from orgs.record import record
from progress.models import CalendarAddress, Wish


def choose(user: User, chosen: dict) -> None:
    """From now on. What waits to be sent keeps its hour."""
    Wish.objects.update_or_create(user=user, defaults=chosen)


@transaction.atomic
def choose_for_office(organisation: Organisation, chosen: dict, *, by: Post, at: datetime) -> None:
    """Raises Refused for who may not set the rules of the office; to set what is set writes nothing."""
    if not may(by, "set_office_rules", organisation):
        raise Refused("Chỉ lãnh đạo, chánh văn phòng hoặc quản trị của cơ quan được đặt cách gửi thư này.")
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    wish, new = Wish.objects.get_or_create(organisation=organisation, defaults=chosen)
    if not new and (wish.mail, wish.with_words) == (chosen["mail"], chosen["with_words"]):
        return
    Wish.objects.filter(pk=wish.pk).update(**chosen)
    text = "có câu thông báo trong thư" if chosen["with_words"] else "không có câu thông báo trong thư"
    record("set_mail", organisation, by=by, at=at, text=text, mail=chosen["mail"])


def renew_calendar(user: User, *, at: datetime) -> str:
    """A new secret for the address of one's deadlines; the old address is gone at once. It is shown this once."""
    token = secrets.token_urlsafe(32)
    CalendarAddress.objects.update_or_create(user=user, defaults={"digest": digest(token), "made_at": at})
    return token


def end_calendar(user: User) -> None:
    CalendarAddress.objects.filter(user=user).delete()


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
