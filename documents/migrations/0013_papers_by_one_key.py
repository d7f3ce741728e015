"""One paper has one key, however its number and notation are spelt: keys of before are brought to it.

Only the rows that were spelt otherwise are written, a few of a thousand."""

from django.db import migrations

_KEYS = """
UPDATE documents_document SET
    code_key = left(regexp_replace(regexp_replace(
        translate(code_key, 'ð‐‑‒–—―−', 'd-------'), '\\s*([/-])\\s*', '\\1', 'g'), '^0+(?=[^/])', ''), 60),
    search_key = translate(search_key, 'ð‐‑‒–—―−', 'd-------')
WHERE code_key ~ '^0|[ð‐‑‒–—―−]|\\s[/-]|[/-]\\s' OR search_key ~ '[ð‐‑‒–—―−]'
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0012_accepted_despite_an_invalid_signature")]
    operations = [migrations.RunSQL(_KEYS, migrations.RunSQL.noop)]
