#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `probity log` against logs of files, served by a server that knows nothing of logs, and against its own witness.
# Beside what lib.sh wants: LOG_MAKE (tests/e2e/log_make.c).
. "$SOURCE/tests/e2e/lib.sh"
: "${LOG_MAKE:?}"
# lacks_line PATTERN FILE: no line of it matches.
lacks_line() {
	! grep -qE -- "$@"
}
unset XDG_STATE_HOME http_proxy https_proxy
export HOME="$WORK/home"
STUB=
WITNESS=
stop() {
	for stop_pid in $STUB $WITNESS; do
		kill -9 "$stop_pid" 2>/dev/null
		wait "$stop_pid" 2>/dev/null
	done
	STUB=
	WITNESS=
}
trap stop EXIT
trap 'exit 1' HUP INT TERM

# await FILE PATTERN PID: the first group of the pattern, to the end of the line, once the file has it; at most 30 s.
await() {
	await_tries=0
	while ! grep -q "$2" "$1"; do
		await_tries=$((await_tries + 1))
		if [ "$await_tries" -gt 600 ] || ! kill -0 "$3" 2>/dev/null; then
			echo "it did not start:" >&2
			cat "$1" >&2
			exit 1
		fi
		sleep 0.05
	done
	sed -n "s/.*$2/\\1/p" "$1" | head -1
}

# serve FOLDER: what the stub serves from now on.
serve() {
	rm -f www/log
	ln -s "../$1" www/log
}

# change FILE BYTE: one byte of it becomes another.
change() {
	python3 - "$1" "$2" <<'PY'
import sys
path, at = sys.argv[1], int(sys.argv[2])
data = bytearray(open(path, "rb").read())
data[at] ^= 1
open(path, "wb").write(data)
PY
}

# finds WORD [OPTION]...: an audit that ends with 1 and this finding.
finds() {
	finds_word=$1
	shift
	runs 1 "$PROBITY" log audit "$@" "$URL"
	says "^probity: $finds_word: "
}

# audits PATTERN [OPTION]...: an audit that is fine and prints such a line.
audits() {
	audits_pattern=$1
	shift
	runs 0 "$PROBITY" log audit "$@" "$URL"
	check "the audit prints $audits_pattern" grep -qE -- "$audits_pattern" out
	check "the audit ends with fine" [ "$(tail -1 out)" = fine ]
}

# remembers SIZE FILE: the file has the checkpoint of that size.
remembers() {
	check "$2 remembers $1 entries" [ "$(sed -n 3p "$2")" = "$1" ]
}

mkdir www
"$LOG_MAKE" l0 0 && "$LOG_MAKE" l1 1 && "$LOG_MAKE" l200 200 && "$LOG_MAKE" l300 300 && "$LOG_MAKE" l600 600 && "$LOG_MAKE" forked 300 150 &&
	"$LOG_MAKE" other 300 300 2 && "$LOG_MAKE" large 65900 || exit 1
python3 -u -m http.server --bind 127.0.0.1 --directory www 0 >stub 2>&1 &
STUB=$!
PORT=$(await stub 'port \([0-9]*\) .*' "$STUB") || exit 1
URL=http://127.0.0.1:$PORT/log

# A log that grows, from nothing to three levels of tiles.
serve l0
audits '^size +0 entries' --remember seen --key l0/key
for size in 1 200 300 600; do
	serve "l$size"
	audits "^size +$size entries" --remember seen
	remembers "$size" seen
done
check "the last audit is named" grep -q '^remembered  300 entries' out
check "keys are shown" grep -q '^entry 0  *2026-07-01T12:00:00Z key z6MkLog log in_use$' out
check "releases are shown" grep -q '^entry 1  *2026-07-01T12:00:01Z release ab00' out
check "methods are shown" grep -q '^entry 2  *2026-07-01T12:00:02Z method 2.0 ab00' out
check "what stands in it is counted" grep -q '^replayed    536 attestations, 1 keys, 1 methods, 1 releases, 59 revocations, 2 of unknown kinds' out
serve large
audits '^size +65900 entries' --remember seen
runs 0 "$PROBITY" log audit --json --remember seen "$URL"
check "the outcome is JSON" python3 -c 'import json,sys; o=json.load(open("out")); sys.exit(o["verdict"]!="fine" or o["checkpoint"]["size"]!=65900 or o["counts"]["key"]!=1 or len(o["named"])!=3)'

# The first look: the key is the log's own, and is remembered where the user's state is.
serve l200
audits '^size +200'
says 'first look'
memory=$HOME/.local/state/probity/log/$(printf log.example/log | sha256sum | cut -d' ' -f1)
remembers 200 "$memory"
serve l300
audits '^size +300'
check "it is said once" lacks_line 'first look' err
export XDG_STATE_HOME="$WORK/state"
audits '^size +300'
remembers 300 "$XDG_STATE_HOME/probity/log/$(basename "$memory")"
unset XDG_STATE_HOME

# A later key that is another, and one that is named.
serve other
finds key
says 'name it with --key'
remembers 300 "$memory"
finds key --key l300/key --remember new
runs 0 "$PROBITY" log audit --key other/key "$URL"
says 'another than the one remembered'
serve l300
rm "$memory"
audits '^size +300' --key "$(cat l300/key)"

# Rolled back, rewritten, and what was remembered stays.
cp "$memory" before
serve l200
finds 'rolled back'
serve forked
finds rewritten
"$LOG_MAKE" forked600 600 150 || exit 1
serve forked600
finds rewritten
check "the finding is on standard output too" [ "$(tail -1 out)" = 'finding: rewritten' ]
runs 1 "$PROBITY" log audit --json "$URL"
check "and in JSON" grep -q '"finding":"rewritten"' out
"$LOG_MAKE" later 600 350 || exit 1
serve later
audits '^size +600' --remember elsewhere --key l300/key
check "nothing was remembered of what did not hold" cmp -s before "$memory"

# What it showed is kept beside what is remembered: both are signed by it.
evidence=$(sed -n 's/^evidence  *//p' out)
check "JSON has no such line" [ -z "$evidence" ]
serve l200
finds 'rolled back'
evidence=$(sed -n 's/^evidence  *//p' out)
check "the evidence lies beside" [ "${evidence%.*}" = "$memory" ]
check "it is the checkpoint that was shown" cmp -s "$evidence" l200/checkpoint
serve forked600
runs 1 "$PROBITY" log audit --json "$URL"
check "each has its own file" python3 -c 'import json,sys; e=json.load(open("out"))["evidence"]; sys.exit(len(e)!=1 or open(e[0]).read()!=open("forked600/checkpoint").read() or e[0]==sys.argv[1])' "$evidence"
runs 0 "$PROBITY" log verify-checkpoint --key l300/key "$evidence"

# Another log at an address that is known, by its name or by its key, is no first look.
"$LOG_MAKE" moved 300 300 2 0 moved.example/log || exit 1
serve moved
finds 'another log'
says 'log log.example/log stood at this address'
finds 'another log'
mv "$memory" aside
serve other
finds key
says 'had another key at the last audit'
mv aside "$memory"
check "nothing was remembered of it" cmp -s before "$memory"
serve moved
runs 0 "$PROBITY" log audit --key moved/key "$URL"
says 'another log stands at this address than at the last audit: it was log.example/log'
audits '^size +300'
serve l300
finds 'another log'
audits '^size +300' --key l300/key
printf 'nonsense\n' >"$(dirname "$memory")/address-$(printf %s "$URL" | sha256sum | cut -d' ' -f1)"
runs 1 "$PROBITY" log audit "$URL"
says 'not what an audit remembers'
rm "$(dirname "$memory")"/address-*

# A log that contradicts itself. damaged FILE: the log of 300 entries with that file to be damaged.
damaged() {
	rm -rf damaged
	cp -r l300 damaged
	serve damaged
	DAMAGED=damaged/$1
}
damaged tile/0/000
change "$DAMAGED" 4000
finds tile
damaged tile/0/001.p/44
change "$DAMAGED" 1
finds tile
damaged tile/1/000.p/1
change "$DAMAGED" 31
finds tile
damaged tile/0/000
head -c 8191 l300/tile/0/000 >"$DAMAGED"
finds tile
damaged tile/0/001.p/44
head -c 9000 /dev/zero >"$DAMAGED"
finds tile
damaged tile/0/000
rm "$DAMAGED"
finds tile
damaged tile/entries/000
change "$DAMAGED" 3000
finds tile --remember new --key l300/key
damaged tile/entries/001.p/44
head -c 100 l300/tile/entries/001.p/44 >"$DAMAGED"
finds entries
damaged tile/entries/001.p/44
rm "$DAMAGED"
finds entries
damaged tile/entries/000
head -c 20000000 /dev/zero >"$DAMAGED"
finds entries
damaged checkpoint
change "$DAMAGED" 17
finds key
damaged checkpoint
head -c 40000 /dev/zero >"$DAMAGED"
finds checkpoint
damaged checkpoint
printf 'nothing\n' >"$DAMAGED"
finds checkpoint
damaged checkpoint
rm "$DAMAGED"
finds checkpoint
damaged key
printf 'nothing\n' >"$DAMAGED"
finds 'not checked' --remember new
check "nothing is remembered" [ ! -e new ]
# The tree of other entries with a checkpoint of these.
damaged checkpoint
cp forked/checkpoint "$DAMAGED"
finds root --remember new --key l300/key
# A log may drop a partial tile once the full one is there.
"$LOG_MAKE" l256 256 || exit 1
rm -rf grown
cp -r l200 grown
rm -r grown/tile/0 grown/tile/entries
cp -r l256/tile/0 l256/tile/entries grown/tile/
serve grown
audits '^size +200' --remember new --key l200/key
# What is remembered is damaged, or of nobody's hand.
printf 'nonsense\n' >bad
runs 1 "$PROBITY" log audit --remember bad "$URL"
says 'not what an audit remembers'
cp seen bad
change bad 200
runs 1 "$PROBITY" log audit --remember bad "$URL"
says 'not what an audit remembers'
runs 1 "$PROBITY" log audit --remember new http://127.0.0.1:1/log
says '^probity: not checked: '
runs 2 "$PROBITY" log audit
runs 2 "$PROBITY" log audit --key nonsense "$URL"
runs 2 "$PROBITY" log audit ftp://example/log
runs 2 "$PROBITY" log nothing
runs 2 "$PROBITY" log

# Each verb says its options, and its page has them.
for verb in audit checkpoint verify-checkpoint verify-inclusion verify-consistency witness; do
	runs 0 "$PROBITY" log "$verb" --help
	check "log $verb has examples" grep -q "^  probity log $verb " out
	for option in $(grep -oE -e '--[a-z][a-z-]*' out | sort -u); do
		check "the page has $option" grep -q -e "$option" "$SOURCE/clients/man/probity-log.1.scd"
	done
	runs 2 "$PROBITY" log "$verb" --nonsense
done

# Single proofs, offline.
verify() {
	verify_status=$1
	shift
	runs "$verify_status" "$PROBITY" log "$@"
	[ "$verify_status" -ne 0 ] || check "it is said" [ "$(tail -1 out)" = verified ]
	[ "$verify_status" -ne 1 ] || says 'not verified: '
}
verify 0 verify-checkpoint --key l300/key l300/checkpoint
verify 0 verify-checkpoint --key l300/key - <l300/checkpoint
verify 1 verify-checkpoint --key other/key l300/checkpoint
verify 1 verify-checkpoint --key l300/key l300/key
verify 1 verify-checkpoint --key l300/key missing
verify 2 verify-checkpoint l300/checkpoint
verify 2 verify-checkpoint --key l300/key
verify 0 verify-inclusion --key l300/key --entry l300/entry l300/receipt
leaf=$( (printf '\0'; cat l300/entry) | sha256sum | cut -d' ' -f1)
verify 0 verify-inclusion --key l300/key --leaf "$leaf" l300/receipt
verify 0 verify-inclusion --key l300/key --leaf "$leaf" --checkpoint l300/checkpoint l300/inclusion.json
verify 1 verify-inclusion --key l300/key --entry l600/entry l300/receipt
verify 1 verify-inclusion --key other/key --entry l300/entry l300/receipt
verify 1 verify-inclusion --key l300/key --entry l300/entry --checkpoint l600/checkpoint l300/inclusion.json
verify 1 verify-inclusion --key l300/key --entry l600/entry --checkpoint l300/checkpoint l300/inclusion.json
verify 1 verify-inclusion --key l300/key --entry l300/entry --checkpoint l300/checkpoint l300/consistency.json
verify 2 verify-inclusion --key l300/key --entry l300/entry l300/inclusion.json
verify 2 verify-inclusion --key l300/key --entry l300/entry --checkpoint l300/checkpoint l300/receipt
verify 2 verify-inclusion --key l300/key --leaf 00 l300/receipt
verify 2 verify-inclusion --key l300/key l300/receipt
verify 0 verify-consistency --key l300/key l300/checkpoint.half l300/checkpoint l300/consistency.json
verify 0 verify-consistency --key l300/key l300/checkpoint l300/checkpoint
verify 1 verify-consistency --key l300/key l300/checkpoint.half l300/checkpoint
verify 1 verify-consistency --key l300/key l300/checkpoint l300/checkpoint.half l300/consistency.json
verify 1 verify-consistency --key l300/key l300/checkpoint forked/checkpoint
verify 1 verify-consistency --key l300/key l300/checkpoint.half l600/checkpoint l300/consistency.json
verify 1 verify-consistency --key l300/key l300/checkpoint.half l300/checkpoint missing
verify 2 verify-consistency --key l300/key l300/checkpoint
serve l300
runs 0 "$PROBITY" log checkpoint --key l300/key "$URL"
check "the checkpoint is printed as it is" cmp -s out l300/checkpoint
runs 1 "$PROBITY" log checkpoint --key other/key "$URL"
check "what is not signed is not printed" [ ! -s out ]

# A witness.
witness_state=witness
witness_logs="--log l300/key"
witness_limit=:
# shellcheck disable=SC2086 # options
witness_start() {
	: >witness_said
	(
		$witness_limit
		exec "$PROBITY" log witness --key witness.key $witness_logs --state "$witness_state" --listen 127.0.0.1:0 --name witness.example
	) >witness_said 2>&1 &
	WITNESS=$!
	WITNESS_URL=http://127.0.0.1:$(await witness_said 'listening on 127\.0\.0\.1:\([0-9]*\)$' "$WITNESS") || exit 1
}
witness_stop() {
	kill -TERM "$WITNESS"
	wait "$WITNESS"
	witness_status=$?
	WITNESS=
	check "the witness ends with 0" [ "$witness_status" -eq 0 ]
	check "no sanitizer spoke" lacks_line 'Sanitizer|runtime error' witness_said
}
# asks STATUS FOLDER SIZE FORK KEY OLD: a request to the witness, and its answer in the file answer.
asks() {
	asks_wanted=$1
	shift
	rm -rf asked
	"$LOG_MAKE" asked "$@" || exit 1
	asks_file asked/request
}
asks_file() {
	got=$(curl -sS -g -o answer -D head -w '%{http_code}' --data-binary "@$1" "$WITNESS_URL/add-checkpoint")
	check "the witness answers $asks_wanted, not $got" [ "$got" = "$asks_wanted" ]
}
runs 0 "$PROBITY" keys new --out witness.key
runs 2 "$PROBITY" log witness --key witness.key --state witness
runs 1 "$PROBITY" log witness --key missing --log l300/key --state witness --listen 127.0.0.1:0
runs 1 "$PROBITY" log witness --key witness.key --log l300/key --state witness --listen nowhere
witness_start
head -1 witness_said >witness.vkey
check "its key has its name" grep -q '^witness.example+' witness.vkey
first_url=$WITNESS_URL
copy=$WITNESS_URL/$(printf log.example/log | sha256sum | cut -d' ' -f1)/checkpoint
check "nothing was seen yet" [ "$(curl -sS -o answer -w '%{http_code}' "$copy")" = 404 ]
runs 1 "$PROBITY" log witness --key witness.key --log l300/key --state witness --listen 127.0.0.1:0
says 'another witness has it'
asks 200 200
cat asked/checkpoint answer >cosigned
verify 0 verify-checkpoint --key l300/key --witness-key witness.vkey cosigned
check "when it was cosigned is said" grep -q '^cosigned  witness.example at 20' out
verify 1 verify-checkpoint --key l300/key --witness-key witness.vkey asked/checkpoint
check "its copy is what it has cosigned" [ "$(curl -sS "$copy" | cmp - cosigned && echo same)" = same ]
asks 409 300
check "409 says its size" [ "$(cat answer)" = 200 ]
check "and says that in its type" grep -qi '^content-type: text/x.tlog.size' head
asks 200 300 300 1 200
asks 200 300 300 1 300
asks 422 300 150 1 300
asks 422 600 150 1 300
asks 409 200
asks 400 200 200 1 300
asks 403 600 600 2 300
sed 's#^log.example/log$#other.example/log#' l600/request >request
asks_wanted=404
asks_file request
asks_wanted=400
printf 'nonsense\n' >request
asks_file request
asks_wanted=413
head -c 70000 /dev/zero >request
asks_file request
status() {
	curl -sS -g -o answer -w '%{http_code}' "$@"
}
check "GET / says its key" [ "$(curl -sS "$WITNESS_URL/")" = "$(cat witness.vkey)" ]
check "GET /add-checkpoint is refused" [ "$(status "$WITNESS_URL/add-checkpoint")" = 405 ]
check "POST / is refused" [ "$(status -d x "$WITNESS_URL/")" = 405 ]
check "there is nothing else" [ "$(status "$WITNESS_URL/other")" = 404 ]
check "no long path either" [ "$(status "$WITNESS_URL/$(printf '%0500d' 0)")" = 404 ]
check "chunks are read" [ "$(status -H 'Transfer-Encoding: chunked' --data-binary @l300/request "$WITNESS_URL/add-checkpoint")" = 409 ]
check "what is no HTTP is refused" [ "$(printf 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n' | python3 -c '
import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.sendall(sys.stdin.buffer.read())
print(s.makefile("rb").readline().split()[1].decode())' "${WITNESS_URL##*:}")" = 400 ]

# What it has seen outlives it, also where it was killed; the log is what it has seen.
kill -9 "$WITNESS"
wait "$WITNESS" 2>/dev/null
witness_start
asks 409 600
check "it remembers" [ "$(cat answer)" = 300 ]
serve l300
audits "^witness +300 entries" --remember new2 --witness "$WITNESS_URL"
serve l600
audits "^size +600" --remember new2 --witness "$WITNESS_URL"
serve l200
finds 'rolled back' --remember new3 --witness "$WITNESS_URL"
serve forked
finds 'split view' --remember new3 --witness "$WITNESS_URL"
serve forked600
finds 'split view' --remember new3 --witness "$WITNESS_URL"
check "nothing is remembered of a split log" [ ! -e new3 ]
check "the copy of the witness is kept too" [ "$(sed -n 's/^evidence  *//p' out | xargs cat | grep -c '^log.example/log$')" -eq 2 ]
serve l600
runs 1 "$PROBITY" log audit --remember new3 --witness http://127.0.0.1:1 "$URL"
says '^probity: not checked: '
runs 1 "$PROBITY" log audit --remember new3 --witness "http://127.0.0.1:$PORT" "$URL"
says '^probity: not checked: '
witness_stop

# The log takes a new key: what was seen under the old one counts, and both sign.
rm -rf rotated
cp -r witness rotated
runs 1 "$PROBITY" log witness --key witness.key --log other/key --state rotated --listen 127.0.0.1:0
says 'nothing is cosigned without it'
witness_state=rotated witness_logs="--log other/key --log l300/key"
witness_start
asks 200 400 400 1 300
asks 403 600 600 3 400
asks 200 600 600 2 400
asks 422 700 500 2 600
asks 409 600 600 2 400
witness_stop
# Once the new one has signed, the old one is not wanted any more.
witness_logs="--log other/key"
witness_start
asks 403 700 700 1 600
asks 200 700 700 2 600
witness_stop
witness_state=witness witness_logs="--log l300/key"

# More callers than it has descriptors for: it waits for one without using up the processor, and goes on when some have left.
cat >many.py <<'PY'
import os, select, socket, sys
port, pid = int(sys.argv[1]), sys.argv[2]
def ticks():
    return sum(int(t) for t in open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[11:13])
callers = [socket.create_connection(("127.0.0.1", port)) for _ in range(70)]
before = ticks()
select.select(callers, [], [], 1.0)
used = ticks() - before
sys.exit(used * 1000 / os.sysconf("SC_CLK_TCK") > 300)
PY
# poll(2) wants as many as it has places, 66; seven are its own.
witness_limit="ulimit -n 66"
witness_start
check "it does not spin" python3 many.py "${WITNESS_URL##*:}" "$WITNESS"
check "it goes on" [ "$(curl -sS --max-time 30 "$WITNESS_URL/")" = "$(cat witness.vkey)" ]
witness_stop
witness_limit=:

# Killed in the middle of being asked, ten times: what it has answered it remembers, and what it remembers is whole.
last=300
round=0
while [ "$round" -lt 10 ]; do
	round=$((round + 1))
	witness_start
	seen=$(curl -sS "$WITNESS_URL/${copy#"$first_url"/}" | sed -n 2p)
	check "round $round: $seen entries are remembered, $last were cosigned" [ "$seen" -ge "$last" ]
	: >acknowledged
	(
		for step in 10 20 30 40 50; do
			"$LOG_MAKE" grown "$((seen + step))" "$((seen + step))" 1 "$((seen + step - 10))" &&
				[ "$(curl -sS -o answer -w '%{http_code}' --data-binary @grown/request "$WITNESS_URL/add-checkpoint" 2>/dev/null)" = 200 ] &&
				echo "$((seen + step))" >>acknowledged
		done
	) 2>/dev/null &
	asker=$!
	killing=0
	while [ "$(wc -l <acknowledged)" -lt "$((round % 4))" ] && [ "$killing" -lt 200 ]; do
		killing=$((killing + 1))
		sleep 0.01
	done
	kill -9 "$WITNESS"
	wait "$WITNESS" 2>/dev/null
	wait "$asker" 2>/dev/null
	WITNESS=
	[ ! -s acknowledged ] || last=$(tail -1 acknowledged)
done
check "it has grown in the rounds" [ "$last" -gt 300 ]
# Without what it has seen it signs nothing.
printf 'nonsense\n' >"witness/$(basename "$memory").checkpoint"
runs 1 "$PROBITY" log witness --key witness.key --log l300/key --state witness --listen 127.0.0.1:0
says 'nothing is cosigned without it'
stop
finish
