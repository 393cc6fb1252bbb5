# SPDX-License-Identifier: Apache-2.0
# Attestations of a server: issued for a company, fetched by an officer and by a stranger, in both forms, with a receipt of the log.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
. "${0%/*}/attest_lib.sh"

server_start state
declare_one 'Example Garments Ltd' BGD
check "an id each" [ "${#DECLARATION} ${#REPORT} ${#ATTESTATION}" = "36 36 36" ]

# A stranger who was given the id: the signed bytes, and nothing that is not in them.
http GET "/v1/attestations/$ATTESTATION"
answers 200
has_field 'content-type: application/vc.$'
has_field 'vary: accept, accept-encoding.$'
has_field 'etag: "'
check "what the 201 gave" grep -qF "$(cat body)" accepted
check "no free text" lacks 'may name people' body
check "it has a status" grep -q '"statusPurpose":"revocation"' body
check "its place is a number" [ -n "$(index_of body)" ]
cp body first.json
runs 0 "$PROBITY" verify --at "${AS_OF}T12:00:00Z" first.json
etag=$(sed -n 's/^ETag: \(.*\)\r$/\1/p' head)
http GET "/v1/attestations/$ATTESTATION" -H "If-None-Match: $etag"
answers 304
http GET "/v1/attestations/$ATTESTATION" --head
answers 200

# By what is accepted: the weights decide, of equals the embedded form.
type_of() {
	http GET "/v1/attestations/$ATTESTATION" -H "Accept: $1"
	sed -n 's/^Content-Type: \(.*\)\r$/\1/p' head
}
while IFS='|' read -r accept type; do
	check "$accept gets $type" [ "$(type_of "$accept")" = "$type" ]
done <<'END'
application/vc|application/vc
application/vc+jwt|application/vc+jwt
application/json|application/vc
*/*|application/vc
application/*|application/vc
application/vc;q=0.4, application/vc+jwt;q=0.5|application/vc+jwt
application/vc;q=0.5, application/vc+jwt;q=0.4|application/vc
application/vc+jwt;q=0, */*|application/vc
application/vc;q=0, application/json;q=0, */*;q=0.1|application/vc+jwt
text/html|application/problem+json
application/vc;q=0|application/problem+json
END
http GET "/v1/attestations/$ATTESTATION" -H 'Accept: application/vc+jwt'
answers 200 '^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$'
check "another form, another ETag" lacks "$etag" head
http GET "/v1/attestations/$ATTESTATION" -H 'Accept: text/html'
answers 406
has_field 'vary: accept.$'

# The receipt: nothing that no published checkpoint stands for, so it may take a moment.
tries=0
http GET "/v1/attestations/$ATTESTATION/proof"
while [ "$STATUS" = 202 ] && [ "$tries" -lt 100 ]; do
	has_field 'retry-after: 1.$'
	check "it says what is awaited" grep -qE '^\{"index":[0-9]+,"size":[0-9]+\}$' body
	sleep 0.05
	tries=$((tries + 1))
	http GET "/v1/attestations/$ATTESTATION/proof"
done
answers 200 '^c2sp.org/tlog-proof@v1$'
has_field 'content-type: text/plain; charset=utf-8.$'
salt=$(sed -n 's/.*"log":{[^}]*"salt":"\([^"]*\)".*/\1/p' accepted | tr '_-' '/+')
check "the salt is the one of the 201" grep -q "^extra $salt" body
check "the index is the one of the 201" grep -q "^index $(sed -n 's/.*"log":{"index":\([0-9]*\),.*/\1/p' accepted)\$" body
check "the checkpoint is signed" grep -q '^— ' body
cp body receipt
http GET /log/key
runs 0 "$PROBITY" verify --at "${AS_OF}T12:00:00Z" --receipt receipt --log-key "$(cat body)" first.json
check "the receipt is one of it" grep -q '^passed   log' out

# A further attestation of the stored report: an officer asks for ninety days.
attest "{\"report\":\"$REPORT\",\"valid_days\":90}"
answers 201
has_field 'content-type: application/vc.$'
has_field 'location: /v1/attestations/[0-9a-f-]{36}.$'
cp body second.json
SECOND=$(attestation_of second.json)
check "another id" [ "$SECOND" != "$ATTESTATION" ]
check "another place" [ "$(index_of first.json)" != "$(index_of second.json)" ]
runs 1 "$PROBITY" verify --at "${AS_OF}T12:00:00Z" --receipt receipt --log-key "$(curl -sS "$URL/log/key")" second.json
check "and not one of another" grep -q '^not verified: log' out
check "for ninety days" grep -q '"validUntil":"2026-09-28T12:00:00Z"' second.json
check "the same rating" [ "$(sed 's/.*"profileScore"//;s/"referenceProfile".*//' first.json)" = "$(sed 's/.*"profileScore"//;s/"referenceProfile".*//' second.json)" ]
check "the same report" [ "$(sed 's/.*"auditableEvidence"//;s/"conformityAssessment".*//' first.json)" = "$(sed 's/.*"auditableEvidence"//;s/"conformityAssessment".*//' second.json)" ]
runs 0 "$PROBITY" verify --at "${AS_OF}T12:00:00Z" second.json
http GET "/v1/attestations/$SECOND"
answers 200
check "stored as it was answered" cmp -s body second.json
# By the declaration's id, too.
attest "{\"report\":\"$DECLARATION\"}"
answers 201

# Scored anew under the same release on the same day: the same report, so that no second one is kept.
attest "{\"declaration\":\"$DECLARATION\"}" -H 'Idempotency-Key: once'
answers 201
cp body third.json
check "the same report again" [ "$(sed 's/.*"auditableEvidence"//;s/"conformityAssessment".*//' third.json)" = "$(sed 's/.*"auditableEvidence"//;s/"conformityAssessment".*//' first.json)" ]
http GET "/v1/attestations/$ATTESTATION/revocation"
answers 404
# The same request under its key is answered as it was.
attest "{\"declaration\":\"$DECLARATION\"}" -H 'Idempotency-Key: once'
answers 201
has_field 'idempotent-replayed: true.$'
check "the same bytes" cmp -s body third.json
attest "{\"report\":\"$REPORT\"}" -H 'Idempotency-Key: once'
answers 422 idempotency-key-reused
http POST /v1/decisions -H 'Idempotency-Key: once' -H "$JSON" --data-binary '{"by":"a","decision":"same","entity":"uflpa-001","reason":"b","subject":{"country":"CHE","name":"Nobody"}}'
check "a key is one for all requests, or free for another kind" [ "$STATUS" -ge 400 ]

# Hostile or mistaken requests, each with its own reason.
nobody=01980000-0000-7000-8000-000000000001
many=$(awk 'BEGIN { for (i = 0; i < 2000; i++) printf "\"rating\"," }')
while IFS='|' read -r status pattern text; do
	attest "$text"
	answers "$status" "$pattern"
done <<END
400|invalid-json|
400|invalid-json|{
422|wrong-type|[]
422|"pointer":"/report"|{}
422|contradiction|{"report":"$REPORT","declaration":"$DECLARATION"}
422|unknown-member|{"report":"$REPORT","reports":1}
422|"pointer":"/reporter|{"reporter":"$REPORT"}
400|not-i-json|{"report":"$REPORT","report":"$REPORT"}
422|"pointer":"/report"|{"report":7}
422|"pointer":"/report"|{"report":"urn:uuid:$REPORT"}
422|"pointer":"/declaration"|{"declaration":""}
404|not yours|{"report":"$nobody"}
404|not yours|{"declaration":"$nobody"}
404|not yours|{"declaration":"$REPORT"}
404|not yours|{"report":"$ATTESTATION"}
422|"pointer":"/valid_days"|{"report":"$REPORT","valid_days":0}
422|"pointer":"/valid_days"|{"report":"$REPORT","valid_days":731}
422|"pointer":"/valid_days"|{"report":"$REPORT","valid_days":-1}
422|"pointer":"/valid_days"|{"report":"$REPORT","valid_days":1.5}
422|"pointer":"/valid_days"|{"report":"$REPORT","valid_days":"90"}
422|"pointer":"/valid_days"|{"report":"$REPORT","valid_days":9007199254740991}
422|out-of-range|{"report":"$REPORT","valid_days":9007199254740993}
422|"pointer":"/valid_days"|{"report":"$REPORT","valid_days":null}
422|"pointer":"/disclose"|{"report":"$REPORT","disclose":"rating"}
422|"pointer":"/disclose/0"|{"report":"$REPORT","disclose":["everything"]}
422|"pointer":"/disclose/0"|{"report":"$REPORT","disclose":[1]}
422|/disclose|{"report":"$REPORT","disclose":["rating","rating"]}
422|/disclose|{"report":"$REPORT","disclose":["rating","report"]}
422|/disclose|{"report":"$REPORT","disclose":["declaration"]}
413|too-large|{"report":"$REPORT","disclose":[$many"rating"]}
END
awk -v id="$REPORT" 'BEGIN { printf "{\"report\":\"%s\",\"disclose\":[", id; for (i = 0; i < 60000; i++) printf "\"rating\","; print "\"rating\"]}" }' >huge.json
attest @huge.json
answers 413
awk 'BEGIN { for (i = 0; i < 500; i++) printf "["; for (i = 0; i < 500; i++) printf "]" }' >deep.json
attest @deep.json
answers 400 'too-deep'
http POST /v1/attestations -H 'Content-Type: text/plain' --data-binary "{\"report\":\"$REPORT\"}"
answers 415
http GET /v1/attestations
answers 405
for path in "$nobody" "$nobody/proof" "$nobody/openings" "$nobody/revocation" x x/proof "$DECLARATION" "$ATTESTATION/other"; do
	http GET "/v1/attestations/$path"
	answers 404
done
# After all that, as many as were answered with 201 and no more.
check "what was refused was not stored" [ "$(curl -sS "$URL/metrics" | sed -n 's/^probity_attestations_stored_total //p')" = 3 ]

# The same from the shell; and everything is there after a restart.
server_stop
unset PROBITY_TEST_CLOCK
server_start state
http GET "/v1/attestations/$SECOND"
check "the same bytes after a restart" cmp -s body second.json
declare_one 'Another Mill Ltd' IND
runs 0 "$PROBITY" attest --report "$REPORT" --valid-days 10 --out mine.json
says '^attestation [0-9a-f-]*$'
says '^verified: issued by did:key:z6Mk'
mine=$(sed -n 's/^attestation //p' err)
runs 0 "$PROBITY" attest "$mine"
check "what was written" cmp -s out mine.json
runs 0 "$PROBITY" attest --declaration "$DECLARATION" --disclose rating,indicators --idempotency-key again
cp out one
runs 0 "$PROBITY" attest --declaration "$DECLARATION" --disclose rating,indicators --idempotency-key again
check "repeated under its key" cmp -s out one
runs 0 "$PROBITY" attest --proof "$mine"
check "a receipt" grep -q '^c2sp.org/tlog-proof@v1$' out
runs 0 "$PROBITY" attest --openings "$mine"
check "nothing is withheld" grep -qx '{"items":\[\]}' out
runs 0 "$PROBITY" attest --jwt "$mine"
check "the enveloping form" grep -qE '^eyJ[A-Za-z0-9_-]+\.' out
runs 1 "$PROBITY" attest --revocation "$mine"
says 'no attestation with this id is revoked'
runs 1 "$PROBITY" attest --report "$nobody"
says 'there is no report with this id'
runs 1 "$PROBITY" attest --report "$REPORT" --disclose report
says '/disclose'
runs 2 "$PROBITY" attest --report "$REPORT" "$mine"
runs 2 "$PROBITY" attest --report "$REPORT" --declaration "$DECLARATION"
runs 2 "$PROBITY" attest --proof --jwt "$mine"
runs 2 "$PROBITY" attest --valid-days 731 --report "$REPORT"
runs 2 "$PROBITY" attest --disclose rating "$mine"
runs 2 "$PROBITY" attest
server_stop
finish
