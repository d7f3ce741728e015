"""The texts of the law that pages and papers name, as they are in force."""

from datetime import date

import django.db.models.deletion
from django.db import migrations, models

# Each: key, name, citation, in force from.
ROWS = [
    ("clerical_work", "Nghị định 30/2020/NĐ-CP", "Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư", date(2020, 3, 5)),
    ("exchange", "Quyết định 28/2018/QĐ-TTg", "Quyết định số 28/2018/QĐ-TTg ngày 12 tháng 7 năm 2018 của Thủ tướng Chính phủ về việc gửi, nhận văn bản điện tử giữa các cơ quan trong hệ thống hành chính nhà nước", date(2018, 9, 1)),
    ("organisation_codes", "Quyết định 20/2020/QĐ-TTg", "Quyết định số 20/2020/QĐ-TTg ngày 22 tháng 7 năm 2020 của Thủ tướng Chính phủ về mã định danh điện tử của các cơ quan, tổ chức phục vụ kết nối, chia sẻ dữ liệu với các bộ, ngành, địa phương", date(2020, 9, 15)),
    ("public_signatures", "Nghị định 68/2024/NĐ-CP", "Nghị định số 68/2024/NĐ-CP ngày 25 tháng 6 năm 2024 của Chính phủ quy định về chữ ký số chuyên dùng công vụ", date(2024, 8, 15)),
    ("local_government", "Luật Tổ chức chính quyền địa phương", "Luật Tổ chức chính quyền địa phương", date(2016, 1, 1)),
    ("civil_code", "Bộ luật Dân sự 2015", "Bộ luật Dân sự", date(2017, 1, 1)),
    ("complaints", "Luật Khiếu nại 2011", "Luật Khiếu nại", date(2012, 7, 1)),
    ("denunciations", "Luật Tố cáo 2018", "Luật Tố cáo", date(2019, 1, 1)),
    ("archives", "Luật Lưu trữ 2024", "Luật Lưu trữ", date(2025, 7, 1)),
    ("state_secrets", "Luật Bảo vệ bí mật nhà nước 2018", "Luật Bảo vệ bí mật nhà nước", date(2020, 7, 1)),
    ("state_secrets", "Luật Bảo vệ bí mật nhà nước 2025", "Luật Bảo vệ bí mật nhà nước", date(2026, 3, 1)),
]  # fmt: skip


def fill(apps, schema_editor):
    reference = apps.get_model("orgs", "LegalReference")
    reference.objects.bulk_create(
        reference(key=key, name=name, full=full, valid_from=since) for key, name, full, since in ROWS
    )


class Migration(migrations.Migration):
    dependencies = [("orgs", "0017_looks")]

    operations = [
        migrations.CreateModel(
            name="LegalReference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40, verbose_name="khóa")),
                ("name", models.CharField(max_length=100, verbose_name="tên gọi")),
                ("full", models.CharField(max_length=400, verbose_name="viện dẫn đầy đủ")),
                ("valid_from", models.DateField(verbose_name="từ ngày")),
                ("at", models.DateTimeField(null=True)),
                ("by", models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.post")),
            ],
            options={
                "verbose_name": "căn cứ pháp lý",
                "ordering": ["key", "valid_from"],
                "constraints": [models.UniqueConstraint(fields=("key", "valid_from"), name="legal_reference_once")],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]  # fmt: skip
