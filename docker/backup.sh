#!/bin/sh
# Dump the database once and remove old dumps.
#
# Connects by libpq's variables (PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE) as the owner role.
# ARENA_BACKUP_DIR        folder for the dumps
# ARENA_BACKUP_KEEP_DAYS  dumps older than this many days are removed (default 14)
#
# A dump has its final name only once it is whole and readable.
set -eu

: "${PGDATABASE:?set PGDATABASE to the database to dump}"
: "${ARENA_BACKUP_DIR:?set ARENA_BACKUP_DIR to the folder for the dumps}"
keep_days=${ARENA_BACKUP_KEEP_DAYS:-14}
case $keep_days in
'' | *[!0-9]*)
    echo "backup.sh: ARENA_BACKUP_KEEP_DAYS=$keep_days is not a whole number of days" >&2
    exit 2
    ;;
esac

umask 077
mkdir -p "$ARENA_BACKUP_DIR"
name=$PGDATABASE-$(date -u +%Y%m%dT%H%M%SZ).dump
unfinished=$ARENA_BACKUP_DIR/.$name.part
trap 'rm -f "$unfinished"' EXIT
trap 'exit 1' HUP INT TERM

pg_dump --format=custom --compress=6 --file="$unfinished"
pg_restore --list "$unfinished" >/dev/null
sync "$unfinished"
mv "$unfinished" "$ARENA_BACKUP_DIR/$name"

# Only after a good dump: a failing backup must not eat the good ones.
find "$ARENA_BACKUP_DIR" -maxdepth 1 -type f -name "$PGDATABASE-*.dump" -mtime "+$keep_days" \
    -exec rm -f {} +
echo "$ARENA_BACKUP_DIR/$name"
