"""Of the accounts of before nobody knows who set the password: one person, unless they hold a power (then two)."""

from django.db import migrations
from django.db.models import Exists, OuterRef, Q

POWERFUL = [
    "leader", "office_head", "clerk", "unit_clerk", "org_admin", "sys_admin", "assistant", "monitor",
]  # fmt: skip


def fill(apps, editor):
    user, post, right = (apps.get_model("orgs", name) for name in ("User", "Post", "SigningAuthority"))
    powers = post.objects.filter(Q(role__in=POWERFUL) | Q(head=True), user=OuterRef("pk"))
    rights = right.objects.filter(post__user=OuterRef("pk"))
    user.objects.filter(~Exists(powers), ~Exists(rights)).update(password_by_one=True)


class Migration(migrations.Migration):
    dependencies = [("orgs", "0010_passwords_by_one")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
