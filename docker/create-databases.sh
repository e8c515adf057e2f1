#!/bin/sh
# Runs once, when the server's data directory is new: one role for Sluice and one for Temporal, neither of them a
# superuser, each the owner of its own databases and without access to the other's.
set -eu

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
  --set sluice_password="$SLUICE_DB_PASSWORD" --set temporal_password="$TEMPORAL_DB_PASSWORD" <<'SQL'
create role sluice login nosuperuser nocreatedb nocreaterole password :'sluice_password';
create role temporal login nosuperuser nocreatedb nocreaterole password :'temporal_password';
create database sluice owner sluice;
create database temporal owner temporal;
create database temporal_visibility owner temporal;
revoke connect on database postgres, sluice, temporal, temporal_visibility from public;
SQL
