"""A signature at the left of the page, and sessions named by the longer step that gives it: no row is read."""

from django.db import migrations, models

KINDS = [
    ("personal", "Chữ ký số cá nhân"),
    ("beside", "Chữ ký số của thư ký hoặc bên kia"),
    ("agency", "Chữ ký số cơ quan"),
]


class Migration(migrations.Migration):
    dependencies = [("signatures", "0011_sessions_about_minutes")]

    operations = [
        migrations.AlterField(
            model_name="signature", name="kind", field=models.CharField(choices=KINDS, max_length=8)
        ),
        migrations.AlterField(
            model_name="signingsession", name="kind", field=models.CharField(choices=KINDS, max_length=8)
        ),
        migrations.AlterField(
            model_name="signingsession", name="step", field=models.CharField(max_length=16)
        ),
    ]
