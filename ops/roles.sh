#!/bin/bash
# Runs once, when the container's database is made: the roles, and the passwords they sign in with.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --file /roles.sql \
  --set migrate="$MIGRATE_PASSWORD" --set app="$APP_PASSWORD" --file - <<'SQL'
ALTER ROLE hanoi_migrate PASSWORD :'migrate';
ALTER ROLE hanoi_app PASSWORD :'app';
SQL
