-- Refuse UPDATE and DELETE of events for every role that cannot disable triggers.
-- TRUNCATE is left to privileges: the runtime role has none, and Django's test flush needs it.
CREATE OR REPLACE FUNCTION eventstore_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are append-only: % of position % refused', TG_OP, OLD.position
        USING ERRCODE = 'AR403';
END
$$;
CREATE TRIGGER eventstore_append_only BEFORE UPDATE OR DELETE ON eventstore_event
    FOR EACH ROW EXECUTE FUNCTION eventstore_refuse_change();
