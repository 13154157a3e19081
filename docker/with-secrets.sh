#!/bin/sh
# The image's entrypoint. The service reads environment variables; secrets come as files, which neither `docker inspect` nor the compose
# file shows. Each file that is there becomes its variable, then the command takes this process' place, so that SIGTERM reaches it.
set -eu
directory=${SECRETS_DIRECTORY:-/run/secrets}

for name in DATABASE_URL DATABASE_MIGRATION_URL REDIS_URL SECRET_KEY METRICS_TOKEN; do
  file="$directory/$(printf %s "$name" | tr 'A-Z' 'a-z')"
  [ -e "$file" ] || continue
  eval "given=\${$name:-}"
  if [ -n "$given" ]; then
    echo "Both $name and $file are given: which one counts? Remove one of them." >&2
    exit 1
  fi
  value=$(cat "$file")
  export "$name=$value"
done
unset directory name file given value

exec "$@"
