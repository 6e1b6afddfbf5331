-- Two roles: one that owns and changes the tables, one that the server works with. Run it as a superuser, connected to
-- the studio's database, before the first `studio admin db upgrade` and again after each one:
--   psql studio -v owner_password=… -v app_password=… -f roles.sql
SELECT format('CREATE ROLE studio_owner LOGIN PASSWORD %L', :'owner_password')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'studio_owner') \gexec
SELECT format('CREATE ROLE studio_app LOGIN PASSWORD %L', :'app_password')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'studio_app') \gexec

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO studio_owner;
GRANT USAGE ON SCHEMA public TO studio_app;

-- What is there, and what the owner will make.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO studio_app;
ALTER DEFAULT PRIVILEGES FOR ROLE studio_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO studio_app;

-- What is written once: triggers refuse changes to it, and the server's role may not even try.
SELECT format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM studio_app', name)
  FROM unnest(ARRAY['creditentry', 'usagehistory', 'auditentry', 'alembic_version']) AS name
 WHERE to_regclass(name) IS NOT NULL \gexec
SELECT 'REVOKE INSERT ON alembic_version FROM studio_app' WHERE to_regclass('alembic_version') IS NOT NULL \gexec

-- The second line: should a query of a creator's ever forget whose rows it may see, the database does not. The server
-- says for each of their transactions who asks; `*` is studio itself and administrators, and a connection that is not
-- studio's says nothing and sees nothing. Tables that name no owner (scenes, allocations, plans) have no policy.
SELECT format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', c.relname),
       format('DROP POLICY IF EXISTS own ON %I', c.relname),
       format('CREATE POLICY own ON %I USING (current_setting(''studio.user_id'', true) IN (''*'', %I))',
              c.relname, a.attname)
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('owner_id', 'user_id') AND NOT a.attisdropped
 WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace \gexec
