# The image: Node, the bundle, and nothing that a webhook has no use for. docs/adr/0017 says why it is as it is.
#
#   docker build -t pullcred .
#
# Both bases are pinned by tag here; by digest with --build-arg NODE_IMAGE=…@sha256:… and BASE_IMAGE=…@sha256:….

# Builds the bundle and gives the image its Node, the version on which the tests ran.
ARG NODE_IMAGE=docker.io/library/node:26.10.0-trixie-slim
# Any base with glibc and libstdc++ of the same Debian or a newer one, and with CA certificates. It needs no Node.
ARG BASE_IMAGE=gcr.io/distroless/cc-debian13:nonroot

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# Behind a mirror of the registry: --secret id=npmrc,src=$HOME/.npmrc
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=cache,target=/root/.npm \
    npm ci --ignore-scripts --no-update-notifier
COPY LICENSE ./
COPY scripts scripts
COPY src src
# One file, so that `kubectl exec POD -- pullcred verify` runs as the entry point does. A young generation of three times
# 16 MiB would be of no use to a process that mostly waits.
RUN node scripts/bundle.mjs /image/opt/pullcred \
    && mkdir -p /image/usr/local/bin \
    && printf '#!/usr/local/bin/node --max-semi-space-size=4\nimport "/opt/pullcred/main.mjs";\n' \
       > /image/usr/local/bin/pullcred \
    && chmod 755 /image/usr/local/bin/pullcred

FROM ${NODE_IMAGE} AS node

FROM ${BASE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="pullcred" \
      org.opencontainers.image.description="Kubernetes mutating admission webhook that gives Pods the image pull secrets of their registries" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=node /usr/local/LICENSE /usr/local/LICENSE
COPY --from=node /usr/local/bin/node /usr/local/bin/node
# Node asks for it since version 25, and no distroless base has it.
COPY --from=node /usr/lib/*-linux-gnu/libatomic.so.1* /usr/lib/
COPY --from=build /image/ /
# A number, because kubelet cannot tell by a name whether it is root's.
USER 65532:65532
EXPOSE 8443 9090
ENTRYPOINT ["/usr/local/bin/pullcred"]
CMD ["--help"]
