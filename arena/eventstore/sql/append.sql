-- Append events to a tenant's log: the only writer of eventstore_event.
--
-- One statement locks the tenant, numbers, chains and inserts, so the lock is held for the work of
-- the server and the commit alone; a paused or killed client can never hold it half-way.
--
--   * position: last + 1 under the tenant's row lock, hence gapless, and visible in order.
--   * version:  last of the stream + 1; p_expected (-1: any) must equal the present version of the
--     stream just before the event, else SQLSTATE AR409.
--   * an id that the tenant's log already holds is returned as stored; with another stream,
--     type or data SQLSTATE AR422.
--   * hash: see arena/eventstore/chain.py, which computes the same link to verify.
--
-- Must run at READ COMMITTED: at a higher level the snapshot would be older than the lock.
CREATE OR REPLACE FUNCTION eventstore_append(
    p_tenant bigint, p_ids uuid[], p_streams text[], p_expected integer[], p_types text[],
    p_type_versions smallint[], p_data text[], p_metadata text[], p_bodies bytea[]
) RETURNS TABLE (o_index integer, o_position bigint, o_version integer, o_recorded_at timestamptz,
                 o_hash bytea, o_is_new boolean)
LANGUAGE plpgsql AS $$
DECLARE
    v_head bigint;
    v_hash bytea;
    v_now timestamptz;
    v_micros bigint;
    v_version integer;
    v_stored eventstore_event%ROWTYPE;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'append needs READ COMMITTED, not %', current_setting('transaction_isolation')
            USING ERRCODE = 'AR500';
    END IF;
    PERFORM 1 FROM tenancy_tenant WHERE id = p_tenant FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'tenant % does not exist', p_tenant USING ERRCODE = 'AR404';
    END IF;
    SELECT position, hash INTO v_head, v_hash FROM eventstore_event
        WHERE tenant_id = p_tenant ORDER BY position DESC LIMIT 1;
    v_head := coalesce(v_head, 0);
    v_hash := coalesce(v_hash, decode(repeat('00', 32), 'hex'));
    v_now := clock_timestamp();
    v_micros := (extract(epoch FROM v_now) * 1000000)::bigint;

    FOR i IN 1 .. coalesce(array_length(p_ids, 1), 0) LOOP
        o_index := i - 1;
        SELECT * INTO v_stored FROM eventstore_event WHERE tenant_id = p_tenant AND id = p_ids[i];
        IF FOUND THEN
            -- Not the body digest: a retry carries another request id in its metadata.
            IF v_stored.type <> p_types[i] OR v_stored.stream <> p_streams[i]
               OR v_stored.data <> p_data[i]::jsonb THEN
                RAISE EXCEPTION 'event % exists with another content', p_ids[i] USING ERRCODE = 'AR422';
            END IF;
            o_position := v_stored.position; o_version := v_stored.version;
            o_recorded_at := v_stored.recorded_at; o_hash := v_stored.hash; o_is_new := false;
            RETURN NEXT;
            CONTINUE;
        END IF;
        SELECT version INTO v_version FROM eventstore_event
            WHERE tenant_id = p_tenant AND stream = p_streams[i] ORDER BY version DESC LIMIT 1;
        v_version := coalesce(v_version, 0);
        IF p_expected[i] >= 0 AND v_version <> p_expected[i] THEN
            RAISE EXCEPTION 'stream % is at version %, not %', p_streams[i], v_version, p_expected[i]
                USING ERRCODE = 'AR409';
        END IF;
        v_version := v_version + 1;
        v_head := v_head + 1;
        v_hash := sha256(v_hash || int8send(v_head) || int4send(v_version) || int8send(v_micros)
                         || p_bodies[i]);
        INSERT INTO eventstore_event (tenant_id, position, id, stream, version, type, type_version,
                                      data, metadata, recorded_at, body_sha256, hash)
        VALUES (p_tenant, v_head, p_ids[i], p_streams[i], v_version, p_types[i], p_type_versions[i],
                p_data[i]::jsonb, p_metadata[i]::jsonb, v_now, p_bodies[i], v_hash);
        o_position := v_head; o_version := v_version; o_recorded_at := v_now; o_hash := v_hash;
        o_is_new := true;
        RETURN NEXT;
    END LOOP;
END
$$;
