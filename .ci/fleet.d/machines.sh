# Sourced by .ci/fleet: machines as network namespaces, and their servers. $desk is a scratch folder, and $name begins the names of
# the namespaces.

# on MACHINE COMMAND...: runs it there. In the background it must be `exec_on`: then the process is the command itself.
on() { ip netns exec "$name-$1" "${@:2}"; }
exec_on() { exec ip netns exec "$name-$1" "${@:2}"; }

# machine NAME ADDRESS: a namespace on the bridge. Its link is cut at the bridge's end, which is called like it.
machine() {
  ip netns add "$name-$1"
  ip link add "$1" netns "$name-hub" type veth peer name eth0 netns "$name-$1"
  on hub ip link set "$1" master bridge up
  on "$1" ip address add "192.0.2.$2/24" dev eth0
  on "$1" ip link set eth0 up
  on "$1" ip link set lo up
}

# Ends all that runs on the machines, and removes them.
remove_machines() {
  local space
  for space in $(ip netns list | awk '{print $1}' | grep "^$name-"); do
    ip netns pids "$space" | xargs -r kill -KILL
    ip netns delete "$space"
  done
}

# far MACHINE ADDRESS PORT: its server, which listens on loopback, can be reached by the others, from far away.
far() {
  exec_on "$1" python3 .ci/fleet.d/distance.py "192.0.2.$2" "$3" 10 2>>"$desk/$1-distance.log" &
}

# An authority, and a certificate for all servers.
certificates() {
  cat >"$desk/openssl.cnf" <<'CNF'
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
subjectAltName = IP:192.0.2.11, IP:192.0.2.12, IP:192.0.2.20
CNF
  local make=(openssl req -x509 -config "$desk/openssl.cnf" -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2)
  quietly "${make[@]}" -extensions ca -subj "/CN=Lantern Test Authority" -keyout "$desk/ca.key" -out "$desk/ca.pem"
  quietly "${make[@]}" -extensions server -subj "/CN=server" -CA "$desk/ca.pem" -CAkey "$desk/ca.key" \
    -keyout "$desk/server.key" -out "$desk/server.pem"
}

# relay MACHINE: a Postfix of its own, which delivers everything into one Maildir.
relay() {
  local home=$desk/$1
  mkdir -p "$home"/{etc,queue,data,mail}
  chown postfix: "$home/data"
  chown nobody: "$home/mail"
  cat >"$home/etc/main.cf" <<CF
compatibility_level = 3.6
queue_directory = $home/queue
data_directory = $home/data
maillog_file = $desk/$1.log
maillog_file_prefixes = $desk
myhostname = $1.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
virtual_mailbox_domains = northlight.internal
virtual_mailbox_maps = static:mail/
virtual_mailbox_base = $home
virtual_uid_maps = static:$(id -u nobody)
virtual_gid_maps = static:$(id -g nobody)
default_transport = error:5.7.1 nothing leaves this machine
relay_transport = error:5.7.1 nothing leaves this machine
smtpd_tls_chain_files = $desk/server.key, $desk/server.pem
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject
CF
  cat >"$home/etc/master.cf" <<CF
465       inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
proxymap  unix - - n - - proxymap
error     unix - - n - - error
retry     unix - - n - - error
virtual   unix - n n - - virtual
anvil     unix - - n - 1 anvil
postlog   unix-dgram n - n - 1 postlogd
CF
  quietly on "$1" postfix -c "$home/etc" start
}

# create_database, then start_database as often as needed: a PostgreSQL on the machine `database`.
create_database() {
  mkdir "$desk/database"
  cp "$desk"/server.{key,pem} "$desk/database"
  chmod 600 "$desk/database/server.key"
  chown -R nobody "$desk/database"
  quietly "${as_user[@]}" "$bin/initdb" --no-sync --username=letters --auth=trust --locale=C --encoding=UTF8 \
    --pgdata "$desk/database/data"
}
start_database() {
  exec_on database "${as_user[@]}" "$bin/postgres" -D "$desk/database/data" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= -c ssl=on -c "ssl_cert_file=$desk/database/server.pem" \
    -c "ssl_key_file=$desk/database/server.key" >>"$desk/database.log" 2>&1 &
  database=$!
  await "the database" on database "$bin/pg_isready" -q -h 127.0.0.1 -U letters -d postgres
}
