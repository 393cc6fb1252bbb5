# SPDX-License-Identifier: Apache-2.0
# A server for several organisations: who is let in, what each finds, and that none finds anything of another's.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
: "${KEYS_MAKE:?}"
JSON='Content-Type: application/json'
NOWHERE=01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a8f
good='{"supplier":{"name":"Example Knitwear Ltd","country":"BGD"}}'

# as KEY METHOD PATH [CURL OPTION]...: the key is in a file, so that it stands in no list of processes.
as() {
	as_key=$1
	shift
	printf 'Authorization: Bearer %s\n' "$as_key" >key.header
	# Problems name the request: with one name for all, the same problem has the same bytes.
	http "$@" -H @key.header -H "traceparent: 00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"
}
# What is not there for the key, or not for keys of its role.
is_hidden() {
	[ "$STATUS" = 404 ] || [ "$STATUS" = 403 ]
}
# same_as FILE: the last body is the same as the file.
same_as() {
	check "$http_method $http_path is answered as one that nobody has" cmp -s body "$1"
}

printf '[auth]\nmode = required\n' >required.ini
server_start state --config required.ini
check "it says how to begin" grep -q 'no key yet.*probity admin organisation add' said
http GET /v1/declarations
answers 401
has_field 'WWW-Authenticate: Bearer realm="probity".$'
server_stop

runs 0 "$KEYS_MAKE" state supplier company officer auditor admin supplier:1 remedy_body
{ read -r supplier && read -r company && read -r officer && read -r auditor && read -r admin && read -r invited && read -r remedy_body; } <out
# shellcheck disable=SC2034 # by its name, below
: "$remedy_body"
runs 0 "$KEYS_MAKE" state supplier company officer auditor admin supplier:1
cp out others

server_start state --config required.ini
check "there are keys now" lacks 'no key yet' said

# A key that is none, wherever it is sent; a public lookup that was asked before is no way round.
http GET /v1/lists
answers 200
http GET /v1/lists
answers 200
as "prb_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" GET /v1/lists
answers 401 'not known here, or is no longer good'
has_field 'WWW-Authenticate: Bearer realm="probity", error="invalid_token"'
as "$company" GET /v1/lists
answers 200
http GET /v1/lists -H 'Authorization: Basic cHJiOnBhc3M='
answers 401 Bearer
printf 'Authorization: Bearer %s\n' "$company" >key.header
http GET /v1/lists -H @key.header -H 'Authorization: Bearer x'
answers 400

# Every address with every role.
sed -n 's/^PRB_ROLE([A-Z_]*, *[0-9], "\([a-z_]*\)", *\([^,]*\),.*/\1 \2/p' "$SOURCE/service/access/roles.def" >roles
check "six roles" [ "$(wc -l <roles)" -eq 6 ]
sed -n 's/^PRB_ROUTE(\([A-Z]*\), *"\([^"]*\)", *[a-z_]*, *\([A-Z]*\), *\([A-Z]*\),.*/\1 \2 \3 \4/p' "$SOURCE/service/handlers/routes.def" >routes
check "more than thirty routes" [ "$(wc -l <routes)" -gt 30 ]
while read -r role scopes; do
	eval "role_key=\$$role"
	while read -r method pattern takes scope; do
		path=$(printf '%s' "$pattern" | sed "s/{[a-z.0-9]*}/$NOWHERE/")
		if [ "$takes" = NONE ]; then
			as "$role_key" "$method" "$path"
		else
			as "$role_key" "$method" "$path" -H "$JSON" -d '{}'
		fi
		case "$scope:$scopes" in
		ANYONE:* | *:*"S($scope)"*) check "$role: $method $path is not refused: $STATUS" [ "$STATUS" != 403 ] ;;
		*) check "$role: $method $path is refused: $STATUS" [ "$STATUS" = 403 ] ;;
		esac
		check "$role: $method $path knows the key" [ "$STATUS" != 401 ]
	done <routes
done <roles

# The company stores; the officer reads the report, the auditor all of it, another supplier nothing.
as "$company" POST /v1/declarations -H "$JSON" -H 'Idempotency-Key: one' -d "$good"
answers 201
id=$(located)
as "$company" GET "/v1/declarations/$id"
answers 200
report=$(member report_id body)
attestation=$(member attestation_id body)
as "$officer" GET "/v1/reports/$id"
answers 200
as "$officer" GET "/v1/declarations/$id"
answers 404
as "$auditor" GET "/v1/declarations/$id"
answers 200
as "$supplier" GET "/v1/reports/$report"
answers 404
as "$auditor" GET /v1/declarations
answers 200 "\"id\":\"$id\""
as "$supplier" GET /v1/declarations
answers 200 '^\{"items":\[\],"next":null\}$'
as "$supplier" POST /v1/declarations -H "$JSON" -d "{\"declarant\":\"auditor\",${good#?}"
answers 422 '"pointer":"/declarant"'

# Whoever was invited declares once, and reads what came of it.
as "$invited" POST /v1/declarations -H "$JSON" -H 'Idempotency-Key: one' -d "$good"
answers 201
check "the company's key of the same letters is another" lacks '^[Ii]dempotent-[Rr]eplayed' head
mine=$(located)
as "$invited" GET "/v1/declarations/$mine"
answers 200 '"declarant":"supplier"'
cp body record
# Who declared stands in what is stored: whoever computes the report again comes to the same.
http GET "/v1/attestations/$(member attestation_id record)"
answers 200
cp body attestation
runs 0 "$PROBITY" reproduce --at "${AS_OF}T12:00:00Z" --attestation attestation --declaration record
as "$invited" GET "/v1/declarations/$id"
answers 404
as "$invited" POST /v1/declarations -H "$JSON" -d "$good"
answers 409 used-up
as "$company" GET '/v1/declarations?limit=1'
answers 200 "\"id\":\"$mine\""
has_field "Link: </v1/declarations\?cursor=$mine&limit=1>; rel=\"next\""
as "$company" GET "/v1/declarations?cursor=$mine&limit=1"
answers 200 "\"id\":\"$id\""
check "no further page" grep -q '"next":null' body

# Each of those ids with every key of another organisation: what an id gets that nobody has.
while read -r key; do
	for path in "declarations/@" "reports/@" "attestations/@/openings" "decisions/@"; do
		as "$key" GET "/v1/$(printf '%s' "$path" | sed "s/@/$NOWHERE/")"
		cp body nothing
		for one in "$id" "$mine" "$report" "$attestation"; do
			as "$key" GET "/v1/$(printf '%s' "$path" | sed "s/@/$one/")"
			check "neither found nor told apart: $STATUS" is_hidden
			same_as nothing
		done
	done
	as "$key" POST "/v1/attestations/$NOWHERE/revoke" -H "$JSON" -d '{"reason":"withdrawn"}'
	cp body nothing
	as "$key" POST "/v1/attestations/$attestation/revoke" -H "$JSON" -d '{"reason":"withdrawn"}'
	same_as nothing
done <others
# Their own trail has it, by the half at least, and none of the ids.
theirs=$(sed -n 4p others)
tries=0
while [ "$tries" -lt 1000 ]; do
	as "$theirs" GET '/v1/audit?limit=1000'
	! grep -q '"action":"not_found".*POST /v1/attestations/{id}/revoke' body || break
	tries=$((tries + 1))
done
answers 200 '"action":"not_found".*"GET /v1/reports/\{id\}, 2 times"'
check "every address that was asked has a line" grep -q '"GET /v1/attestations/{id}/openings' body
check "and no id that was asked for" lacks "$id|$mine|$report|$attestation|$NOWHERE" body
as "$admin" POST "/v1/attestations/$attestation/revoke" -H "$JSON" -d '{"reason":"withdrawn"}'
answers 200
server_stop

# What was said holds no key, and the state is whole.
while read -r key; do
	check "no key is in the log" lacks "$key" said
done <others
runs 0 "$PROBITY" state verify --state state
# Keys outlive a restart, and keep apart who stored what.
server_start state --config required.ini
as "$invited" GET "/v1/declarations/$mine"
answers 200
as "$supplier" GET "/v1/declarations/$mine"
answers 404
server_stop
finish
