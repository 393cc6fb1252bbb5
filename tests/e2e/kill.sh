# SPDX-License-Identifier: Apache-2.0
# kill -9 under load, again and again, of a server that wants keys: every id that was answered with 201 is there, a key that was made
# opens what it opened, what was erased is gone and what was not is whole; the state follows from the journal, and the server is back
# within a second. ROUNDS (20 by default), CONNECTIONS.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
rounds=${ROUNDS:-20}
unset PROBITY_TEST_CLOCK
printf '[auth]\nmode = required\n' >keys.ini
server_start state --config keys.ini
runs 0 "$PROBITY" admin --state state organisation add 'Example Retail'
runs 0 "$PROBITY" admin --state state key add --organisation 'Example Retail' --role company --name load --key-out load.key
server_stop
LOAD_KEY_FILE=load.key
export LOAD_KEY_FILE
mkdir changes
touch made erasing erased

# An organisation after the other, each with a key and a declaration; every second one is erased again, the first to begin with, as on a
# slow machine the server may be gone before a second. Until the server has gone.
# What was answered with a success is noted then, and not before: ID NUMBER in made, the declaration in changes/NUMBER.id.
change() {
	change_n=0
	while :; do
		change_n=$((change_n + 1))
		change_as=changes/$1.$change_n
		"$PROBITY" admin --state state organisation add "Example $1.$change_n" >changed 2>/dev/null || return 0
		change_id=$(sed -n 's/^id  *//p' changed)
		"$PROBITY" admin --state state key add --organisation "$change_id" --role company --name desk --key-out "$change_as.key" >/dev/null 2>&1 ||
			return 0
		printf 'Authorization: Bearer %s\n' "$(cat "$change_as.key")" >"$change_as.header"
		curl -sSf -D "$change_as.head" -o /dev/null -H "@$change_as.header" -H 'Content-Type: application/json' \
			-d '{"supplier":{"country":"BGD","name":"Example Knitwear Ltd"}}' "$URL/v1/declarations" 2>/dev/null || return 0
		located "$change_as.head" >"$change_as.id"
		echo "$change_id $change_as" >>made
		[ $((change_n % 2)) -eq 1 ] || continue
		echo "$change_id" >>erasing
		"$PROBITY" admin --state state organisation erase "$change_id" --confirm "Example $1.$change_n" >/dev/null 2>&1 || return 0
		echo "$change_id" >>erased
	done
}
# check_changes FILE: each of its lines is as it was said to be. Of an erasure that was not answered either may be true, and wholly.
check_changes() {
	while read -r check_id check_as; do
		http GET "/v1/organisations/$check_id" --unix-socket state/operator.sock
		answers 200
		check_standing=$(member standing body)
		if grep -q "$check_id" erased; then
			check "$check_id stays erased" [ "$check_standing" = erased ]
		elif ! grep -q "$check_id" erasing; then
			check "$check_id is there" [ "$check_standing" = active ]
		fi
		http GET "/v1/declarations/$(cat "$check_as.id")" -H "@$check_as.header"
		if [ "$check_standing" = erased ]; then answers 401; else answers 200; fi
	done <"$1"
}

: >ids
slowest=0
seen=0
seen_made=0
round=0
while [ "$round" -lt "$rounds" ]; do
	round=$((round + 1))
	server_start state --config keys.ini
	"$LOAD" declare "$PORT" "${CONNECTIONS:-16}" 3000 ids >load_said 2>&1 &
	load=$!
	change "$round" &
	change=$!
	# Somewhere between 0.15 and 0.6 s into it.
	sleep "0.$((15 + round * 37 % 45))"
	kill -9 "$SERVER"
	wait "$SERVER" 2>/dev/null
	SERVER=
	wait "$load"
	check "round $round: no odd answer" [ $? -eq 0 ]
	wait "$change"
	begin=$(date +%s%N)
	server_start state --config keys.ini
	took=$((($(date +%s%N) - begin) / 1000000))
	[ "$took" -le "$slowest" ] || slowest=$took
	check "round $round: back within a second, not $took ms" [ "$took" -lt "${RESTART_MS:-1000}" ]
	# Those of this round at once, all of them at the end.
	tail -n "+$((seen + 1))" ids >ids_of_round
	seen=$(wc -l <ids)
	runs 0 "$LOAD" check "$PORT" ids_of_round
	tail -n "+$((seen_made + 1))" made >made_in_round
	seen_made=$(wc -l <made)
	check_changes made_in_round
	server_kill
	# The whole state is read: now and then is enough, and at the end.
	if [ $((round % 5)) -eq 1 ] || [ "$round" -eq "$rounds" ]; then
		runs 0 "$PROBITY" state verify --state state
	fi
done
server_start state --config keys.ini
runs 0 "$LOAD" check "$PORT" ids
check_changes made
server_stop
accepted=$(wc -l <ids | tr -d ' ')
check "something was accepted in each round" [ "$accepted" -ge "$rounds" ]
check "something was changed and erased" [ -s made -a -s erased ]
check "no id twice" [ "$(sort -u ids | wc -l)" -eq "$accepted" ]
echo "$rounds kills, $accepted accepted, none lost; $(wc -l <made) organisations made, $(wc -l <erasing) erasures asked for, $(wc -l <erased) answered;" \
	"the slowest restart took $slowest ms"
finish
