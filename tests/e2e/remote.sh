# SPDX-License-Identifier: Apache-2.0
# The commands that speak to a server, with a server: what is submitted can be fetched again and verifies.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
# The commands judge by the machine's clock, so the server signs by it too.
unset PROBITY_TEST_CLOCK

# line WORD: the rest of the line of out that begins with it.
line() {
	sed -n "s/^$1  *//p" out
}

cat >one.json <<'END'
{"supplier": {"name": "Example Garments Ltd", "country": "BGD"}, "products": [{"hs": "6109", "origin": "BGD"}],
 "findings": [{"indicator": "withholding_of_wages", "state": "present", "source": "ngo", "reference": "words that may name people"}]}
END
server_start state

# Submitted, and what was signed is checked.
runs 0 "$PROBITY" submit --idempotency-key first --attestation a.json --report r.json one.json
declaration=$(line declaration)
report=$(line report)
attestation=$(line attestation)
check "release, method and two keys stand before it in the log" [ "$(line 'log index')" = 4 ]
check "the rating is the report's" grep -q "\"rating\":\"$(line rating | sed 's/,.*//')\"" r.json
check "it is verified" grep -q '^verified  *yes, issued by did:key:z6Mk' out
check "free text stays where it is" lacks 'may name people' a.json r.json
runs 0 "$PROBITY" submit --idempotency-key first one.json
check "the same key is the same submission" [ "$(line declaration)" = "$declaration" ]
runs 0 sh -c '"$0" submit --out json - <one.json' "$PROBITY"
check "another is another" lacks "$declaration" out
sed 's/6109/6110/' one.json >other.json
runs 1 "$PROBITY" submit --idempotency-key first other.json
says 'Idempotency-Key'
check "nothing is printed" [ ! -s out ]

# Fetched again, byte by byte.
for id in "$attestation" "urn:uuid:$attestation"; do
	runs 0 "$PROBITY" attest "$id"
	says '^verified: issued by did:key:z6Mk'
	check "the attestation's bytes" cmp -s out a.json
done
runs 1 "$PROBITY" attest --out no.json "$declaration"
says 'there is no attestation'
check "nothing is written" [ ! -e no.json ]
for id in "$report" "$declaration"; do
	runs 0 "$PROBITY" report --out json "$id"
	printf '%s\n' "$(cat r.json)" >expected
	check "the report's bytes" cmp -s out expected
	runs 0 "$PROBITY" report "$id"
	mv out words
	runs 0 "$PROBITY" explain r.json
	check "the report in words" cmp -s out words
done
runs 1 "$PROBITY" report "$attestation"

# What is revoked is not printed, in neither form; when and why it was is.
runs 0 "$PROBITY" attest --report "$declaration" --out revoked.json
revoked=$(sed -n 's/^attestation //p' err)
runs 0 "$PROBITY" attest --proof "$revoked"
runs 0 "$PROBITY" attest "$revoked"
says '; 7 checks passed, not made: openings$'
runs 0 "$PROBITY" attest --jwt "$revoked"
says '; 6 checks passed, not made: log, openings$'
runs 0 "$PROBITY" attest --revoke withdrawn "$revoked"
for form in '' --jwt; do
	rm -f no.json
	# shellcheck disable=SC2086 # an option, or none
	runs 1 "$PROBITY" attest $form --out no.json "$revoked"
	says '^  status: failed: the issuer has revoked it'
	check "nothing is written" [ ! -e no.json ]
done
runs 0 "$PROBITY" attest --revocation "$revoked"

# What the server refuses is said with its place.
printf '{"supplier": {"name": "A", "country": "Atlantis"}}' >refused.json
runs 1 "$PROBITY" submit refused.json
says '^  /supplier/country: '

# A person in a shop.
runs 0 "$PROBITY" product --origin CHN --hs 5201
check "a summary" grep -q ' from China' out
check "what to ask" grep -q '^What to ask the shop:$' out
check "it is of such goods, not of this one" grep -q 'does not say how this item was made' out
runs 1 "$PROBITY" product --origin Atlantis shirt
says 'Atlantis'

# A server that is gone; and back, with everything it said was stored.
server_stop
runs 1 "$PROBITY" submit one.json
says 'could not be reached'
check "nothing can have been stored" lacks 'not known' err
server_start state
runs 0 "$PROBITY" attest "$attestation"
check "the same bytes after a restart" cmp -s out a.json
runs 0 "$PROBITY" submit --idempotency-key first one.json
check "and the same answer" [ "$(line declaration)" = "$declaration" ]
server_stop

# An issuer with a web address: its keys are in its document.
printf '[auth]\nmode = open\n[issuer]\npublic_url = https://probity.example\n' >server.ini
server_start web --config server.ini
runs 0 "$PROBITY" submit --attestation w.json one.json
check "verified by the document" grep -q '^verified  *yes, issued by did:web:probity.example' out
attestation=$(line attestation)
runs 0 "$PROBITY" attest "$attestation"
check "fetched and verified" cmp -s out w.json
runs 0 "$PROBITY" attest "https://probity.example/v1/attestations/$attestation"
check "by its own id" cmp -s out w.json
runs 1 "$PROBITY" attest "https://other.example/v1/attestations/$attestation"
says "another attestation than https://other.example/v1/attestations/$attestation"
check "nothing is printed" [ ! -s out ]
runs 0 "$PROBITY" submit --out json one.json
curl -sS -H 'Content-Type: application/json' --data-binary @out "$PROBITY_SERVER/v1/verify" >body
check "the whole answer" grep -q '"verified":true}$' body
server_stop
finish
