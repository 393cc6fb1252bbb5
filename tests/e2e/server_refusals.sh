# SPDX-License-Identifier: Apache-2.0
# What a server must refuse, and go on.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
good='{"supplier":{"name":"A","country":"BGD"}}'

server_start state
# Requests that are not HTTP: each one answer, and the end of the connection.
runs 0 "$REFUSED" "$PORT"
check "more than a hundred of them" [ "$(sed -n 's/^\([0-9]*\) requests refused, 0 otherwise$/\1/p' out)" -ge 100 ]

# Methods, addresses, media types, lengths.
http GET /v1/screenings
answers 405 method-not-allowed
has_field 'Allow: POST, OPTIONS'
http DELETE /v1/lists
answers 405
http PUT /v1/declarations -d x
answers 405
for method in PATCH TRACE; do
	http "$method" /v1/lists
	answers 405 method-not-allowed
	has_field 'Allow: GET, HEAD, OPTIONS'
done
# A method that is none is that everywhere.
for path in /v1/lists /v1/declarations /v1/nothing /; do
	http BREW "$path"
	answers 501 unknown-method
	http get "$path"
	answers 501 unknown-method
done
has_field 'Allow: GET, HEAD, POST, OPTIONS'
# What needs no escape is the same with one; what does is not taken off, nor anything twice.
http GET /%68ealthz
answers 200
http GET '/v1/%70%72oducts?hs=6109&origin=BGD'
answers 200
http GET /v1/countries/%42G%44
answers 200 '"iso3":"BGD"'
http POST /v1/verif%79 -H 'Content-Type: application/json' -d '{}'
answers 200 '"verified":false'
for path in /v1%2Fdata /%2568ealthz /healthz%00 /v1/./data /v1/%2e%2e/healthz /problems/..%2fhealthz /%48ealthz; do
	http GET "$path" --path-as-is
	answers 404 not-found
done
http GET /v1/nothing
answers 404 not-found
http GET /v1/declarations/not-an-id
answers 404
for query in limit=0 limit=101 limit=1%202 cursor=1 from=yesterday to=2026-13-01 from=1969-12-31 before=1; do
	http GET "/v1/declarations?$query"
	answers 400 invalid-query
done
http GET /v1/reports/01a200fe-1fd5-74a9-97d0-b8fe132d918b
answers 404
http GET /v1/countries/XYZ
answers 404
http POST /v1/declarations -H 'Content-Type: text/plain' -d "$good"
answers 415
http POST /v1/declarations -H 'Content-Type: application/json; charset=utf-16' -d "$good"
answers 415
http POST /v1/declarations -H 'Content-Type: application/json' -H 'Content-Encoding: gzip' -d "$good"
answers 415
http POST /v1/screenings -H 'Content-Type: application/xml' -d x
answers 415
http POST /v1/declarations -H 'Content-Type: application/json' -H 'Content-Length:' -H 'Transfer-Encoding:'
answers 411
http POST /v1/declarations -H 'Content-Type: application/json' -H 'Expect: something' -d "$good"
answers 417
http GET '/v1/products'
answers 400 invalid-query
http GET '/v1/products?hs=6109&hs=6110'
answers 400 invalid-query
http GET '/v1/products?hs=6109&colour=red'
answers 400 invalid-query
http GET '/v1/reports/x' -H 'Accept: application/pdf'
answers 404
http POST /v1/declarations -H 'Content-Type: application/json' -H 'Idempotency-Key: a b' -d "$good"
answers 400
http GET "/$(head -c 7980 /dev/zero | tr '\0' a)"
answers 404
http GET "/v1/products?hs=6109&origin=BGD&q=$(head -c 7900 /dev/zero | tr '\0' a)"
answers 400 invalid-query
http GET "/$(head -c 8192 /dev/zero | tr '\0' a)"
answers 414
http GET / -H "X-Long: $(head -c 20000 /dev/zero | tr '\0' a)"
answers 431

# Bodies.
http POST /v1/declarations -H 'Content-Type: application/json' -d '{"supplier":'
answers 400 invalid-json
http POST /v1/declarations -H 'Content-Type: application/json' -d '{"supplier":{"name":"A","name":"B","country":"BGD"}}'
answers 400 not-i-json
http POST /v1/declarations -H 'Content-Type: application/json' -d '{"supplier":{"name":"A","country":"Nowhere"},"rating":"low"}'
answers 422 '"pointer":"/rating"'
http POST /v1/declarations -H 'Content-Type: application/json' -d '[]'
answers 422
{ printf '{"supplier":{"name":"'; head -c 1100000 /dev/zero | tr '\0' a; printf '","country":"BGD"}}'; } >large
http POST /v1/declarations -H 'Content-Type: application/json' --data-binary @large
answers 413 body-too-large
http POST /v1/declarations -H 'Content-Type: application/json' -H 'Transfer-Encoding: chunked' --data-binary @large
answers 413 body-too-large
http POST /v1/screenings -H 'Content-Type: application/json' --data-binary @large
answers 413
http POST /v1/screenings -H 'Content-Type: text/csv' -d 'colour,size
red,1'
answers 400 invalid-table
http POST /v1/screenings?default_product=abc -H 'Content-Type: text/csv' -d 'name,country'
answers 400 invalid-query
http GET /v1/lists -d x
answers 400 'this address takes no body'
check "and the connection ends" grep -qi '^connection: close' head
http POST /v1/verify -H 'Content-Type: application/json' -d '{}'
answers 200 '"verified":false'
http POST /v1/verify -H 'Content-Type: application/json' -d 'garbage'
answers 200 '"verified":false'
# A large declaration is scored off the loop, and stored like any other.
{
	printf '{"supplier":{"name":"Large","country":"IND"},"sites":['
	awk 'BEGIN {for (i = 0; i < 400; i++) printf "%s{\"id\":\"s%d\",\"name\":\"A site with a long name %d\",\"country\":\"IND\",\"address\":\"%0100d\"}", i ? "," : "", i, i, i}'
	printf ']}'
} >sites.json
http POST /v1/declarations -H 'Content-Type: application/json' --data-binary @sites.json
answers 201
http GET /healthz
answers 200
server_stop

# Starts that cannot be.
server_start state
refused_start 1 'in use' --listen "127.0.0.1:$PORT" --state other
check "nothing is left of that start" [ ! -e other ]
refused_start 1 'another server' --state state
server_stop
chmod 644 state/issuer.key
refused_start 1 'chmod 600' --state state
chmod 600 state/issuer.key
cp state/issuer.key kept.key
printf 'z3u2nonsense\n' >state/issuer.key
refused_start 1 'key' --state state
cp kept.key state/issuer.key
# What is lost is not replaced in silence: the key that signed what is stored, the journal.
mv state/issuer.key moved.key
refused_start 1 'is gone' --state state
mv moved.key state/issuer.key
mv state/data.mdb moved.mdb
refused_start 1 'restore it from a backup' --state state
: >state/data.mdb
refused_start 1 'restore it from a backup' --state state
mv moved.mdb state/data.mdb
server_start state
server_stop
refused_start 1 'no such file' --state other --data "$WORK/nothing.lmdb"
refused_start 2 'no option' --state other --frobnicate
refused_start 2 'HOST:PORT' --state other --listen nowhere
refused_start 2 'no IP address' --state other --listen example.org:80
printf '[server]\nworkers = many\n' >bad.ini
refused_start 2 'bad.ini.*workers' --config bad.ini
printf '[server]\ncolour = red\n' >bad.ini
refused_start 2 'bad.ini.*colour' --config bad.ini
printf '[server]\n# what is read of one line\ntrusted_proxies = %s\n' "$(seq -s, -f '10.0.%g.1/32' 1 16)" >bad.ini
refused_start 2 'bad.ini:3: .* more than 198 bytes' --config bad.ini
printf '[server]\ntrusted_proxies = %s\n' "$(seq -s, -f '10.0.%g.1/32' 1 14)" >long.ini
runs 0 "$PROBITYD" --check-config --config long.ini
refused_start 2 'directory' --config .
printf '[auth]\nmode = open\n' >open.ini
refused_start 2 'loopback' --config open.ini --listen 0.0.0.0:0
runs 0 "$PROBITYD" --check-config --workers 2
for url in http://a.example https:// https://192.0.2.1 'https://a.example/?x' https://user@a.example; do
	printf '[issuer]\npublic_url = %s\n' "$url" >bad.ini
	runs 2 "$PROBITYD" --check-config --config bad.ini
	says 'the public URL'
	refused_start 2 'the public URL' --state nowhere --config bad.ini
done
check "nothing was made for a URL that cannot stand" [ ! -e nowhere ]
# Whatever a start would refuse for a file or a folder that is named, checking does as well: nobody ends a server for a
# configuration that cannot stand.
for wrong in 'data.release.nope' 'issuer.passphrase_file.nope' 'log.witnesses.nope' 'server.operator_socket.nope' 'state.path.nope' 'tls.certificate.nope'; do
	section=${wrong%%.*}
	name=${wrong#*.}
	printf '[%s]\n%s = /proc/nope/it\n' "$section" "${name%.*}" >bad.ini
	[ "$section" != tls ] || printf 'key = /proc/nope\n' >>bad.ini
	runs 2 "$PROBITYD" --check-config --config bad.ini
	says '/proc/nope'
	[ "$section" = state ] || set -- --state nowhere
	refused_start 1 '/proc/nope' --config bad.ini "$@"
	set --
done
check "and nothing is made by it" [ ! -e nowhere ]
printf 'witness a b c\nquorum none\n' >bad.witnesses
printf '[log]\nwitnesses = %s\n' "$WORK/bad.witnesses" >bad.ini
runs 2 "$PROBITYD" --check-config --config bad.ini
says 'bad.witnesses:1: '
printf 'a passphrase\n' >open.pass
chmod 644 open.pass
runs 2 "$PROBITYD" --check-config --passphrase-file "$WORK/open.pass"
says 'chmod 600'
runs 2 "$PROBITYD" --check-config --state "$WORK/none/state"
says 'No such file'
runs 2 "$PROBITYD" --check-config --state "$WORK/bad.ini"
says 'is not a folder'
mkdir -m 777 wide
chmod 777 wide
runs 2 "$PROBITYD" --check-config --state wide
says 'chmod 700'
cp -R state checked
printf 'nothing\n' >checked/keyring
runs 2 "$PROBITYD" --check-config --state checked
says 'key ring does not begin as one'
cp state/keyring checked/keyring
rm checked/data.mdb
runs 2 "$PROBITYD" --check-config --state checked
says 'restore it from a backup'
cp state/data.mdb checked/data.mdb
printf 'z3u2nonsense\n' >checked/log.key
runs 2 "$PROBITYD" --check-config --state checked
says 'checked/log.key'
cp state/log.key checked/log.key
chmod 640 checked/issuer.key
runs 2 "$PROBITYD" --check-config --state checked
says 'chmod 600'
chmod 600 checked/issuer.key
ls -A checked >before
runs 0 "$PROBITYD" --check-config --state checked
runs 0 "$PROBITYD" --check-config --state fresh
printf '[server]\noperator_socket = %s\n' "$WORK/fresh/it.sock" >inside.ini
runs 0 "$PROBITYD" --check-config --state "$WORK/fresh" --config inside.ini
ls -A checked >after
check "checking makes nothing in a state" cmp -s before after
check "nor beside it" [ -z "$(find . -maxdepth 1 -name 'fresh*')" ]
# Beside the server that has it open, as before a SIGHUP.
server_start checked
runs 0 "$PROBITYD" --check-config --state checked
server_stop

# Whom anybody could be is no trusted proxy.
for wrong in 0.0.0.0/0 ::/0 '127.0.0.1, 0.0.0.0/1' ::ffff:0:0/96; do
	printf '[server]\ntrusted_proxies = %s\n' "$wrong" >bad.ini
	runs 2 "$PROBITYD" --check-config --config bad.ini
	says "trusted_proxies: \"${wrong##* }\" takes in so many .*: name the proxy's own address"
	refused_start 2 'trusted_proxies' --state nowhere --config bad.ini
done
server_start reloaded
printf '[server]\ntrusted_proxies = 0.0.0.0/0\n' >>server_lib.ini
kill -HUP "$SERVER"
tries=0
until grep -q 'refused, and everything stays as it was: .*trusted_proxies' said || [ "$tries" -gt 200 ]; do
	tries=$((tries + 1))
	sleep 0.05
done
check "nor by SIGHUP" grep -q 'refused, and everything stays as it was: .*trusted_proxies' said
server_stop

# Who names a public URL or a proxy gets no open server unless he says so.
for behind in '[issuer]\npublic_url = https://probity.example' '[server]\ntrusted_proxies = 127.0.0.1'; do
	printf "$behind\\n" >behind.ini
	server_start behind --config behind.ini
	http GET /v1/declarations
	answers 401
	http GET /v1/lists
	answers 200
	check "and is not warned of one" lacks 'mode is open' said
	# Nor does he show what the server counts to whom the proxy lets through.
	http GET /metrics
	answers 404 'the operator.s socket alone'
	http GET /metrics --unix-socket behind/operator.sock
	answers 200 probity_build_info
	server_stop
	cp behind.ini shown.ini
	printf '[server]\nmetrics = anyone\n' >>shown.ini
	server_start behind --config shown.ini
	http GET /metrics
	answers 200 probity_build_info
	server_stop
	printf '[auth]\nmode = open\n' >>behind.ini
	runs 0 "$PROBITYD" --check-config --config behind.ini
	check "checking warns as well" grep -q 'WARNING: .*mode is open' err
	check "and names no metrics, which are not shown" lacks 'GET /metrics' err
done
# Without a name for it a proxy of this machine is exempt from the limits.
printf '[issuer]\npublic_url = https://probity.example\n' >behind.ini
runs 0 "$PROBITYD" --check-config --config behind.ini
says 'WARNING: .*no \[server\] trusted_proxies: a proxy of this machine is exempt'
printf '[server]\ntrusted_proxies = 127.0.0.1\n' >>behind.ini
runs 0 "$PROBITYD" --check-config --config behind.ini
check "not where it has one" lacks WARNING err
# An open server behind a proxy: the warning names what a proxy may pass, and so does the manual.
printf '[issuer]\npublic_url = https://probity.example\n[auth]\nmode = open\n' >proxied.ini
runs 0 "$PROBITYD" --check-config --config proxied.ini
server_start proxied --config proxied.ini
check "an open server with a public URL warns" grep -q 'WARNING: .*public_url.*mode is open.*revoke' said
sed -n 's/^probityd:   \(GET\|POST\) /\1 /p' said >public
check "what is public is named" grep -qx 'GET /v1/attestations/{id}' public
check "what is not public is not" lacks 'openings|revoke|declarations' public
while read -r method path; do
	check "the manual names $method $path" grep -qF "$method $path" "$SOURCE/clients/man/probityd.8.scd"
done <public
# A name that is led here (DNS rebinding) opens nothing but what is anybody's.
for host in localhost LOCALHOST:99 127.0.0.1 127.9.9.9 '[::1]:8080' probity.example probity.EXAMPLE:443; do
	http GET /v1/declarations -H "Host: $host"
	answers 200
done
for host in attacker.example localhost.attacker.example 127.0.0.1.attacker.example 192.0.2.1 '[2001:db8::1]' probity.example.org; do
	http GET /v1/declarations -H "Host: $host"
	answers 421 misdirected-request
	http POST /v1/screenings -H 'Content-Type: application/json' -d "$good" -H "Host: $host"
	answers 421
	http GET /v1/lists -H "Host: $host"
	answers 200
done
# The name in the target counts before the field.
http GET / --request-target http://attacker.example/v1/declarations
answers 421
check "and no more" [ "$(grep -cE '^	(GET|POST) /' "$SOURCE/clients/man/probityd.8.scd")" -eq "$(wc -l <public)" ]
server_stop
printf '[issuer]\npublic_url = https://probity.example\n[server]\ntrusted_proxies = 127.0.0.1\n[auth]\nmode = required\n' >proxied.ini
server_start proxied --config proxied.ini
check "one that asks for keys does not" lacks WARNING said
server_stop
runs 0 "$PROBITYD" --help
runs 0 "$PROBITYD" --version

# Metrics are for the operator alone where it is said.
printf '[server]\nmetrics = somebody\n' >bad.ini
runs 2 "$PROBITYD" --check-config --config bad.ini
says 'anyone or operator'
printf '[server]\nmetrics = operator\n' >metrics.ini
server_start state --config metrics.ini
http GET /metrics
answers 404 not-found
http GET /metrics --unix-socket state/operator.sock
answers 200 probity_build_info
server_stop

# Elsewhere than on loopback (here: as if), a key is needed; public lookups are anybody's.
printf '[auth]\nmode = required\n' >required.ini
server_start state --config required.ini
http POST /v1/declarations -H 'Content-Type: application/json' -d "$good"
answers 401
has_field 'WWW-Authenticate: Bearer'
http GET '/v1/products?hs=6109&origin=BGD'
answers 200
server_stop

# A release that vanishes: what was opened stays open, readiness says so, a start does not succeed.
cp "$PROBITY_DATA" gone.lmdb
cp "$PROBITY_DATA.meta" gone.lmdb.meta
server_start state --data "$WORK/gone.lmdb"
rm gone.lmdb gone.lmdb.meta
http POST /v1/declarations -H 'Content-Type: application/json' -d "$good"
answers 201
http GET '/v1/products?hs=0306&origin=THA'
answers 200
http GET /readyz
answers 503 "gone or was changed"
server_stop
refused_start 1 'no such file' --state state --data "$WORK/gone.lmdb"

# Less address space than the state may become: said, with what to do.
if ! sanitized; then
	runs 1 limited 8000000 "$PROBITYD" --listen 127.0.0.1:0 --state state
	says 'lower \[state\] map_mib'
fi

# A release that is cut while it is read: readiness says so.
cp "$PROBITY_DATA" cut.lmdb
cp "$PROBITY_DATA.meta" cut.lmdb.meta
server_start state --data "$WORK/cut.lmdb"
size=$(stat -c %s cut.lmdb)
truncate -s $((size - 4096)) cut.lmdb
http GET /readyz
answers 503 "gone or was changed"
server_kill

# Lists: rows are answered as they come, and what is broken behind them does not take them back.
server_start state
row='{"supplier":{"name":"A","country":"BGD"}}'
{ printf 'POST /v1/screenings HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n'
	printf '%x\r\n%s\n\r\n' $((${#row} + 1)) "$row"
	printf 'no chunk\r\n'
} >broken_chunk
"$LOAD" send "$PORT" broken_chunk >out
check "the row before a broken chunk is answered" grep -q '"rating":' out
check "and the answer is not ended as a whole one is" lacks '^0.$' out
http POST /v1/screenings -H 'Content-Type: application/x-ndjson' --data-binary "$row
no json
$row"
check "a bad row is one line among the others" [ "$(wc -l <body)" -eq 3 ]
server_stop

# More at once than may wait for the disk: whom there is no room for is told so, and what was acknowledged is there.
printf '[server]\nwrite_queue_max = 1\n' >queue.ini
server_start queue --config queue.ini
printf '{"supplier":{"country":"BGD","name":"Example Garments Ltd"}}' >queue.json
runs 0 python3 "${0%/*}/at_once.py" "$PORT" 50 <queue.json
mv out queued
check "some are stored" grep -q '^201 ' queued
check "and some are told to come again" grep -qE '^503 retry-after: [1-9][0-9]* /problems/busy$' queued
check "and nothing else is answered" [ -z "$(grep -vE '^201 [0-9a-f-]{36}$|^503 retry-after: [1-9][0-9]* /problems/busy$' queued)" ]
http POST /v1/declarations -H 'Content-Type: application/json' -d "$good"
answers 201
server_kill
server_start queue
while read -r status id; do
	[ "$status" = 201 ] || continue
	http GET "/v1/declarations/$id"
	answers 200
done <queued
server_stop
runs 0 "$PROBITY" state verify --state queue

# No room: 507, reading goes on, and with room again so does writing.
printf '[state]\nmap_mib = 1\n' >small.ini
server_start small --config small.ini
http POST /v1/declarations -H 'Content-Type: application/json' -d "$good"
answers 201
id=$(located)
number=0
while [ "$STATUS" = 201 ] && [ "$number" -lt 2000 ]; do
	number=$((number + 1))
	http POST /v1/declarations -H 'Content-Type: application/json' -d "{\"supplier\":{\"name\":\"A$number\",\"country\":\"BGD\"}}"
done
answers 507 'nothing of this request was stored'
http GET "/v1/declarations/$id"
answers 200
http GET /readyz
answers 503
http GET '/v1/products?hs=6109&origin=BGD'
answers 200
server_stop
server_start small
http POST /v1/declarations -H 'Content-Type: application/json' -d "$good"
answers 201
server_stop
runs 0 "$PROBITY" state verify --state small

if [ -n "${FULL_DISK:-}" ]; then
	export PROBITY_DISK_IS_FULL="$WORK/full"
	LD_PRELOAD=$FULL_DISK
	ASAN_OPTIONS=verify_asan_link_order=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
	export LD_PRELOAD ASAN_OPTIONS
	server_start disk
	unset LD_PRELOAD
	http POST /v1/declarations -H 'Content-Type: application/json' -d "$good"
	answers 201
	id=$(located)
	: >full
	http POST /v1/declarations -H 'Content-Type: application/json' -d "$good"
	answers 507 'nothing of this request was stored'
	http GET "/v1/declarations/$id"
	answers 200
	rm full
	http POST /v1/declarations -H 'Content-Type: application/json' -d "$good"
	answers 201
	server_stop
	runs 0 "$PROBITY" state verify --state disk
fi
finish
