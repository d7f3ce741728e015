"""Which paper of the books, and which person: for an administrator who reads neither."""

from django import forms

from documents.models import Document, Incoming, Outgoing
from orgs.models import Organisation


class WhyNotForm(forms.Form):
    direction = forms.ChoiceField(label="Sổ", choices=Document.Direction.choices)
    number = forms.IntegerField(label="Số trong sổ", min_value=1, max_value=9_999_999)
    year = forms.IntegerField(label="Năm", min_value=2000, max_value=2100)
    ten = forms.CharField(label="Họ tên hoặc tên đăng nhập", max_length=100)

    def paper_of(self, office: Organisation) -> Incoming | Outgoing | None:
        """The paper of that number in the books of the office."""
        number, year = self.cleaned_data["number"], self.cleaned_data["year"]
        if self.cleaned_data["direction"] == Document.Direction.IN:
            rows = Incoming.objects.filter(arrival_number=number, arrival_date__year=year)
        else:
            rows = Outgoing.objects.filter(number_value=number, issued_on__year=year)
        return rows.filter(organisation=office).order_by("pk").first()
