# SPDX-License-Identifier: Apache-2.0
# SIGHUP: what is taken over, what is refused, and another dataset release in use while everybody goes on.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
. "${0%/*}/tls_lib.sh"
. "${0%/*}/reload_lib.sh"
export PROBITY_TEST_CLOCK="${AS_OF}T12:00:00Z"

# Two releases; they differ in a text of the method, so that both are told apart by report and by log.
runs 0 "$PROBITY" data build --sources "$SOURCE/datasets/sources" --out a.lmdb
cp -r "$SOURCE/datasets/sources" changed
sed 's/Low exposure/Little exposure/' changed/method_rating.csv >table && mv table changed/method_rating.csv
runs 0 "$PROBITY" data build --sources changed --out b.lmdb
# sha FILE: the name of a release.
sha() {
	sed -n 's/.*"release":"\([0-9a-f]*\)".*/\1/p; s/^release[ =:]*\([0-9a-f]\{64\}\).*/\1/p' "$1.meta" | head -1
}
a=$(sha a.lmdb)
b=$(sha b.lmdb)
check "two names" [ "${#a}" -eq 64 -a "${#b}" -eq 64 -a "$a" != "$b" ]

# use RELEASE: the link that the server was given names it.
use() {
	ln -sfn "$1" current.lmdb
}
# now_used SHA: what is asked from here on is answered under it.
now_used() {
	http GET /readyz
	answers 200 "\"release\":\"$1\""
	http GET /metrics
	answers 200 "^probity_dataset_info\\{release=\"$1\""
	http POST /v1/screenings -H 'Content-Type: application/json' -d "$declaration"
	answers 200 "\"sha256\":\"$1\""
	http GET '/v1/products?hs=6109&origin=BGD'
	answers 200 "\"sha256\":\"$1\""
	# Larger than what a worker scores by itself: by the pool.
	http POST /v1/declarations -H 'Content-Type: application/json' --data-binary @large.json
	answers 201 "\"sha256\":\"$1\""
}
declaration='{"supplier":{"name":"Example Garments Ltd","country":"BGD"},"products":[{"hs":"6109"}],"workforce":{"total":1200,"migrant":40}}'
{
	printf '{"supplier":{"name":"Example Garments Ltd","country":"BGD"},"products":[{"hs":"6109"}],"findings":['
	for i in $(seq 1 400); do
		printf '{"indicator":"withholding_of_wages","state":"present","source":"audit_announced","date":"2025-11-02","reference":"audit report %d"},' "$i"
	done
	printf '{"indicator":"excessive_overtime","state":"present","source":"audit_announced","date":"2025-11-02"}]}'
} >large.json
check "it is large" [ "$(wc -c <large.json)" -gt 33000 ]

use a.lmdb
PROBITY_DATA=$WORK/current.lmdb
export PROBITY_DATA
printf '[server]\nworkers = 2\nidle_seconds_max = 60\n' >config
server_start state --config config
now_used "$a"

# What can change is taken over; what cannot is said, and stays.
sed 's/idle_seconds_max = 60/idle_seconds_max = 1/; s/workers = 2/workers = 3/' server_lib.ini >new.ini
cp new.ini server_lib.ini
reload "$TAKEN"
check "what was taken is said" grep -q '^probityd: \[server\] idle_seconds_max has changed: taken over$' said
check "what was not is said" grep -q '^probityd: \[server\] workers has changed: it takes a restart, and stays as it was$' said
check "two workers" [ "$(ls "/proc/$SERVER/task" | while read -r t; do cat "/proc/$SERVER/task/$t/comm"; done | grep -c worker)" -eq 2 ]
runs 0 python3 -c 'import socket, sys
idle = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=30)
sys.exit(idle.recv(1) != b"")' "$PORT"

# What cannot stand changes nothing, and it is said why: not the half of it either.
printf '[server]\nidle_seconds_max = 5\nconnections_max = many\n' >server_lib.ini
reload "$KEPT"
check "the line is named" grep -q "$KEPT: server_lib.ini.*connections_max takes a whole number" said
printf '[server]\nidle_seconds_max = 5\n[data]\nrelease = nosuch.lmdb\n' >server_lib.ini
reload "$KEPT.*nosuch.lmdb"
rm server_lib.ini
reload "$KEPT.*server_lib.ini"
cp new.ini server_lib.ini
reload "$TAKEN"
check "idle_seconds_max never was 5" [ "$(grep -c 'idle_seconds_max has changed' said)" -eq 1 ]

# Another release. The old one may go: nobody needs it any more.
use b.lmdb
reload "$TAKEN"
check "one line says so" [ "$(grep -c "^probityd: dataset release $b, in place of $a$" said)" -eq 1 ]
now_used "$b"
reload "$TAKEN"
check "the same again is nothing new" [ "$(grep -c 'in place of' said)" -eq 1 ]
cp b.lmdb copy.lmdb
cp b.lmdb.meta copy.lmdb.meta
use copy.lmdb
reload "$TAKEN"
check "nor is a copy of it" [ "$(grep -c 'in place of' said)" -eq 1 ]
now_used "$b"
check "one file is mapped, and no other" [ "$(grep -o '[a-z]*\.lmdb$' "/proc/$SERVER/maps" | sort -u | tr '\n' ' ')" = "copy.lmdb " ]

# Damaged ones are refused, whatever is wrong with them.
cp a.lmdb damaged.lmdb
cp a.lmdb.meta damaged.lmdb.meta
size=$(wc -c <a.lmdb)
printf 'X' | dd of=damaged.lmdb bs=1 seek=$((size / 2)) conv=notrunc 2>/dev/null
use damaged.lmdb
reload "$KEPT.*damaged.lmdb"
head -c $((size / 2)) a.lmdb >cut.lmdb
cp a.lmdb.meta cut.lmdb.meta
use cut.lmdb
reload "$KEPT.*cut.lmdb"
cp a.lmdb lone.lmdb
use lone.lmdb
reload "$KEPT.*lone.lmdb"
now_used "$b"

# What is in use is in the journal and in the log: release and method, for each change and no more.
http GET /metrics
size_before=$(sed -n 's/^probity_log_tree_size //p' body)
use a.lmdb
reload "$TAKEN"
use b.lmdb
reload "$TAKEN"
http GET /metrics
check "two changes, four leaves" [ "$(sed -n 's/^probity_log_tree_size //p' body)" -eq $((size_before + 4)) ]
check "counted" grep -qE '^probity_reloads_total [0-9]+$' body
check "refusals too" [ "$(sed -n 's/^probity_reload_failures_total //p' body)" -eq 6 ]

# A list that is being scored ends under the release that it began with; what comes after it has the new one.
mkfifo rows
curl -sSN -X POST "$URL/v1/screenings" -H 'Content-Type: application/x-ndjson' -T . <rows >streamed 2>stream_said &
client=$!
exec 9>rows
for i in $(seq 1 100); do echo "$declaration"; done >&9
tries=0
while [ ! -s streamed ] && [ "$tries" -lt 1200 ]; do
	tries=$((tries + 1))
	sleep 0.02
done
use a.lmdb
reload "$TAKEN"
now_used "$a"
for i in $(seq 1 100); do echo "$declaration"; done >&9
exec 9>&-
wait "$client"
check "200 reports" [ "$(grep -c '"as_of"' streamed)" -eq 200 ]
check "all of one release" [ "$(grep -c "\"sha256\":\"$b\"" streamed)" -eq 200 ]
check "which is closed then" [ "$(grep -o '[a-z]*\.lmdb$' "/proc/$SERVER/maps" | sort -u | tr '\n' ' ')" = "a.lmdb " ]

# Twenty changes while requests come without a pause: none fails, and each names one of the two.
for i in $(seq 1 "${REQUESTS:-1500}"); do
	printf 'next\nurl = "%s/v1/screenings"\nheader = "Content-Type: application/json"\ndata = "@one.json"\noutput = "-"\nsilent\nshow-error\nwrite-out = "\\n%%{http_code}\\n"\n' "$URL"
	printf 'next\nurl = "%s/v1/products?hs=6109&origin=BGD"\noutput = "-"\nsilent\nshow-error\nwrite-out = "\\n%%{http_code}\\n"\n' "$URL"
done | tail -n +2 >requests
printf '%s' "$declaration" >one.json
: >answers
while [ ! -e stop ]; do
	curl -K requests >>answers 2>>answers_err || echo failed >>answers_err
	echo round >>rounds
done &
asking=$!
"$LOAD" declare "$PORT" 8 "${MILLISECONDS:-6000}" ids >load_said 2>&1 &
loading=$!
for i in $(seq 1 10); do
	use b.lmdb
	reload "$TAKEN"
	use a.lmdb
	reload "$TAKEN"
done
use b.lmdb
reload "$TAKEN"
touch stop
wait "$loading"
check "no declaration was lost" [ $? -eq 0 ]
wait "$asking"
check "no request failed" [ ! -s answers_err ] || head -3 answers_err
check "each was answered 200" [ "$(grep -cE '^[0-9]{3}$' answers)" -eq "$(grep -c '^200$' answers)" ]
check "there were many" [ "$(grep -c '^200$' answers)" -ge "${REQUESTS:-1500}" ]
check "each names a release" [ "$(grep -c '"sha256"' answers)" -eq "$(grep -cE "\"sha256\":\"($a|$b)\"" answers)" ]
check "some the one, some the other" [ "$(grep -c "\"sha256\":\"$a\"" answers)" -gt 0 -a "$(grep -c "\"sha256\":\"$b\"" answers)" -gt 0 ]
now_used "$b"
for i in 1 2 3 4 5 6 7 8; do
	http POST /v1/screenings -H 'Content-Type: application/json' -d "$declaration"
	answers 200 "\"sha256\":\"$b\""
	http GET '/v1/products?hs=6109&origin=BGD'
	answers 200 "\"sha256\":\"$b\""
done
check "every declaration is there" "$LOAD" check "$PORT" ids
server_stop
runs 0 "$PROBITY" state verify --state state

# Fifty times the certificates, while one connection lives through all of it and others come and go.
unset PROBITY_TEST_CLOCK
authority ca
certify one ca serverAuth
certify two ca serverAuth
CURL_CA_BUNDLE=$WORK/ca.pem
export CURL_CA_BUNDLE
cp one.pem server.pem
cp one.key server.key
printf '[tls]\ncertificate = server.pem\nkey = server.key\n[server]\nworkers = 2\n' >config
tls_start tls --config config
for i in $(seq 1 "${REQUESTS:-1500}"); do
	printf 'next\nurl = "%s/healthz"\noutput = "/dev/null"\nsilent\nshow-error\nwrite-out = "%%{http_code} %%{num_connects}\\n"\n' "$URL"
done | tail -n +2 >kept
sed 's/^silent$/silent\nheader = "Connection: close"/' kept >anew
rm -f stop
: >lived
while [ ! -e stop ]; do
	curl -K kept >>lived 2>>lived_err || echo failed >>lived_err
	echo round >>lived_rounds
done &
living=$!
while [ ! -e stop ]; do
	curl -K anew >>came 2>>came_err || echo failed >>came_err
done &
coming=$!
for i in $(seq 1 25); do
	cp two.pem new.pem && mv new.pem server.pem
	cp two.key server.key
	reload "$TAKEN"
	cp one.pem new.pem && mv new.pem server.pem
	cp one.key server.key
	reload "$TAKEN"
done
touch stop
wait "$living" "$coming"
check "no kept connection failed" [ ! -s lived_err ]
check "nor a new one" [ ! -s came_err ]
check "all 200" [ "$(grep -vc '^200 ' lived)" -eq 0 -a "$(grep -vc '^200 ' came)" -eq 0 ]
check "one connection each time" [ "$(grep -c '^200 1$' lived)" -eq "$(wc -l <lived_rounds)" ]
check "many new ones" [ "$(grep -c '^200 1$' came)" -ge 50 ]
server_stop
finish
