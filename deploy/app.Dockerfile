# The image of the analyst's app; `make images` gives it `ui`, the `clickstream` that reads files,
# their settings and the list of their libraries.
ARG BASE=python:3.11-slim

FROM ${BASE} AS parts
COPY requirements/app.txt /requirements.txt
RUN python3 -m venv /opt/clickwise \
 && /opt/clickwise/bin/pip uninstall --quiet --yes setuptools \
 && /opt/clickwise/bin/pip install --quiet --no-cache-dir --no-deps --require-hashes --only-binary :all: \
    --requirement /requirements.txt \
 && rm -rf /opt/clickwise/lib/python3*/site-packages/pip /opt/clickwise/lib/python3*/site-packages/pip-* \
    /opt/clickwise/bin/pip*
COPY . /opt/app
RUN chmod -R a+rX /opt/app && /opt/clickwise/bin/python -m compileall -q /opt/app

FROM ${BASE}
RUN rm -rf /usr/local/bin/pip* /usr/local/lib/python3*/ensurepip \
    /usr/local/lib/python3*/site-packages/pip* /usr/local/lib/python3*/site-packages/setuptools* \
    /usr/local/lib/python3*/site-packages/wheel*
COPY --from=parts /opt/clickwise /opt/clickwise
COPY --from=parts /opt/app /opt/app
ENV PATH=/opt/clickwise/bin:$PATH \
    HOME=/tmp \
    PYTHONPATH=/opt/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /opt/app
USER 10001:10001
EXPOSE 8501
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=2)"]
ENTRYPOINT ["streamlit", "run", "ui/app.py", "--server.address", "0.0.0.0", "--server.port", "8501", \
    "--server.headless", "true", "--server.fileWatcherType", "none"]
