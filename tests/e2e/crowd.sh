# SPDX-License-Identifier: Apache-2.0
# Thousands of clients that are silent, slow, deaf or gone again, and one good one: it gets all of its answers, the others' deadlines
# cut them, and the server's own memory stays bounded; over TCP, and over TLS, where there are more ways to be a burden. CONNECTIONS
# (4000, or what `ulimit -n` leaves; 10000 by hand), MILLISECONDS, EACH=1 (each kind alone as well).
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
. "${0%/*}/tls_lib.sh"
: "${CROWD:?}"
connections=${CONNECTIONS:-4000}
files=$(ulimit -H -n)
[ "$files" = unlimited ] || [ "$files" -ge $((connections + 200)) ] || connections=$((files - 200))
milliseconds=${MILLISECONDS:-3000}
cat >crowd.ini <<'END'
[server]
request_seconds_max = 1
connections_max = 20000
END
# crowd LEFT KIND...: so many of them may be there in the end.
# Sanitizers keep what was freed.
crowd() {
	crowd_left=$1
	shift
	[ -z "${SANITIZE:-}" ] || kib_each=0
	runs 0 "$CROWD" "$PORT" "$SERVER" "$milliseconds" "$connections" "$kib_each" "$@"
	sed "s/^/$*: /" out
	left=$(sed -n 's/^\([0-9]*\) are left.*/\1/p' out)
	check "$*: no more than $crowd_left are left, not ${left:-?}" [ "${left:-999999}" -le "$crowd_left" ]
	check "$*: none was refused" [ "$(grep -c ', 0 refused$' out)" -eq 2 ]
	http GET /readyz
	answers 200
}
# each KIND...: one after the other, when that is asked for. TLS is "tls", or nothing.
each() {
	[ -n "${EACH:-}" ] || return 0
	for kind; do
		case $kind in
		idle) crowd $((connections + 10)) $TLS "$kind" ;;
		*) crowd 10 $TLS "$kind" ;;
		esac
	done
}

# Its buffers, and the rest of one large answer.
kib_each=64
TLS=
server_start state --config crowd.ini
each idle half slow deaf storm
crowd $((connections / 4 + 10)) idle half slow deaf storm
http GET /metrics
check "who was too slow was cut" grep -qE '^probity_http_timeouts_total [1-9]' body
server_stop

# All of an answer, as libevent gives nothing of it back before the last byte has gone.
kib_each=192
TLS=tls
authority ca
certify server ca serverAuth
CURL_CA_BUNDLE=$WORK/ca.pem
export CURL_CA_BUNDLE
printf '[tls]\ncertificate = server.pem\nkey = server.key\n' >>crowd.ini
tls_start shaken --config crowd.ini
each idle half slow deaf mute hello stuck storm renew rekey
# One client that renews its keys without an end has no more of the server than any other.
crowd 10 tls rekey
worst=$(sed -n 's/^in the crowd: .*worst \([0-9]*\) us.*/\1/p' out)
check "nobody has the server to himself: $worst us" [ "${worst:-1000000}" -lt 1000000 ]
crowd $((connections / 7 + 10)) tls idle half slow deaf mute hello stuck storm renew rekey
check "handshakes anew were asked for, and refused" grep -q ', [1-9][0-9]* handshakes anew refused, 0 odd$' out
http GET /metrics
answers 200
check "who did not shake hands was counted" grep -qE '^probity_tls_handshake_failures_total [1-9]' body
server_stop
finish
