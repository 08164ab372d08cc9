# One image for every service of docker-compose.yml; what it runs is said there.
FROM python:3.12-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 luisterpost \
    && mkdir /data && chown luisterpost /data

WORKDIR /luisterpost
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable .

USER luisterpost
VOLUME /data
CMD ["luisterpost", "web"]
