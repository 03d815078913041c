# Two stages: what builds stays behind. Every package is pinned by version and hash.
# Debian, not Alpine: the bundled Valkey is built for glibc.
FROM python:3.13-slim AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/build.txt requirements/run.txt requirements/
RUN python -m venv /opt/onrecord \
    && /opt/onrecord/bin/pip install --require-hashes --only-binary :all: -r requirements/run.txt \
    && pip install --require-hashes --only-binary :all: -r requirements/build.txt
COPY . .
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/onrecord/bin/pip install --no-deps --no-index /wheels/*.whl

FROM python:3.13-slim
# The log, the read model, the ledger and the keys live in /data and belong to the one user
# that the service runs as.
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin onrecord \
    && install -d -o onrecord -g onrecord -m 0700 /data
COPY --from=build /opt/onrecord /opt/onrecord
ENV PATH=/opt/onrecord/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    ONRECORD_DATA_DIR=/data
USER onrecord
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/ready', timeout=4)"]
# --open because a container must listen on all its addresses. There are no API keys yet: publish
# the port on loopback only (-p 127.0.0.1:8000:8000), as compose.yaml does.
CMD ["onrecord", "serve", "--host", "0.0.0.0", "--port", "8000", "--open"]
