#!/bin/sh
# Installs the Debian packages that tests talk to; says what to run where it may not.
set -eu
missing=""
[ -x /usr/bin/chromium ] || missing="$missing chromium"
[ -x /usr/lib/postgresql/15/bin/postgres ] || missing="$missing postgresql-15"
command -v npm >/dev/null && command -v node >/dev/null || missing="$missing nodejs npm"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ]; then
    echo "The tests need these packages; run this once, then make test again:"
    echo "    sudo apt-get update && sudo apt-get install --no-install-recommends -y$missing"
    exit 2
fi
echo "Installing$missing ..."
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086
apt-get install --no-install-recommends -y -qq $missing >/dev/null
