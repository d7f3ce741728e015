"""Who is to sign at the left in the place of somebody who has left."""

from datetime import datetime

from django import forms
from django.utils import timezone

from documents.actions.outgoing.secretary import colleagues
from documents.forms.widgets import PersonField, lines
from documents.models import Outgoing
from orgs.models import Post


class NameSecretaryForm(forms.Form):
    person = PersonField(Post.objects.none(), label="Ai ký", empty_label="Chọn người ký")
    reason = forms.CharField(label="Lý do", max_length=500, widget=lines(3))

    def __init__(self, *args, outgoing: Outgoing, at: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        others = colleagues(outgoing.organisation_id, timezone.localdate(at))
        self.fields["person"].queryset = others.exclude(user=outgoing.signer.user_id)
