-- Roles and database, for psql as superuser; safe to run again.
--   arena_owner  owns the database and its tables, runs migrations, may create test databases
--   arena_app    what the site runs as; migrations grant it what each table allows
-- Passwords come from the environment where servers are reached by network:
--   ARENA_OWNER_PASSWORD, ARENA_APP_PASSWORD

SELECT 'CREATE ROLE arena_owner' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'arena_owner') \gexec
SELECT 'CREATE ROLE arena_app' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'arena_app') \gexec

ALTER ROLE arena_owner LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE arena_app LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS;
-- The owner may SET ROLE to the runtime role, never the other way round.
GRANT arena_app TO arena_owner;

\getenv owner_password ARENA_OWNER_PASSWORD
\if :{?owner_password}
ALTER ROLE arena_owner PASSWORD :'owner_password';
\endif
\getenv app_password ARENA_APP_PASSWORD
\if :{?app_password}
ALTER ROLE arena_app PASSWORD :'app_password';
\endif

-- One collation everywhere, so that text sorts the same on every installation.
SELECT 'CREATE DATABASE arena OWNER arena_owner TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8'''
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'arena') \gexec

REVOKE ALL ON DATABASE arena FROM PUBLIC;
GRANT CONNECT ON DATABASE arena TO arena_app;
