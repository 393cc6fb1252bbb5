# SPDX-License-Identifier: Apache-2.0
# What a company keeps to itself in an attestation, and opens later, part by part.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
. "${0%/*}/attest_lib.sh"

printf '[auth]\nmode = open\n[issuer]\npublic_url = https://probity.example\n' >server.ini
server_start state --config server.ini
declare_one 'Example Garments Ltd' BGD

# Nothing is said but what must be: and nothing in it leads to the supplier.
attest "{\"report\":\"$REPORT\",\"disclose\":[]}"
answers 201
cp body closed.json
CLOSED=$(attestation_of body)
for word in 'Example Garments' '"BGD"' "$DECLARATION" "$REPORT" '"profileScore"' '"code":"present"' lowerTolerance; do
	check "$word is not in it" lacks "$word" closed.json
done
check "sixteen commitments" [ "$(grep -o '"linkName":"Withheld: [a-z_/]*"' closed.json | sort -u | wc -l)" -eq 16 ]
check "the method is" grep -q '"linkName":"Method"' closed.json
check "that it is no audit is" grep -q 'Not an audit' closed.json
http POST /v1/verify -H 'Content-Type: application/vc' --data-binary @closed.json
answers 200 '"verified":true'
http GET "/v1/attestations/$CLOSED"
check "stored as it was answered" cmp -s body closed.json

# Its owner opens.
http GET "/v1/attestations/$CLOSED/openings"
answers 200 '^\{"items":\[\{"part":"supplier","salt":"[A-Za-z0-9_-]{22}","value":'
cp body openings.json
check "one for each part" [ "$(grep -o '"part":"' openings.json | wc -l)" -eq 16 ]
check "the name is among them" grep -q 'Example Garments Ltd' openings.json
check "an unknown is committed to as a known is" grep -q '"part":"indicators/debt_bondage","salt":"[A-Za-z0-9_-]*","value":null' openings.json
check "no salt twice" [ "$(grep -o '"salt":"[^"]*"' openings.json | sort | uniq -d | wc -l)" -eq 0 ]
# One by one: what was given away is checked by anyone, offline, and nothing else is known by it.
curl -sS "$URL/.well-known/did.json" >did.json
sed 's/.*\({"part":"rating","salt":"[^"]*","value":{[^}]*}}\).*/\1/' openings.json >rating.json
runs 0 "$PROBITY" verify --at "${AS_OF}T12:00:00Z" --did did.json --open rating.json closed.json
check "one part is opened" grep -q '^passed   openings.*rating' out
sed 's/"high"/"low"/' rating.json >lie.json
runs 1 "$PROBITY" verify --at "${AS_OF}T12:00:00Z" --did did.json --open lie.json closed.json
check "another value does not open it" grep -q '^not verified: openings' out
sed 's/^{"items":\(.*\)}$/\1/' openings.json >all.json
runs 0 "$PROBITY" verify --at "${AS_OF}T12:00:00Z" --did did.json --open all.json closed.json
if command -v python3 >/dev/null; then
	# One by one, by the formula of ATTESTATION.md: SHA-256 of salt and canonical part, among the evidence under its name.
	runs 0 python3 - closed.json openings.json <<'END'
import base64, hashlib, json, sys
credential, openings = (json.load(open(p)) for p in sys.argv[1:])
links = {l["linkName"]: l["digestMultibase"] for l in credential["credentialSubject"]["conformityAssessment"][0]["evidence"]}
for o in openings["items"]:
    salt = base64.urlsafe_b64decode(o["salt"] + "==")
    text = json.dumps({"part": o["part"], "value": o["value"]}, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    digest = "u" + base64.urlsafe_b64encode(b"\x12\x20" + hashlib.sha256(salt + text).digest()).decode().rstrip("=")
    assert links["Withheld: " + o["part"]] == digest, o["part"]
END
fi

# The same again has other salts: two attestations of one supplier have no commitment in common.
attest "{\"report\":\"$REPORT\",\"disclose\":[]}"
answers 201
for link in $(grep -o '"digestMultibase":"[^"]*","linkName":"Withheld' closed.json | cut -d'"' -f4); do
	check "not the same commitment" lacks "$link" body
done

# A tender office is shown supplier and rating; the indicators stay with the company.
attest "{\"declaration\":\"$DECLARATION\",\"disclose\":[\"supplier\",\"rating\",\"report\"]}"
answers 201
check "the name" grep -q 'Example Garments Ltd' body
check "the rating" grep -q '"profileScore":{"code":"high"' body
check "no indicator" lacks '"code":"present"' body
check "thirteen commitments" [ "$(grep -o '"linkName":"Withheld: ' body | wc -l)" -eq 13 ]
PARTLY=$(attestation_of body)
http GET "/v1/attestations/$PARTLY/openings"
check "as many openings" [ "$(grep -o '"part":"' body | wc -l)" -eq 13 ]
check "none of what is open" lacks '"part":"rating"' body
http GET "/v1/attestations/$ATTESTATION/openings"
answers 200 '^\{"items":\[\]\}$'

# What is withheld is known to the server: an attestation that hides another rating is superseded all the same.
server_stop
cp -r "$SOURCE/datasets/sources" sources
sed -i 's/^5,high,/5,medium,/' sources/method_rating.csv
runs 0 "$PROBITY" data build --sources sources --out other.lmdb
server_start state --config server.ini --data other.lmdb
attest "{\"declaration\":\"$DECLARATION\",\"disclose\":[\"indicators\"]}"
answers 201
check "its rating is withheld too" lacks '"profileScore"' body
NEXT=$(attestation_of body)
for id in "$CLOSED" "$PARTLY" "$ATTESTATION"; do
	http GET "/v1/attestations/$id/revocation"
	answers 200 '"reason":"superseded"'
	check "who holds it is not led to its successor" lacks "$NEXT" body
done
attest "{\"declaration\":\"$DECLARATION\"}"
answers 201
http GET "/v1/attestations/$NEXT/revocation"
answers 404
# Openings outlive the attestation's end and a restart.
http GET "/v1/attestations/$CLOSED/openings"
answers 200
check "the same openings" cmp -s body openings.json
server_stop

# Where keys are wanted, a stranger with the id gets the attestation, its receipt and its revocation, and nothing of the owner's.
printf '[issuer]\npublic_url = https://probity.example\n[auth]\nmode = required\n' >required.ini
server_start state --config required.ini
for path in "/v1/attestations/$CLOSED" "/v1/attestations/$CLOSED/revocation" /status/1; do
	http GET "$path"
	answers 200
done
http GET "/v1/attestations/$CLOSED/proof"
check "the receipt is public" [ "${STATUS#20}" != "$STATUS" ]
http GET "/v1/attestations/$CLOSED/openings"
answers 401
has_field 'www-authenticate: Bearer'
attest "{\"report\":\"$REPORT\"}"
answers 401
http POST "/v1/attestations/$CLOSED/revoke" -H "$JSON" --data-binary '{"reason":"withdrawn"}'
answers 401
server_stop
finish
