# SPDX-License-Identifier: Apache-2.0
# Thousands of clients that are silent, slow, deaf or gone again, and one good one: it gets all of its answers, the others' deadlines
# cut them, and the server's own memory stays bounded. CONNECTIONS (4000, or what `ulimit -n` leaves; 10000 by hand), MILLISECONDS.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
: "${CROWD:?}"
unset PROBITY_TEST_CLOCK
connections=${CONNECTIONS:-4000}
files=$(ulimit -H -n)
[ "$files" = unlimited ] || [ "$files" -ge $((connections + 200)) ] || connections=$((files - 200))
# One of the crowd: its buffers, and the rest of one large answer. Sanitizers keep what was freed.
kib_each=64
[ -z "${SANITIZE:-}" ] || kib_each=0
milliseconds=${MILLISECONDS:-3000}
cat >crowd.ini <<'END'
[server]
request_seconds_max = 1
connections_max = 20000
END
server_start state --config crowd.ini
# crowd LEFT KIND...: so many of them may be there in the end.
crowd() {
	crowd_left=$1
	shift
	runs 0 "$CROWD" "$PORT" "$SERVER" "$milliseconds" "$connections" "$kib_each" "$@"
	sed "s/^/$*: /" out
	left=$(sed -n 's/^\([0-9]*\) are left.*/\1/p' out)
	check "$*: no more than $crowd_left are left, not ${left:-?}" [ "${left:-999999}" -le "$crowd_left" ]
	check "$*: none was refused" [ "$(grep -c ', 0 refused$' out)" -eq 2 ]
	http GET /readyz
	answers 200
}
if [ -n "${EACH:-}" ]; then
	for kind in idle half slow deaf storm; do
		case $kind in
		idle) crowd $((connections + 10)) "$kind" ;;
		*) crowd 10 "$kind" ;;
		esac
	done
fi
crowd $((connections / 4 + 10)) idle half slow deaf storm
http GET /metrics
check "who was too slow was cut" grep -qE '^probity_http_timeouts_total [1-9]' body
server_stop
finish
