#!/bin/bash
# Runs once, when the container's database is made: the roles, and the passwords they sign in with.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --file /roles.sql \
  --set migrate="$(cat "$MIGRATE_PASSWORD_FILE")" --set app="$(cat "$APP_PASSWORD_FILE")" \
  --set backup="$(cat "$BACKUP_PASSWORD_FILE")" --file - <<'SQL'
ALTER ROLE hanoi_migrate PASSWORD :'migrate';
ALTER ROLE hanoi_app PASSWORD :'app';
ALTER ROLE hanoi_backup PASSWORD :'backup';
SQL
# The image lets nobody copy the database over the network.
echo "hostssl replication hanoi_backup all scram-sha-256" >>"$PGDATA/pg_hba.conf"
