"""Form parts the desks share: several files, uploads kept between two tries, people by unit."""

from typing import ClassVar

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from documents.arrival import NewFile
from documents.models import Blob, File
from orgs.authority import full_title, mark
from orgs.kinds import kind_names
from orgs.models import Organisation, Post, SigningAuthority, Unit
from ui.ids import parse_ids

SALT = "documents.pdf.process_pool-upload"
KEPT_FOR = 60 * 60 * 12  # seconds: a working day


def lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def own_hand() -> forms.CheckboxInput:
    """A statement a person makes each time anew: no browser may tick it from what it has kept."""
    return forms.CheckboxInput(attrs={"data-keep-skip": True, "autocomplete": "off"})


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class ManyFiles(forms.FileField):
    """Any number of files, each checked as one."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        single = super().clean
        return [single(file, initial) for file in (data or []) if file]


def keep(file: NewFile, user, marks: str = "") -> str:
    """A stored upload as a token for a hidden field, so that no file is chosen twice.

    Worth nothing to another user. `marks`: secrecy marks seen on it, which a person has denied.
    """
    about = {"sha256": file.blob.sha256, "name": file.name, "part": file.part, "pages": file.pages}
    about["marks"] = marks
    return signing.dumps(about | {"user": user.pk}, salt=SALT)


def kept(token: str, user, part: File.Part) -> tuple[NewFile, str]:
    """The upload behind a token and its marks.

    Raises ValidationError if it is forged, old, another's, or was uploaded as something else than `part`.
    """
    try:
        about = signing.loads(token, salt=SALT, max_age=KEPT_FOR)
        if (about["user"], about["part"]) != (user.pk, part):
            raise signing.BadSignature("another user's upload, or another part")
        blob = Blob.objects.get(pk=about["sha256"])
    except (signing.BadSignature, Blob.DoesNotExist) as error:
        raise ValidationError("Tệp đã chọn không còn giữ được. Hãy chọn lại tệp.") from error
    return NewFile(about["name"], blob, about["part"], about["pages"]), about["marks"]


class PersonField(forms.ModelChoiceField):
    away: ClassVar[dict[int, str]] = {}  # who is, in words: `documents.absences.away_for`

    def label_from_instance(self, post: Post) -> str:
        away = f" ({self.away[post.pk]})" if post.pk in self.away else ""
        return f"{post.user} – {post.title}{away}"


class SignerField(forms.ModelChoiceField):
    """Somebody of `orgs.authority.signers`, with the capacity and what it is limited to."""

    def label_from_instance(self, post: Post) -> str:
        rights = [right for authority in post.authorities if (right := _right(authority))]
        return f"{post.user}, {full_title(post)}" + (f" ({'; '.join(rights)})" if rights else "")


def _right(authority: SigningAuthority) -> str:
    capacity = mark(authority)
    if not authority.kinds:
        return capacity
    return f"{capacity or 'quyền riêng'}, chỉ {kind_names(authority.kinds)}"


def room_value(unit: Unit) -> str:
    """A room among people: they share one list, and a number alone is a person's."""
    return f"unit-{unit.pk}"


class ReceiverField(PersonField):
    """A person, or a room; gives back a Post or a Unit."""

    def __init__(self, **kwargs):
        super().__init__(Post.objects.none(), **kwargs)
        self.rooms: dict[str, Unit] = {}

    def choose_from(self, people, rooms: dict[str, Unit]) -> None:
        self.queryset, self.rooms = people, rooms

    def to_python(self, value):
        return self.rooms.get(value) or super().to_python(value)

    def validate(self, value):
        return None if isinstance(value, Unit) else super().validate(value)


class ReceiversField(forms.ModelMultipleChoiceField):
    """People and rooms; gives back a list of both."""

    def __init__(self, **kwargs):
        super().__init__(Post.objects.none(), **kwargs)
        self.rooms: dict[str, Unit] = {}

    def choose_from(self, people, rooms: dict[str, Unit]) -> None:
        self.queryset, self.rooms = people, rooms

    def clean(self, value):
        value = value or []
        rooms = [self.rooms[one] for one in value if one in self.rooms]
        people = [one for one in value if one not in self.rooms]
        return [*(super().clean(people) if people or not rooms else []), *rooms]


class RecipientsField(forms.ModelMultipleChoiceField):
    """Bodies picked by name; the page shows them as chips over hidden values."""

    widget = forms.MultipleHiddenInput
    default_error_messages: ClassVar = {
        "invalid_choice": "Có nơi nhận không còn trong danh mục.",
        "invalid_pk_value": "Nơi nhận không hợp lệ.",
    }

    def __init__(self, **kwargs):
        super().__init__(Organisation.objects.select_related("parent"), required=False, **kwargs)


def picked(field: forms.BoundField) -> list[Organisation]:
    """The recipients as they stand on the form, in the order of the register."""
    keys = parse_ids(str(value) for value in field.value() or [])
    return list(Organisation.objects.select_related("parent").filter(pk__in=keys).in_order())
