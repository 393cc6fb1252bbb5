# SPDX-License-Identifier: Apache-2.0
# Attestations that end before their time: revoked with a reason, superseded by a changed release, seen in the status list by anyone.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
. "${0%/*}/attest_lib.sh"

# revoke ID REASON
revoke() {
	http POST "/v1/attestations/$1/revoke" -H "$JSON" --data-binary "{\"reason\":\"$2\"}"
}

# The report that an attestation FILE names.
report_of() {
	sed -n 's/.*"auditableEvidence":{[^}]*"linkURL":"[^"]*\/v1\/reports\/\([0-9a-f-]*\)".*/\1/p' "$1"
}

printf '[auth]\nmode = open\n[issuer]\npublic_url = https://probity.example\nstatus_seconds = 120\n' >server.ini
server_start state --config server.ini

# The list is there before anything was attested, and says so.
http GET /status/1
answers 200
has_field 'content-type: application/vc.$'
has_field 'cache-control: public, max-age=120.$'
has_field 'vary: accept, accept-encoding.$'
check "its id is its address" grep -q '"id":"https://probity.example/status/1"' body
check "a day" grep -q '"validUntil":"2026-07-01T12:00:00Z"' body
check "how long it may be kept" grep -q '"ttl":120000' body
bit body 0 >/dev/null
check "a list of 131,072" [ "$(wc -c <bits | tr -d ' ')" = 16384 ]
check "nobody is in it" [ "$(bits_set)" = 0 ]
etag=$(sed -n 's/^ETag: \(.*\)\r$/\1/p' head)
http GET /status/1 -H "If-None-Match: $etag"
answers 304
http GET /status/1 -H 'Accept: application/vc+jwt'
answers 200 '^eyJ'
has_field 'content-type: application/vc\+jwt.$'
http GET /status/1 -H 'Accept: text/html'
answers 406
for list in 0 2 01 -1 x 4294967296 99999999999999999999; do
	http GET "/status/$list"
	answers 404
done
http GET '/status/1?timestamp=2026-06-01T00:00:00Z'
answers 400 'no history of the list is kept'
http GET '/status/1?other=1'
answers 400

declare_one 'Example Garments Ltd' BGD
printf '%s' "$(cat accepted)" | sed 's/.*"attestation":\(.*\),"id":"[0-9a-f-]*","log":.*/\1/' >first.json
FIRST=$ATTESTATION
check "the attestation names the list" grep -q '"statusListCredential":"https://probity.example/status/1"' first.json
http GET /status/1
check "it stands" [ "$(bit body "$(index_of first.json)")" = 0 ]
cp body list.json
curl -sS "$URL/.well-known/did.json" >did.json
verify() {
	"$PROBITY" verify --at "${AS_OF}T12:00:00Z" --did did.json "$@"
}
runs 0 verify --status list.json first.json
check "looked up" grep -q '^passed   status' out
http GET /status/1 -H 'Accept: application/vc+jwt'
runs 0 verify --status body first.json
check "looked up in the other form" grep -q '^passed   status' out

# Hostile or mistaken.
nobody=01980000-0000-7000-8000-000000000001
while IFS='|' read -r status pattern text; do
	http POST "/v1/attestations/$FIRST/revoke" -H "$JSON" --data-binary "$text"
	answers "$status" "$pattern"
done <<'END'
400|invalid-json|
422|"pointer":"/reason"|{}
422|"pointer":"/reason"|{"reason":"because the owner of the mill wants it"}
422|"pointer":"/reason"|{"reason":null}
422|"pointer":"/reason"|{"reason":["withdrawn"]}
422|unknown-member|{"reason":"withdrawn","superseded_by":"01980000-0000-7000-8000-000000000001"}
422|wrong-type|"withdrawn"
END
revoke "$nobody" withdrawn
answers 404
revoke "$DECLARATION" withdrawn
answers 404
revoke x withdrawn
answers 404
http GET "/v1/attestations/$FIRST/revoke"
answers 405
http GET "/v1/attestations/$FIRST/revocation"
answers 404

# Revoked, once and for good.
revoke "$FIRST" issued_in_error
answers 200 "^\\{\"attestation\":\"$FIRST\",\"log\":\\{\"index\":[0-9]+,\"leaf_hash\":\"[0-9a-f]{64}\",\"salt\":\"[A-Za-z0-9_-]{22}\"\\},\"reason\":\"issued_in_error\",\"revoked_at\":\"2026-06-30T12:00:00Z\",\"status\":\\{\"index\":$(index_of first.json),\"list\":1\\}\\}\$"
cp body revocation.json
revoke "$FIRST" withdrawn
answers 409 already-revoked
check "it says where to look" grep -q "/v1/attestations/$FIRST/revocation" body
http GET "/v1/attestations/$FIRST/revocation"
answers 200
check "the reason is the first one" cmp -s body revocation.json
http GET "/v1/attestations/$FIRST"
answers 200
check "the attestation itself is unchanged" cmp -s body first.json
http GET /status/1
check "its bit is set" [ "$(bit body "$(index_of first.json)")" = 1 ]
check "and no other" [ "$(bits_set)" = 1 ]
check "another list, another ETag" lacks "$etag" head
cp body list.json
runs 1 verify --status list.json first.json
check "whoever asks learns it" grep -q '^not verified: status: .*revoked' out
http GET /status/1 -H 'Accept: application/vc+jwt'
runs 1 verify --status body first.json
http POST /v1/verify -H 'Content-Type: application/vc' --data-binary @first.json
answers 200 '"verified":false'
http GET /status/1
http GET /status/1
check "made once" cmp -s body list.json

# What the log holds of it can be worked out: SHA-256 of salt and text, in an entry of its own.
if command -v python3 >/dev/null; then
	runs 0 python3 - revocation.json <<'END'
import base64, hashlib, json, sys
r = json.load(open(sys.argv[1]))
log = r.pop("log")
text = json.dumps(r, separators=(",", ":"), sort_keys=True).encode()
salt = base64.urlsafe_b64decode(log["salt"] + "==")
digest = hashlib.sha256(salt + text).hexdigest()
entry = json.dumps({"revokedAt": r["revoked_at"], "sha256": digest, "type": "revocation"}, separators=(",", ":"), sort_keys=True).encode()
sys.exit(hashlib.sha256(b"\0" + entry).hexdigest() != log["leaf_hash"])
END
fi

# A hundred more, a few of them revoked: their places are spread, and the list says which.
n=0
: >wanted
while [ "$n" -lt 60 ]; do
	attest "{\"report\":\"$REPORT\"}"
	check "attested" [ "$STATUS" = 201 ]
	index_of body >>places
	if [ $((n % 12)) -eq 0 ]; then
		index_of body >>wanted
		revoke "$(attestation_of body)" withdrawn
		check "revoked" [ "$STATUS" = 200 ]
	fi
	n=$((n + 1))
done
check "no place twice" [ "$(sort -u places | wc -l)" -eq 60 ]
check "not in order" [ "$(sort -n places | head -20)" != "$(head -20 places)" ]
check "not at the beginning" [ "$(sort -n places | tail -1)" -gt 10000 ]
http GET /status/1
while read -r place; do
	check "revoked: $place" [ "$(bit body "$place")" = 1 ]
done <wanted
check "five and the first" [ "$(bits_set)" = 6 ]
http GET /status/2
answers 404

# Everything after a restart; a draw never gives a place again that somebody has.
server_stop
server_start state --config server.ini
http GET /status/1
bit body 0 >/dev/null
check "the same bits" [ "$(bits_set)" = 6 ]
http GET "/v1/attestations/$FIRST/revocation"
check "the same revocation" cmp -s body revocation.json
attest "{\"report\":\"$REPORT\"}"
answers 201
check "a place of its own" lacks "^$(index_of body)\$" places
THIRD=$(attestation_of body)

# Under a release whose table rates otherwise the declaration is scored anew: what stood is superseded, in one step.
server_stop
cp -r "$SOURCE/datasets/sources" sources
sed -i 's/^5,high,/5,medium,/' sources/method_rating.csv
runs 0 "$PROBITY" data build --sources sources --out other.lmdb
server_start state --config server.ini --data other.lmdb
attest "{\"declaration\":\"$DECLARATION\"}" -H 'Idempotency-Key: anew'
answers 201
cp body anew.json
ANEW=$(attestation_of body)
check "another rating" grep -q '"profileScore":{"code":"medium"' anew.json
check "the declaration's digest is the same" [ "$(sed 's/.*"evidence":\[\({[^}]*}\).*/\1/' anew.json)" = "$(sed 's/.*"evidence":\[\({[^}]*}\).*/\1/' first.json)" ]
http GET "/v1/attestations/$THIRD/revocation"
answers 200 '"reason":"superseded"'
# Whoever holds the old one's id is not led to the new one, which may say more.
check "its successor is not named" lacks "$ANEW" body
http GET "/v1/attestations/$FIRST/revocation"
check "what was revoked before stays as it was" cmp -s body revocation.json
http GET /status/1
check "superseded ones are in the list" [ "$(bit body "$(tail -1 places)")" = 1 ]
check "all but the new one" [ "$(bits_set)" = 62 ]
check "the new one stands" [ "$(bit body "$(index_of anew.json)")" = 0 ]
cp body list.json
attest "{\"declaration\":\"$DECLARATION\"}" -H 'Idempotency-Key: anew'
answers 201
check "under its key nothing is done again" cmp -s body anew.json
attest "{\"declaration\":\"$DECLARATION\"}"
answers 201
http GET /status/1
check "the same rating supersedes nothing" cmp -s body list.json
http GET "/v1/attestations/$ANEW/revocation"
answers 404

# The new report is there under its own id, the old one under its own; the old one is not attested beside the new.
new_report=$(report_of anew.json)
http GET "/v1/reports/$new_report"
answers 200 '"rating":"medium"'
http GET "/v1/reports/$REPORT"
answers 200 '"rating":"high"'
attest "{\"report\":\"$REPORT\"}"
answers 409 superseded
check "it names the report that could be" grep -q "$new_report" body
attest "{\"report\":\"$new_report\"}"
answers 201
check "an old release's report under a new one and the other way round" grep -q '"code":"medium"' body

# Back under the first release, today's result is what it was.
server_stop
server_start state --config server.ini
attest "{\"report\":\"$new_report\"}"
answers 201
check "stated as it was stored" grep -q '"code":"medium"' body
attest "{\"declaration\":\"$DECLARATION\"}"
answers 201
check "and back" grep -q '"profileScore":{"code":"high"' body
http GET "/v1/attestations/$ANEW/revocation"
answers 200 '"reason":"superseded"'

# Nothing stands, and both ratings are asked for at once: whoever comes too late is made anew, or refused. Never do two ratings stand.
server_stop
server_start state --config server.ini --data other.lmdb
declare_one 'Example Knitwear Ltd' BGD
server_stop
server_start state --config server.ini
attest "{\"declaration\":\"$DECLARATION\"}"
answers 201
other_report=$(report_of body)
check "rated otherwise" [ "$other_report" != "$REPORT" ]
round=0
while [ "$round" -lt 8 ]; do
	for made in body at_once.*; do
		[ ! -s "$made" ] || revoke "$(attestation_of "$made")" withdrawn
	done
	pids=
	for n in 1 2 3 4 5 6; do
		subject=$REPORT
		[ $((n % 2)) -eq 0 ] || subject=$other_report
		curl -sS -o "at_once.$n" -w '%{http_code}' -H "$JSON" --data-binary "{\"report\":\"$subject\"}" "$URL/v1/attestations" >"code.$n" &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid"
	done
	check "answered, refused or put off" [ -z "$(grep -LE '^(201|409|503)$' code.*)" ]
	http GET /status/1
	: >standing
	for n in 1 2 3 4 5 6; do
		if [ "$(cat "code.$n")" = 201 ]; then
			[ "$(bit body "$(index_of "at_once.$n")")" = 1 ] || grep -o '"profileScore":{"code":"[a-z]*"' "at_once.$n" >>standing
		else
			: >"at_once.$n"
		fi
	done
	check "of one rating some stand" [ "$(sort -u standing | wc -l)" -eq 1 ]
	: >body
	round=$((round + 1))
done

# A year later what stood has expired: it contradicts nothing.
server_stop
PROBITY_TEST_CLOCK=2027-06-30T12:00:00Z server_start state --config server.ini
PROBITY_TEST_CLOCK=${AS_OF}T12:00:00Z
attest "{\"report\":\"$new_report\"}"
answers 201
check "dated today" grep -q '"validFrom":"2027-06-30T12:00:00Z"' body
check "of then" grep -q '"assessmentDate":"2026-06-30"' body

# One declaration has no end of attestations.
n=0
while [ "$STATUS" = 201 ] && [ "$n" -lt 300 ]; do
	attest "{\"report\":\"$new_report\"}"
	n=$((n + 1))
done
answers 409 attested-too-often
check "after some hundred" [ "$n" -gt 150 ]
check "counted" [ "$(curl -sS --unix-socket "$server_state/operator.sock" "$URL/metrics" | sed -n 's/^probity_attestations_revoked_total //p')" = 0 ]
# Many ask at once for a list that must be made anew, and for lists that there are not: one of them has it made, nobody gets another.
declare_one 'Example Knitwear Ltd' BGD
revoke "$ATTESTATION" withdrawn
answers 200
pids=
for n in 1 2 3 4 5 6 7 8; do
	curl -sS -o "list.$n" -w '%{http_code}' "$URL/status/1" >"asked.$n" &
	pids="$pids $!"
	curl -sS -o /dev/null -w '%{http_code}' "$URL/status/$((n + 1))" >"beyond.$n" &
	pids="$pids $!"
done
for pid in $pids; do
	wait "$pid"
done
http GET /status/1
answers 200
check "made or put off" [ -z "$(grep -LE '^(200|503)$' asked.*)" ]
check "made for somebody" grep -q '^200$' asked.*
check "there are no others" [ -z "$(grep -LE '^404$' beyond.*)" ]
for n in 1 2 3 4 5 6 7 8; do
	[ "$(cat "asked.$n")" != 200 ] || check "the same bytes" cmp -s body "list.$n"
done
server_stop
runs 0 "$PROBITY" state verify --state state
finish
