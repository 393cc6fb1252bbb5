# SPDX-License-Identifier: Apache-2.0
# kill -9 while the log grows and is published, again and again: the log goes on, no checkpoint that anybody saw is contradicted, and
# what was answered stands in it. Every second round ends as soon as a new checkpoint is seen. Its rounds are the first argument, else
# $ROUNDS, else 16: `log_kill.sh 100` is the long form;
# LOG_CHECK is the program of tests/load that checks what was fetched.
rounds=${1:-${ROUNDS:-16}}
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
: "${LOG_CHECK:?}"
unset PROBITY_TEST_CLOCK
: >ids
: >leaves
slowest=0
seen=0
round=0

# checkpoint_size: SIZE of what is published now, 0 where nobody answers.
checkpoint_size() {
	SIZE=$(curl -sS -m 5 -o seen.new "$URL/log/checkpoint" 2>curl_said && mv seen.new seen && sed -n 2p seen)
	SIZE=${SIZE:-0}
}

while [ "$round" -lt "$rounds" ]; do
	round=$((round + 1))
	begin=$(date +%s%N)
	server_start state
	took=$((($(date +%s%N) - begin) / 1000000))
	[ "$took" -le "$slowest" ] || slowest=$took
	[ -f keys ] || runs 0 curl -sS -f -o keys "$URL/log/key"
	http GET /log/checkpoint
	answers 200
	cp body started
	if [ -f seen ]; then
		# The last that was seen before the kill, and the one that is published now.
		http GET "/log/proof/consistency?from=$(sed -n 2p seen)&to=$(sed -n 2p started)"
		answers 200
		runs 0 "$LOG_CHECK" consistent keys seen started body
		# What was answered before the kill is covered by it: one of them, each time another.
		line=$(sed -n "$((round * 7919 % $(wc -l <leaves) + 1))p" leaves)
		http GET "/log/proof/inclusion?index=${line% *}"
		answers 200
		runs 0 "$LOG_CHECK" included keys started body "${line% *}" "${line#* }"
	fi
	"$LOAD" declare "$PORT" "${CONNECTIONS:-8}" 3000 ids leaves >load_said 2>&1 &
	load=$!
	if [ $((round % 2)) -eq 0 ]; then
		tries=0
		before=$(sed -n 2p started)
		checkpoint_size
		while [ "$SIZE" -le "$before" ] && [ "$tries" -lt 300 ]; do
			tries=$((tries + 1))
			checkpoint_size
		done
		[ "$SIZE" -le "$before" ] || seen=$((seen + 1))
	else
		sleep "0.$((10 + round * 37 % 89))"
		checkpoint_size
	fi
	kill -9 "$SERVER"
	wait "$SERVER" 2>/dev/null
	SERVER=
	wait "$load"
	check "round $round: no odd answer" [ $? -eq 0 ]
	check "round $round: what was seen is not ahead of the disk" [ "$(sed -n 2p seen)" -le "$(sed -n 2p state/checkpoint)" ]
done
# All of it is fetched and computed again.
server_start state
http GET /log/checkpoint
answers 200
cp body last
http GET "/log/proof/consistency?from=$(sed -n 2p seen)&to=$(sed -n 2p last)"
answers 200
runs 0 "$LOG_CHECK" consistent keys seen last body
"$LOG_CHECK" paths "$(sed -n 2p last)" | while read -r path; do
	printf 'url = "%s/log/tile/%s"\noutput = "tiles/%s"\n' "$URL" "$path" "$path"
done >fetch
runs 0 curl -sS -f --create-dirs -K fetch
runs 0 "$LOG_CHECK" replay keys last tiles leaves
cp out replayed
server_stop
runs 0 "$PROBITY" state verify --state state
check "new checkpoints were seen just before a kill" [ "$seen" -ge $((rounds / 4)) ]
echo "$rounds kills, $(sed -n 2p last) entries, $(cat replayed); the slowest start took $slowest ms"
finish
