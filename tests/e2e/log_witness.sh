# SPDX-License-Identifier: Apache-2.0
# A log and its witnesses: the cosignature is served; one that hangs, dies or comes back delays nothing; and an operator who goes back
# to an older state is found out by the witness and the auditor, and publishes no more. LOG_CHECK is the program of tests/load.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
: "${LOG_CHECK:?}"
unset PROBITY_TEST_CLOCK
WITNESS=
trap 'witness_kill; server_kill' EXIT
printf '%s' '{"supplier":{"name":"Example Garments Ltd","country":"BGD"},"products":[{"hs":"6109"}]}' >declaration.json

# witness_start NAME LISTEN: WITNESS_URL is set once it is ready; its verifier key goes to the file NAME.vkey, its words to NAME.said.
witness_start() {
	[ -f "$1.key" ] || runs 0 "$PROBITY" keys new --out "$1.key"
	: >"$1.said"
	"$PROBITY" log witness --key "$1.key" --log keys --state "$1.seen" --name "$1.example" --listen "$2" >"$1.said" 2>&1 &
	WITNESS=$!
	witness_tries=0
	WITNESS_URL=
	while [ -z "$WITNESS_URL" ] && [ "$witness_tries" -lt 200 ] && kill -0 "$WITNESS"; do
		witness_tries=$((witness_tries + 1))
		sleep 0.02
		WITNESS_URL=$(sed -n 's/.*listening on \([0-9.]*:[0-9]*\).*/http:\/\/\1/p' "$1.said")
	done
	check "the witness $1 is ready" [ -n "$WITNESS_URL" ]
	grep -ohE "$1\.example\+[0-9a-f]{8}\+[A-Za-z0-9+/=]*" "$1.said" | head -1 >"$1.vkey"
	check "the witness $1 says its key" [ -s "$1.vkey" ]
}

witness_stop() {
	kill -TERM "$WITNESS"
	wait "$WITNESS"
	WITNESS=
}

witness_kill() {
	[ -z "$WITNESS" ] || kill -KILL "$WITNESS" 2>/dev/null
	[ -z "$WITNESS" ] || wait "$WITNESS" 2>/dev/null
	WITNESS=
}

# submit: one more declaration, and how many entries the log has to have then, in WANTED.
submit() {
	http POST /v1/declarations -H 'Content-Type: application/json' --data-binary @declaration.json
	answers 201
	WANTED=$(($(sed -n 's/.*"log":{"index":\([0-9]*\),.*/\1/p' body) + 1))
}

# published KEYS TENTHS: waits until a checkpoint of WANTED entries is signed by all keys of the file; not longer than so many tenths
# of a second.
published() {
	published_tries=0
	while :; do
		curl -sS -m 5 -o newest "$URL/log/checkpoint" 2>curl_said
		if [ "$(sed -n 2p newest)" -ge "$WANTED" ] && "$LOG_CHECK" open "$1" newest >out 2>err; then
			break
		fi
		published_tries=$((published_tries + 1))
		if [ "$published_tries" -gt "$2" ]; then
			check "$WANTED entries are signed by the keys of $1" false
			cat newest err >&2
			break
		fi
		sleep 0.1
	done
}

audit() {
	"$PROBITY" log audit --key "$(cat keys)" --remember remembered --witness "$WITNESS_URL" "$URL/log"
}

printf '[state]\nmap_mib = 1024\n[log]\n' >plain.ini # a sanitizer leaves less room for addresses
server_start state --config plain.ini
runs 0 curl -sS -f -o keys "$URL/log/key"
server_stop
witness_start nobody 127.0.0.1:0
printf '# who sees this log\nwitness nobody %s %s\n' "$(cat nobody.vkey)" "$WITNESS_URL" >policy
witness_stop
witness_start one 127.0.0.1:0
printf 'witness one %s %s/\nquorum one\n' "$(cat one.vkey)" "$WITNESS_URL" >>policy
cat keys one.vkey >both
printf '[state]\nmap_mib = 1024\n[log]\nwitnesses = policy\n' >witnessed.ini

server_start state --config witnessed.ini
submit
published both 100
check "the dead witness is said once" [ "$(grep -c 'the witness nobody does not cosign' said)" -eq 1 ]
check "the other one cosigns" grep -q 'the witness one cosigns' said
check "one signature each" [ "$(grep -c '^— ' newest)" -eq 2 ]
http GET /metrics
check "cosignatures are counted" grep -qE '^probity_log_cosignatures_total [1-9]' body
check "failures are counted" grep -qE '^probity_log_witness_failures_total [1-9]' body
runs 0 audit
submit
published both 100

# One that takes the question and says nothing: published all the same, and in time.
kill -STOP "$WITNESS"
submit
published keys 30
submit
published keys 30
check "without its word" [ "$(grep -c '^— ' newest)" -eq 1 ]
kill -CONT "$WITNESS"
published both 200

# It dies, and comes back with what it remembers.
witness_stop
submit
published keys 30
witness_start one "${WITNESS_URL#http://}"
published both 200
check "each change is said, and no more" [ "$(grep -c 'the witness one' said)" -le 6 ]

# The server forgets what the witness has seen, and asks.
cp -r state older
server_stop
server_start state --config witnessed.ini
submit
published both 100
submit
published both 100
server_stop

# Going back to an older state: the server refuses, and where somebody takes the checkpoint away the witness and the auditor do.
runs 0 cp state/checkpoint older/checkpoint
refused_start 1 'the state is older than the checkpoint of' --state older --config witnessed.ini
rm older/checkpoint
server_start older --config witnessed.ini
tries=0
while ! grep -q 'NO CHECKPOINT IS PUBLISHED ANY MORE' said && [ "$tries" -lt 100 ]; do
	tries=$((tries + 1))
	sleep 0.1
done
check "the witness has seen another log" grep -q 'the witness one does not cosign: 409, it has seen a log of this name' said
http GET /log/checkpoint
answers 200
held=$(sed -n 2p body)
submit
http GET /readyz
answers 503 '"log":\{"detail":"a witness has seen another log of this name: .*","ok":false\}'
http GET /metrics
answers 200 '^probity_log_held 1$'
runs 1 audit
server_stop
check "nothing was published any more, up to the end" [ "$(sed -n 2p older/checkpoint)" -eq "$held" ]
# With the newest state it goes on.
server_start state --config witnessed.ini
submit
published both 100
check "it is not held" lacks 'NO CHECKPOINT' said
http GET /readyz
answers 200 '"log":\{"ok":true\}'
http GET /metrics
answers 200 '^probity_log_held 0$'
runs 0 audit
server_stop
witness_stop
finish
