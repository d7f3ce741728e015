#!/bin/sh
# Proves that `make demo` and `make test` work on a bare Debian: a minimal root in a temporary folder, with nothing but
# make, git, python3, ca-certificates and curl, and a clone of the last commit in it.
#
#   ops/bare_machine.sh                                  the demonstration up and down, then all of `make test`
#   ops/bare_machine.sh tests/ops -k doctor              the system packages, then these tests alone
#   RELEASE=trixie ops/bare_machine.sh                   another Debian than this machine's own
#
# First an ordinary user asks for the tests and must be told in one round all that root then installs. Needs root and
# debootstrap. Mirror, proxies, trusted certificates and pip's settings are taken from this machine.
set -eu

checkout=$(cd "$(dirname "$0")/.." && pwd)
root=$(mktemp -d "${TMPDIR:-/tmp}/bare-machine.XXXXXX")
chmod 755 "$root"
clear_away() {
  # What is still mounted must not be deleted through.
  for mounted in dev proc; do
    ! mountpoint -q "$root/$mounted" || umount -R "$root/$mounted" || return
  done
  rm -rf --one-file-system "$root"
}
trap clear_away EXIT
trap 'exit 1' HUP INT TERM

own=$(. /etc/os-release && echo "$VERSION_CODENAME")
release=${RELEASE:-$own}
sources=$(apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Identifier: Packages' |
  sed "s/ $own\(-updates\|-security\)\? / $release\1 /" | grep -E " $release(-updates|-security)? main$")
mirror=$(echo "$sources" | awk -v release="$release" '$3 == release { print $2; exit }')
echo "A minimal $release in $root …"
debootstrap --variant=minbase --include=make,git,python3,ca-certificates,curl "$release" "$root" "$mirror" >"$root.log" ||
  { tail "$root.log"; exit 1; }
rm "$root.log"

echo "$sources" >"$root/etc/apt/sources.list"
apt-config dump | grep -E '^Acquire::(https?|Check-)' >"$root/etc/apt/apt.conf.d/00machine" || true
for file in /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt /etc/pip.conf /etc/xdg/pip; do
  [ ! -e "$file" ] || { mkdir -p "$root$(dirname "$file")" && cp -rL "$file" "$root$(dirname "$file")"; }
done
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --make-rslave "$root/dev"

git clone -q --no-hardlinks "$checkout" "$root/srv/hanoi-docs"
chroot "$root" useradd --create-home person
chroot "$root" chown -R person /srv/hanoi-docs

inside() { # ACCOUNT COMMAND…: in the clone, with a clean environment
  who=$1
  shift
  settings=$(env | grep -iE '^(https?_proxy|no_proxy|pip_index_url|pip_cert)=' || true)
  env -i $settings PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp \
    chroot --userspec="$who" "$root" sh -c 'cd /srv/hanoi-docs && exec "$@"' sh "$@"
}

echo "An ordinary user is told:"
! told=$(inside person make test 2>&1) || { echo "$told"; echo "Nothing was missing: this is no bare machine."; exit 1; }
echo "$told"
named=$(echo "$told" | sed -n 's/.*apt-get install -y //p')

echo "Root installs:"
chroot "$root" chown -R root /srv/hanoi-docs
said=$(inside root make needs-test 2>&1) || { echo "$said"; exit 1; }
echo "$said"
installed=$(echo "$said" | sed -n 's/^Installing \(.*\) …$/\1/p')
[ "$named" = "$installed" ] || { echo "The user was told of something else: $named"; exit 1; }

if [ $# = 0 ]; then
  inside root make demo PORT=18999 >"$root/tmp/demo.log" 2>&1 &
  demo=$!
  until grep "^Ready in" "$root/tmp/demo.log"; do
    kill -0 $demo 2>/dev/null || { cat "$root/tmp/demo.log"; exit 1; }
    sleep 1
  done
  curl --silent --show-error --fail http://127.0.0.1:18999/healthz
  pkill -TERM -f "stack.py demo .*--port 18999"
  wait $demo || true
  inside root make test
else
  inside root make pytest PYTEST_ARGS="$*"
fi
