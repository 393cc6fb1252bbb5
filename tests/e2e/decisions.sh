# SPDX-License-Identifier: Apache-2.0
# What a person decides about a possible hit: it counts from then on, can be taken back, is kept, signed, and computed again.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
. "${0%/*}/decide_lib.sh"

# A name of two entries in a country that is not theirs: for a person to decide.
name='Baoding LYSZD Trade and Business Co., Ltd.'
party="{\"city\":\"Zug\",\"country\":\"CHE\",\"name\":\"$name\"}"
printf '{"supplier":%s,"products":[{"hs":"6109","origin":"CHE"}]}' "$party" >declaration.json

# decides ENTITY DECISION [CURL OPTION]...: about the declaration's supplier.
decides() {
	decides_entity=$1
	decides_word=$2
	shift 2
	http POST /v1/decisions "$@" -H 'Content-Type: application/json' \
		-d "{\"by\":\"compliance officer\",\"declaration\":\"$id\",\"decision\":\"$decides_word\",\"entity\":\"$decides_entity\",\"reason\":\"a register of companies was read\",\"subject\":\"/supplier/name\"}"
}

# rated PATTERN: the rating of the file report.
rated() {
	grep -qE "\"rating\":\"$1\",\"rating_range\"" report
}
# screens_as FILE: a screening gives the same bytes as in the file.
screens_as() {
	http POST /v1/screenings -H 'Content-Type: application/json' --data-binary @declaration.json
	answers 200
	check "the same bytes as $1" cmp -s body "$1"
}

server_start state
http POST /v1/screenings -H 'Content-Type: application/json' --data-binary @declaration.json
cp body never
declares
cp report undecided
check "row 10 fires" [ "$(member rule report)" = possible_hit_undecided ]
check "high" rated high
check "no decision is named where there is none" lacks '"decisions"|"decided"' report
runs 0 "$PROBITY" state verify --state state
check "no decisions are counted" lacks '^decisions' out

# Another party: the hit stays in sight and counts no more.
for entity in cbp-010 uflpa-001; do
	decides "$entity" different
	answers 201 '^\{"by":"compliance officer","decided_at":"2026-06-30T12:00:00Z","decision":"different",'
	has_field 'Location: /v1/decisions/[0-9a-f-]*'
done
decision=$(located)
cp body decision.json
http GET "/v1/decisions/$decision"
answers 200
check "a decision is answered as it was" cmp -s body decision.json
declares
check "row 10 fires no more" [ "$(member rule report)" != possible_hit_undecided ]
check "nothing worse fires" rated '(medium|low|unknown)'
check "both listings stay" [ "$(grep -o '"decision":"different","edition"' report | wc -l)" -eq 2 ]
check "a listing names its decision" grep -q "\"decided\":\"$decision\"" report
check "the report names the decisions" grep -qE '"decisions":\[\{"decided_at":"2026-06-30T12:00:00Z","decision":"different","hit_sha256":"[0-9a-f]{64}"' report
check "no reason and no person stands in a report" lacks 'register of companies|compliance officer' report
check "no match is no clearance" grep -q no_match_is_no_clearance report
check "a report with decisions has an id of its own" [ "$(member id report)" != "$(member id undecided)" ]
http GET "/v1/attestations/$attestation_id"
answers 200
cp body attestation
check "no reason and no person stands in an attestation" lacks 'register of companies|compliance officer' attestation
runs 0 "$PROBITY" explain report
check "explain says who decided" grep -q 'a person decided that it is another party' out

# Computed again: from the report, from the stored declaration, and not without either.
runs 0 "$PROBITY" reproduce --at "${AS_OF}T12:00:00Z" --attestation attestation --declaration record --report report
runs 0 "$PROBITY" reproduce --at "${AS_OF}T12:00:00Z" --attestation attestation --declaration record
runs 0 "$PROBITY" reproduce --declaration record --report report
tr -d '\n' <report >reports
printf '\n' >>reports
cp record records
printf '\n' >>records
runs 0 "$PROBITY" reproduce --reports reports --declarations records
sed 's/"decisions":\[[^]]*\],"id"/"id"/; s/"decisions":\[[^]]*\],"declaration"/"declaration"/' record >bare
check "the decisions are gone" lacks '"decisions"' bare
runs 1 "$PROBITY" reproduce --at "${AS_OF}T12:00:00Z" --attestation attestation --declaration bare
check "it says what is missing" grep -q 'what persons decided' out

# The same name elsewhere is another party; the same party is found in any spelling.
for other in '{"country":"CHE","name":"Baoding LYSZD Trade and Business Co., Ltd."}' '{"city":"Bern","country":"CHE","name":"Baoding LYSZD Trade and Business Co., Ltd."}'; do
	http POST /v1/screenings -H 'Content-Type: application/json' -d "{\"supplier\":$other}"
	answers 200 '"rule":"possible_hit_undecided"'
done
http POST /v1/screenings -H 'Content-Type: application/json' -d '{"supplier":{"city":"ZUG","country":"Switzerland","name":"BAODING lyszd Trade & and Business Co Ltd"}}'
answers 200 '"decision":"different"'

# Undecided again, then the same party.
decides uflpa-001 undecided
answers 201 '"decision":"undecided"'
decides cbp-010 undecided
answers 201
declares
check "row 10 fires again" [ "$(member rule report)" = possible_hit_undecided ]
screens_as never
check "no decision counts" lacks '"decisions"|"decided"' report
decides uflpa-001 same
answers 201 '"decision":"same"'
declares
check "row 1 fires" [ "$(member rule report)" = listing_in_force ]
check "critical" rated critical
http GET "/v1/attestations/$attestation_id"
cp body attestation
runs 0 "$PROBITY" reproduce --at "${AS_OF}T12:00:00Z" --attestation attestation --declaration record --report report

# Upstream: the decision counts for who buys from that party, by reference and by name.
printf '{"supplier":{"name":"Buyer Ltd","country":"CHE"},"upstream":[{"declaration":"%s"}]}' "$id" >buyer.json
cp record upstream.ndjson
printf '\n' >>upstream.ndjson
upstream_id=$id
mv declaration.json supplier.json
cp buyer.json declaration.json
declares
check "row 1 looks upstream" [ "$(member rule report)" = listing_in_force ]
check "the decision upstream is named" grep -q '"decisions":\[' report
http GET "/v1/attestations/$attestation_id"
cp body attestation
runs 0 "$PROBITY" reproduce --at "${AS_OF}T12:00:00Z" --attestation attestation --declaration record --report report --upstream upstream.ndjson
mv supplier.json declaration.json
id=$upstream_id

# History, newest first; filters; pages.
http GET '/v1/decisions?entity=uflpa-001'
answers 200 '^\{"items":\[\{"by":"compliance officer","decided_at":"[^"]*","decision":"same"'
check "three about one entry" [ "$(grep -o '"type":"decision"' body | wc -l)" -eq 3 ]
http GET '/v1/decisions?limit=2&country=CHE'
answers 200
check "two on a page" [ "$(grep -o '"type":"decision"' body | wc -l)" -eq 2 ]
next=$(sed -n 's/.*"next":"\([0-9a-f-]*\)".*/\1/p' body)
http GET "/v1/decisions?cursor=$next&country=CHE"
answers 200 '"next":null'
check "and three behind" [ "$(grep -o '"type":"decision"' body | wc -l)" -eq 3 ]
http GET '/v1/decisions?subject=baoding%20lyszd%20trade%20and%20business%20co%20ltd&country=DEU'
answers 200 '^\{"items":\[\],"next":null\}$'
for query in cursor=x limit=0 limit=101 country=Nowhere other=1; do
	http GET "/v1/decisions?$query"
	answers 400
done
http GET /v1/decisions/01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a91
answers 404

# Offline, with what the server gives.
http GET '/v1/decisions'
cp body decisions.ndjson
printf '\n' >>decisions.ndjson
screen --out ndjson declaration.json >offline
check "without them it is for a person to decide" grep -q '"rule":"possible_hit_undecided"' offline
screen --out ndjson --decisions decisions.ndjson declaration.json >offline
check "with them it is decided" grep -q '"rule":"listing_in_force"' offline
http POST /v1/screenings -H 'Content-Type: application/json' --data-binary @declaration.json
answers 200
printf '\n' >>body
check "online as offline" cmp -s body offline
runs 0 "$PROBITY" reproduce --declaration declaration.json --report offline
printf '\n{"id":7}\n' >wrong.ndjson
runs 1 "$PROBITY" screen --decisions wrong.ndjson declaration.json
says 'wrong.ndjson:2: this is no decision'
runs 1 "$PROBITY" screen --decisions missing.ndjson declaration.json

# The same request again is answered again and stored once; another one under its key is refused.
decides cbp-010 different -H 'Idempotency-Key: one'
answers 201
cp body first
decides cbp-010 different -H 'Idempotency-Key: one'
answers 201
has_field 'Idempotent-Replayed: true'
check "the same decision" cmp -s body first
decides cbp-010 same -H 'Idempotency-Key: one'
answers 422 'idempotency-key-reused'
http POST /v1/declarations -H 'Content-Type: application/json' -H 'Idempotency-Key: one' --data-binary @declaration.json
answers 422 'idempotency-key-reused'

# What cannot be decided, and what is no decision.
http POST /v1/decisions -H 'Content-Type: application/json' -d '{"by":"x","decision":"different","entity":"uflpa-001","reason":"x","subject":{"country":"CHN","name":"Baoding LYSZD Trade and Business Co., Ltd."}}'
answers 409 'not-a-possible-hit.*'
http POST /v1/decisions -H 'Content-Type: application/json' -d '{"by":"x","decision":"different","entity":"uflpa-001","reason":"x","subject":{"country":"CHE","name":"Example Garments Ltd"}}'
answers 409 'nothing to decide'
for body_sent in '{' '[]' '{}' '{"by":"","decision":"same","entity":"uflpa-001","reason":"x","subject":{"country":"CHE","name":"x"}}' \
	'{"by":"x","decision":"perhaps","entity":"uflpa-001","reason":"x","subject":{"country":"CHE","name":"x"}}' \
	'{"by":"x","decision":"same","entity":"uflpa-999","reason":"x","subject":{"country":"CHE","name":"x"}}' \
	'{"by":"x","decision":"same","entity":"uflpa-001","reason":"x","subject":"/supplier/name"}' \
	'{"by":"x","decision":"same","declaration":"01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a8f","entity":"uflpa-001","reason":"x","subject":"/supplier/name"}' \
	'{"by":"x","confirms":"/findings/0","decision":"same","entity":"uflpa-001","evidence":"/findings/0","reason":"x","subject":{"country":"CHE","name":"x"}}'; do
	http POST /v1/decisions -H 'Content-Type: application/json' -d "$body_sent"
	check "refused: $body_sent" grep -qE '"status":4(00|22)' body
done
http POST /v1/decisions -d '{}'
answers 415
http OPTIONS /v1/decisions
has_field 'Allow: GET, HEAD, POST, OPTIONS'
http GET /metrics
answers 200 '^probity_decisions_stored_total 6$'
for method in GET POST; do
	check "one line for $method of an address with two methods" [ "$(grep -c "^probity_http_request_duration_seconds_count{method=\"$method\",route=\"/v1/decisions\",code=\"2xx\"}" body)" -eq 1 ]
done

# A name against the lists, with what was decided; what was searched is always said.
http GET '/v1/entities?q=baoding+lyszd+trade+and+business+co+ltd&country=CHE&city=zug'
answers 200 '"decided":\{"decided_at":"[^"]*","decision":"same",'
check "the lists are named" grep -q '"lists_searched":\[{"completeness":' body
http GET '/v1/entities?q=nobody+of+that+name' -H 'Accept-Language: fr'
answers 200 '"items":\[\],.*no_match_is_no_clearance'
has_field 'Content-Language: fr'
http GET /v1/entities/uflpa-001
answers 200 '"names":\[\{"kind":"name","name":"Baoding LYSZD'
http GET /v1/entities/uflpa-999
answers 404
for query in '' q= 'q=x&limit=0' 'q=x&min=2' 'q=x&country=Nowhere' 'q=x&other=1' "q=$(printf 'x%.0s' $(seq 1025))"; do
	http GET "/v1/entities?$query"
	answers 400
done

# Kept over a restart and a kill, whole, and rebuilt the same.
server_stop
runs 0 "$PROBITY" state verify --state state
check "decisions are counted" grep -qE '^decisions +6$' out
check "and whose key signed" grep -qE '^signed by +z6Mk' out
hash=$(sed -n 's/^state hash *//p' out)
runs 0 "$PROBITY" state rebuild --state state --out rebuilt
check "rebuilt with the same hash" [ "$(sed -n 's/^state hash *//p' out)" = "$hash" ]
server_start state
declares
check "a restart keeps it" [ "$(member rule report)" = listing_in_force ]
# Killed as soon as it has answered, again and again.
decisions=6
for word in different undecided same undecided different; do
	decides uflpa-001 "$word"
	answers 201
	server_kill
	decisions=$((decisions + 1))
	runs 0 "$PROBITY" state verify --state state
	check "a kill loses no decision that was answered" grep -qE "^decisions +$decisions\$" out
	server_start state
	http GET '/v1/decisions?entity=uflpa-001&limit=1'
	answers 200 "\"decision\":\"$word\""
done
declares
check "the last one counts" [ "$(grep -o '"decision":"different","edition"' report | wc -l)" -eq 2 ]
server_stop
runs 0 "$PROBITY" state verify --state state
finish
