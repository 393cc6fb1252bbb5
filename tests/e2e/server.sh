# SPDX-License-Identifier: Apache-2.0
# The server from its start to its end, as the three kinds of users meet it.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"

declaration='{"supplier":{"name":"Example Garments Ltd","country":"BGD"},"products":[{"hs":"6109","description":"T-shirts"}],"workforce":{"total":1200,"migrant":40},"findings":[{"indicator":"withholding_of_wages","state":"present","source":"audit_announced","date":"2025-11-02","reference":"audit report 17, interview with the welfare officer"}]}'
printf '%s' "$declaration" >declaration.json

server_start state
check "the key is made for its owner alone" [ "$(stat -c %a state/issuer.key)" = 600 ]
check "the state is its owner's alone" [ "$(stat -c %a state)" = 700 ]

# A company: lists are scored as they are, and the same bytes come out as offline.
for list in nike_2021 cos_2024; do
	http POST /v1/screenings -H 'Content-Type: text/csv' --data-binary "@$SAMPLES/${list}_sample.csv"
	answers 200
	grep -v '^{"error"' body >online
	screen --out ndjson "$SAMPLES/${list}_sample.csv" >offline 2>/dev/null
	check "$list: online as offline" cmp -s online offline
done
printf '%s\n{"supplier":{"name":"x"}}\nno json\n%s\n' "$declaration" "$declaration" >list.ndjson
http POST /v1/screenings -H 'Content-Type: application/x-ndjson' -H 'Transfer-Encoding: chunked' --data-binary @list.ndjson
answers 200
check "four rows, four lines" [ "$(wc -l <body)" -eq 4 ]
check "in order: the second is a refusal" [ "$(sed -n 2p body | grep -c '^{"error":.*"line":2}$')" -eq 1 ]
check "in order: the third is a refusal" [ "$(sed -n 3p body | grep -c '^{"error":.*"line":3}$')" -eq 1 ]
check "the first and the last are the same report" [ "$(sed -n 1p body)" = "$(sed -n 4p body)" ]
http POST /v1/screenings -H 'Content-Type: application/json' --data-binary @declaration.json
answers 200 '^\{"as_of":"2026-06-30",'
screen --out ndjson declaration.json >offline
printf '\n' >>body
check "one declaration: online as offline" cmp -s body offline

# An officer: a declaration is stored, the attestation verifies elsewhere, and one flipped byte does not.
http POST /v1/declarations -H 'Content-Type: application/json' --data-binary @declaration.json
answers 201 '"log":\{"index":4,"leaf_hash":"[0-9a-f]{64}"'
has_field 'Location: /v1/declarations/[0-9a-f-]*'
id=$(located)
cp body accepted.json
http GET "/v1/declarations/$id"
answers 200 '"salt":"'
check "the declaration is kept with its words" grep -q 'welfare officer' body
report_id=$(member report_id body)
attestation_id=$(member attestation_id body)
http GET "/v1/reports/$report_id"
answers 200 "\"id\":\"$report_id\""
cp body report.json
http GET "/v1/reports/$id"
check "a report is found by its declaration too" cmp -s body report.json
http GET "/v1/attestations/$attestation_id"
answers 200 '"cryptosuite":"eddsa-jcs-2022"'
has_field 'Content-Type: application/vc'
cp body attestation.json
check "the free text is in neither report nor attestation" lacks 'welfare officer' report.json attestation.json
check "what was answered is what is kept" grep -qF "$(cat attestation.json)" accepted.json
runs 0 "$PROBITY" verify --at 2026-07-01T00:00:00Z attestation.json
check "verify says so" grep -q '^verified' out
bytes=$(wc -c <attestation.json)
for at in 1 40 $((bytes / 3)) $((bytes / 2)) $((bytes - 40)) $((bytes - 2)); do
	head -c "$at" attestation.json >flipped.json
	# The byte behind, with its lowest bit turned.
	byte=$(dd if=attestation.json bs=1 skip="$at" count=1 2>/dev/null | od -An -tu1 | tr -d ' ')
	printf "\\$(printf %o $((byte ^ 1)))" >>flipped.json
	tail -c +$((at + 2)) attestation.json >>flipped.json
	check "as long as before" [ "$(wc -c <flipped.json)" -eq "$bytes" ]
	runs 1 "$PROBITY" verify --at 2026-07-01T00:00:00Z flipped.json
done
http POST /v1/verify -H 'Content-Type: application/vc' --data-binary @attestation.json
answers 200 '"verified":true'
http POST /v1/verify -H 'Content-Type: application/vc' --data-binary @flipped.json
answers 200 '"verified":false'
http GET /.well-known/did.json
answers 200 '"assertionMethod"'
runs 0 "$PROBITY" report "$report_id"

# The leaf of the log is what anybody can work out from the attestation and the salt.
salt=$(sed -n 's/.*"salt":"\([^"]*\)".*/\1/p' accepted.json | tr -- '-_' '+/')
{ printf '%s==' "$salt" | base64 -d; cat attestation.json; } | sha256sum | cut -c1-64 >digest
issued=$(sed -n 's/.*"validFrom":"\([^"]*\)".*/\1/p' attestation.json)
leaf=$(printf '\000{"issuedAt":"%s","sha256":"%s","type":"attestation"}' "$issued" "$(cat digest)" | sha256sum | cut -c1-64)
check "leaf_hash" grep -qF "\"leaf_hash\":\"$leaf\"" accepted.json

# A consumer.
http GET '/v1/products?hs=6109&origin=BGD'
answers 200 '"ask_the_shop"'
etag=$(sed -n 's/^[Ee][Tt]ag: \("[^"]*"\).*/\1/p' head)
http GET '/v1/products?hs=6109&origin=BGD'
check "from memory as before" [ "$(sed -n 's/^[Ee][Tt]ag: \("[^"]*"\).*/\1/p' head)" = "$etag" ]
http GET '/v1/products?hs=6109&origin=BGD' -H "If-None-Match: $etag"
answers 304
http GET '/v1/products?q=cotton%20shirt&origin=Bangladesh'
answers 200
runs 0 "$PROBITY" product --hs 6109 --origin BGD

# In the language that is asked for, kept answers too.
for round in first again; do
	for language in en fr zh; do
		http GET '/v1/products?hs=6109&origin=LBN' -H "Accept-Language: de, $language;q=0.7"
		answers 200
		has_field "Content-Language: $language"
		has_field 'Vary: .*Accept-Language'
		cp body "product.$language.$round"
	done
done
for language in en fr zh; do
	check "kept in $language" cmp -s "product.$language.first" "product.$language.again"
done
check "the country in French" grep -q '"name":"Liban"' product.fr.first
check "the country in English" grep -q '"name":"Lebanon"' product.en.first
check "the heading in English" grep -q '"name":"T-shirts, singlets' product.en.first
for language in fr zh; do
	check "the heading in $language, and the good in the summary" lacks 'singlets' "product.$language.first"
done
etag=$(sed -n 's/^[Ee][Tt]ag: \("[^"]*"\).*/\1/p' head)
http GET '/v1/products?hs=6109&origin=LBN' -H 'Accept-Language: zh' -H "If-None-Match: $etag"
answers 304
has_field 'Vary: .*Accept-Language'
http GET '/v1/products?hs=6109&origin=LBN' -H 'Accept-Language: fr' -H "If-None-Match: $etag"
answers 200
http GET '/v1/products?hs=6109&origin=LBN' -H "Accept-Language: $(printf 'x%.0s,' $(seq 1 500))*;q=,,fr;q=9,;;;"
answers 200
has_field 'Content-Language: en'
for path in /v1/countries/UZB /v1/lists; do
	http GET "$path" -H 'Accept-Language: ru'
	answers 200
	has_field 'Content-Language: ru'
done
http GET /v1/indicators -H 'Accept-Language: ru'
check "no language where there is none to choose" lacks '^(Content-Language|Vary:.*Accept-Language)' head
runs 0 "$PROBITY" product --lang fr --hs 6109 --origin LBN
check "the program asks for its language" grep -q Liban out
for path in / /healthz /readyz /metrics /openapi.json /v1/indicators /v1/countries/UZB /v1/lists /v1/data /problems/busy; do
	http GET "$path"
	answers 200
	http GET "$path" -I -X HEAD
	answers 200
	http OPTIONS "$path"
	answers 204
	has_field 'Allow: GET, HEAD, OPTIONS'
done

# The same request under the same key is answered once; a refused one does not use the key up.
http POST /v1/declarations -H 'Content-Type: application/json' -H 'Idempotency-Key: "a-1"' -d '{"supplier":{"name":"x"}}'
answers 422 '"pointer":"/supplier/country"'
http POST /v1/declarations -H 'Content-Type: application/json' -H 'Idempotency-Key: "a-1"' --data-binary @declaration.json
answers 201
cp body first.json
http POST /v1/declarations -H 'Content-Type: application/json' -H 'Idempotency-Key: "a-1"' --data-binary @declaration.json
answers 201
has_field 'Idempotent-Replayed: true'
check "byte by byte the same" cmp -s body first.json
http POST /v1/declarations -H 'Content-Type: application/json' -H 'Idempotency-Key: "a-1"' -d '{"supplier":{"name":"x","country":"BGD"}}'
answers 422 'idempotency-key-reused'

# It ends when told, begins again with all it had, and the state follows from the journal.
server_stop
server_start state
http GET "/v1/reports/$report_id"
check "after a restart: the same bytes" cmp -s body report.json
http GET "/v1/attestations/$attestation_id"
check "after a restart: the same attestation" cmp -s body attestation.json
runs 0 "$PROBITY" state verify --state state
check "state verify: verified" grep -q verified out
server_stop
runs 0 "$PROBITY" state verify --state state
runs 0 "$PROBITY" state rebuild --state state --out rebuilt
check "the rebuilt state is the same" grep -qiE 'same|equal' out
# Whatever the server's map is: a state of this size is made anew in little address space.
runs 0 limited 3000000 "$PROBITY" state rebuild --state state --out narrow
check "and so is one made in little room" grep -qiE 'same|equal' out
cp state/issuer.key state/log.key rebuilt/
server_start rebuilt
http GET "/v1/declarations/$id"
answers 200
server_stop
finish
