from django import forms
from django.utils import timezone

from orgs.models import Organisation, Post
from signatures.models import Certificate
from ui.order import in_vietnamese

AGENCY = "co-quan"


class CertificateForm(forms.Form):
    """Whose certificate it is and where its key lies. The file itself is read by the view."""

    owner = forms.ChoiceField(label="Chứng thư của")
    holder = forms.ChoiceField(
        label="Nơi giữ khóa", choices=Certificate.Holder, initial=Certificate.Holder.AGENT
    )
    key_ref = forms.CharField(
        label="Khóa nào",
        max_length=200,
        required=False,
        help_text="Thiết bị gắn máy chủ: nhãn thiết bị/nhãn khóa. Dịch vụ từ xa: mã khóa (credential ID). "
        "Tệp: tên tệp trong thư mục khóa. Thiết bị trên máy người ký: để trống.",
    )

    def __init__(self, *args, organisation: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        posts = Post.objects.on(timezone.localdate()).filter(organisation=organisation, user__is_active=True)
        posts = posts.select_related("user").order_by(in_vietnamese("user__full_name"), "user_id", "pk")
        self._people = {str(post.user_id): post.user for post in posts}
        titles = {str(post.user_id): post.title for post in posts}
        people = [(pk, f"{user}, {titles[pk]}") for pk, user in self._people.items()]
        self.fields["owner"].choices = [
            (AGENCY, f"Cơ quan: {organisation.name}"),
            ("Người của cơ quan", people),
        ]

    def given(self) -> dict:
        """`user`, `holder` and `key_ref`, as the action wants them."""
        said = self.cleaned_data
        user = self._people.get(said["owner"])
        return {"user": user, "holder": said["holder"], "key_ref": said["key_ref"]}
