"""Series of kinds, boards with a series of their own, numbers set aside for an outage, void numbers, who closed a book. New
tables and two columns that may be empty: nothing that is there is rewritten or locked for long."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0045_drafting"),
        ("orgs", "0017_looks"),
    ]

    operations = [
        migrations.AddField(
            model_name="registerbook",
            name="closed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.post",
            ),
        ),
        migrations.AlterField(
            model_name="registerbook",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="chốt sổ lúc"),
        ),
        migrations.CreateModel(
            name="Board",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="tên")),
                ("abbreviation", models.CharField(max_length=10, verbose_name="chữ viết tắt")),
                ("signs_as", models.CharField(max_length=40, verbose_name="ký thay mặt")),
                ("chair_title", models.CharField(max_length=60, verbose_name="chức danh")),
                ("decision", models.CharField(max_length=200, verbose_name="quyết định thành lập")),
                ("since", models.DateField(verbose_name="từ ngày")),
                ("ended_on", models.DateField(null=True, verbose_name="kết thúc từ ngày")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.post",
                    ),
                ),
                (
                    "chair",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.post",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "hội đồng, ban, tổ",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="outgoing",
            name="board",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="papers",
                to="documents.board",
            ),
        ),
        migrations.CreateModel(
            name="KindSeries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("CV", "Công văn"),
                            ("QĐ", "Quyết định"),
                            ("TB", "Thông báo"),
                            ("BC", "Báo cáo"),
                            ("KH", "Kế hoạch"),
                            ("TTr", "Tờ trình"),
                            ("GM", "Giấy mời"),
                            ("NQ", "Nghị quyết"),
                            ("CT", "Chỉ thị"),
                            ("QC", "Quy chế"),
                            ("QyĐ", "Quy định"),
                            ("TC", "Thông cáo"),
                            ("HD", "Hướng dẫn"),
                            ("CTr", "Chương trình"),
                            ("PA", "Phương án"),
                            ("ĐA", "Đề án"),
                            ("DA", "Dự án"),
                            ("BB", "Biên bản"),
                            ("HĐ", "Hợp đồng"),
                            ("CĐ", "Công điện"),
                            ("BGN", "Bản ghi nhớ"),
                            ("BTT", "Bản thỏa thuận"),
                            ("GUQ", "Giấy ủy quyền"),
                            ("GGT", "Giấy giới thiệu"),
                            ("GNP", "Giấy nghỉ phép"),
                            ("PG", "Phiếu gửi"),
                            ("PC", "Phiếu chuyển"),
                            ("PB", "Phiếu báo"),
                            ("TCg", "Thư công"),
                        ],
                        max_length=6,
                        verbose_name="loại văn bản",
                    ),
                ),
                ("series", models.CharField(max_length=10, verbose_name="hệ thống số")),
                ("since", models.DateField(verbose_name="từ ngày")),
                ("decision", models.CharField(blank=True, max_length=200, verbose_name="văn bản quy định")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.post",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "hệ thống số của loại văn bản",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first", models.PositiveIntegerField(verbose_name="từ số")),
                ("last", models.PositiveIntegerField(verbose_name="đến số")),
                ("purpose", models.CharField(max_length=500, verbose_name="lý do giữ số")),
                ("at", models.DateTimeField()),
                (
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reservations",
                        to="documents.registerbook",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.post",
                    ),
                ),
            ],
            options={
                "verbose_name": "lần giữ số",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="NumberLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.PositiveIntegerField(verbose_name="số")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reserved", "Giữ để ghi tay"),
                            ("entered", "Ghi tay, đã vào sổ"),
                            ("void", "Đã hủy"),
                        ],
                        max_length=8,
                        verbose_name="tình trạng",
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=50, verbose_name="số, ký hiệu")),
                ("day", models.DateField(verbose_name="ngày")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="lý do")),
                ("at", models.DateTimeField()),
                (
                    "book",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="documents.registerbook",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.post",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="number_lines",
                        to="documents.document",
                    ),
                ),
                (
                    "reservation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="documents.reservation",
                    ),
                ),
            ],
            options={
                "verbose_name": "dòng số",
                "ordering": ["value"],
            },
        ),
        migrations.AddConstraint(
            model_name="board",
            constraint=models.UniqueConstraint(
                fields=("organisation", "abbreviation"), name="board_abbreviation_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="board",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("since")), _connector="OR"),
                name="board_ends_after",
            ),
        ),
        migrations.AddIndex(
            model_name="kindseries",
            index=models.Index(fields=["organisation", "kind", "-since", "-id"], name="kind_series"),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__gte", 1), ("last__gte", models.F("first"))),
                name="reservation_run",
            ),
        ),
        migrations.AddConstraint(
            model_name="numberline",
            constraint=models.UniqueConstraint(fields=("book", "value"), name="number_line_once"),
        ),
        migrations.AddConstraint(
            model_name="numberline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("document", None), ("reservation__isnull", False), ("state", "reserved")),
                    models.Q(
                        ("document__isnull", False), ("reservation__isnull", False), ("state", "entered")
                    ),
                    models.Q(("state", "void"), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="number_line_state",
            ),
        ),
    ]
