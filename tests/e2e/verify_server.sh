# SPDX-License-Identifier: Apache-2.0
# What a server gives is enough to check its attestations: offline by `probity verify`, and by POST /v1/verify of that server and of
# another one, which knows nothing of it but what is sent.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
. "${0%/*}/attest_lib.sh"

# keep NAME PATH [CURL OPTION]...: an answer as a file; a receipt may take a moment.
keep() {
	keep_name=$1
	keep_path=$2
	shift 2
	http GET "$keep_path" "$@"
	keep_tries=0
	while [ "$STATUS" = 202 ] && [ "$keep_tries" -lt 200 ]; do
		keep_tries=$((keep_tries + 1))
		sleep 0.05
		http GET "$keep_path" "$@"
	done
	answers 200
	cp body "$keep_name"
}

# collect: everything public about $ATTESTATION, in files.
collect() {
	keep a.json "/v1/attestations/$ATTESTATION"
	keep a.jwt "/v1/attestations/$ATTESTATION" -H 'Accept: application/vc+jwt'
	keep receipt "/v1/attestations/$ATTESTATION/proof"
	keep did.json /.well-known/did.json
	keep list.json /status/1
	keep vkey /log/key
	keep checkpoint /log/checkpoint
}

quoted() {
	printf '"'
	awk '{ gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); printf "%s\\n", $0 }' "$1"
	printf '"'
}

# ask MEMBER...: POST /v1/verify of a.json with these members, each as JSON.
ask() {
	{
		printf '{"attestation":' && cat a.json
		for ask_member in "$@"; do printf ',%s' "$ask_member"; done
		printf '}'
	} >asked
	http POST /v1/verify -H "$JSON" --data-binary @asked
}

verify() {
	"$PROBITY" verify --at "${AS_OF}T12:00:00Z" "$@"
}

# ---- did:web ----

printf '[auth]\nmode = open\n[issuer]\npublic_url = https://probity.example\n' >server.ini
server_start one --config server.ini
declare_one 'Example Garments Ltd' BGD
collect
runs 0 verify --did did.json --status list.json --receipt receipt --checkpoint checkpoint a.json
check "all but openings" [ "$(grep -c '^passed   ' out)" -eq 7 ]
check "no note" lacks '^note: ' out
runs 0 verify --did did.json --status list.json --receipt receipt --log-key vkey a.json
runs 0 verify --did did.json --status list.json a.jwt
http POST /v1/verify -H 'Content-Type: application/vc+jwt' --data-binary @a.jwt
answers 200 '"verified":true'
check "its own records" grep -q 'not revoked, by the records of this server' body
ask "\"receipt\":$(quoted receipt)"
answers 200 '"verified":true'
check "its own log" grep -q '"check":"log","detail":"entry [0-9]* of [0-9]* in the log probity.example/log' body
# A document of its own that a stranger brings does not count, and changes nothing.
ask '"did_document":{"id":"did:web:probity.example"}'
answers 200 '"verified":true'
ask '"verified":true'
answers 422 '"pointer":"/verified"'
ask '"status_list":7'
answers 422 '"pointer":"/status_list"'
cp list.json list_before.json
http POST "/v1/attestations/$ATTESTATION/revoke" -H "$JSON" --data-binary '{"reason":"withdrawn"}'
answers 200
ask "\"status_list\":$(cat list_before.json)"
answers 200 '"verified":false'
check "at once" grep -q 'revoked, by the records of this server' body
keep list.json /status/1
runs 1 verify --did did.json --status list.json --receipt receipt a.json
check "by the list as well" grep -q '^not verified: status: the issuer has revoked it' out
runs 1 verify --did did.json --status list.json a.jwt
server_stop

# Another server knows what is sent, and fetches nothing.
server_start two
ask
answers 200 '"verified":false'
check "it has no document" grep -q "the issuer's DID document is needed, and was not given" body
ask "\"did_document\":$(cat did.json)"
answers 200 '"verified":true'
check "nothing was looked up" grep -q 'which was not looked up","outcome":"skipped"' body
ask "\"did_document\":$(cat did.json)" "\"receipt\":$(quoted receipt)" "\"status_list\":$(cat list_before.json)"
answers 200 '"verified":true'
ask "\"did_document\":$(cat did.json)" "\"status_list\":$(cat list.json)"
answers 200 '"verified":false'
check "revoked" grep -q 'the issuer has revoked it: bit' body

# ---- did:key: the issuer is the key, and the log's key comes by itself ----

declare_one 'Example Mills Ltd' IND
collect
runs 0 verify --status list.json --receipt receipt --log-key vkey a.json
check "all but openings" [ "$(grep -c '^passed   ' out)" -eq 7 ]
runs 0 verify --status list.json --receipt receipt --log-key "$(cat vkey)" a.json
runs 1 verify --status list.json --receipt receipt a.json
check "whose log" grep -q '^not verified: log: the key of the log is needed' out
runs 0 verify --status list.json a.jwt
ask "\"receipt\":$(quoted receipt)"
answers 200 '"verified":true'
check "its own log" grep -q '"check":"log","detail":"entry [0-9]* of [0-9]* in the log probity.invalid/z6Mk' body
server_stop
finish
