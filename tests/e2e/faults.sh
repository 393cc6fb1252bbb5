# SPDX-License-Identifier: Apache-2.0
# The n-th call fails, n = 1, 2, ...: memory, room on the disk, the disk itself, files, sockets; in a server that serves, and in one
# that starts with a state or with none (tests/load/sweep.c). No crash, no wrong answer, no torn state. SECONDS_A_CLASS (1 by default).
. "${0%/*}/lib.sh"
: "${PROBITYD:?}" "${SWEEP:?}" "${FAULT:?}"
unset PROBITY_TEST_CLOCK
printf '[state]\nmap_mib = 1024\n' >sweep.ini
FAULT_LIBRARY=$FAULT
SWEEP_CONFIG=sweep.ini
export FAULT_LIBRARY SWEEP_CONFIG
runs 0 "$SWEEP" "$PROBITYD" plan state "${SECONDS_A_CLASS:-1}"
cat out
check "something was tried" grep -q '^serving memory: .* tried, [1-9]' out
check "and of the disk" grep -q '^serving room: .* tried, [1-9]' out
runs 0 "$PROBITY" state verify --state state
# What a start left behind that was broken off: a whole state, or none that the next start could take for one.
for fresh in state.fresh.*; do
	[ -d "$fresh" ] || continue
	: >said
	"$PROBITYD" --listen 127.0.0.1:0 --state "$fresh" --config sweep.ini 2>said &
	server=$!
	tries=0
	while [ "$tries" -lt 200 ] && kill -0 "$server" 2>/dev/null && ! grep -q 'listening on' said; do
		tries=$((tries + 1))
		sleep 0.05
	done
	if grep -q 'listening on' said; then
		kill -TERM "$server"
		wait "$server"
		check "$fresh: an ordinary end" [ $? -eq 0 ]
		runs 0 "$PROBITY" state verify --state "$fresh"
	else
		wait "$server"
		check "$fresh: refused with a word, not by a signal" [ $? -eq 1 ]
		echo "$fresh: $(tail -n 1 said)"
	fi
done
finish
