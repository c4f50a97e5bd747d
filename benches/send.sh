#!/usr/bin/env bash
# Compares the speed of sending with Postfix's load generator, to the same server in the same run.
#
#   benches/send.sh [LETTERS [ROUNDS [PROGRAM]]]     defaults: 20000, 3, target/release/openletter
#
# smtp-sink accepts the letters and discards them. smtp-source sends the sample's first letter repeatedly and keeps no
# record; openletter reads each letter from its outbox, checks its digest and writes its ledger, with every sync. Both
# send through 1, 4 and 16 connections, without delay and with a round trip of 20 ms (fewer letters there: that rate is
# steady), there also with `pipeline_next`. Prints the medians, and openletter's rate as a multiple of smtp-source's: "all"
# includes everything, "sending" excludes what openletter checks before it connects.
#
# Both Postfix programs come from Debian's package, unpacked into a temporary folder if they are missing, and never
# installed. Only the download uses the network.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

letters=${1:-20000}
rounds=${2:-3}
program=$(realpath -- "${3:-target/release/openletter}")
[ -x "$program" ] || { echo "send.sh: no program at $program: build it with cargo build --release" >&2; exit 1; }
delay=$PWD/benches/delay.py

desk=$(mktemp -d)
children=()
clean() {
  for child in "${children[@]}"; do
    kill "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  done
  rm -rf -- "$desk"
}
trap clean EXIT
trap 'exit 130' INT TERM HUP

sink=$(PATH=$PATH:/usr/sbin command -v smtp-sink || true)
source=$(PATH=$PATH:/usr/sbin command -v smtp-source || true)
libraries=
if [ -z "$sink" ] || [ -z "$source" ]; then
  (
    cd "$desk"
    { apt-get -qq download postfix || { apt-get -qq update && apt-get -qq download postfix; }; } >apt.log 2>&1 ||
      { cat apt.log >&2; exit 1; }
    dpkg -x postfix_*.deb postfix
  )
  sink=$desk/postfix/usr/sbin/smtp-sink
  source=$desk/postfix/usr/sbin/smtp-source
  libraries=$desk/postfix/usr/lib/postfix
fi

# smtp-sink refuses to run as root.
as=()
[ "$(id -u)" != 0 ] || as=(-u nobody)
free() { python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
near=$(free)
LD_LIBRARY_PATH=$libraries "$sink" "${as[@]}" "127.0.0.1:$near" 128 &
children+=($!)
for _ in $(seq 100); do answers "$near" && break || sleep 0.1; done
python3 "$delay" "$near" 0.01 "$desk/far" &
children+=($!)
for _ in $(seq 100); do [ ! -e "$desk/far" ] || break; sleep 0.1; done
far=$(cat "$desk/far")

# The sample with one recipient for each letter.
campaign=$desk/campaign
mkdir "$campaign"
cp -R campaign.toml signatories.csv templates images "$campaign"
sed -i '/^expect = /d; /^domains = /d; /^\[relay\]/,$d' "$campaign/campaign.toml"
python3 - "$letters" recipients.csv "$campaign/recipients.csv" <<'PYTHON'
import csv, sys
with open(sys.argv[2], encoding="utf-8", newline="") as few, open(sys.argv[3], "w", encoding="utf-8", newline="") as many:
    rows = csv.DictReader(few)
    first = next(rows)
    writer = csv.DictWriter(many, rows.fieldnames)
    writer.writeheader()
    for n in range(1, int(sys.argv[1]) + 1):
        writer.writerow(first | {"id": f"r{n}", "email": f"r{n}@northlight.example", "attachment": ""})
PYTHON
cp "$campaign/campaign.toml" "$desk/unrelayed.toml"

relay() { # PORT CONNECTIONS [LINE]
  cat "$desk/unrelayed.toml" - >"$campaign/campaign.toml" <<TOML
[relay]
host = "127.0.0.1"
port = $1
tls = "none"
connections = $2
per_connection = 1000000
${3:-}
TOML
}
relay "$near" 1
"$program" -C "$campaign" write >/dev/null 2>"$desk/write.log" || { cat "$desk/write.log" >&2; exit 1; }
"$program" -C "$campaign" approve --by "The benchmark" >/dev/null 2>&1
letter=$(find "$campaign/outbox/letters" -name '*.eml' | sort | sed -n 1p)

stopwatch() { # COMMAND…: seconds
  local start=$EPOCHREALTIME
  "$@" >"$desk/out.log" 2>&1 || { echo "send.sh: failed: $*" >&2; tail -n 5 "$desk/out.log" >&2; exit 1; }
  echo "$start $EPOCHREALTIME" | awk '{ printf "%.3f\n", $2 - $1 }'
}
# With --limit some letters remain, so the exit code is 75.
remain() { "$@" || [ $? = 75 ]; }
ours() { # LIMIT
  rm -rf "$campaign/.openletter" "$campaign"/outbox/claims-*
  stopwatch remain "$program" -C "$campaign" --quiet send --yes --as-written --limit "$1"
}
theirs() { # PORT CONNECTIONS LETTERS
  LD_LIBRARY_PATH=$libraries stopwatch "$source" -d -s "$2" -m "$3" -F "$letter" \
    -f bounces@alder-street.example -t okafor@northlight.example "127.0.0.1:$1"
}
median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

echo "$letters letters of $(stat -c %s "$letter") bytes, $rounds rounds, $(nproc) cores"
printf '%-12s %-12s %8s %14s %14s %10s %10s\n' line connections letters "smtp-source/s" "openletter/s" all sending
for line in near far next; do
  more=
  for connections in 1 4 16; do
    port=$near count=$letters
    if [ $line != near ]; then
      [ $line = far ] || more="pipeline_next = true"
      port=$far count=$((connections * 200 < letters ? connections * 200 : letters))
    fi
    relay "$port" "$connections" "$more"
    : >"$desk/theirs" >"$desk/ours" >"$desk/before"
    for _ in $(seq "$rounds"); do
      theirs "$port" "$connections" "$count" >>"$desk/theirs"
      ours "$count" >>"$desk/ours"
      ours 0 >>"$desk/before"
    done
    echo "$line $connections $count $(median <"$desk/theirs") $(median <"$desk/ours") $(median <"$desk/before")" | awk '{
      printf "%-12s %-12s %8d %14.0f %14.0f %9.2fx %9.2fx\n",
        $1 == "near" ? "loopback" : $1 == "far" ? "20 ms" : "20 ms, next", $2, $3, $3 / $4, $3 / $5, $4 / $5, $4 / ($5 - $6) }'
  done
done
