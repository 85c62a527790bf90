BEGIN;
SELECT 1 FROM tenancy_tenant WHERE id = :tenant FOR NO KEY UPDATE;
INSERT INTO bench_event (tenant_id, position, id, stream, version, type, type_version, data, metadata, recorded_at, body_sha256, hash)
SELECT :tenant, coalesce((SELECT position FROM bench_event WHERE tenant_id = :tenant ORDER BY position DESC LIMIT 1), 0) + 1,
  gen_random_uuid(), 'vote-' || gen_random_uuid(), 1, 'VoteRecorded', 1,
  '{"turn": null, "board": "text", "voter": "0123456789abcdef", "source": "api", "winner": "tie", "model_a": "model-1", "model_b": "model-2", "category": null, "language": "en", "voted_at": null, "anonymous": true}',
  '{"actor": "bench"}', clock_timestamp(), sha256('body'), sha256('link');
COMMIT;
