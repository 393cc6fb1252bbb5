# SPDX-License-Identifier: Apache-2.0
# What others confirm of a supplier's own word: it counts from then on for the same statement alone, can be taken back, is signed, and
# computed again.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
. "${0%/*}/decide_lib.sh"

# says_itself CONTROL_DATE REFERENCE [MEMBERS]: the supplier speaks of itself, well.
says_itself() {
	printf '{"declarant":"supplier","supplier":{"city":"Aligarh","country":"IND","name":"Example Locks Ltd"},"sites":[{"city":"Aligarh","country":"IND","id":"works"}],"products":[{"hs":"8301","origin":"IND","inputs":[]}],"workforce":{"agency":0,"migrant":0,"total":40},"controls":[{"control":"wage_records","date":"%s","evidence":"verified"}],"findings":[{"date":"2026-01-10","indicator":"debt_bondage","reference":"%s","site":"works","source":"audit_unannounced","state":"absent"}]%s}' "$1" "$2" "${3-}" >declaration.json
}
# confirms POINTER [DECISION] [CURL OPTION]...
confirms() {
	confirms_at=$1
	confirms_word=${2-confirmed}
	[ $# -lt 2 ] || shift
	shift
	http POST /v1/decisions "$@" -H 'Content-Type: application/json' \
		-d "{\"by\":\"officer\",\"declaration\":\"$id\",\"decision\":\"$confirms_word\",\"evidence\":\"$confirms_at\",\"reason\":\"the audit report was read\"}"
}
# screens: a screening; its report goes to the file screened.
screens() {
	http POST /v1/screenings -H 'Content-Type: application/json' --data-binary @declaration.json
	answers 200
	cp body screened
}
# residual FILE: the residual exposure of a report.
residual() {
	sed -n 's/.*"exposure":{.*"residual":\([0-9]*\).*/\1/p' "$1"
}

says_itself 2026-01-01 'Report of the labour inspection by J. Doe'
server_start state
declares
screens
cp screened never
check "three statements wait, and two of the workforce" [ "$(grep -o '"at":"/[a-z]*/[a-z0-9_]*","key":"\(absence\|control\|workforce\)"' report | wc -l)" -ge 3 ]
before=$(residual report)

# Confirmed: the absence, the control and the workforce count in full.
for pointer in /findings/0 /controls/0 /workforce/migrant /workforce/agency; do
	confirms $pointer
	answers 201 "\"decision\":\"confirmed\",\"declaration\":\"$id\",\"evidence\":\"$pointer\",\"id\":"
	decision=$(located)
done
cp body decision.json
check "no entity" lacks '"entity"' decision.json
check "the free text is not in it" lacks 'J. Doe' decision.json
http GET "/v1/decisions/$decision"
answers 200
check "a decision is answered as it was" cmp -s body decision.json
declares
check "nothing waits any more" grep -q '"unconfirmed":\[\]' report
check "the indicator is absent" grep -qE '"key":"debt_bondage","site":"[^"]*","state":"absent"|"key":"debt_bondage"[^}]*"state":"absent"' report
check "the exposure falls" [ "$(residual report)" -lt "$before" ]
check "the report names the decisions" [ "$(grep -o '"decision":"confirmed","evidence":"/[a-z]*/[a-z0-9_]*","id":"[0-9a-f-]*","statement_sha256":"[0-9a-f]\{64\}"' report | wc -l)" -eq 4 ]
check "no reason and no person stands in a report" lacks 'audit report was read|J. Doe|"officer"' report
http GET "/v1/attestations/$attestation_id"
cp body attestation
for lang in ar en es fr ru zh; do
	runs 0 "$PROBITY" explain --lang $lang report
	check "explained in $lang" [ -s out ]
done
runs 0 "$PROBITY" explain report
check "explain says what was confirmed" grep -q 'somebody other than the supplier confirmed' out

# Computed again: from the report, from the stored declaration, not without either.
runs 0 "$PROBITY" reproduce --at "${AS_OF}T12:00:00Z" --attestation attestation --declaration record --report report
runs 0 "$PROBITY" reproduce --at "${AS_OF}T12:00:00Z" --attestation attestation --declaration record
runs 0 "$PROBITY" reproduce --declaration record --report report
sed 's/"decisions":\[[^]]*\],"id"/"id"/; s/"decisions":\[[^]]*\],"declaration"/"declaration"/' record >bare
runs 1 "$PROBITY" reproduce --at "${AS_OF}T12:00:00Z" --attestation attestation --declaration bare

# Offline, with what the server gives.
screens
http GET '/v1/decisions'
answers 200
cp body decisions.ndjson
printf '\n' >>decisions.ndjson
screen --out ndjson declaration.json >offline
tr -d '\n' <offline >offline.line
check "without them nothing is confirmed" cmp -s offline.line never
screen --out ndjson --decisions decisions.ndjson declaration.json >offline
tr -d '\n' <offline >offline.line
check "online as offline" cmp -s offline.line screened
sed 's/"statement_sha256":"[0-9a-f]*"/"statement_sha256":"7"/' decisions.ndjson >wrong.ndjson
runs 1 "$PROBITY" screen --decisions wrong.ndjson declaration.json
says 'wrong.ndjson:1: /statement_sha256'

# It reaches the same statement in any spelling of the name, and no other one.
confirmed_are() {
	screens
	check "$2" [ "$(grep -o '"decision":"confirmed"' screened | wc -l)" -eq "$1" ]
}
sed 's/Example Locks Ltd/EXAMPLE  locks ltd./' declaration.json >other && mv other declaration.json
confirmed_are 4 "the same supplier"
for change in 's/2026-01-10/2026-01-11/' 's/by J. Doe/by J. Roe/'; do
	says_itself 2026-01-01 'Report of the labour inspection by J. Doe'
	sed "$change" declaration.json >other && mv other declaration.json
	confirmed_are 3 "another finding"
done
for change in 's/"city":"Aligarh","country":"IND","id"/"city":"Delhi","country":"IND","id"/' 's/Example Locks/Example Keys/' 's/"supplier":{"city":"Aligarh"/"supplier":{"city":"Delhi"/' 's/"declarant":"supplier"/"declarant":"company"/'; do
	says_itself 2026-01-01 'Report of the labour inspection by J. Doe'
	sed "$change" declaration.json >other && mv other declaration.json
	confirmed_are 0 "$change"
done
says_itself 2026-01-01 'Report of the labour inspection by J. Doe'
sed 's/"total":40/"total":41/' declaration.json >other && mv other declaration.json
confirmed_are 2 "a share of another workforce"
says_itself 2026-01-01 'Report of the labour inspection by J. Doe' ',"destination_markets":["EU"]'
confirmed_are 4 "what stands beside does not matter"

# Upstream: what was confirmed there counts, and is named, for who buys.
says_itself 2026-01-01 'Report of the labour inspection by J. Doe'
declares
upstream_id=$id
cp record upstream.ndjson
printf '\n' >>upstream.ndjson
printf '{"supplier":{"name":"Buyer Ltd","country":"CHE"},"upstream":[{"declaration":"%s"}]}' "$id" >declaration.json
declares
check "the decisions upstream are named" [ "$(grep -o '"decision":"confirmed"' report | wc -l)" -eq 4 ]
http GET "/v1/attestations/$attestation_id"
cp body attestation
runs 0 "$PROBITY" reproduce --at "${AS_OF}T12:00:00Z" --attestation attestation --declaration record --report report --upstream upstream.ndjson
id=$upstream_id

# Taken back: the same bytes as before.
says_itself 2026-01-01 'Report of the labour inspection by J. Doe'
for pointer in /findings/0 /controls/0 /workforce/migrant /workforce/agency; do
	confirms $pointer undecided
	answers 201 '"decision":"undecided"'
done
screens
check "the same bytes as at first" cmp -s screened never

# A statement of another kind, or nothing at all.
for pointer in /findings/1 /workforce/total /supplier/name /workforce /findings '' x; do
	confirms "$pointer"
	check "refused: $pointer" grep -qE '"status":4(00|09|22)' body
done
confirms /findings/1
answers 409 'nothing-to-confirm'
confirms /findings/0 same
answers 422
confirms /findings/0 confirmed -H 'Idempotency-Key: one'
answers 201
cp body first
confirms /findings/0 confirmed -H 'Idempotency-Key: one'
has_field 'Idempotent-Replayed: true'
check "the same decision" cmp -s body first
for sent in "{\"by\":\"x\",\"decision\":\"confirmed\",\"evidence\":\"/findings/0\",\"reason\":\"x\"}" \
	"{\"by\":\"x\",\"declaration\":\"$id\",\"decision\":\"confirmed\",\"entity\":\"uflpa-001\",\"evidence\":\"/findings/0\",\"reason\":\"x\"}" \
	"{\"by\":\"x\",\"declaration\":\"$id\",\"decision\":\"confirmed\",\"evidence\":7,\"reason\":\"x\"}" \
	"{\"by\":\"x\",\"declaration\":\"01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a8f\",\"decision\":\"confirmed\",\"evidence\":\"/findings/0\",\"reason\":\"x\"}" \
	"{\"by\":\"x\",\"decision\":\"confirmed\",\"entity\":\"uflpa-001\",\"reason\":\"x\",\"subject\":{\"country\":\"CHE\",\"name\":\"x\"}}"; do
	http POST /v1/decisions -H 'Content-Type: application/json' -d "$sent"
	check "refused: $sent" grep -qE '"status":4(00|22)' body
done
says_itself 2026-01-01 'Report of the labour inspection by J. Doe'
sed 's/"declarant":"supplier"/"declarant":"auditor"/' declaration.json >other && mv other declaration.json
declares
confirms /findings/0
answers 409 'somebody other than the supplier'

# Both kinds are listed together and kept, whole, and rebuilt the same.
http GET '/v1/decisions?subject=example%20locks%20ltd&country=IND'
answers 200
check "nine about this supplier" [ "$(grep -o '"type":"decision"' body | wc -l)" -eq 9 ]
server_stop
runs 0 "$PROBITY" state verify --state state
check "decisions are counted" grep -qE '^decisions +9$' out
hash=$(sed -n 's/^state hash *//p' out)
runs 0 "$PROBITY" state rebuild --state state --out rebuilt
check "rebuilt with the same hash" [ "$(sed -n 's/^state hash *//p' out)" = "$hash" ]

# With keys: the supplier never confirms its own word, and nobody another organisation's.
printf '[auth]\nmode = required\n' >required.ini
server_start keyed --config required.ini
admin() {
	runs 0 "$PROBITY" admin --state keyed "$@"
}
admin organisation add 'Example Retail'
admin organisation add 'Rival Stores'
for role in supplier company officer auditor admin; do
	admin key add --organisation 'Example Retail' --role "$role" --name "$role" --key-out "$role.key"
	eval "$role=\$(cat $role.key)"
done
admin key add --organisation 'Rival Stores' --role officer --name officer --key-out other.key
other=$(cat other.key)
admin invite add --organisation 'Example Retail' 'Example Locks Ltd' --country IND --link-out link
invited=$(sed 's/.*#//' link)
says_itself 2026-01-01 'Report of the labour inspection by J. Doe'
printf 'Authorization: Bearer %s\n' "$supplier" >key.header
http POST /v1/declarations -H @key.header -H 'Content-Type: application/json' --data-binary @declaration.json
answers 201 '"key":"absence"'
id=$(located)
for key in "$supplier" "$invited" "$admin"; do
	printf 'Authorization: Bearer %s\n' "$key" >key.header
	confirms /findings/0 confirmed -H @key.header
	answers 403
done
printf 'Authorization: Bearer %s\n' "$other" >key.header
confirms /findings/0 confirmed -H @key.header
answers 422 'there is no declaration with this id'
for key in "$company" "$officer" "$auditor"; do
	printf 'Authorization: Bearer %s\n' "$key" >key.header
	confirms /findings/0 confirmed -H @key.header
	answers 201 '"decision":"confirmed"'
done
printf 'Authorization: Bearer %s\n' "$supplier" >key.header
http POST /v1/declarations -H @key.header -H 'Content-Type: application/json' --data-binary @declaration.json
answers 201 '"decision":"confirmed","evidence":"/findings/0"'
http GET /v1/decisions -H @key.header
answers 403
printf 'Authorization: Bearer %s\n' "$other" >key.header
http GET /v1/decisions -H @key.header
answers 200 '"items":\[\]'
server_stop
finish
