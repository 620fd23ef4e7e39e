# Cân Tin in a container: no root, nothing to write but /data and /tmp. See compose.yaml.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements.txt ./
RUN python -m venv .venv \
 && .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
# Words in pictures are read with tesseract; without these two packages only QR codes are.
RUN apt-get update \
 && apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-vie \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin cantin \
 && install -d -o cantin -g cantin -m 700 /data
WORKDIR /app
COPY --from=build /app/.venv ./.venv
COPY LICENSE ./
COPY models ./models
COPY messages ./messages
COPY handlers ./handlers
COPY bot ./bot
RUN .venv/bin/python -m compileall -q bot handlers messages models
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    CANTIN_DATA=/data \
    CANTIN_LISTEN=0.0.0.0:8080 \
    CANTIN_LOG=json
USER cantin
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s --retries=3 \
  CMD ["python", "-m", "bot", "health"]
CMD ["python", "-m", "bot", "run"]
