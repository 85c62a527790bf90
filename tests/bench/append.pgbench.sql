BEGIN;
SELECT 1 FROM tenancy_tenant WHERE id = :tenant FOR NO KEY UPDATE;
INSERT INTO bench_event (tenant_id, position, id, stream, version, type, type_version, data, metadata, recorded_at, body_sha256, hash)
SELECT :tenant, head.position + 1, gen_random_uuid(), 'vote-' || gen_random_uuid(), 1, 'VoteRecorded', 1,
  format('{"turn": null, "board": "text", "voter": "%s", "source": "api", "winner": "tie", "model_a": "model-1", "model_b": "model-2", "category": null, "language": "en", "voted_at": null, "anonymous": true}', gen_random_uuid())::jsonb,
  format('{"actor": "%s"}', 'bench')::jsonb, clock_timestamp(), sha256('body'),
  sha256(head.hash || int8send(head.position + 1) || int4send(1) || int8send((extract(epoch FROM clock_timestamp()) * 1000000)::bigint) || sha256('body'))
FROM (SELECT coalesce(max(position), 0) AS position, coalesce(max(hash), sha256('')) AS hash FROM (SELECT position, hash FROM bench_event WHERE tenant_id = :tenant ORDER BY position DESC LIMIT 1) AS last) AS head;
COMMIT;
