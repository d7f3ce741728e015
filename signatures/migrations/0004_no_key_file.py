from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("signatures", "0003_where_keys_are")]

    operations = [migrations.RemoveField(model_name="certificate", name="key_file")]
