# Two stages: the second holds an installed Comity and no build tools. No Docker engine has built this yet;
# tests/house/test_install.py lints it and runs its install steps in a fresh venv.
FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE NOTICE ./
COPY model model
COPY service service
COPY training training
RUN python -m venv /opt/comity \
    && /opt/comity/bin/pip install --no-cache-dir --disable-pip-version-check -c constraints.txt '.[postgres]'

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/comity comity
COPY --from=build /opt/comity /opt/comity
ENV PATH=/opt/comity/bin:$PATH \
    COMITY_HOST=0.0.0.0 \
    COMITY_STATE_DIR=/var/lib/comity \
    HF_HUB_OFFLINE=1 \
    PYTHONUNBUFFERED=1
USER comity
WORKDIR /var/lib/comity
VOLUME /var/lib/comity
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/readyz', timeout=4)"]
# COMITY_BOOTSTRAP_KEY must be set: beyond loopback the service does not listen without a key.
CMD ["comity", "serve"]
