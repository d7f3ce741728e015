"""Whatever is typed into a form, its complaint is Vietnamese: Django's catalogue leaves some in English."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from documents.forms.outgoing.draft import DraftForm
from orgs.models import User
from ui.form_words import CHOOSE

FIELDS = [
    forms.CharField(min_length=2, max_length=3),
    forms.IntegerField(min_value=2, max_value=4),
    forms.DateField(),
    forms.ChoiceField(choices=[("a", "b")]),
    forms.TypedChoiceField(choices=[(1, "b")], coerce=int),
    forms.ModelChoiceField(User.objects.none()),
    forms.ModelMultipleChoiceField(User.objects.none()),
    forms.FileField(max_length=3),
]
TYPED = [
    "", "x", "xxxxxxx", "\x00", "1", "9", ["x"], ["9"],
    SimpleUploadedFile("longname", b"a"), SimpleUploadedFile("a", b""),
]  # fmt: skip
ENGLISH = ("This ", " is ", " not ", "Enter", "Select", "Ensure", "Null", "value", "allowed", "kí tự")


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: type(field).__name__)
@pytest.mark.django_db
def test_every_complaint_is_vietnamese(field):
    heard = []
    for value in TYPED:
        try:
            field.clean(value)
        except ValidationError as error:
            heard += error.messages
        except (TypeError, AttributeError):  # a browser sends no file as text, and no text as a file
            continue
    assert heard
    assert not [said for said in heard if any(word in said for word in ENGLISH)], heard


def test_the_forms_of_the_desks_speak_so_too():
    """Forms are read after the sentences were put right, not before."""
    assert DraftForm.base_fields["signer"].error_messages["invalid_choice"] == CHOOSE
