# SPDX-License-Identifier: Apache-2.0
# The n-th call fails, n = 1, 2, ...: memory, room on the disk, the disk itself, files, sockets; in a server that serves, and in one
# that starts with a state or with none; open to everyone, and with keys (tests/load/sweep.c, sweep_keys.c). No crash, no wrong answer, no torn
# state. SECONDS_A_CLASS (0.4 by default; 60 tries nearly every call), CLASSES (all).
. "${0%/*}/lib.sh"
: "${PROBITYD:?}" "${SWEEP:?}" "${FAULT:?}"
unset PROBITY_TEST_CLOCK
FAULT_LIBRARY=$FAULT
export FAULT_LIBRARY
# sweep SCENARIO: on a state of its own, named after the scenario.
sweep() {
	SWEEP_CONFIG=$1.ini
	export SWEEP_CONFIG
	runs 0 "$SWEEP" "$PROBITYD" plan "$1" "${SECONDS_A_CLASS:-0.4}" "$1" ${CLASSES:-}
	sed "s/^/$1: /" out
	check "something was tried" grep -q '^serving memory: .* tried, [1-9]' out
	check "and of the disk" grep -q '^serving room: .* tried, [1-9]' out
	runs 0 "$PROBITY" state verify --state "$1"
}
printf '[state]\nmap_mib = 1024\n' >open.ini
printf '[state]\nmap_mib = 1024\n[auth]\nmode = required\n[issuer]\npublic_url = https://probity.example\n' >keys.ini
sweep open
sweep keys
# What a start left behind that was broken off: a whole state, or none that the next start could take for one.
for fresh in open.fresh.* keys.fresh.*; do
	[ -d "$fresh" ] || continue
	: >said
	"$PROBITYD" --listen 127.0.0.1:0 --state "$fresh" --config "${fresh%%.*}.ini" 2>said &
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
