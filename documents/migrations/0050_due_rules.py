"""Deadlines by rule: those that the law gives for any office, and the table for more. What a draft says beside its text: the
boxes 11 to 13 of decree 30 and the number of copies; the language of every paper (Phụ lục VI, II.I.9, II.I.15, II.II.9); who signs
in the place of a board's chair."""

from datetime import date

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

# name, law, clause, kind, urgency, words, count, unit, pausable, from. What the law leaves to the rules of an office (decree 30 art.
# 24.2) is no row here: an office adds its own.
RULES = [
    *(
        (f"Văn bản {name}: giải quyết ngay", "clerical_work", "khoản 2 Điều 24", "", urgency, "", 0, "working_days", False, date(2020, 3, 5))
        for urgency, name in ((1, "khẩn"), (2, "thượng khẩn"), (3, "hỏa tốc"))
    ),
    ("Thụ lý khiếu nại", "complaints", "Điều 27", "KHAC", None, "khiếu nại", 10, "days", False, date(2012, 7, 1)),
    ("Thụ lý tố cáo", "denunciations", "khoản 1 Điều 24", "KHAC", None, "tố cáo", 7, "working_days", False, date(2019, 1, 1)),
]  # fmt: skip


def fill(apps, schema_editor):
    rule = apps.get_model("documents", "DueRule")
    rule.objects.bulk_create(
        rule(
            name=name, law=law, clause=clause, kind=kind, urgency=urgency, words=words, count=count, unit=unit, pausable=pausable,
            valid_from=since,
        )
        for name, law, clause, kind, urgency, words, count, unit, pausable, since in RULES
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0049_mended_answers"),
        ("orgs", "0018_law"),
    ]

    operations = [
        migrations.CreateModel(
            name="DuePause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("papers", "Chờ bổ sung hồ sơ, tài liệu"),
                            ("opinion", "Chờ ý kiến của cơ quan khác"),
                        ],
                        max_length=8,
                        verbose_name="lý do",
                    ),
                ),
                ("note", models.CharField(max_length=300, verbose_name="nội dung")),
                ("first", models.DateField(verbose_name="từ ngày")),
                ("last", models.DateField(verbose_name="đến hết ngày")),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
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
                    "ended_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.post",
                    ),
                ),
                (
                    "incoming",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="due_pauses",
                        to="documents.incoming",
                    ),
                ),
            ],
            options={
                "verbose_name": "lần tạm dừng tính hạn",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "last__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("first"), "-", models.Value(1)
                                ),
                            )
                        ),
                        name="due_pause_run",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DueRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="tên")),
                ("law", models.CharField(blank=True, max_length=40, verbose_name="văn bản quy định")),
                ("clause", models.CharField(max_length=200, verbose_name="điều, khoản; quy chế của cơ quan")),
                (
                    "kind",
                    models.CharField(
                        blank=True,
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
                            ("KHAC", "Loại khác"),
                        ],
                        max_length=6,
                        verbose_name="loại văn bản",
                    ),
                ),
                (
                    "urgency",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Thường"), (1, "Khẩn"), (2, "Thượng khẩn"), (3, "Hỏa tốc")],
                        null=True,
                        verbose_name="độ khẩn",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=200, verbose_name="chữ trong trích yếu")),
                ("count", models.PositiveSmallIntegerField(verbose_name="thời hạn")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("hours", "giờ làm việc"),
                            ("working_days", "ngày làm việc"),
                            ("days", "ngày"),
                            ("months", "tháng"),
                        ],
                        max_length=12,
                        verbose_name="đơn vị",
                    ),
                ),
                (
                    "starts",
                    models.CharField(
                        choices=[("arrived", "Ngày đến"), ("issued", "Ngày văn bản")],
                        default="arrived",
                        max_length=8,
                        verbose_name="tính từ",
                    ),
                ),
                ("pausable", models.BooleanField(default=True, verbose_name="được tạm dừng")),
                ("valid_from", models.DateField(verbose_name="từ ngày")),
                ("valid_to", models.DateField(null=True, verbose_name="đến hết ngày")),
                ("at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.post",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "quy tắc thời hạn",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["organisation"], name="due_rule_of_office")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("unit__in", ["hours", "working_days", "days", "months"])),
                        name="due_rule_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None),
                            (
                                "valid_to__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("valid_from"), "-", models.Value(1)
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="due_rule_ends_after",
                    ),
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddField(
            model_name="document",
            name="language",
            field=models.CharField(
                db_default="Tiếng Việt", default="Tiếng Việt", max_length=30, verbose_name="ngôn ngữ"
            ),
        ),
        migrations.AddField(
            model_name="outgoing",
            name="circulation",
            field=models.CharField(
                blank=True,
                choices=[("XEM XONG TRẢ LẠI", "Xem xong trả lại"), ("LƯU HÀNH NỘI BỘ", "Lưu hành nội bộ")],
                db_default="",
                default="",
                max_length=20,
                verbose_name="phạm vi lưu hành",
            ),
        ),
        migrations.AddField(
            model_name="outgoing",
            name="drafter_mark",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=20, verbose_name="ký hiệu người soạn"
            ),
        ),
        migrations.AddField(
            model_name="outgoing",
            name="issued_amount",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="số lượng bản phát hành"
            ),
        ),
        migrations.AddField(
            model_name="outgoing",
            name="with_contact",
            field=models.BooleanField(db_default=False, default=False, verbose_name="in địa chỉ cơ quan"),
        ),
        migrations.AddField(
            model_name="board",
            name="deputy",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.post",
            ),
        ),
        migrations.AddField(
            model_name="board",
            name="deputy_title",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=60, verbose_name="chức danh cấp phó"
            ),
        ),
        migrations.AddConstraint(
            model_name="board",
            constraint=models.CheckConstraint(
                condition=models.Q(("deputy", None), ("deputy_title", ""))
                | models.Q(("deputy__isnull", False), models.Q(("deputy_title", ""), _negated=True)),
                name="board_deputy_has_a_title",
            ),
        ),
        migrations.AlterField(
            model_name="mutedrule",
            name="document",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="muted_rules",
                to="documents.document",
            ),
        ),
        migrations.AddConstraint(
            model_name="mutedrule",
            constraint=models.UniqueConstraint(
                condition=models.Q(("document", None), ("lifted_at", None)),
                fields=("organisation", "rule"),
                name="rule_muted_once_for_all",
            ),
        ),
    ]
