"""The database chains the events of each organisation by hash and refuses to change or remove any."""

from django.db import migrations

TEXT = """
CREATE FUNCTION documents_event_text(e documents_event) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT concat_ws('|', e.seq, e.prev_hash, e.organisation_id, coalesce(e.document_id, 0), e.kind,
                   coalesce(e.post_id, 0), coalesce(e.user_id, 0),
                   extract(epoch FROM e.at)::numeric(20, 6), e.payload::text)
$$;
"""
CHAIN = """
CREATE FUNCTION documents_event_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE head documents_chainhead%ROWTYPE;
BEGIN
  INSERT INTO documents_chainhead (organisation_id, seq, hash) VALUES (NEW.organisation_id, 0, '')
    ON CONFLICT DO NOTHING;
  SELECT * INTO head FROM documents_chainhead WHERE organisation_id = NEW.organisation_id FOR UPDATE;
  NEW.seq := head.seq + 1;
  NEW.prev_hash := head.hash;
  NEW.hash := encode(sha256(convert_to(documents_event_text(NEW), 'UTF8')), 'hex');
  UPDATE documents_chainhead SET seq = NEW.seq, hash = NEW.hash WHERE organisation_id = NEW.organisation_id;
  RETURN NEW;
END $$;
CREATE TRIGGER documents_event_chain BEFORE INSERT ON documents_event
  FOR EACH ROW EXECUTE FUNCTION documents_event_chain();
"""
REFUSE = """
CREATE FUNCTION documents_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'events are append-only: % refused', TG_OP;
END $$;
CREATE TRIGGER documents_event_no_change BEFORE UPDATE OR DELETE ON documents_event
  FOR EACH ROW EXECUTE FUNCTION documents_event_refuse();
CREATE TRIGGER documents_event_no_truncate BEFORE TRUNCATE ON documents_event
  FOR EACH STATEMENT EXECUTE FUNCTION documents_event_refuse();
"""
VERIFY = """
CREATE FUNCTION documents_broken_links(organisation bigint) RETURNS TABLE (seq bigint) LANGUAGE sql STABLE AS $$
  WITH chain AS (
    SELECT e.seq, e.prev_hash, e.hash,
           lag(e.seq, 1, 0::bigint) OVER w AS before, lag(e.hash, 1, ''::varchar) OVER w AS hash_before,
           encode(sha256(convert_to(documents_event_text(e), 'UTF8')), 'hex') AS again
    FROM documents_event e WHERE e.organisation_id = organisation WINDOW w AS (ORDER BY e.seq)
  )
  SELECT c.seq FROM chain c
  WHERE c.seq <> c.before + 1 OR c.prev_hash <> c.hash_before OR c.hash <> c.again
  UNION ALL
  SELECT h.seq FROM documents_chainhead h
  WHERE h.organisation_id = organisation
    AND h.hash <> coalesce((SELECT e.hash FROM documents_event e
                            WHERE e.organisation_id = organisation ORDER BY e.seq DESC LIMIT 1), '')
$$;
"""
DROP = """
DROP FUNCTION documents_broken_links(bigint);
DROP TRIGGER documents_event_no_truncate ON documents_event;
DROP TRIGGER documents_event_no_change ON documents_event;
DROP TRIGGER documents_event_chain ON documents_event;
DROP FUNCTION documents_event_refuse();
DROP FUNCTION documents_event_chain();
DROP FUNCTION documents_event_text(documents_event);
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_initial")]

    operations = [migrations.RunSQL(TEXT + CHAIN + REFUSE + VERIFY, DROP)]
