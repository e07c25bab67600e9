# The digest names the base to the byte. It is an argument for those whose registry is a mirror.
ARG PYTHON_IMAGE=python:3.13-slim-bookworm@sha256:01f42367a0a94ad4bc17111776fd66e3500c1d87c15bbd6055b7371d39c124fb

FROM ${PYTHON_IMAGE} AS build
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN pip install --no-cache-dir uv==0.13.9
ENV UV_PYTHON_DOWNLOADS=never \
    UV_LINK_MODE=copy \
    UV_PROJECT_ENVIRONMENT=/opt/venv
WORKDIR /app

# The packages of the lock, each checked against its hash; EXTRA=otel adds those of traces.
ARG EXTRA=
RUN --mount=type=cache,target=/root/.cache/uv \
    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \
    --mount=type=bind,source=uv.lock,target=uv.lock \
    uv sync --locked --no-default-groups ${EXTRA:+--extra "$EXTRA"}
# Catalogs are read as .mo; their sources are 9 MB. Bytecode is told by hash, not by time, and all
# times are the same: two builds are the same, and a layer whose packages did not change is one
# that nodes have.
RUN find /opt/venv -name '*.po' -delete; \
    python -m compileall -q --invalidation-mode unchecked-hash /opt/venv; \
    find /opt/venv -exec touch --no-dereference --date=@0 {} +

COPY manage.py pyproject.toml ./
COPY app app
COPY config config
# The values are for this command alone: it wants settings, and uses none of these.
RUN ADMIN=true SECRET_KEY=- ALLOWED_HOSTS=- DATABASE_URL=postgres://-/- \
        /opt/venv/bin/python manage.py collectstatic --noinput; \
    python -m compileall -q --invalidation-mode unchecked-hash .; \
    find . -exec touch --no-dereference --date=@0 {} +

FROM ${PYTHON_IMAGE} AS runtime
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
# Unbuffered: what a command prints is seen when it is printed, and not lost with a killed pod.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1
USER 10001:10001
EXPOSE 8000 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-S", "-m", "app.serving.healthcheck"]
ENTRYPOINT ["python"]
CMD ["-m", "gunicorn", "-c", "config/gunicorn.py", "config.asgi:application"]

# Last, for they change with every commit. BUILD_TIME is the commit's: two builds are the same.
ARG TITLE=unknown
ARG VERSION=unknown
ARG LICENSE=unknown
ARG SOURCE=unknown
ARG COMMIT=unknown
ARG BUILD_TIME=unknown
ENV COMMIT=${COMMIT} \
    BUILD_TIME=${BUILD_TIME}
LABEL org.opencontainers.image.title=${TITLE} \
      org.opencontainers.image.version=${VERSION} \
      org.opencontainers.image.licenses=${LICENSE} \
      org.opencontainers.image.source=${SOURCE} \
      org.opencontainers.image.revision=${COMMIT} \
      org.opencontainers.image.created=${BUILD_TIME}
