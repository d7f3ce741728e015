"""Who signs at the left of a paper that two sign, before its signer: the secretary of minutes (decree 30 Phụ lục III, mẫu
1.9), the other party of a contract where that is a person of this office."""

from datetime import date

from django.core.exceptions import ValidationError

from documents.access.people import has_left
from documents.kinds import TWO_SIDES
from documents.models import Outgoing
from orgs.models import Post
from ui.order import in_vietnamese

_BY_HAND = "ký tay trên bản giấy; tệp không mang chữ ký số của thư ký"
_ELSEWHERE = "ký trên bản giấy hoặc trên hệ thống của bên ấy; chữ ký của bên ấy không nằm trong tệp này"


def colleagues(organisation: int, day: date):
    """The posts of an office among which one chooses who signs there, by name."""
    there = Post.objects.on(day).filter(organisation=organisation, user__is_active=True)
    return there.with_names().order_by(in_vietnamese("user__full_name"), "pk")


def check_secretary(named: Post | None, kind: str, signer: Post, organisation: int, day: date) -> None:
    """Raises ValidationError by field: another office's, somebody who has left, the signer himself, a kind one person signs."""
    if named is None:
        return
    ended = named.valid_from > day or (named.valid_to is not None and named.valid_to <= day)
    why = ""
    if kind not in TWO_SIDES:
        why = "Loại văn bản này chỉ một người ký."
    elif named.organisation_id != organisation:
        why = "Chỉ chọn được người của cơ quan soạn thảo; bên kia ở cơ quan khác ký ở nơi khác."
    elif ended or has_left(named):
        why = f"{named.user} không còn giữ vị trí này. Hãy chọn người khác."
    elif named.user_id == signer.user_id:
        why = "Hai bên ký phải là hai người."
    if why:
        raise ValidationError({"secretary_post": why})


def beside_words(outgoing: Outgoing) -> str:
    """Who signs at the left and how, for the paper's page; empty of a paper with one signer."""
    if outgoing.kind not in TWO_SIDES:
        return ""
    name, signs = outgoing.secretary, outgoing.secretary_post
    if signs is not None:
        own = f"{signs.user}, {signs.title}, ký số"
        return own if str(signs.user) == name else f"{own}; trên trang ghi {name}"
    if outgoing.kind == "BB":
        return f"{name or outgoing.drafter.user}, {_BY_HAND}"
    return f"{name}, {_ELSEWHERE}" if name else ""
