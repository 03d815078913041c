# Two stages: what builds stays behind. Every package is pinned by version and hash.
# Debian, not Alpine: the bundled Valkey is built for glibc.
# The base is named by its tag: a digest here would keep the fixes of Debian and Python out until
# somebody moved it, and what builds this project reaches no registry of images to do so. To build
# from a base that you have examined: --build-arg PYTHON=python@sha256:…
ARG PYTHON=python:3.13-slim
FROM ${PYTHON} AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/build.txt requirements/run.txt requirements/
RUN python -m venv /opt/onrecord \
    && /opt/onrecord/bin/pip install --require-hashes --only-binary :all: -r requirements/run.txt \
    && pip install --require-hashes --only-binary :all: -r requirements/build.txt
COPY . .
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/onrecord/bin/pip install --no-deps --no-index /wheels/*.whl

FROM ${PYTHON}
# The log, the read model, the ledger and the keys live in /data and belong to the one user
# that the service runs as.
RUN groupadd --gid 10001 onrecord \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin onrecord \
    && install -d -o onrecord -g onrecord -m 0700 /data
COPY --from=build /opt/onrecord /opt/onrecord
ENV PATH=/opt/onrecord/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    ONRECORD_DATA_DIR=/data
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
# It needs no key. Where ONRECORD_ALLOWED_HOSTS is set, 127.0.0.1 has to be among them.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/ready', timeout=4)"]
# It listens where others reach it, so that nobody may read or write without a key. The first start
# leaves the owner's in /data/owner.key, which commands in the container find by themselves:
# docker exec CONTAINER onrecord seed
CMD ["onrecord", "serve", "--host", "0.0.0.0", "--port", "8000"]
