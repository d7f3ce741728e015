"""How pages of a scan were turned, and how often recognising them came to nothing.

Papers that wait from before say the latter by their sentence alone: they too are entered only when somebody has looked.
"""

from django.db import migrations, models

# 9 (as ScannedPaper.UNSEEN): more than its first page is unseen, and that one alone would be tried again.
FILL = """
WITH RECURSIVE unseen (id, onto, behind) AS (
    SELECT id, joined_onto_id, last IS NULL FROM documents_scannedpaper
     WHERE words = 'Không nhận dạng được chữ trên ảnh quét nên không đề xuất được mục nào. Hãy ghi theo trang bên cạnh.'
    UNION
    SELECT paper.id, paper.joined_onto_id, true
      FROM documents_scannedpaper AS paper JOIN unseen ON paper.id = unseen.onto
)
UPDATE documents_scannedpaper AS paper
   SET unrecognised = CASE WHEN found.behind THEN 9 ELSE 1 END
  FROM (SELECT id, bool_or(behind) AS behind FROM unseen GROUP BY id) AS found
 WHERE found.id = paper.id AND paper.state = 'waiting'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0038_reports_with_files_and_days_asked_above"),
        ("orgs", "0017_looks"),
    ]

    operations = [
        migrations.AddField(
            model_name="scannedpaper",
            name="turns",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="scannedpaper",
            name="unrecognised",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, verbose_name="số lần chưa nhận dạng được"
            ),
        ),
        migrations.AddIndex(
            model_name="scannedpaper",
            index=models.Index(
                condition=models.Q(("state", "waiting"), ("unrecognised__gt", 0)),
                fields=["id"],
                name="scanned_to_recognise",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
