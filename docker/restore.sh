#!/bin/sh
# Restore a dump of backup.sh: restore.sh [--replace] FILE
#
# Connects by libpq's variables (PGHOST, PGPORT, PGUSER, PGPASSWORD) as the owner role and restores
# into PGDATABASE, which must not exist; --replace drops it first, ending every session in it.
# The roles of roles.sql must exist. Nothing is kept of a restore that fails.
set -eu

replace=no
if [ "${1:-}" = --replace ]; then
    replace=yes
    shift
fi
if [ $# -ne 1 ]; then
    echo "usage: restore.sh [--replace] FILE" >&2
    exit 2
fi
file=$1
: "${PGDATABASE:?set PGDATABASE to the database to restore into}"
database=$PGDATABASE
runtime_role=${ARENA_DB_RUNTIME_ROLE:-arena_app}

# An unreadable dump must not cost the database that is there.
pg_restore --list "$file" >/dev/null

maintenance() {
    PGDATABASE=postgres psql --no-psqlrc --quiet --tuples-only --no-align \
        --set=ON_ERROR_STOP=1 --set=database="$database" --set=role="$runtime_role"
}

exists=$(echo "SELECT count(*) FROM pg_database WHERE datname = :'database';" | maintenance)
if [ "$exists" = 1 ] && [ "$replace" = no ]; then
    echo "restore.sh: the database $database exists; --replace drops it first" >&2
    exit 3
fi
if [ "$exists" = 1 ]; then
    echo 'DROP DATABASE :"database" WITH (FORCE);' | maintenance
fi

maintenance <<'SQL'
CREATE DATABASE :"database" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"role";
SQL
if ! pg_restore --exit-on-error --single-transaction --dbname="$database" "$file"; then
    echo 'DROP DATABASE :"database" WITH (FORCE);' | maintenance
    echo "restore.sh: the restore failed and its half was dropped" >&2
    exit 1
fi
PGDATABASE=$database psql --no-psqlrc --quiet --command="ANALYZE"
echo "restored $database from $file"
