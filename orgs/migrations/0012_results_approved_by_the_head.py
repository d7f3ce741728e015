"""Whether the head of a room approves a result before his own task ends with it; as before where nobody says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orgs", "0011_passwords_of_before")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="head_approves",
            field=models.BooleanField(
                db_default=False,
                default=False,
                verbose_name="trưởng phòng duyệt kết quả trước khi kết thúc việc",
            ),
        ),
    ]
