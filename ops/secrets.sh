#!/bin/sh
# The secrets of a server, each a file of its own (docs/operate.md). What is there already is kept, so it may run again.
#
#   ops/secrets.sh containers vanban.example /etc/hanoi-docs/secrets     for docker-compose.yml
#   ops/secrets.sh server vanban.example /etc/hanoi-docs/secrets         for systemd, PostgreSQL and Redis of this machine
#
# Run as root. Passwords are made here; what others give you (axis, remote signing, key files, mail) begins empty: write it in.
# For containers also an authority of our own (ca.crt, ca.key) with certificates of the database and the broker. The
# site's certificate is one of that authority until you put yours into site_certificate and site_key.
set -eu
umask 077
[ $# = 3 ] && { [ "$1" = containers ] || [ "$1" = server ]; } || { sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2; }
kind=$1 host=$2 folder=$3
mkdir -p "$folder"
cd "$folder"

# Who reads what: the accounts of docker-compose.yml, or the account of the server's services.
if [ "$kind" = containers ]; then
  app=10001:10001 proxy=10002:10002 engine=999:999 setup=10001:10001 mode=400
  chmod 711 .
else
  group=$(id -gn "${HANOI_DOCS_ACCOUNT:-hanoi-docs}")
  app=0:$group proxy=0:0 engine=0:0 setup=0:0 mode=440
  chown "0:$group" .
  chmod 710 .
fi

give() { # OWNER NAME
  chown "$1" "$2"
  chmod "$mode" "$2"
}
keep() { # OWNER NAME VALUE
  [ -e "$2" ] || printf '%s\n' "$3" >"$2"
  give "$1" "$2"
}
random() { openssl rand -hex 32; }

keep "$app" secret_key "$(random)"
keep "$app" metrics_token "$(random)"
for name in postgres_password migrate_password app_password backup_password redis_password; do
  keep "$engine" $name "$(random)"
done
for name in axis_secret signing_key_password remote_signing_secret email_url; do
  keep "$app" $name ""
done

certificate() { # NAME HOST: by our own authority, for ten years
  [ ! -e "$1.crt" ] || return 0
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout "$1.key" -out "$1.csr" 2>/dev/null
  printf 'subjectAltName=DNS:%s\n' "$2" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -extfile "$1.ext" -out "$1.crt" 2>/dev/null
  rm "$1.csr" "$1.ext"
}
if [ ! -e ca.crt ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
    -subj "/CN=$host: database, broker" -keyout ca.key -out ca.crt 2>/dev/null
fi
chmod 444 ca.crt
chmod 400 ca.key
if [ ! -e site_certificate ]; then
  certificate site "$host"
  mv site.crt site_certificate
  mv site.key site_key
fi
give "$proxy" site_certificate
give "$proxy" site_key

if [ "$kind" = containers ]; then
  for name in db redis; do
    certificate $name $name
    give "$engine" $name.crt
    give "$engine" $name.key
  done
  database=db:5432/hanoi_docs tls='sslmode=verify-full&sslrootcert=/run/secrets/ca'
  broker="rediss://:$(cat redis_password)@redis:6379/0?ssl_cert_reqs=required&ssl_ca_certs=/run/secrets/ca"
else
  database=127.0.0.1:5432/hanoi_docs tls=sslmode=prefer
  broker="redis://:$(cat redis_password)@127.0.0.1:6379/0"
fi
keep "$app" database_url "postgresql://hanoi_app:$(cat app_password)@$database?$tls"
keep "$setup" migration_database_url "postgresql://hanoi_migrate:$(cat migrate_password)@$database?assume_role=hanoi_owner&$tls"
keep "$app" backup_database_url "postgresql://hanoi_backup:$(cat backup_password)@$database?$tls"
keep "$app" redis_url "$broker"
echo "Secrets are in $folder."
