# The digest names the base to the byte; it is an argument for those who pull it from a mirror.
ARG PYTHON_IMAGE=python:3.13-slim-bookworm@sha256:01f42367a0a94ad4bc17111776fd66e3500c1d87c15bbd6055b7371d39c124fb
# `:?` because checkov, which looks up no argument, takes a name without a colon for `latest`.
FROM ${PYTHON_IMAGE:?} AS base

FROM base AS uv
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN --mount=type=bind,source=requirements/uv.txt,target=/tmp/uv.txt \
    pip install --no-cache-dir --require-hashes --requirement /tmp/uv.txt
ENV UV_PYTHON_DOWNLOADS=never \
    UV_LINK_MODE=copy \
    UV_PROJECT_ENVIRONMENT=/opt/venv

FROM uv AS build
# EXTRA=otel adds the packages of traces.
ARG EXTRA=
WORKDIR /build
RUN --mount=type=cache,target=/root/.cache/uv \
    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \
    --mount=type=bind,source=uv.lock,target=uv.lock \
    --mount=type=bind,source=scripts/packages,target=/usr/local/bin/packages \
    packages --no-default-groups ${EXTRA:+--extra "$EXTRA"}

WORKDIR /code/app
COPY manage.py pyproject.toml ./
COPY app app
COPY config config
# Compiled first, or what collectstatic imports would be bytecode that goes by time. The settings
# are for this command alone: it wants them, and uses none.
RUN python -m compileall -q --invalidation-mode unchecked-hash -s /code -p / /code; \
    ADMIN=true SECRET_KEY=- ALLOWED_HOSTS=- DATABASE_URL=postgres://-/- \
        /opt/venv/bin/python manage.py collectstatic --noinput; \
    find /code -exec touch --no-dereference --date=@0 {} +

FROM uv AS build-loadtest
WORKDIR /build
RUN --mount=type=cache,target=/root/.cache/uv \
    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \
    --mount=type=bind,source=uv.lock,target=uv.lock \
    --mount=type=bind,source=scripts/packages,target=/usr/local/bin/packages \
    packages --only-group loadtest

WORKDIR /code/app
COPY app/__init__.py app/
COPY app/loadtest app/loadtest
RUN python -m compileall -q --invalidation-mode unchecked-hash -s /code -p / /code; \
    find /code -exec touch --no-dereference --date=@0 {} +

# What both images say of themselves. BUILD_TIME is the commit's: two builds are the same.
FROM base AS labelled
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

FROM labelled AS loadtest
COPY --from=build-loadtest /packages /
COPY --from=build-loadtest /code /
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    REPORT_DIR=/report
USER 10001:10001
ENTRYPOINT ["python", "-m", "app.loadtest"]

FROM labelled AS runtime
COPY --from=build /packages /
COPY --from=build /code /
WORKDIR /app
# Unbuffered: what a command prints is seen when it is printed, and not lost with a killed pod.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1
USER 10001:10001
EXPOSE 8000 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=10s --start-period=30s \
    CMD ["python", "-S", "-m", "app.serving.healthcheck"]
ENTRYPOINT ["python"]
CMD ["-m", "gunicorn", "-c", "config/gunicorn.py", "config.asgi:application"]
