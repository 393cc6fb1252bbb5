# SPDX-License-Identifier: Apache-2.0
# The blocks of shell in service/API.md, run one behind the other against a server, as a reader would.
. "$SOURCE/tests/e2e/lib.sh"
. "$SOURCE/tests/e2e/server_lib.sh"
server_start state
awk '/^```sh$/ { inside = 1; next } /^```$/ { if (inside) print ""; inside = 0; next } inside' "$SOURCE/service/API.md" >blocks
check "there are blocks" [ "$(grep -c 'curl ' blocks)" -ge 15 ]

# Here curl fails where the answer is a refusal, and keeps the answer where answers are kept.
cat >run.sh <<'EOS'
set -eu
curl() {
	name=$(mktemp "$WORK/asked.XXXXXX")
	failed=0
	: >"$name.body"
	command curl --fail-with-body -m 60 -D "$name.head" -o "$name.body" -w '%{method} %{url_effective}\n' "$@" >"$name.request" 2>"$name.said" || failed=$?
	if [ -n "${PROBITY_ANSWERS:-}" ]; then
		kept=$PROBITY_ANSWERS/examples-${name##*.}
		sed "s|$SERVER||" "$name.request" >"$kept.request"
		cp "$name.head" "$kept.head"
		cp "$name.body" "$kept.body"
	fi
	echo "$(sed 's/\r$//' "$name.head" | sed -n '1s/HTTP[^ ]* //p') $(cat "$name.request")" >>"$WORK/all"
	cat "$name.body"
	return "$failed"
}
EOS
cat blocks >>run.sh
runs 0 env SERVER="$URL" WORK="$WORK" sh run.sh
cat err >&2
check "the refusal was one" grep -q 'refused, as it should be' out
check "a not modified answer" grep -q '^304' all
check "answers" [ "$(grep -cE '^20[0-9]' all)" -ge 15 ]
check "the proof of the log" grep -q '"leaf_hash"' out
check "the rows come as lines" [ "$(wc -l <lines.ndjson)" -eq 2 ]
check "one of them refused" grep -q '"error":' lines.ndjson
check "the credential is verified" grep -q '"verified":true' out
runs 0 "$PROBITY" verify --at "${AS_OF}T12:00:00Z" attestation.json
server_stop
finish
