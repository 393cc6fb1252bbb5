# SPDX-License-Identifier: Apache-2.0
# The published log of a running server, as an auditor meets it: checkpoint, key, tiles, proofs; a restart, an older backup, another
# key; witnesses that are slow, dead, or answer. LOG_CHECK is the program of tests/load that checks what was fetched.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
: "${LOG_CHECK:?}"
unset PROBITY_TEST_CLOCK
printf '[state]\nmap_mib = 1024\n' >small.ini # a sanitizer leaves less room for addresses
printf '%s' '{"supplier":{"name":"Example Garments Ltd","country":"BGD"},"products":[{"hs":"6109"}]}' >declaration.json

# submit: one more declaration; INDEX and LEAF are its place in the log.
submit() {
	http POST /v1/declarations -H 'Content-Type: application/json' --data-binary @declaration.json
	answers 201
	INDEX=$(sed -n 's/.*"log":{"index":\([0-9]*\),.*/\1/p' body)
	LEAF=$(sed -n 's/.*"leaf_hash":"\([0-9a-f]*\)".*/\1/p' body)
}

# fetch_checkpoint FILE: SIZE is what it stands for; its signature is checked.
fetch_checkpoint() {
	http GET /log/checkpoint
	answers 200
	cp body "$1"
	runs 0 "$LOG_CHECK" open keys "$1"
	SIZE=$(cat out)
}

# covered SIZE: waits until a checkpoint covers that many entries, 5 s at most.
covered() {
	covered_tries=0
	while fetch_checkpoint newest && [ "$SIZE" -lt "$1" ] && [ "$covered_tries" -lt 250 ]; do
		covered_tries=$((covered_tries + 1))
		sleep 0.02
	done
	check "a checkpoint covers $1 entries" [ "$SIZE" -ge "$1" ]
}

# replays CHECKPOINT [LEAVES]: everything under the checkpoint is fetched and computed again.
replays() {
	rm -rf tiles fetch
	"$LOG_CHECK" paths "$(sed -n 2p "$1")" | while read -r path; do
		printf 'url = "%s/log/tile/%s"\noutput = "tiles/%s"\n' "$URL" "$path" "$path"
	done >fetch
	mkdir tiles
	[ ! -s fetch ] || runs 0 curl -sS -f --create-dirs -K fetch
	checkpoint=$1
	shift
	runs 0 "$LOG_CHECK" replay keys "$checkpoint" tiles "$@"
}

# follows OLD NEW: the server proves that one checkpoint goes on from the other.
follows() {
	http GET "/log/proof/consistency?from=$(sed -n 2p "$1")&to=$(sed -n 2p "$2")"
	answers 200
	runs 0 "$LOG_CHECK" consistent keys "$1" "$2" body
}

server_start state --config small.ini
check "the log's key is its owner's alone" [ "$(stat -c %a state/log.key)" = 600 ]
http GET /log/key
answers 200 '^probity\.invalid/z6Mk[1-9A-HJ-NP-Za-km-z]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*$'
has_field 'Content-Type: text/plain; charset=utf-8'
cp body keys
check "the key is said at the start" grep -qF "probityd: log $(cat keys)" said
fetch_checkpoint first
has_field 'Content-Type: text/plain; charset=utf-8'
has_field 'Cache-Control: public, max-age=1'
has_field 'ETag: "'
FIRST=$SIZE

# What comes is covered soon, is in the tree, and nothing that was published is contradicted.
submit
begin=$(date +%s%N)
covered $((INDEX + 1))
echo "covered $((($(date +%s%N) - begin) / 1000000)) ms after the answer"
cp newest second
follows first second
http GET "/log/proof/inclusion?index=$INDEX&size=$SIZE"
answers 200
runs 0 "$LOG_CHECK" included keys second body "$INDEX" "$LEAF"
replays second
printf '%s %s\n' "$INDEX" "$LEAF" >leaves
tries=0
while [ "$(wc -l <leaves)" -lt 600 ] && [ "$tries" -lt 40 ]; do
	tries=$((tries + 1))
	runs 0 "$LOAD" declare "$PORT" 8 400 ids leaves
done
runs 0 kill -USR1 "$SERVER"
covered $((FIRST + $(wc -l <leaves)))
cp newest third
follows second third
follows first third
follows third third
replays third leaves
check "more than one full tile" [ "$SIZE" -gt 512 ]
# A partial tile of an older checkpoint stays; the tile that holds more is another.
replays second

# A tile and its forms.
http GET /log/tile/0/000
answers 200
has_field 'Content-Type: application/octet-stream'
has_field 'Cache-Control: public, max-age=31536000, immutable'
has_field 'Content-Length: 8192'
http HEAD /log/tile/0/000 -I
answers 200
etag=$(sed -n 's/^ETag: \("[^"]*"\).*/\1/p' head)
http GET /log/tile/0/000 -H "If-None-Match: $etag"
answers 304
http POST /log/tile/0/000 -d x
answers 405
for path in 0/0 0/00 0/0000 0/x000/000 0/999 0/x001/000 1/001 2/000 7/000 8/000 9/000 63/000 64/000 00/000 -1/000 0/-01 0/000.p/0 0/000.p/256 0/000.p/01 \
	0/000.p 0/000.p/ 0/000/ 0//000 /000 0 entries entries/ entries/0 entries/999 entries/000.p/300 Entries/000 0%2F000 0/000%00 0/%2530%2530%2530 \
	0/x999/x999/x999/x999/x999/x999/999 x/000; do
	http GET "/log/tile/$path"
	answers 404 '"type":"/problems/not-found"'
done
http GET /log/tile/
answers 404
# RFC 3986 section 6.2.2.2: the same tile.
http GET /log/tile/0/000
cp body tile
http GET /log/tile/0/%30%30%30
answers 200
check "an escape that is not needed changes nothing" cmp -s tile body
http GET /log/tile/0/000%2Ep/1
answers 200
http GET '/log/tile/0/000?x=1'
answers 200

# Proofs that cannot be given.
for query in '' 'index=' 'index=x' 'index=-1' 'index=1.0' 'index=01' "index=$SIZE" "index=0&size=$((SIZE + 1))" 'index=0&size=0' \
	'index=5&size=5' 'index=0&size=99999999999999999999' 'index=0&index=0' 'index=0&leaf=1'; do
	http GET "/log/proof/inclusion?$query"
	answers 400 '"type":"/problems/invalid-query"'
done
http GET "/log/proof/inclusion?index=0&size=$((SIZE + 1))"
answers 400 "size: it is at most $SIZE here: the published log has $SIZE entries"
http GET '/log/proof/inclusion?index=0'
answers 200 "\"size\":$SIZE"
for query in '' 'from=' 'from=2&to=1' "from=0&to=$((SIZE + 1))" "from=$((SIZE + 1))" 'from=0&size=1' 'to=1'; do
	http GET "/log/proof/consistency?$query"
	answers 400 '"type":"/problems/invalid-query"'
done
http GET "/log/proof/consistency?from=0"
answers 200 '"proof":\[\]'
http GET /log
answers 404
http GET /log/
answers 404
http GET /metrics
answers 200 "^probity_log_published_size $SIZE$"
check "checkpoints are counted" grep -qE '^probity_log_checkpoints_total [1-9]' body

# The end publishes what came; the next start goes on from there.
submit
LAST=$((INDEX + 1))
server_stop
check "the last checkpoint is on the disk" [ "$(sed -n 2p state/checkpoint)" -eq "$LAST" ]
runs 0 "$PROBITY" state verify --state state
cp -r state older
server_start state --config small.ini
fetch_checkpoint fourth
check "nothing is lost" [ "$SIZE" -ge "$LAST" ]
follows first fourth
follows third fourth
http GET /log/key
check "the key is the same" cmp -s body keys
submit
covered $((INDEX + 1))
server_stop

# An older backup with the newer checkpoint beside it, and a log that went another way.
cp state/checkpoint older/checkpoint
refused_start 1 'the state is older than the checkpoint of' --state older --config small.ini
sed 's/^[A-Za-z0-9+/]*=$/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=/' state/checkpoint >older/checkpoint
refused_start 1 'has a signature that does not hold' --state older --config small.ini
: >older/checkpoint
refused_start 1 'cannot be read' --state older --config small.ini
rm older/checkpoint

# Under another name: said, and the old checkpoint is kept.
cp third older/checkpoint
printf '[state]\nmap_mib = 1024\n[auth]\nmode = open\n[issuer]\npublic_url = https://screening.example/risk\n' >named.ini
server_start older --config named.ini
check "the old checkpoint is set aside" grep -q 'kept as older/checkpoint\.OLD-[0-9a-f]\{8\}' said
check "the old checkpoint is kept" cmp -s third older/checkpoint.OLD-*
http GET /log/checkpoint
answers 200 '^screening\.example/risk/log$'
server_stop

# A timer of an hour: the log is published when somebody asks.
printf '[state]\nmap_mib = 1024\n[log]\ncheckpoint_seconds = 3600\n' >slow.ini
server_start state --config slow.ini
fetch_checkpoint newest
submit
sleep 1.2
fetch_checkpoint newest
check "not before the hour is over" [ "$SIZE" -le "$INDEX" ]
kill -USR1 "$SERVER"
covered $((INDEX + 1))
server_stop
refused_start 2 'checkpoint_seconds takes a whole number from 1 to 3600' --config /dev/stdin <<END
[log]
checkpoint_seconds = 0
END

# Witnesses that are not there, or take everything and say nothing, delay nothing.
vkey=probity.invalid/w+$(printf 'x' | od -An -tx1 | tr -d ' \n')
printf 'witness one %s https://w.example\nquorum one\n' "$vkey" >policy
printf '[state]\nmap_mib = 1024\n[log]\nwitnesses = policy\n' >witnessed.ini
refused_start 1 'policy:1: ' --state state --config witnessed.ini
printf '[state]\nmap_mib = 1024\n[log]\nwitnesses = nowhere\n' >nowhere.ini
refused_start 1 'nowhere: No such file' --state state --config nowhere.ini
finish
