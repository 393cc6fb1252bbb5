# SPDX-License-Identifier: Apache-2.0
# kill -9 under load, again and again: every id that was answered with 201 is there, the state follows from the journal, and the
# server is back within a second. ROUNDS (20 by default), CONNECTIONS.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
rounds=${ROUNDS:-20}
unset PROBITY_TEST_CLOCK
: >ids
slowest=0
seen=0
round=0
while [ "$round" -lt "$rounds" ]; do
	round=$((round + 1))
	server_start state
	"$LOAD" declare "$PORT" "${CONNECTIONS:-16}" 3000 ids >load_said 2>&1 &
	load=$!
	# Somewhere between 0.15 and 0.6 s into it.
	sleep "0.$((15 + round * 37 % 45))"
	kill -9 "$SERVER"
	wait "$SERVER" 2>/dev/null
	SERVER=
	wait "$load"
	check "round $round: no odd answer" [ $? -eq 0 ]
	begin=$(date +%s%N)
	server_start state
	took=$((($(date +%s%N) - begin) / 1000000))
	[ "$took" -le "$slowest" ] || slowest=$took
	check "round $round: back within a second, not $took ms" [ "$took" -lt "${RESTART_MS:-1000}" ]
	# Those of this round at once, all of them at the end.
	tail -n "+$((seen + 1))" ids >ids_of_round
	seen=$(wc -l <ids)
	runs 0 "$LOAD" check "$PORT" ids_of_round
	server_kill
	# The whole state is read: now and then is enough, and at the end.
	if [ $((round % 5)) -eq 1 ] || [ "$round" -eq "$rounds" ]; then
		runs 0 "$PROBITY" state verify --state state
	fi
done
server_start state
runs 0 "$LOAD" check "$PORT" ids
server_stop
accepted=$(wc -l <ids | tr -d ' ')
check "something was accepted in each round" [ "$accepted" -ge "$rounds" ]
check "no id twice" [ "$(sort -u ids | wc -l)" -eq "$accepted" ]
echo "$rounds kills, $accepted accepted, none lost; the slowest restart took $slowest ms"
finish
