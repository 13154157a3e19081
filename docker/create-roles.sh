#!/bin/sh
# Runs once, when the volume of PostgreSQL is new: the owner, who migrates, and the run-time role, which owns nothing.
# Passwords come in by the environment and go into SQL as quoted literals (psql's :'variable').
set -eu
psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 \
  --set owner_password="$FUND_OWNER_PASSWORD" --set app_password="$FUND_APP_PASSWORD" <<'SQL'
CREATE ROLE fund_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE fund_app LOGIN PASSWORD :'app_password';
CREATE DATABASE fund_ledger OWNER fund_owner;
REVOKE ALL ON DATABASE fund_ledger FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE fund_ledger TO fund_app;
SQL
