# Sourced by scripts here that need packages, with $desk as a scratch folder.

# Installs COMMAND:PACKAGE... or PATH:PACKAGE... from Debian. That needs root. Without it, this names the missing packages
# and exits with 1: nothing is skipped.
install_debian() {
  local name=${0##*/} missing=() pair
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null || [ -e "${pair%%:*}" ] || missing+=("${pair#*:}")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    [ "$(id -u)" = 0 ] || { echo "$name: not run; install these Debian packages first: ${missing[*]}" >&2; exit 1; }
    echo "$name: installing ${missing[*]}"
    quietly apt-get -qq update
    quietly env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}"
  fi
}

# Installs PostgreSQL, without a server that starts by itself, and sets `bin` to the folder of its programs and `as_user` to what
# runs a command as their user.
install_postgresql() {
  programs() { compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1; }
  if [ -z "$(programs || true)" ]; then
    install_debian /usr/share/postgresql-common:postgresql-common
    [ "$(id -u)" != 0 ] || sed -i 's/^#*create_main_cluster .*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
    install_debian /usr/lib/postgresql/bin:postgresql
  fi
  bin=$(programs)
  # PostgreSQL refuses to run as root. On some machines only root can write to /dev/null.
  as_user=()
  [ "$(id -u)" != 0 ] || as_user=(setpriv "--reuid=$(id -u nobody)" "--regid=$(id -g nobody)" --clear-groups
    --inh-caps=+dac_override --ambient-caps=+dac_override)
}

# Installs the npm packages that FOLDER pins. They are kept under target/ until the lock file changes.
install_npm() {
  local folder=$1 modules
  modules=$(realpath -m -- "${CARGO_TARGET_DIR:-target}")/npm-$(sha256sum "$folder/package-lock.json" | cut -c 1-16)
  if [ ! -d "$modules" ]; then
    mkdir -p "$desk/modules" "${modules%/*}"
    cp "$folder"/{package.json,package-lock.json,.npmrc} "$desk/modules"
    (cd "$desk/modules" && quietly npm ci --ignore-scripts --no-audit --no-fund)
    mv -T "$desk/modules" "$modules"
  fi
  export NODE_PATH=$modules/node_modules
}

# Installs Chromium, a font, without which text has no width, what drives it, and more from Debian.
install_browser() {
  install_debian chromium:chromium node:nodejs npm:npm /usr/share/fonts/truetype/dejavu:fonts-dejavu-core "$@"
  install_npm .ci/browser.d
}

# Runs a command and shows its output only if it fails.
quietly() {
  "$@" >"$desk/log" 2>&1 || { cat "$desk/log" >&2; exit 1; }
}
