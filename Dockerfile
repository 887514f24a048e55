# docker build -t musivault .
# docker run -v "$PWD/vault:/data" -p 127.0.0.1:8321:8321 musivault
# with config.toml in that folder, which has to be writable for user 10001; secrets may come with --env-file instead.
FROM python:3.13-slim AS builder
COPY requirements.lock .
RUN python -m venv /venv \
    && /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

FROM python:3.13-slim
# The paths of the configuration are relative to the working directory: data/ is the volume.
RUN useradd --uid 10001 --user-group --home-dir /data --no-create-home --shell /usr/sbin/nologin musivault \
    && mkdir /data /app \
    && ln -s /data /app/data \
    && chown musivault:musivault /data
COPY --from=builder /venv /venv
WORKDIR /app
COPY . .
USER musivault
# PORT makes the bot listen on every address of the container, not on its loopback.
ENV PATH="/venv/bin:$PATH" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORT=8321
VOLUME /data
EXPOSE 8321
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-c", "import http.client, os, sys; door = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=4); door.request('GET', '/healthz'); sys.exit(door.getresponse().status != 200)"]
CMD ["python", "-m", "bot", "--config", "/data/config.toml", "run"]
