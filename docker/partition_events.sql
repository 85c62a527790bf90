-- Turn the event log into a table partitioned by tenant. Run once, while the site is stopped, as
-- arena_owner:  psql -X -v ON_ERROR_STOP=1 -v partitions=8 -f docker/partition_events.sql
-- then `./manage.py migrate` (sets the rights of arena_app) and `./manage.py doctor --verify`.
-- All of it happens or nothing; it needs free space for a second copy of the log.

BEGIN;
LOCK TABLE eventstore_event IN ACCESS EXCLUSIVE MODE;
ALTER TABLE eventstore_event RENAME TO eventstore_event_whole;
CREATE TABLE eventstore_event (LIKE eventstore_event_whole INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
    PARTITION BY HASH (tenant_id);

SELECT format('CREATE TABLE eventstore_event_p%s PARTITION OF eventstore_event '
              'FOR VALUES WITH (MODULUS %s, REMAINDER %s)', n, :partitions, n)
FROM generate_series(0, :partitions - 1) AS n \gexec

INSERT INTO eventstore_event SELECT * FROM eventstore_event_whole;

-- Keys, indexes and triggers as they were, with their names: later migrations refer to them.
CREATE TEMPORARY TABLE keys ON COMMIT DROP AS
    SELECT conname AS name, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint WHERE conrelid = 'eventstore_event_whole'::regclass AND contype IN ('p', 'u');
CREATE TEMPORARY TABLE indexes ON COMMIT DROP AS
    SELECT replace(pg_get_indexdef(indexrelid), 'eventstore_event_whole', 'eventstore_event') AS definition
    FROM pg_index WHERE indrelid = 'eventstore_event_whole'::regclass
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid);
CREATE TEMPORARY TABLE triggers ON COMMIT DROP AS
    SELECT replace(pg_get_triggerdef(oid), 'eventstore_event_whole', 'eventstore_event') AS definition
    FROM pg_trigger WHERE tgrelid = 'eventstore_event_whole'::regclass AND NOT tgisinternal;
DROP TABLE eventstore_event_whole;
SELECT format('ALTER TABLE eventstore_event ADD CONSTRAINT %I %s', name, definition) FROM keys \gexec
SELECT definition FROM indexes \gexec
SELECT definition FROM triggers \gexec
ANALYZE eventstore_event;
COMMIT;
