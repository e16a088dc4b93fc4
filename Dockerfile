FROM node:24-bookworm-slim AS pages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=alin.settings.production
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY --from=pages /app/node_modules node_modules
COPY . .
# Nothing is connected to while the static files are gathered; production settings refuse to be
# read without these.
RUN DATABASE_URL=postgresql:///none REDIS_URL=redis://none \
    ALIN_SECRET_KEY=0123456789-only-while-the-image-is-being-built-0123456789 \
    python manage.py collectstatic --noinput \
    && useradd --system alin && install -d -o alin .local .local/media .local/pictures .local/pieces \
    && install -d -o alin -m 0700 .local/scratch
USER alin
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "alin.wsgi:application"]
