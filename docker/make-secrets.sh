#!/bin/sh
# Writes the files that docker-compose.yml's `secrets:` names, once: docker/make-secrets.sh [DIRECTORY]
# What is given in the environment (FUND_OWNER_PASSWORD, FUND_APP_PASSWORD, POSTGRES_PASSWORD, REDIS_PASSWORD, SECRET_KEY, METRICS_TOKEN)
# is kept; the rest is made up. Passwords stand in URLs: letters and digits alone.
set -eu
directory=${1:-secrets}

make() { openssl rand -hex "$1"; }
owner=${FUND_OWNER_PASSWORD:-$(make 24)}
app=${FUND_APP_PASSWORD:-$(make 24)}
postgres=${POSTGRES_PASSWORD:-$(make 24)}
redis=${REDIS_PASSWORD:-$(make 24)}
for password in "$owner" "$app" "$redis"; do
  case $password in
    *[!A-Za-z0-9]*)
      echo 'A password that stands in a URL must be letters and digits.' >&2
      exit 1
      ;;
  esac
done

# Only who runs Docker may enter the directory. The files themselves are readable by all, because each service reads them as a user of
# its own; a container sees none but those that are mounted into it. A second run fails here: no secret is ever overwritten.
mkdir -m 0700 "$directory"
umask 0222
put() { printf '%s\n' "$2" >"$directory/$1"; }
put postgres_password "$postgres"
put fund_owner_password "$owner"
put fund_app_password "$app"
put redis_password "$redis"
put database_url "postgresql://fund_app:$app@postgres:5432/fund_ledger"
put database_migration_url "postgresql://fund_owner:$owner@postgres:5432/fund_ledger"
put redis_url "redis://:$redis@redis:6379"
put secret_key "${SECRET_KEY:-$(make 32)}"
put metrics_token "${METRICS_TOKEN:-$(make 24)}"
