# SPDX-License-Identifier: Apache-2.0
# Backups beside a server under load: each becomes a state that verifies and has every declaration that was answered before it began;
# a server starts on what was brought back.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
unset PROBITY_TEST_CLOCK
: >ids
server_start state
for round in 1 2 3; do
	"$LOAD" declare "$PORT" 8 400 ids >load_said 2>&1
	check "round $round: no odd answer" [ $? -eq 0 ]
	cp ids before
	"$LOAD" declare "$PORT" 8 1500 later >load_said 2>&1 &
	load=$!
	runs 0 "$PROBITY" state backup --state state --out "copy-$round"
	check 'it says what to keep beside it' grep -q 'keep a copy of state/keyring apart' out
	wait "$load"
	check "round $round: no odd answer beside it" [ $? -eq 0 ]
	check "round $round: its owner's alone" [ "$(stat -c %a "copy-$round" "copy-$round/data.mdb" | tr '\n' ' ')" = '700 600 ' ]
	check "round $round: no key ring in it" [ ! -e "copy-$round/keyring" ]
	cat later >>ids
	rm later
	cp state/keyring ring
	chmod 600 ring
	runs 0 "$PROBITY" state restore "copy-$round" --keyring ring --out "back-$round"
	check 'it says what it is' grep -q 'restored to back' out
	check 'and what is still to be put there' grep -q 'put issuer.key and log.key' out
	runs 0 "$PROBITY" state verify --state "back-$round"
	check 'it verifies' grep -q '^verified$' out
done
runs 0 limited 3000000 "$PROBITY" state restore copy-1 --keyring ring --out narrow
check 'in little address space too' grep -q 'restored to narrow' out
runs 1 "$PROBITY" state backup --state state --out copy-1
says 'is there already'
runs 1 "$PROBITY" state restore copy-1 --keyring nothing --out back
says 'the key ring is not there'
runs 2 "$PROBITY" state restore copy-1 --out back
says 'restore wants'
runs 2 "$PROBITY" state verify --state state extra
says 'only restore takes that'
server_stop
# The newest checkpoint beside the oldest backup: what was published since is missing.
cp state/checkpoint copy-1/checkpoint
runs 1 "$PROBITY" state restore copy-1 --keyring ring --out back
says 'entries of the log were published'
check 'nothing is left behind' [ ! -e back ]
check 'nor under another name' [ -z "$(find . -maxdepth 1 -name '*.making-*')" ]
# The signing keys go along by hand: they are in no backup.
cp state/issuer.key state/log.key back-3/
server_start back-3
runs 0 "$LOAD" check "$PORT" before
server_stop
finish
