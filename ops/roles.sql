-- The three roles of the database (docs/operate.md, "History and who may change it"):
--   hanoi_owner    owns the database and every table; nobody signs in as it
--   hanoi_migrate  changes tables, as a member of the owner; used by `manage.py migrate` alone
--   hanoi_app      web and worker; `manage.py migrate` grants it what it needs, and no more
-- Run by a superuser in the system's own database; safe to run again, also on one that had a single role.
-- No psql command in it, and an empty line only between statements: the launcher runs it in single-user mode.

DO $$
DECLARE role text;
BEGIN
  FOREACH role IN ARRAY ARRAY['hanoi_owner', 'hanoi_migrate', 'hanoi_app'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
      EXECUTE format('CREATE ROLE %I', role);
    END IF;
  END LOOP;
END $$;

ALTER ROLE hanoi_migrate LOGIN;

ALTER ROLE hanoi_app LOGIN;

GRANT hanoi_owner TO hanoi_migrate;

DO $$
DECLARE command text;
BEGIN
  EXECUTE format('ALTER DATABASE %I OWNER TO hanoi_owner', current_database());
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO hanoi_app', current_database());
  REVOKE CREATE ON SCHEMA public FROM PUBLIC;
  -- What a single role owned until now. What an extension brought stays its own.
  FOR command IN
    SELECT format('ALTER TABLE %s OWNER TO hanoi_owner', c.oid::regclass) FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
      AND c.relowner <> 'hanoi_owner'::regrole
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    UNION ALL
    SELECT format('ALTER ROUTINE %s OWNER TO hanoi_owner', p.oid::regprocedure) FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.proowner <> 'hanoi_owner'::regrole
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  LOOP
    EXECUTE command;
  END LOOP;
END $$;
