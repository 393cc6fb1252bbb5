# SPDX-License-Identifier: Apache-2.0
# What those who run a server see of it: requests by their ids, the log, metrics, readiness, the catalogue of problems.
. "$SOURCE/tests/e2e/lib.sh"
. "$SOURCE/tests/e2e/server_lib.sh"
JSON='Content-Type: application/json'
NAME='Zyxwvut Knitting of Quuxville'
TRACE=4bf92f3577b34da6a3ce929d0e0e4736
KEY=prb_thisisnokeyatallbutlookslikeone0123456789

# Words of the configuration.
for wrong in 'level = loud' 'format = xml' 'requests = some'; do
	printf '[logging]\n%s\n' "$wrong" >wrong.ini
	runs 2 "$PROBITYD" --config wrong.ini --check-config
	says "\[logging\] ${wrong%% *}: .* is wanted"
done

printf '[logging]\nformat = json\nlevel = debug\nrequests = all\n[state]\nmap_mib = 1024\n' >all.ini
server_start state --config all.ini

# A request has an id: ours, or the client's where it is digits.
http GET /v1/products
answers 400
has_field 'X-Request-Id: [0-9a-f]{32}'
own=$(sed -n 's/^X-Request-Id: \([0-9a-f]*\).*/\1/p' head)
check "a problem names its request" grep -qF "\"instance\":\"urn:uuid:$(echo "$own" | sed 's/\(.\{8\}\)\(.\{4\}\)\(.\{4\}\)\(.\{4\}\)/\1-\2-\3-\4-/')\"" body
check "which is a UUID of version 4" grep -qE '"instance":"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"' body
# No counter: whoever asks twice does not learn how many asked between.
http GET /healthz
next=$(sed -n 's/^X-Request-Id: \([0-9a-f]*\).*/\1/p' head)
check "an id does not follow from the one before" [ "$(echo "$own" | cut -c1-8)" != "$(echo "$next" | cut -c1-8)" ]
check "nor is its end" [ "$(echo "$own" | cut -c17-28)" != "$(echo "$next" | cut -c17-28)" ]
http GET /v1/products
check "the next has another" lacks "$own" head
http GET /healthz -H "X-Request-Id: 01234567-89AB-CDEF-0123-456789abcdef"
has_field 'X-Request-Id: 0123456789abcdef0123456789abcdef'
http GET /healthz -H "traceparent: 00-$TRACE-00f067aa0ba902b7-01"
has_field "X-Request-Id: $TRACE"
http GET /healthz -H "X-Request-Id: $NAME"
has_field 'X-Request-Id: [0-9a-f]{32}'
check "a name is no id" lacks Zyxwvut head
http GET '/v1/products?hs=6109&origin=BGD' -H "traceparent: 00-$TRACE-00f067aa0ba902b7-01"
check "what caches keep for all has none" lacks '^X-Request-Id' head

# The catalogue of problems, as a page and as JSON.
http GET /problems
answers 200 '<a href="/problems/invalid-query">'
http GET /problems -H 'Accept: application/json'
answers 200 '"name":"unknown-country","status":422'
has_field 'Vary: Accept'
http GET /problems/unknown-country -H 'Accept: application/json'
answers 200 '"what_to_do":"Write the alpha-3 code\."'
http GET /problems/unknown-country
answers 200 'Write the alpha-3 code'
etag=$(sed -n 's/^ETag: \(.*\)\r$/\1/p' head)
http GET /problems/unknown-country -H "If-None-Match: $etag"
answers 304
http GET /problems/unknown-country -H 'Accept: image/png'
answers 406 not-acceptable
http GET /problems/none-such
answers 404 '/problems lists them'

# A whole day's work of one who declares: nothing of it stands in the log.
printf '{"supplier":{"name":"%s","country":"BGD","address":"7 Hidden Lane"},"products":[{"hs":"6109","origin":"BGD","description":"Secretshirts"}]}' "$NAME" >declaration.json
http POST /v1/declarations -H "$JSON" -H 'Idempotency-Key: "my-own-secret-word"' --data-binary @declaration.json
answers 201
member id body >ids
grep -oE '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}' body >>ids
while read -r id; do
	for path in "/v1/declarations/$id" "/v1/reports/$id" "/v1/attestations/$id" "/v1/attestations/$id/proof"; do
		http GET "$path"
		check "answered: $path $STATUS" [ "$STATUS" -lt 500 ]
	done
done <ids
http GET '/v1/entities?q=Zyxwvut+Knitting'
answers 200
http GET "/$NAME" --path-as-is
http GET "/v1/products?q=Secretshirts&origin=BGD"
http POST /v1/screenings -H "$JSON" --data-binary @declaration.json
answers 200
http POST /v1/screenings -H 'Content-Type: text/csv' -d "name,country
$NAME,Bangladesh"
answers 200
http GET /v1/data -H "Authorization: Bearer $KEY" -H 'X-Forwarded-For: 203.0.113.77' -H "User-Agent: $NAME"
http ZYXWVUT /v1/data

# Metrics: names and values as the format wants them; a histogram adds up; no label but those that are known.
http GET /metrics
answers 200 '^probity_build_info{version="'
has_field 'Content-Type: text/plain; version=0.0.4'
cp body metrics
cat >format.awk <<'AWK'
function say(what) { printf "%d: %s: %s\n", NR, what, $0; faults++ }
/^# HELP / { help = $3; next }
/^# TYPE / { if ($3 != help) say("TYPE without HELP"); type[$3] = $4; next }
{
	if (!match($0, /^[a-z_:][a-z0-9_:]*/)) { say("no name"); next }
	name = substr($0, 1, RLENGTH)
	sample = $0; sub(/ [^ ]*$/, "", sample)
	if (sample in seen) say("twice")
	seen[sample]
	if ($NF !~ /^-?[0-9]+(\.[0-9]+)?$/) say("no value")
	base = name; sub(/_(bucket|sum|count)$/, "", base)
	if (!(name in type) && type[base] != "histogram") say("no TYPE")
	labels = sample; sub(/^[^{]*/, "", labels)
	while (match(labels, /[a-z_]+="[^"]*"/)) {
		label = substr(labels, RSTART, RLENGTH)
		labels = substr(labels, RSTART + RLENGTH)
		key = label; sub(/=.*/, "", key)
		if (key !~ /^(method|route|code|le|version|release|method_sha256|listener|kind|scope|limit)$/) say("unknown label " key)
	}
	if (name ~ /_bucket$/) { if ($NF < last) say("falls"); last = $NF; if (sample ~ /\+Inf/) { infinite = $NF; last = 0 } }
	if (name ~ /_count$/ && type[base] == "histogram" && $NF != infinite) say("count is not the last bucket")
}
END { exit faults > 0 || NR < 30 }
AWK
runs 0 awk -f format.awk metrics
cat out
for line in 'probity_http_request_duration_seconds_count{method="POST",route="/v1/declarations",code="2xx"} 1' \
	'probity_logging_dropped_lines 0'; do
	check "metrics have: $line" grep -qxF "$line" metrics
done
check "the log grows" grep -qE '^probity_log_tree_size [1-9]' metrics
check "the release has a day" grep -qE '^probity_dataset_release_timestamp_seconds 1[0-9]{9}$' metrics
server_stop

# Every line of the log is an object with time, level and event; requests by route, with nothing of what was asked.
check "each line is an object" [ "$(grep -cvE '^\{"event":"[a-z_]+",.*"time":"[0-9T:.-]+Z"\}$' said)" -le 4 ]
check "requests are there" [ "$(grep -c '"event":"request"' said)" -ge 20 ]
check "by their routes" grep -q '"method":"GET","micros":[0-9]*,"out":[0-9]*,"request":"[0-9a-f]*","route":"/v1/declarations/{id}","status":200' said
check "with the id that the client gave" grep -q "\"request\":\"$TRACE\"" said
check "an odd method is not repeated" grep -q '"method":"other"' said
for secret in Zyxwvut ZYXWVUT Hidden Secret my-own-secret "$KEY" 203.0.113 127.0.0.1:[0-9]*- Quuxville; do
	check "nothing of $secret in the log" lacks "$secret" said
done
check "addresses: its own alone" [ "$(grep -c '127\.0\.0\.1' said)" -le 1 ]
while read -r id; do
	check "no id in the log: $id" lacks "$id" said
done <ids
check "nor in the metrics" lacks "$(paste -sd '|' ids)|Zyxwvut" metrics

# As text, and of requests the failures alone, where nothing is said.
server_start state
http GET /nowhere
answers 404
server_stop
check "text" grep -q '^probityd: listening on' said
check "no line for each request" lacks 'nowhere|request' said

# A release may be too old to be ready with.
printf '[data]\ndays_max = 1\n[state]\nmap_mib = 1024\n' >old.ini
PROBITY_TEST_CLOCK=2036-01-01T00:00:00Z
server_start state --config old.ini
http GET /readyz
answers 503 '"data_age":\{"detail":"the newest source table'
has_field 'Retry-After: [1-9]'
http GET /healthz
answers 200
server_stop

# Standard error that nobody reads holds nobody up: a full pipe, and requests go on.
mkfifo pipe
tail -f /dev/null <pipe &
reader=$!
trap 'kill "$reader" 2>/dev/null; server_kill' EXIT
printf '[server]\nlisten = 127.0.0.1:0\n[logging]\nrequests = all\n[state]\npath = state\nmap_mib = 1024\n' >blocked.ini
"$PROBITYD" --config blocked.ini 2>pipe &
SERVER=$!
PORT=
tries=0
while [ -z "$PORT" ] && [ "$tries" -lt 200 ]; do
	tries=$((tries + 1))
	sleep 0.05
	PORT=$(awk -v pid="$SERVER" 'BEGIN { while ((getline line < ("/proc/" pid "/net/tcp")) > 0) { split(line, f, " "); if (f[4] == "0A") print f[2], f[10] } }' |
		while read -r address inode; do
			# shellcheck disable=SC2010 # the links of /proc, not files
			ls -l "/proc/$SERVER/fd" 2>/dev/null | grep -q "socket:\[$inode\]" && printf '%d\n' "0x${address#*:}"
		done | head -1)
done
URL=http://127.0.0.1:$PORT
printf 'url = "%s/nowhere?%s"\noutput = "/dev/null"\n' "$URL" "x" >one
awk '{ a[NR] = $0 } END { for (i = 0; i < 12000; i++) { if (i) print "next"; for (j = 1; j <= NR; j++) print a[j] } }' one >many
check "thousands are answered" curl -sS -m 120 -K many
http GET /metrics -m 20
answers 200 '^probity_logging_dropped_lines [1-9]'
kill -TERM "$SERVER"
wait "$SERVER"
check "and it ends" [ $? -eq 0 ]
SERVER=
kill "$reader"
wait "$reader" 2>/dev/null
finish
