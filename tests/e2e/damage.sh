# SPDX-License-Identifier: Apache-2.0
# An environment of which pages are damaged: LMDB follows their numbers out of the file, and the program ends by no signal all the
# same but says so, and leaves nothing behind. Nor does one that is ended while it makes a folder.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
unset PROBITY_TEST_CLOCK
echo '{"supplier": {"name": "Example Knitwear Ltd", "country": "BGD"}, "products": [{"hs": "6109"}]}' >declaration.json
server_start state
# One after another: a commit each, so that there are as many pages everywhere.
n=0
while [ "$n" -lt 40 ]; do
	n=$((n + 1))
	curl -sS -H 'Content-Type: application/json' --data-binary @declaration.json -o answer -w '%{http_code}\n' "$URL/v1/declarations" || exit 1
done >answered
check "each was stored" [ "$(grep -c '^201$' answered)" -eq 40 ]
server_stop
runs 0 "$PROBITY" state backup --state state --out copy
cp state/keyring ring
chmod 600 ring

# nothing_left: no folder but those of this script.
nothing_left() {
	[ ! -e new ] && [ -z "$(find . -maxdepth 1 -name '*.making-*')" ]
}

# ends WORD COMMAND...: with 0 or 1 and nothing left of what it may have begun; `told` counts those that met a signal.
told=0
ends() {
	ends_what=$1
	shift
	"$@" >out 2>err
	ends_status=$?
	# What is made of a whole journal stays, and differs where a table was damaged.
	if [ "$ends_status" -eq 0 ] || grep -q '^another state hash' out; then rm -rf new; fi
	check "$ends_what ends in words, not with $ends_status: page $page, offset $offset" [ "$ends_status" -le 1 ]
	check "$ends_what leaves nothing: page $page, offset $offset" nothing_left
	check "$ends_what names what is there: page $page, offset $offset" lacks 'making-' err
	check "no sanitizer spoke: page $page, offset $offset" lacks 'Sanitizer|runtime error' err
	[ "$ends_status" -eq 0 ] || check "$ends_what says why: page $page, offset $offset" grep -q '^probity: \|^another state hash' err out
	! grep -q 'the environment (data.mdb) is damaged' err || told=$((told + 1))
}

# Where a page's head says how much of it is used, and where what lies on it begins.
pages=$(($(wc -c <copy/data.mdb) / $(getconf PAGESIZE)))
check "there are pages enough" [ "$pages" -gt 15 ]
page=2 # the first two are the header, which has a check of its own
while [ "$page" -lt "$pages" ]; do
	for offset in 12 16; do
		rm -rf broken
		cp -R copy broken
		printf '\377\132' | dd of=broken/data.mdb bs=1 seek=$((page * $(getconf PAGESIZE) + offset)) conv=notrunc 2>dd_said
		ends restore "$PROBITY" state restore broken --keyring ring --out new
		cp ring broken/keyring
		ends verify "$PROBITY" state verify --state broken
		# LMDB itself writes behind its memory where it copies such a page, which a sanitizer sees first.
		[ -n "${SANITIZE:-}" ] || ends backup "$PROBITY" state backup --state broken --out new
		ends rebuild "$PROBITY" state rebuild --state broken --out new
	done
	page=$((page + 1))
done
check "pages were met that end a program: $told" [ "$told" -gt 10 ]

# Ended in the middle, where there is a copy of the key ring: the checkpoint that is a pipe holds it there.
for signal in TERM INT HUP; do
	rm -rf broken new.making-*
	cp -R copy broken
	rm broken/checkpoint
	mkfifo broken/checkpoint
	# A shell has what it runs in the background ignore SIGINT.
	env --default-signal=INT "$PROBITY" state restore broken --keyring ring --out new >out 2>err &
	restoring=$!
	tries=0
	while [ -z "$(find . -maxdepth 1 -name 'new.making-*')" ] && [ "$tries" -lt 200 ]; do
		tries=$((tries + 1))
		sleep 0.05
	done
	check "$signal: it had begun" [ -n "$(find . -maxdepth 1 -name 'new.making-*')" ]
	kill "-$signal" "$restoring"
	tries=0
	while kill -0 "$restoring" 2>/dev/null && [ "$tries" -lt 200 ]; do
		tries=$((tries + 1))
		sleep 0.05
	done
	[ "$tries" -lt 200 ] || kill -KILL "$restoring"
	check "$signal: it ended at once" [ "$tries" -lt 200 ]
	wait "$restoring" 2>/dev/null
	check "$signal: it ended by it" [ $? -gt 128 ]
	check "$signal: nothing is left" nothing_left
done
finish
