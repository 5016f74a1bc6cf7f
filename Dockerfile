# syntax=docker/dockerfile:1
#
# The relay: one bundled file on a distroless Node 24, for amd64 and arm64.
#
#   docker buildx build --platform linux/amd64,linux/arm64 --tag REGISTRY/kube-event-forwarder:VERSION --push .
#
# Tags move. For builds that can be repeated, give both images by digest:
#   --build-arg BUILD_IMAGE=node@sha256:… --build-arg RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian12@sha256:…

# The Node that the tests run on (devDependencies.node in package.json).
ARG BUILD_IMAGE=node:24.21.0-bookworm-slim
# Distroless has no tags for versions of Node within 24.
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

# The bundle is JavaScript only, the same on every platform, so it is built once and on the builder's own.
FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# Development dependencies too: a library's optional import must find here what it finds where the tests run.
RUN npm ci --ignore-scripts
COPY bin/relay.ts bin/
COPY lib/errors.ts lib/
COPY lib/api lib/api
COPY lib/builtins lib/builtins
COPY lib/events lib/events
COPY lib/relay lib/relay
RUN node lib/relay/bundle.ts

FROM ${RUNTIME_IMAGE}
LABEL org.opencontainers.image.title="kube-event-forwarder relay" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY LICENSE /app/LICENSE
COPY --from=build /src/dist/relay.mjs /app/relay.mjs
# glibc gives each of Node's dozen threads room of its own to allocate from; two rooms are enough and take 5 to 10 MB less.
ENV MALLOC_ARENA_MAX=2
# By number: Kubernetes cannot tell that a name is not root.
USER 1000:1000
WORKDIR /tmp
EXPOSE 8080
ENTRYPOINT ["/nodejs/bin/node", "/app/relay.mjs"]
CMD ["--config", "/etc/kube-event-forwarder/relay.yaml"]
