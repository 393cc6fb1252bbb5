# SPDX-License-Identifier: Apache-2.0
# What stands before the handlers: codings, conditions, other sites' pages, limits, and clients that hold on.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
: "${HOLDERS:?}"
unset PROBITY_TEST_CLOCK

# field NAME: its value in the last answer.
field() {
	sed -n "s/^$1: //Ip" head | tr -d '\r'
}
lacks_field() {
	check "no field of $http_method $http_path matches $1" lacks "^($1)" head
}
# json POST_PATH BODY [CURL OPTION]...
json() {
	json_path=$1
	json_body=$2
	shift 2
	http POST "$json_path" -H 'Content-Type: application/json' -d "$json_body" "$@"
}

server_start state
# ---- gzip: asked twice, so that the second comes from memory.
http GET /v1/indicators
answers 200
cp body plain
plain=$(field ETag)
lacks_field 'Content-Encoding'
has_field 'Vary: Accept-Encoding'
for turn in first again; do
	http GET /v1/indicators -H 'Accept-Encoding: br, gzip;q=0.5'
	answers 200
	has_field 'Content-Encoding: gzip'
	has_field 'Vary: Accept-Encoding'
	gzip -dc <body >unpacked
	check "the same bytes, $turn" cmp -s unpacked plain
	check "as long as it says, $turn" [ "$(field Content-Length)" = "$(wc -c <body | tr -d ' ')" ]
	check "less than half, $turn" [ "$(wc -c <body)" -lt $(($(wc -c <plain) / 2)) ]
	packed=$(field ETag)
	check "an ETag of its own, $turn" [ "$packed" != "$plain" ]
done
length=$(field Content-Length)
STATUS=$(curl -sS -I -o head -w '%{http_code}' -H 'Accept-Encoding: gzip' "$URL/v1/indicators")
answers 200
check "HEAD says what GET says" [ "$(field Content-Length) $(field ETag) $(field Content-Encoding)" = "$length $packed gzip" ]
http GET /v1/indicators -H 'Accept-Encoding: gzip;q=0'
check "as it is where gzip is refused" cmp -s body plain
http GET /v1/indicators -H 'Accept-Encoding: identity;q=0'
answers 406 not-acceptable
http GET /healthz -H 'Accept-Encoding: gzip'
lacks_field 'Content-Encoding'
http GET /healthz -H 'Accept-Encoding: gzip, identity;q=0'
has_field 'Content-Encoding: gzip'
json /v1/verify '{}' -H 'Accept-Encoding: gzip'
lacks_field 'Content-Encoding'

# ---- conditions
for tag in "$plain" "$packed" "W/$plain" "\"x\", $packed" '*'; do
	http GET /v1/indicators -H "If-None-Match: $tag" -H 'Accept-Encoding: gzip'
	answers 304
	check "304 has no body" [ ! -s body ]
done
has_field 'Vary: Accept-Encoding'
has_field 'Cache-Control: public'
http GET /v1/indicators -H "If-None-Match: $plain" -H 'Accept-Encoding: gzip'
check "the ETag that was asked for" [ "$(field ETag)" = "$plain" ]
for tag in '"x"' "x$plain" "$plain x" '"'; do
	http GET /v1/indicators -H "If-None-Match: $tag"
	answers 200
done
http GET /v1/indicators
since=$(field Last-Modified)
http GET /v1/indicators -H "If-Modified-Since: $since"
answers 304
http GET /v1/indicators -H "If-Modified-Since: $since" -H 'If-None-Match: "x"'
answers 200
http GET /v1/indicators -H 'If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT'
answers 200
http GET /v1/indicators -H 'If-Modified-Since: yesterday'
answers 200
http GET /v1/indicators -H "If-Match: $plain"
answers 200
http GET /v1/indicators -H "If-Match: W/$plain"
answers 412 precondition-failed
http GET /v1/indicators -H 'If-Match: "x"'
answers 412
http GET /v1/indicators -H 'If-Unmodified-Since: Sun Nov  6 08:49:37 1994'
answers 412
http GET /v1/indicators -H "If-Unmodified-Since: $since"
answers 200

# Decisions: who saw the newest one decides; a name of two entries in a country that is not theirs.
decides() {
	decides_word=$1
	shift
	json /v1/decisions "{\"by\":\"officer\",\"decision\":\"$decides_word\",\"entity\":\"cbp-010\",\"reason\":\"read\",\"subject\":{\"city\":\"Zug\",\"country\":\"CHE\",\"name\":\"Baoding LYSZD Trade and Business Co., Ltd.\"}}" "$@"
}
decides same -H 'If-Match: *'
answers 412
decides same -H 'If-None-Match: *'
answers 201
http GET "$(field Location)"
seen=$(field ETag)
decides different -H 'If-None-Match: *'
answers 412 precondition-failed
check "it says what it is now" [ "$(field ETag)" = "$seen" ]
decides different -H 'If-Match: "x"'
answers 412
decides different -H "If-Match: $seen"
answers 201
decides same -H "If-Match: $seen"
answers 412
decides undecided
answers 201
decides same -H 'If-None-Match: *'
answers 201
json /v1/declarations '{"supplier":{"country":"BGD","name":"Example Knitwear Ltd"}}'
answers 201
id=$(sed -n 's/.*"attestation":{.*urn:uuid:\([0-9a-f-]*\)".*/\1/p' body | head -1)
[ -n "$id" ] || id=$(grep -oE 'attestations/[0-9a-f-]{36}' body | head -1 | cut -d/ -f2)
http GET "/v1/attestations/$id"
answers 200
seen=$(field ETag)
json "/v1/attestations/$id/revoke" '{"reason":"issued_in_error"}' -H 'If-Match: "x"'
answers 412
json "/v1/attestations/$id/revoke" '{"reason":"issued_in_error"}' -H "If-Match: $seen"
answers 200

# ---- pages of other sites
origin='Origin: https://shop.example'
for path in '/v1/products?hs=6109&origin=BGD' /openapi.json /log/key /v1/countries/XYZ "/v1/attestations/$id"; do
	http GET "$path" -H "$origin"
	has_field 'Access-Control-Allow-Origin: \*'
	has_field 'Access-Control-Expose-Headers: ETag, .*RateLimit'
	has_field 'Cross-Origin-Resource-Policy: cross-origin'
	lacks_field 'Access-Control-Allow-Credentials'
done
http OPTIONS /v1/verify -H "$origin" -H 'Access-Control-Request-Method: POST' -H 'Access-Control-Request-Headers: content-type'
answers 204
has_field 'Access-Control-Allow-Methods: POST'
has_field 'Access-Control-Allow-Headers: .*Content-Type'
has_field 'Access-Control-Allow-Headers: .*traceparent, X-Request-Id'
has_field 'Access-Control-Max-Age: [0-9]+'
check "no key of anybody's" lacks '^Access-Control-Allow-Headers:.*Authorization' head
http OPTIONS '/v1/products?hs=6109' -H "$origin" -H 'Access-Control-Request-Method: GET'
has_field 'Access-Control-Allow-Methods: GET'
for path in /v1/declarations /v1/screenings /v1/decisions /v1/entities; do
	http OPTIONS "$path" -H "$origin" -H 'Access-Control-Request-Method: POST'
	answers 204
	lacks_field 'Access-Control'
	has_field 'Cross-Origin-Resource-Policy: same-origin'
done
http OPTIONS "/v1/attestations" -H "$origin"
lacks_field 'Access-Control'
http GET /v1/decisions -H "$origin"
lacks_field 'Access-Control'

# ---- fields for browsers
http GET /
has_field "Content-Security-Policy: default-src 'none'; style-src 'sha256-"
has_field 'Referrer-Policy: no-referrer'
has_field 'Permissions-Policy: '
has_field 'X-Content-Type-Options: nosniff'
for path in /v1/lists /v1/nothing; do
	http GET "$path"
	has_field "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'"
	has_field 'X-Content-Type-Options: nosniff'
	lacks_field 'Server|X-Powered-By'
done
lacks_field 'RateLimit'
# What a client writes comes back as no field.
http GET '/%0d%0aX-Injected:%201?a=%0d%0aX-Injected:%201'
answers 404
lacks_field 'X-Injected'
server_stop

# ---- limits: by whom a trusted proxy names
cat >limits.ini <<'END'
[server]
trusted_proxies = 127.0.0.1, 10.0.0.0/8
[limits]
address_requests_per_minute = 5
address_posts_per_minute = 2
END
server_start state --config limits.ini
# from ADDRESS PATH [CURL OPTION]...
from() {
	from_address=$1
	from_path=$2
	shift 2
	http GET "$from_path" -H "X-Forwarded-For: $from_address" "$@"
}
for left in 4 3 2 1 0; do
	from 203.0.113.7 /v1/indicators
	answers 200
	has_field 'RateLimit-Policy: "address";q=5;w=60'
	has_field "RateLimit: \"address\";r=$left;t=[0-9]+"
done
from 203.0.113.7 /v1/indicators
answers 429 too-many-requests
has_field 'Retry-After: 1?[0-9]'
has_field 'RateLimit: "address";r=0;t='
# Who reads in a browser is told on a page, in the language of the page that was asked for.
from 203.0.113.7 '/shop?lang=fr' -H 'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
answers 429 '<h1>Trop de requêtes</h1>'
has_field 'Content-Type: text/html; charset=utf-8'
has_field 'Content-Language: fr'
has_field 'Content-Security-Policy: '
has_field 'Retry-After: 1?[0-9]'
check "and when to try again" grep -qE 'Réessayez dans [1-9][0-9]* secondes?\.' body
from 203.0.113.7 '/shop?lang=fr'
answers 429 '"type":"/problems/too-many-requests"'
from 203.0.113.7 /v1/nothing
answers 429
# A key that is none counts for the address, and is told that alone.
from 203.0.113.7 /v1/lists -H 'Authorization: Bearer prb_none'
answers 429
lacks_field WWW-Authenticate
from '192.0.2.1, 203.0.113.7, 10.1.2.3' /v1/lists
answers 429
# The other field is whatever the client wrote.
from 203.0.113.7 /v1/lists -H 'Forwarded: for=192.0.2.77'
answers 429
from 203.0.113.8 /v1/lists
answers 200
# IPv6: one network.
for host in 1 2 3 4 5; do
	from "2001:db8::$host" /v1/lists
	answers 200
done
from '[2001:db8::6]:4711' /v1/lists
answers 429
from 2001:db8:0:1::1 /v1/lists
answers 200
# What brings a body has a limit of its own.
for left in 1 0; do
	json /v1/verify '{}' -H 'X-Forwarded-For: 203.0.113.9'
	answers 200
	has_field "RateLimit: \"address\";r=[0-9];t=[0-9]+, \"address-posts\";r=$left;t="
done
json /v1/verify '{}' -H 'X-Forwarded-For: 203.0.113.9'
answers 429
from 203.0.113.9 /v1/lists
answers 200
# A proxy that names nobody is limited itself; whom it names as of this machine is limited as well.
for turn in 1 2 3 4 5; do
	http GET /v1/lists
	answers 200
done
http GET /v1/lists
answers 429
for turn in 1 2 3 4 5; do
	from 127.0.0.9 /v1/lists
	answers 200
done
from 127.0.0.9 /v1/lists
answers 429
http GET /metrics --unix-socket state/operator.sock
answers 200
check "refusals are counted" grep -qE '^probity_http_rate_limited_total [1-9]' body
server_stop
runs 0 "$PROBITYD" --config limits.ini --check-config
for wrong in 'trusted_proxies = localhost' 'trusted_proxies = 10.0.0.0/33' 'proxy_field = x-real-ip'; do
	printf '[server]\n%s\n' "$wrong" >wrong.ini
	refused_start 2 "${wrong%% *}" --config wrong.ini
done

# ---- clients that hold on
cat >holders.ini <<'END'
[server]
connections_max = 12
request_seconds_max = 1
idle_seconds_max = 1
END
server_start state --config holders.ini
runs 0 "$HOLDERS" "$PORT" trickle
runs 0 "$HOLDERS" "$PORT" slow
runs 0 "$HOLDERS" "$PORT" patient
runs 0 "$HOLDERS" "$PORT" busy 12
server_stop
sed 's/idle_seconds_max.*/idle_seconds_max = 60/' holders.ini >idle.ini
server_start state --config idle.ini
runs 0 "$HOLDERS" "$PORT" idle 12
http GET /metrics
check "room is counted" grep -qE '^probity_http_made_room_total [1-9]' body
server_stop
printf '[limits]\nloopback = 1\naddress_connections_max = 6\nstreams_max = 3\n' >address.ini
server_start state --config address.ini
runs 0 "$HOLDERS" "$PORT" address 6
http GET /metrics
check "they are counted" grep -qE '^probity_http_address_turned_away_total [1-9]' body
has_field 'RateLimit: "address"'
runs 0 "$HOLDERS" "$PORT" streams 3
server_stop

# Nobody has all the places of the work that takes long: many come at once, whole but for a byte.
printf '[limits]\nloopback = 1\nwork_max = 2\n' >work.ini
server_start state --config work.ini
products=$(printf ',{"hs":"6109"}%.0s' $(seq 100))
printf '{"supplier":{"country":"BGD","name":"Example Garments Ltd"},"workforce":{"total":100},"products":[%s]}%498000s' "${products#,}" '' >large.json
runs 0 python3 "${0%/*}/at_once.py" "$PORT" 1 <large.json
check "some are let through" grep -qE '^201 [0-9a-f-]{36}$' out
check "some are told to wait" grep -q '^503 retry-after: ' out
check "nothing else" [ "$(grep -cE '^201 [0-9a-f-]{36}$|^503 retry-after: [1-9][0-9]* /problems/busy$' out)" -eq 12 ]
http POST /v1/declarations -H 'Content-Type: application/json' -d "$(printf '{"supplier":{"country":"BGD","name":"A"}}%70000s' '')"
answers 201
server_stop

# ---- limits by key
cat >keys.ini <<'END'
[auth]
mode = required
[limits]
loopback = 1
address_requests_per_minute = 3
key_requests_per_minute = 4
key_posts_per_minute = 1
END
server_start keyed --config keys.ini
runs 0 "$PROBITY" admin --state keyed organisation add 'Example Retail'
for key in one two; do
	runs 0 "$PROBITY" admin --state keyed key add --organisation 'Example Retail' --role company --name "$key" --key-out "$key.key"
	printf 'Authorization: Bearer %s\n' "$(cat "$key.key")" >"$key.header"
done
json /v1/screenings '{"supplier":{"country":"BGD","name":"A"}}' -H @one.header
answers 200
has_field 'RateLimit-Policy: "key";q=4;w=60, "key-posts";q=1;w=60'
json /v1/screenings '{"supplier":{"country":"BGD","name":"A"}}' -H @one.header
answers 429 'this key has sent'
has_field 'Retry-After: [1-6]?[0-9]'
for turn in 3 4; do
	http GET /v1/lists -H @one.header
	answers 200
done
http GET /v1/lists -H @one.header
answers 429
http GET /v1/lists -H @two.header
answers 200
# The operator is limited by nothing; a key that is none counts for the address.
for turn in 1 2 3 4 5 6; do
	http GET /v1/organisations --unix-socket keyed/operator.sock
	answers 200
	lacks_field RateLimit
done
printf 'Authorization: Bearer prb_%s\n' "$(printf '%043d' 0)" >none.header
for turn in 1 2 3; do
	http GET /v1/lists -H @none.header
	answers 401
done
http GET /v1/lists -H @none.header
answers 429 'this address has sent'
http GET /v1/lists
answers 429
server_stop
finish
