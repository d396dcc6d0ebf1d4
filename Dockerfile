# Millrace in two stages: the toolchain builds, the second image holds one program and the C libraries it needs.
FROM swift:6.3-bookworm AS build
WORKDIR /src
COPY Package.swift ./
COPY Scripts/setup Scripts/setup
RUN Scripts/setup
COPY Sources Sources
# The test targets are named in the manifest, so their folders must be there; the tests themselves need not.
COPY Tests Tests
RUN swift build -c release --product millrace --static-swift-stdlib \
    && install -D -s "$(swift build -c release --product millrace --static-swift-stdlib --show-bin-path)/millrace" /out/millrace

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates libmicrohttpd12 librdkafka1 libsqlite3-0 libssl3 libyaml-0-2 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 1000 --home-dir /var/lib/millrace --create-home millrace
COPY --from=build /out/millrace /usr/local/bin/millrace
COPY Compose/healthy /usr/local/bin/healthy
# A library that is missing here is found now, and not at the first start.
RUN millrace --help > /dev/null
USER millrace
WORKDIR /var/lib/millrace
# The worker drains on this signal; give it longer than `worker.drain`.
STOPSIGNAL SIGTERM
ENV MILLRACE_CONFIG=/etc/millrace/millrace.yaml
ENTRYPOINT ["millrace"]
CMD ["run"]
