# The site in production: web, worker, beat and migrate run from this one image (docker-compose.yml).

FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
RUN python -m venv /opt/venv
COPY requirements.lock .
# Every wheel must have the hash of the lock; nothing is compiled, so no compiler is in the image.
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --only-binary=:all: \
    --require-hashes -r requirements.lock

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=arena.settings \
    ARENA_DATA_DIR=/var/lib/arena \
    PYTHONPATH=/srv/arena/runner \
    ARENA_STATIC_ROOT=/srv/arena/static_collected \
    OPENBLAS_NUM_THREADS=1
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin arena \
    && install -d -o arena -g arena /var/lib/arena /run/arena-metrics
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/arena
COPY manage.py ./
COPY arena arena
COPY benchmarks benchmarks
COPY workers workers
COPY voting voting
COPY leaderboards leaderboards
COPY runner runner
COPY templates templates
COPY static static
# The settings demand addresses and secrets; collecting files uses none of them.
RUN DATABASE_URL=postgresql://unused/unused REDIS_URL=redis://unused \
    ARENA_SECRET_KEY=unused ARENA_PSEUDONYM_KEY=unused \
    python manage.py collectstatic --noinput \
    && python -m compileall -q arena benchmarks workers voting leaderboards runner
USER arena
EXPOSE 8000
VOLUME /var/lib/arena
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-m", "arena.healthcheck"]
CMD ["uvicorn", "arena.asgi:application", "--host", "0.0.0.0", "--port", "8000", \
    "--proxy-headers", "--no-access-log", "--no-server-header", \
    "--ws-per-message-deflate", "false", "--ws-max-size", "65536", \
    "--timeout-graceful-shutdown", "20"]
