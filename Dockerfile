# syntax=docker/dockerfile:1
# --- What is needed to build: the locked packages, the catalogues, the static files -----------
FROM python:3.13-slim-bookworm AS build

ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_NO_CACHE=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
# uv's version is not pinned here: what it installs is, with hashes.
# hadolint ignore=DL3013
RUN python -m venv /uv && /uv/bin/pip install --quiet uv

COPY requirements.txt requirements-dev.txt ./
RUN /uv/bin/uv venv /venv \
    && /uv/bin/uv pip sync --python /venv --require-hashes requirements.txt

COPY . .
# Babel compiles the catalogues and stays behind, in an environment of its own.
RUN /uv/bin/uv venv /babel \
    && /uv/bin/uv pip install --python /babel --constraint requirements-dev.txt babel \
    && /babel/bin/pybabel compile --domain django --directory locale
RUN SECRET_KEY=this-key-collects-files-and-signs-nothing-whatsoever \
    ALLOWED_HOSTS=localhost SITE_URL=https://localhost VAR_DIR=/app/var \
    /venv/bin/python manage.py collectstatic --no-input \
    && rm -rf tests bench dev

# --- What runs --------------------------------------------------------------------------------
FROM python:3.13-slim-bookworm

# Pango lays out the PDFs; its packages are Debian's, renewed with the image.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin colloque \
    && install --directory --owner colloque /data

COPY --from=build /venv /venv
COPY --from=build /app /app

ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    VAR_DIR=/data STATIC_ROOT=/app/var/static
WORKDIR /app
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "-m", "deploy.probe", "/livez"]
CMD ["gunicorn", "conference.wsgi", "--config", "deploy/gunicorn.py"]
