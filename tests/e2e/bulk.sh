# SPDX-License-Identifier: Apache-2.0
# Lists of any length: memory does not grow with them, and whoever stops reading stops the scoring. By hand, with a gigabyte:
# `bulk stream PORT PID 1073741824 8192`. Memory is looked at in ordinary builds alone: sanitizers keep what was freed.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
unset PROBITY_TEST_CLOCK
if [ -z "$SANITIZE" ]; then bytes=62914560 growth=8192; else bytes=2097152 growth=0; fi
server_start state
runs 0 "$BULK" stream "$PORT" "$SERVER" "$bytes" "$growth"
cat out
runs 0 "$BULK" stall "$PORT" "$SERVER"
cat out
# It is served again as if nothing had been.
runs 0 "$BULK" stream "$PORT" "$SERVER" 1048576 0
http GET /healthz
answers 200
http GET /metrics
answers 200
check "nothing is left in flight but this" grep -q '^probity_http_requests_in_flight 1$' body
server_stop
finish
