from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orgs", "0009_administration_by_two")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="password_by_one",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
