#!/bin/sh
# From a bare server to the first registered paper, as docs/operate.md ("Without containers") tells it, in a scratch
# folder of this machine: Debian's PostgreSQL and Redis, nginx with TLS, web, worker and beat, each started by hand as
# the units in ops/systemd start them. Then a browser's part over HTTPS (ops/first_paper.py): the operator signs in
# with the password that was printed once, proposes a clerk, a second one confirms, and the clerk registers a paper.
#
#   ops/first_paper.sh [FOLDER]        root; needs postgresql, redis-server, nginx-light; about two minutes
#
# VENV=/path/.venv takes packages that are installed already (for every account to read) instead of the server's lock file.
set -eu
[ "$(id -u)" = 0 ] || { echo "Run it as root: PostgreSQL, the services and nginx have accounts of their own."; exit 1; }
for needed in redis-server nginx; do
  command -v "$needed" >/dev/null || { echo "Missing: $needed. apt-get install -y postgresql redis-server nginx-light"; exit 1; }
done
checkout=$(cd "$(dirname "$0")/.." && pwd)
top=${1:-$(mktemp -d "${TMPDIR:-/tmp}/first-paper.XXXXXX")}
mkdir -p "$top"
chmod 755 "$top"
postgres_bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
export HANOI_DOCS_CONFIG="$top/etc" HANOI_DOCS_ACCOUNT=nobody
app="$top/srv"
began=$(date +%s)
say() { printf '%4d s  %s\n' $(($(date +%s) - began)) "$*"; }

pids=""
end() {
  for pid in $pids; do kill "$pid" 2>/dev/null || true; done
  for pid in $pids; do wait "$pid" 2>/dev/null || true; done
}
trap end EXIT
trap 'exit 1' HUP INT TERM
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
database_port=$(free_port) redis_port=$(free_port) web_port=$(free_port) https_port=$(free_port) http_port=$(free_port) streams_port=$(free_port)

# The code and its packages.
mkdir -p "$app" "$top/log" "$top/run"
git -C "$checkout" archive HEAD | tar -x -C "$app"
if [ -n "${VENV:-}" ]; then
  ln -s "$VENV" "$app/.venv"
else
  "${PYTHON:-/usr/bin/python3}" -m venv "$app/.venv"
  "$app/.venv/bin/pip" install -q --disable-pip-version-check --require-hashes -r "$app/ops/requirements-server.lock"
fi
say "Packages are installed."

# Secrets and settings.
sh "$app/ops/secrets.sh" server localhost "$top/etc/secrets"
sed -i "s/127.0.0.1:5432/127.0.0.1:$database_port/" "$top"/etc/secrets/*database_url
sed -i "s/127.0.0.1:6379/127.0.0.1:$redis_port/" "$top/etc/secrets/redis_url"
sed -e "s#/etc/hanoi-docs#$top/etc#; s#/var/lib/hanoi-docs#$top/state#; s#//vanban.example#//localhost:$https_port#; s#=vanban.example#=localhost#" \
  "$app/ops/systemd/env.example" >"$top/etc/env"
chgrp nogroup "$top/etc" "$top/etc/env"
chmod 750 "$top/etc"
chmod 640 "$top/etc/env"
install -d -m 700 -o nobody -g nogroup "$top/state" "$top/state/tmp"

# PostgreSQL of Debian, with the three roles; Redis with a password.
install -d -m 700 -o postgres "$top/database"
as_postgres() { (cd / && setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"); }
as_postgres "$postgres_bin/initdb" -D "$top/database" -E UTF8 --locale=C.UTF-8 --auth-local=peer --auth-host=scram-sha-256 >"$top/log/initdb" 2>&1
chmod 777 "$top/run"
# Not through the function: $! must be the server itself.
(cd / && exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$postgres_bin/postgres" -D "$top/database" -p "$database_port" -k "$top/run" -h 127.0.0.1) >"$top/log/postgres" 2>&1 &
pids="$pids $!"
setpriv --reuid=nobody --regid=nogroup --clear-groups -- sh -c \
  "printf 'bind 127.0.0.1\nport $redis_port\nsave \"\"\nrequirepass %s\n' \"\$0\" | exec redis-server -" \
  "$(cat "$top/etc/secrets/redis_password")" >"$top/log/redis" 2>&1 &
pids="$pids $!"
sql() { as_postgres psql -q -v ON_ERROR_STOP=1 -h "$top/run" -p "$database_port" "$@"; }
for _ in $(seq 50); do sql -d postgres -c 'SELECT 1' >/dev/null 2>&1 && break; sleep 0.2; done
sql -d postgres -c "CREATE DATABASE hanoi_docs TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
sql -d hanoi_docs <"$app/ops/roles.sql"
for role in migrate app backup; do
  sql -d hanoi_docs -v password="$(cat "$top/etc/secrets/${role}_password")" <<SQL
ALTER ROLE hanoi_$role PASSWORD :'password';
SQL
done
say "PostgreSQL $("$postgres_bin/postgres" --version | cut -d' ' -f3) and Redis run."

manage() { sh "$app/ops/manage" "$@"; }
manage migrate --noinput >"$top/log/migrate"
manage load_registry
manage collectstatic --noinput | tail -1
say "The database is ready."
manage create_operator quantri --name "Nguyễn Văn Quản" | tee "$top/log/operator"
! manage create_operator hai --name "Người Thứ Hai" 2>"$top/log/refused" || { echo "A second operator was made."; exit 1; }
tail -1 "$top/log/refused"
manage create_operator quantri2 --name "Trần Thị Trị" --another >"$top/log/operator2"

# As the units start them: no new rights, no capabilities, a closed umask.
service() { # NAME COMMAND…
  name=$1
  shift
  (
    umask 077
    set -a
    . "$top/etc/env"
    set +a
    cd "$app"
    HOME=$STATE_DIR exec setpriv --reuid=nobody --regid=nogroup --clear-groups --no-new-privs --bounding-set=-all -- "$@"
  ) >"$top/log/$name" 2>&1 &
  pids="$! $pids"
}
service web .venv/bin/gunicorn hanoi_docs.wsgi --bind "127.0.0.1:$web_port" --workers 2 --threads 4 --worker-tmp-dir /dev/shm --no-control-socket
service worker .venv/bin/celery -A hanoi_docs worker --concurrency 2 --loglevel INFO
service streams .venv/bin/python -m progress.streams --bind "127.0.0.1:$streams_port"
service beat .venv/bin/celery -A hanoi_docs beat --loglevel INFO --pidfile= --schedule "$top/state/beat"

mkdir -p "$top/nginx/body"
for part in nginx place-server hanoi-docs; do
  sed -e "s#/tmp/#$top/nginx/#" -e "s#/etc/nginx/hanoi-docs/place.conf#$top/nginx/place-server.conf#; s#/etc/nginx/hanoi-docs/#$top/nginx/#" \
    -e "s#/etc/hanoi-docs/#$top/etc/#; s#127.0.0.1:8000#127.0.0.1:$web_port#; s#127.0.0.1:8001#127.0.0.1:$streams_port#; s#/var/cache/hanoi-docs#$top/nginx#" \
    -e "s#listen 80 #listen 127.0.0.1:$http_port #; s#listen 443 #listen 127.0.0.1:$https_port #" \
    -e "s#/var/log/nginx/access.log#$top/log/access#" "$app/ops/nginx/$part.conf" >"$top/nginx/$part.conf"
done
nginx -p "$top/nginx" -c "$top/nginx/nginx.conf" -g "daemon off; user root;" >"$top/log/nginx" 2>&1 &
pids="$! $pids"

password=$(sed -n 's/^Mật khẩu dùng một lần: //p' "$top/log/operator")
password2=$(sed -n 's/^Mật khẩu dùng một lần: //p' "$top/log/operator2")
REQUESTS_CA_BUNDLE="$top/etc/secrets/ca.crt" "$app/.venv/bin/python" "$app/ops/first_paper.py" "https://localhost:$https_port" quantri "$password" quantri2 "$password2" ||
  { tail -n 30 "$top"/log/web "$top"/log/worker "$top"/log/nginx; exit 1; }
say "The first paper is registered."
manage doctor --server || true
say "Done. Logs: $top/log"
