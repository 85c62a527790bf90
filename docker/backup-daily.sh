#!/bin/sh
# The compose file's backup job: a dump at start, then one a day; a failure is tried again hourly.
set -u

trap 'exit 0' INT TERM
while :; do
    if sh "$(dirname "$0")/backup.sh"; then
        pause_s=86400
    else
        echo "backup-daily.sh: the dump failed; next try in an hour" >&2
        pause_s=3600
    fi
    sleep "$pause_s" &
    wait $!
done
