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

# A key that was revoked behind a backup is in use again where that is brought back, which is said; with --revoke-keys none is.
printf '[auth]\nmode = required\n' >required.ini
server_start keyed --config required.ini
runs 0 "$PROBITY" admin organisation add --state keyed 'Example Retail'
for name in one two; do
	runs 0 "$PROBITY" admin key add --state keyed --organisation 'Example Retail' --role company --name "$name" --key-out "$name.key"
done
"$PROBITY" admin key list --state keyed --organisation 'Example Retail' >listed
runs 0 "$PROBITY" state backup --state keyed --out keyed-copy
cp keyed/keyring keyed-ring
chmod 600 keyed-ring
one=$(grep -w one listed | grep -oE '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}' | head -1)
runs 0 "$PROBITY" admin key revoke --state keyed --organisation 'Example Retail' "$one"
check 'it is revoked' [ "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $(cat one.key)" "$URL/v1/declarations")" = 401 ]
server_stop
runs 0 "$PROBITY" state restore keyed-copy --keyring keyed-ring --out keyed-back
check 'it says how far it reaches' grep -q '^reaches to  20..-..-..T..:..:..Z' out
check 'and how many come in by it' grep -q '^in use      2 keys, 0 invitations$' out
check 'and what is to be done' grep -q '^revoke again the keys and invitations' out
runs 0 "$PROBITY" state restore keyed-copy --keyring keyed-ring --out keyed-closed --revoke-keys
mv keyed-closed/keyring taken
runs 2 "$PROBITYD" --check-config --config required.ini --state keyed-closed
says 'the key ring is not there'
mv taken keyed-closed/keyring
runs 0 "$PROBITY" state restore keyed-copy --keyring keyed-ring --out keyed-shut --revoke-keys
check 'it says what it revoked' grep -q '^2 keys and invitations were revoked: make new ones' out
runs 0 "$PROBITY" state verify --state keyed-closed
for back in back:200 closed:401; do
	folder=keyed-${back%%:*}
	cp keyed/issuer.key keyed/log.key "$folder/"
	server_start "$folder" --config required.ini
	for name in one two; do
		status=$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $(cat $name.key)" "$URL/v1/declarations")
		check "$folder: the key $name: $status" [ "$status" = "${back##*:}" ]
	done
	server_stop
done
runs 2 "$PROBITY" state verify --revoke-keys
says '--revoke-keys: only restore takes that'
finish
