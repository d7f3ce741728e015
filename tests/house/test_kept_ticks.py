"""A statement about secrecy or a duplicate is made anew each time: the browser's kept draft never ticks it."""

import re

import pytest
from django.utils import timezone

from documents.forms.incoming.paper_mail import PaperForm
from documents.forms.incoming.steps import RefuseForm, RegisterForm
from documents.forms.outgoing.draft import DraftForm


def _paper(office):
    return PaperForm(post=office.lan, today=timezone.localdate())


def _register(office):
    paper = office.paper(secrecy_marks="MẬT")
    return RegisterForm(incoming=paper, post=office.lan, today=timezone.localdate(), duplicates=True)


def _draft(office):
    return DraftForm(post=office.minh, at=timezone.now())


@pytest.mark.parametrize(
    ("form", "names"),
    [
        (_paper, ("not_secret", "marks_ok", "duplicate_ok")),
        (_register, ("not_secret", "duplicate_ok")),
        (_draft, ("not_secret",)),
        (lambda office: RefuseForm(), ("secret",)),
    ],
)
def test_the_browser_is_told_to_leave_the_tick_alone(office, form, names):
    made = form(office)
    for name in names:
        tag = re.search(r"<input[^>]*>", str(made[name]))[0]
        assert 'type="checkbox"' in tag and " data-keep-skip" in tag, tag
        assert " checked" not in tag
