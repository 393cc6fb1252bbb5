# SPDX-License-Identifier: Apache-2.0
# Everything at once, with two workers; then the end in the middle of it: no request that was taken goes without its answer.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
unset PROBITY_TEST_CLOCK
# The thread sanitizer leaves no room for the terabyte that a state may become.
printf '[state]\nmap_mib = 65536\n' >load.ini
server_start state --workers 2 --config load.ini
runs 0 "$LOAD" mix "$PORT" 32 "${MILLISECONDS:-3000}" 20261122
cat out
http GET /healthz
answers 200
http GET /metrics
answers 200
check "nothing is left in flight but this" grep -q '^probity_http_requests_in_flight 1$' body
"$LOAD" declare "$PORT" 32 4000 ids >load_said 2>&1 &
load=$!
sleep 0.7
server_stop
wait "$load"
check "no odd answer" [ $? -eq 0 ]
cat load_said
check "nothing was cut" grep -q ' 0 cut, 0 odd$' load_said
server_start state --config load.ini
runs 0 "$LOAD" check "$PORT" ids
cat out
server_stop
runs 0 "$PROBITY" state verify --state state
finish
