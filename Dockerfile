# Cân Tin in a container: no root, nothing to write but /data and /tmp. See compose.yaml.
FROM python:3.11-slim-bookworm AS libraries
WORKDIR /app
# All that `run` needs, and `train` too, to learn from what administrators put right.
COPY requirements-train.txt ./
RUN python -m venv --without-pip .venv \
 && python -m pip --python .venv install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-train.txt

FROM python:3.11-slim-bookworm AS code
WORKDIR /app
COPY LICENSE ./
COPY models ./models
COPY messages ./messages
COPY handlers ./handlers
COPY bot ./bot
# The bot's user may read it, whatever the umask of who fetched it.
RUN chmod -R u=rwX,go=rX . && python -m compileall -q .

FROM python:3.11-slim-bookworm
# Words in pictures are read with tesseract; without these two packages only QR codes are.
# Python's own library comes uncompiled: every start and every health check would do that again.
RUN apt-get update \
 && apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-vie \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 cantin \
 && useradd --uid 10001 --gid cantin --no-create-home --no-log-init --shell /usr/sbin/nologin cantin \
 && install -d -o cantin -g cantin -m 700 /data \
 && python -m compileall -q -x '/(site-packages|idlelib|lib2to3|tkinter)/' /usr/local/lib/python3.11
WORKDIR /app
COPY --from=libraries /app/.venv ./.venv
COPY --from=code /app ./
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    XDG_CACHE_HOME=/tmp/cache \
    CANTIN_DATA=/data \
    CANTIN_LISTEN=0.0.0.0:8080 \
    CANTIN_LOG=json
# By number, so that whoever starts it can see that it is not root.
USER 10001:10001
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s --retries=3 \
  CMD ["python", "-m", "bot", "health"]
CMD ["python", "-m", "bot", "run"]
