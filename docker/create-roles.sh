#!/bin/sh
# Runs once, when the volume of PostgreSQL is new: the owner, who migrates, and the run-time role, which owns nothing.
# Passwords come as files; psql reads them into the statements as quoted literals (:'variable'), and the list of processes shows none.
set -eu
FUND_OWNER_PASSWORD=$(cat "$FUND_OWNER_PASSWORD_FILE")
FUND_APP_PASSWORD=$(cat "$FUND_APP_PASSWORD_FILE")
export FUND_OWNER_PASSWORD FUND_APP_PASSWORD
psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 <<'SQL'
\getenv owner_password FUND_OWNER_PASSWORD
\getenv app_password FUND_APP_PASSWORD
CREATE ROLE fund_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE fund_app LOGIN PASSWORD :'app_password';
CREATE DATABASE fund_ledger OWNER fund_owner;
REVOKE ALL ON DATABASE fund_ledger FROM PUBLIC;
GRANT CONNECT ON DATABASE fund_ledger TO fund_app;
SQL
