# SPDX-License-Identifier: Apache-2.0
# From the operator to a supplier's invited declaration and an officer's read of the report, by the commands of `probity`; a second
# organisation finds none of it; the trail has all of it; then it is erased.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
# Keys are made now and are good for a year.
unset PROBITY_TEST_CLOCK

cat >server.ini <<'END'
[auth]
mode = required
[issuer]
public_url = https://probity.example
END
printf '{"supplier":{"name":"Example Knitwear Ltd","country":"BGD"},"products":[{"hs":"6109"}]}' >declaration.json

admin() {
	"$PROBITY" admin "$@"
}
# field TITLE: of the last command's output.
field() {
	sed -n "s/^$1  *//p" out | head -1
}
# header KEYFILE: the file KEYFILE.header has the field with which the key is shown.
header() {
	printf 'Authorization: Bearer %s\n' "$(cat "$1")" >"$1.header"
}
# as KEYFILE METHOD PATH [CURL OPTION]...
as() {
	as_key=$1
	shift
	http "$@" -H "@$as_key.header"
}
# operator METHOD PATH [CURL OPTION]...
operator() {
	operator_method=$1
	operator_path=$2
	shift 2
	http "$operator_method" "$operator_path" --unix-socket state/operator.sock "$@"
}
json='Content-Type: application/json'
# The answer to a problem without the name of the request.
bare() {
	sed 's/"instance":"[^"]*",*//' body
}

# ---- nobody is there yet ----
runs 1 admin --state state organisation list
says 'no server listens there.*probityd --state state'
runs 2 admin organisation
runs 2 admin organisation add
runs 2 admin organisation list more
runs 2 admin key list --confirm x
says 'confirm is not for key list'
runs 2 admin key add --role company --name a --expires-days soon
runs 2 admin --state s --server http://127.0.0.1:1 organisation list
runs 1 admin --socket "$(printf '%0200d' 0)" organisation list
# A folder too deep for a socket: the server goes without, and says so.
deep=$(printf 'd%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20)
deep=$PWD/$deep$deep$deep$deep$deep
mkdir "$deep"
server_start "$deep"
check "no socket in a deep folder" [ ! -e "$deep/operator.sock" ]
check "and it is said" grep -q "there is no operator's socket: its path would have more than 107 bytes" said
server_stop

printf '[state]\nmap_mib = 1024\n[server]\noperator_socket = nowhere/a.sock\n' >nowhere.ini
refused_start 1 'nowhere/a.sock cannot be listened on' --state state --config nowhere.ini

server_start state --config server.ini
printf '[state]\nmap_mib = 1024\n[server]\noperator_socket = state/operator.sock\n' >taken.ini
refused_start 1 'operator.sock cannot be listened on: Address already in use' --state second --config taken.ini
rm -r second
: >file
printf '[state]\nmap_mib = 1024\n[server]\noperator_socket = file\n' >taken.ini
refused_start 1 "operator's socket file cannot be listened on: what is there is no socket: remove it" --state third --config taken.ini
ln -s nowhere link.sock
printf '[state]\nmap_mib = 1024\n[server]\noperator_socket = link.sock\n' >taken.ini
refused_start 1 'what is there is no socket: remove it' --state fourth --config taken.ini
check "nothing of it was removed" [ -f file ]
check "nor of the link" [ -L link.sock ]
check "the socket is the owner's alone" [ "$(stat -c %a state/operator.sock)" = 600 ]
check "without a key it is said how to make one" grep -q 'probity admin organisation add' said
# A state in the folder of another: only with the operator there is a way in.
http GET /v1/organisations
answers 401
http GET /v1/audit
answers 401

# ---- the operator ----
runs 0 admin --state state organisation add 'Example Retail'
retail=$(field id)
check "an organisation has an id" [ ${#retail} -eq 36 ]
runs 0 admin --state state organisation add 'Other Trade'
other=$(field id)
runs 0 admin --state state organisation list
check "two organisations and a head" [ "$(lines)" -eq 3 ]
runs 0 admin --state state organisation show "$other"
check "the other is active" [ "$(field standing)" = active ]
runs 0 admin --state state organisation rename "$other" 'Other Trading'
check "renamed" [ "$(field name)" = 'Other Trading' ]
runs 2 admin --state state key add --role company --name a
says 'the operator is of no organisation: name one with --organisation'
runs 2 admin --state state key revoke "$other"
says 'name one with --organisation'
operator POST /v1/keys -H "$json" -d '{"name":"a","role":"company"}'
answers 422 '"pointer":"/organisation"'
runs 1 admin --state state key add --role king --name a --organisation "$retail"
says '/role: one of these is wanted'
runs 1 admin --state state key add --role supplier --scopes declare,admin --name a --organisation "$retail"
says 'role supplier cannot have the scope admin'
runs 1 admin --state state key add --role company --name a --organisation Nobody
says 'there is no organisation "Nobody"'
runs 0 admin --state state key add --organisation 'Example Retail' --role admin --name 'head of purchasing' --key-out admin.key
check "a key is the owner's alone" [ "$(stat -c %a admin.key)" = 600 ]
check "a key that goes to a file is not shown" lacks "$(cut -c 9-47 admin.key)" out err
runs 1 admin --state state key add --organisation 'Example Retail' --role admin --name again --key-out admin.key
says 'never written over'
runs 0 admin --state state key add --organisation 'Other Trading' --role company --name rival --key-out rival.key
runs 0 admin --state state key add --organisation 'Other Trading' --role admin --name 'rival admin' --key-out rivaladmin.key
header admin.key
header rival.key
header rivaladmin.key

# ---- an admin, by the address ----
remote="--server $URL --key-file"
# shellcheck disable=SC2086 # two words
runs 0 admin $remote admin.key key add --role company --name '=screening' --key-out company.key
company=$(field id)
# shellcheck disable=SC2086
runs 0 admin $remote admin.key key add --role officer --name review --key-out officer.key
officer=$(field id)
# shellcheck disable=SC2086
runs 1 admin $remote admin.key organisation add Third
says 'the scope operate'
# shellcheck disable=SC2086
runs 1 admin $remote company.key key list
says 'the scope admin'
header company.key
header officer.key
as admin.key GET /v1/organisations
answers 200 "\"id\":\"$retail\""
check "an admin sees its own alone" lacks "$other" body
as admin.key GET "/v1/organisations/$other"
answers 404
bare >not_theirs
as admin.key GET /v1/organisations/01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a8f
answers 404
bare >none
check "and cannot tell it from one that is not there" cmp -s none not_theirs

# Conditions and repeats.
as admin.key GET "/v1/keys/$company"
answers 200 '"standing":"in_use"'
etag=$(sed -n 's/^[Ee][Tt]ag: *\([^\r]*\).*/\1/p' head | tr -d '\r')
as admin.key POST "/v1/keys/$company/revoke" -H "$json" -H 'If-Match: "5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f"' -d '{}'
answers 412
as admin.key POST /v1/keys -H "$json" -H 'Idempotency-Key: one' -d '{"name":"twice","role":"auditor"}'
answers 201 '"key":"prb_'
twice=$(member id body)
as admin.key POST /v1/keys -H "$json" -H 'Idempotency-Key: one' -d '{"name":"twice","role":"auditor"}'
answers 201 '"key":null'
has_field 'Idempotent-Replayed: true'
check "a repeat makes no second key" [ "$(member id body)" = "$twice" ]
check "and says so" grep -q key_not_shown_again body
as admin.key POST /v1/keys -H "$json" -H 'Idempotency-Key: one' -d '{"name":"thrice","role":"auditor"}'
answers 422 idempotency-key-reused
as admin.key POST /v1/keys -H "$json" -d '{"name":"\u0007","rank":1}'
answers 422 '"pointer":"/rank"'
check "every fault has its place" grep -q '"pointer":"/name"' body
check "also what is missing" grep -q '"pointer":"/role"' body
as admin.key GET '/v1/keys?limit=1'
answers 200 '"next":"'
has_field 'Link: </v1/keys\?cursor=[0-9a-f-]*&limit=1>; rel="next"'
# shellcheck disable=SC2086
runs 0 admin $remote admin.key key list
check "four keys and a head" [ "$(lines)" -eq 5 ]

# A certificate stands for a key.
openssl req -x509 -newkey ed25519 -nodes -subj /CN=machine -keyout machine.key -out machine.pem 2>/dev/null
# shellcheck disable=SC2086
runs 1 admin $remote admin.key key add --role company --name machine --certificate machine.key
says 'private key'
# It is no secret: who only has it does not register it, nor as the successor of another.
# shellcheck disable=SC2086
runs 1 admin $remote admin.key key add --role company --name machine --certificate machine.pem
says '/certificate: this connection has not shown the certificate'
runs 0 admin --state state key add --organisation "$retail" --role company --name machine --certificate machine.pem --json
machine=$(openssl x509 -in machine.pem -outform DER | sha256sum | cut -d' ' -f1)
check "known by the hash of its DER form" grep -q "\"certificate_sha256\":\"$machine\".*\"key\":null,\"kind\":\"certificate\"" out
machine=$(member id out)
runs 1 admin --state state key add --organisation "$other" --role company --name mine --certificate machine.pem
says 'registered already'
# Also once it was revoked: a certificate stands for one key for good.
runs 0 admin --state state key revoke "$machine" --organisation "$retail"
printf '{"certificate":"%s","name":"again","organisation":"%s","role":"company"}' "$(awk '{printf "%s\\n", $0}' machine.pem)" "$retail" >again.json
operator POST /v1/keys -H "$json" --data-binary @again.json
answers 409 'already-registered'
check "in words of its own" grep -q 'stands for one key for good' body

# ---- an invitation ----
# shellcheck disable=SC2086
runs 0 admin $remote company.key invite add 'Example Knitwear Ltd' --country Bangladesh --language en --link-out link
invitation=$(field id)
check "a link leads to the page of the public URL" grep -qE '^https://probity\.example/invitation#prb_[A-Za-z0-9_-]{43}$' link
check "and is the owner's alone" [ "$(stat -c %a link)" = 600 ]
# shellcheck disable=SC2086
runs 0 admin $remote company.key invite add Second --link-out second.link
second=$(field id)
sed 's/.*#//' link >invited.key
chmod 600 invited.key
header invited.key
http GET /invitation
answers 200 'probity submit --invitation'
check "the page has no script" lacks '<script|onload|javascript:' body
http GET /invitation -H 'Accept-Language: ar, en;q=0.5'
answers 200 '<html lang="ar" dir="rtl">'
check "commands are read from left to right" grep -q '^<pre dir="ltr">probity submit --invitation' body
check "the page says its language" grep -qi '^content-language: ar' head
check "by which it differs" grep -qi '^vary: .*accept-language' head
check "and has the policy of pages" grep -qi "^content-security-policy: default-src 'none'; style-src 'sha256-" head
as invited.key GET /v1/invitation
answers 200 '"declarations_left":1.*"invited_by":"Example Retail".*"country":"BGD"'
as company.key GET /v1/invitation
answers 404
as invited.key GET /v1/invitations
answers 403
as invited.key POST /v1/screenings -H "$json" --data-binary @declaration.json
answers 403
# It is for a supplier of one country; what is refused uses nothing up.
as invited.key POST /v1/declarations -H "$json" -d '{"supplier":{"country":"IND","name":"Example Knitwear Ltd"}}'
answers 422 'this invitation is for a supplier in BGD.*"pointer":"/supplier/country"'

runs 2 "$PROBITY" submit --invitation - - <link
runs 2 "$PROBITY" submit --invitation link --key-file company.key declaration.json
runs 2 "$PROBITY" submit --invitation "$URL/elsewhere#prb_x" declaration.json
runs 0 "$PROBITY" submit --server "$URL" --invitation link --out json declaration.json
declaration=$(sed -n 's/.*,"id":"\([0-9a-f-]*\)","log":.*/\1/p' out)
report=$declaration
check "the supplier's declaration is stored" [ ${#declaration} -eq 36 ]
runs 1 "$PROBITY" submit --server "$URL" --invitation - declaration.json <link
says 'used as often as it may be'
as invited.key GET "/v1/declarations/$declaration"
answers 200
attestation=$(member attestation_id body)
as invited.key GET /v1/invitation
answers 200 "\"declarations_left\":0,\"declared\":\\[{\"id\":\"$declaration\",\"same_supplier\":true,"
as company.key GET "/v1/invitations/$invitation"
answers 200 "\"declared\":\\[{\"id\":\"$declaration\",\"same_supplier\":true,\"supplier\":{\"country\":\"BGD\",\"name\":\"Example Knitwear Ltd\"}}\\].*\"state\":\"used\""
# shellcheck disable=SC2086
runs 0 admin $remote company.key invite show "$invitation"
check "who declared, in words" grep -qE "^$declaration +Example Knitwear Ltd +BGD +true$" out
# shellcheck disable=SC2086
runs 0 admin $remote company.key invite list
check "and in the list" grep -qE "^$invitation +Example Knitwear Ltd +BGD +used .* 1 +1 +true$" out
as admin.key GET "/v1/invitations/$invitation"
answers 200 '"state":"used"'
check "who reads no reports sees no ids of them" lacks "$declaration" body

# Whoever is known to the buyer by another name declares under its own, and the buyer sees it.
# shellcheck disable=SC2086
runs 0 admin $remote company.key invite add 'The knitters' --link-out third.link
third=$(field id)
runs 0 "$PROBITY" submit --server "$URL" --invitation third.link --out json declaration.json
# shellcheck disable=SC2086
runs 0 admin $remote company.key invite show "$third"
check "another name than the invited" grep -qE "^[0-9a-f-]{36} +Example Knitwear Ltd +BGD +false$" out

# ---- the officer reads the report ----
runs 0 "$PROBITY" report --server "$URL" --key-file officer.key "$declaration"
check "in words" grep -qi rating out
as officer.key GET "/v1/reports/$report"
answers 200 '"rating":'

# ---- a second organisation: 404 for each of those ids ----
for path in "/v1/declarations/$declaration" "/v1/reports/$report" "/v1/attestations/$attestation/openings"; do
	as rival.key GET "$path"
	answers 404
	bare >theirs
	as rival.key GET "$(echo "$path" | sed 's/[0-9a-f-]\{36\}/01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a8f/')"
	answers 404
	bare >none
	check "as for an id that is none: $path" cmp -s none theirs
done
for path in "/v1/keys/$company" "/v1/keys/$officer" "/v1/invitations/$invitation" "/v1/organisations/$retail"; do
	as rivaladmin.key GET "$path"
	answers 404
	bare >theirs
	as rivaladmin.key GET "${path%/*}/01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a8f"
	answers 404
	bare >none
	check "as for an id that is none: $path" cmp -s none theirs
done
for path in "/v1/keys/$company/revoke" "/v1/keys/$company/rotate" "/v1/invitations/$second/revoke"; do
	as rivaladmin.key POST "$path" -H "$json" -d '{}'
	answers 404
	as rivaladmin.key POST "$path" -H "$json" -d "{\"organisation\":\"$retail\"}"
	answers 422 '"pointer":"/organisation"'
done
as rivaladmin.key POST "/v1/organisations/$retail/erase" -H "$json" -d '{"confirm":"Example Retail"}'
answers 404
as rivaladmin.key GET "/v1/keys?organisation=$retail"
answers 404

# ---- replacing and revoking ----
# shellcheck disable=SC2086
runs 0 admin $remote admin.key key rotate "$officer" --overlap-days 3 --key-out officer2.key
header officer2.key
as officer.key GET "/v1/reports/$report"
answers 200
as officer2.key GET "/v1/reports/$report"
answers 200
# shellcheck disable=SC2086
runs 0 admin $remote admin.key key revoke "$officer"
check "revoked" [ "$(field standing)" = revoked ]
as officer.key GET "/v1/reports/$report"
answers 401
as officer2.key GET "/v1/reports/$report"
answers 200
# shellcheck disable=SC2086
runs 1 admin $remote admin.key key rotate "$officer"
says 'this key is revoked'
# shellcheck disable=SC2086
runs 0 admin $remote admin.key key rotate "$company" --overlap-days 0 --key-out company2.key
header company2.key
as company.key GET /v1/invitations
answers 401
as company2.key GET "/v1/declarations/$declaration"
answers 200
# What was read is no longer there.
as admin.key POST "/v1/keys/$company/revoke" -H "$json" -H "If-Match: $etag" -d '{}'
answers 412
# shellcheck disable=SC2086
runs 0 admin $remote company2.key invite revoke "$second"
sed 's/.*#//' second.link >second.key
header second.key
as second.key GET /v1/invitation
answers 401

# ---- suspended, and active again ----
runs 0 admin --state state organisation suspend 'Example Retail'
as admin.key GET /v1/keys
answers 401
runs 0 admin --state state organisation resume 'Example Retail'
as admin.key GET /v1/keys
answers 200

# ---- the trail ----
# shellcheck disable=SC2086
runs 0 admin $remote admin.key audit
cp out trail.csv
check "a head" grep -q '^time,action,kind,object,by,key,name,detail' trail.csv
check "the organisation was made by the operator" grep -q ",created,organisation,$retail,operator," trail.csv
check "under its name" grep -q ",created,organisation,$retail,operator,,,\"standing active, name Example Retail\"" trail.csv
check "and suspended" grep -q ",changed,organisation,$retail,operator,,,\"standing suspended, name Example Retail\"" trail.csv
check "and active again" grep -q ",changed,organisation,$retail,operator,,,\"standing active, name Example Retail\"" trail.csv
check "what a key may do" grep -q ",created,key,$company,.*\"role company, scopes declare " trail.csv
check "the invitation by the company's key, whose name is no formula" \
	grep -q ",created,invitation,$invitation,key,$company,\"\{0,1\}'=screening" trail.csv
check "the declaration by the invitation" grep -q ",stored,declaration,$declaration,invitation,$invitation," trail.csv
check "the report was read by the officer" grep -q ",read,report,[0-9a-f-]*,key,$officer,review," trail.csv
check "the key was replaced" grep -q ",changed,key,$officer,key," trail.csv
check "and revoked" grep -q ",revoked,key,$officer,key,.*,head of purchasing," trail.csv
check "what was refused" grep -q ',refused,request,.*,GET /v1/keys' trail.csv
check "nothing of others" lacks "$other|rival" trail.csv
check "no text of a key, and no name of a supplier" lacks 'prb_|Knitwear' trail.csv
# What is read is noted without holding the answer up: it is there a moment later.
tries=0
read_noted() {
	grep -q '"action":"read","by":{"key":"[0-9a-f-]*","kind":"key","name":"head of purchasing"},"kind":"audit"' out
}
while :; do
	# shellcheck disable=SC2086
	runs 0 admin $remote admin.key audit --out json
	tries=$((tries + 1))
	! read_noted && [ $tries -lt 200 ] || break
done
check "that it was read is in it" read_noted
as admin.key GET '/v1/audit?limit=2' -H 'Accept: text/csv'
answers 200 '^time,'
has_field 'Content-Type: text/csv'
has_field 'Link: </v1/audit\?cursor=[A-Za-z0-9_-]{22}&limit=2>; rel="next"'
check "a head and two lines" [ "$(wc -l <body)" -eq 3 ]
# Where a page goes on counts nothing of what others do, and leads on.
as admin.key GET /v1/audit?limit=1
answers 200 '"next":"[A-Za-z0-9_-]{22}"\}$'
check "no numbers of the journal" lacks 'sequence' body
as admin.key GET "/v1/audit?limit=1&cursor=$(member next body)"
answers 200 ',"kind":"key",'
as admin.key GET '/v1/audit?cursor=3'
answers 400 'take `next`'
as admin.key GET '/v1/audit?from=2100-01-01'
answers 200 '^\{"items":\[\],"next":null\}$'
as admin.key GET '/v1/audit?to=2000-01-01'
answers 200 '^\{"items":\[\],"next":null\}$'
as admin.key GET "/v1/audit?from=$(date -u -d '1 day ago' +%Y-%m-%d)&to=$(date -u +%Y-%m-%d)&limit=1"
answers 200 "\"object\":\"$retail\""
as admin.key GET '/v1/audit?from=yesterday'
answers 400
as admin.key GET /v1/audit -H 'Accept: text/html'
answers 406
as company2.key GET /v1/audit
answers 403

# ---- the same by HTTP ----
operator POST /v1/organisations -H "$json" -d '{"name":"Third Party"}'
answers 201 '"name":"Third Party","standing":"active"'
has_field 'Location: /v1/organisations/'
third=$(member id body)
operator GET '/v1/organisations?limit=1'
answers 200 "\"next\":\"$third\""
operator POST "/v1/organisations/$third" -H "$json" -d '{}'
answers 422 'name, standing or both'
operator GET "/v1/organisations/$third"
etag=$(sed -n 's/^[Ee][Tt]ag: *//p' head | tr -d '\r')
operator POST "/v1/organisations/$third" -H "$json" -H "If-Match: $etag" -d '{"name":"Third"}'
answers 200 '"name":"Third"'
operator POST "/v1/organisations/$third" -H "$json" -H "If-Match: $etag" -d '{"standing":"suspended"}'
answers 412 precondition-failed
operator POST /v1/keys -H "$json" -d "{\"name\":\"a\",\"organisation\":\"$third\",\"role\":\"admin\"}"
answers 201 '"notice":\{"key":"key_shown_once"'
third_key=$(member id body)
operator POST "/v1/keys/$third_key/rotate" -H "$json" -H 'Idempotency-Key: r' -d "{\"organisation\":\"$third\",\"overlap_days\":0}"
answers 201 "\"holder\":\"$third_key\""
operator POST "/v1/keys/$third_key/rotate" -H "$json" -H 'Idempotency-Key: r' -d "{\"organisation\":\"$third\",\"overlap_days\":0}"
answers 201 '"key":null'
operator POST "/v1/keys/$third_key/revoke" -H "$json" -d "{\"organisation\":\"$third\"}"
answers 200 '"standing":"revoked"'
check "its successor can still manage" lacks no_admin_left body
operator POST /v1/invitations -H "$json" -d "{\"language\":\"fr\",\"organisation\":\"$third\",\"supplier\":{\"country\":\"Atlantis\",\"name\":\"a\"}}"
answers 422 '"pointer":"/supplier/country"'
operator POST /v1/invitations -H "$json" -H 'Idempotency-Key: i' \
	-d "{\"language\":\"fr\",\"organisation\":\"$third\",\"supplier\":{\"name\":\"$(printf '%0200d' 0)\"}}"
answers 201 '"link":"https://probity.example/invitation#prb_'
third_invitation=$(member id body)
operator POST /v1/invitations -H "$json" -H 'Idempotency-Key: i' \
	-d "{\"language\":\"fr\",\"organisation\":\"$third\",\"supplier\":{\"name\":\"$(printf '%0200d' 0)\"}}"
answers 201 '"key":null,"language":"fr","last_used_on":null,"link":null'
operator GET "/v1/invitations?organisation=$third&limit=1"
answers 200 '"state":"open"'
operator POST "/v1/invitations/$third_invitation/revoke" -H "$json" -d "{\"organisation\":\"$third\"}"
answers 200 '"state":"revoked"'
operator POST "/v1/organisations/$third/erase" -H "$json" -d '{"before":"2100-01-01","confirm":"Third"}'
answers 422 '"pointer":"/before"'
operator POST "/v1/organisations/$third/erase" -H "$json" -d '{"before":"2026-01-01","confirm":"Third"}'
answers 409 nothing-to-erase
operator POST "/v1/organisations/$third/erase" -H "$json" -d '{"confirm":"Third"}'
answers 200 '"before":null,.*"kept_from":null,"keys":1}'

# ---- the last admin ----
adminkey=$(sed -n 's/^[^,]*,created,key,\([0-9a-f-]*\),operator,.*/\1/p' trail.csv | head -1)
# shellcheck disable=SC2086
runs 0 admin $remote admin.key key revoke "$adminkey"
says 'the last key that could manage'
as admin.key GET /v1/keys
answers 401

# ---- years later ----
server_stop
check "the socket goes with the server" [ ! -e state/operator.sock ]
PROBITY_TEST_CLOCK=2036-01-01T00:00:00Z
export PROBITY_TEST_CLOCK
server_start state --config server.ini
as company2.key GET /v1/invitations
answers 401
operator GET "/v1/keys?organisation=$retail"
answers 200 '"standing":"expired"'
operator GET /v1/keys
answers 400
server_kill
# A socket that a killed server left is no hindrance.
check "a killed server leaves its socket" [ -S state/operator.sock ]
unset PROBITY_TEST_CLOCK
server_start state --config server.ini

# ---- erased ----
runs 2 admin --state state organisation erase "$retail"
runs 1 admin --state state organisation erase "$retail" --confirm 'Example Retai'
says '/confirm'
as company2.key GET "/v1/declarations/$declaration"
answers 200
as company2.key POST /v1/declarations -H "$json" --data-binary @declaration.json
answers 201
as company2.key GET "/v1/declarations/$(sed -n 's/.*,"id":"\([0-9a-f-]*\)","log":.*/\1/p' body)"
revoked=$(member attestation_id body)
http GET "/v1/attestations/$revoked"
cp body revoked.json
as company2.key POST "/v1/attestations/$revoked/revoke" -H "$json" -d '{"reason":"withdrawn"}'
answers 200
http GET "/v1/attestations/$attestation"
cp body handed_out.json
http POST /v1/verify -H "$json" --data-binary @handed_out.json
cp body before.json
runs 0 admin --state state organisation erase "$retail" --confirm 'Example Retail'
check "with the one data key that it had" [ "$(field keys)" = 1 ]
# What was handed out is still this server's, and of no other id is that said.
http POST /v1/verify -H "$json" --data-binary @handed_out.json
answers 200 'its record was erased'
check "nothing failed that had not" [ "$(grep -o '"outcome":"[a-z]*"' body)" = "$(grep -o '"outcome":"[a-z]*"' before.json)" ]
check "it was never called a stranger's" lacks 'never issued' body
http GET "/v1/attestations/$attestation/revocation"
answers 404
http GET "/v1/attestations/$revoked/revocation"
answers 200 '^\{"attestation":"'"$revoked"'","erased":true,"revoked_at":"20[^"]*Z"\}$'
http POST /v1/verify -H "$json" --data-binary @revoked.json
answers 200 'revoked, by the records'
as company2.key GET "/v1/declarations/$declaration"
answers 401
as rival.key GET "/v1/declarations/$declaration"
answers 404
http GET "/v1/attestations/$attestation"
answers 404
operator GET "/v1/keys/$company?organisation=$retail"
answers 404
operator GET "/v1/invitations?organisation=$retail"
answers 404
operator GET "/v1/organisations/$retail"
answers 200 '"name":null,"standing":"erased"'
runs 1 admin --state state organisation erase "$retail" --confirm 'Example Retail'
runs 0 admin --state state audit
check "the operator's trail has the erasure" grep -q ",erased,organisation,$retail,operator,,,everything" out
check "nothing is said to be erased that was not" lacks ",erased,organisation,$third,operator,,,before 2026-01-01" out
as rivaladmin.key GET /v1/audit
answers 200 '"kind":"key"'
server_stop
runs 0 "$PROBITY" state verify --state state
server_start state --config server.ini
as rivaladmin.key GET /v1/keys
answers 200
server_stop

# ---- a page that does not say where the next one is: what came must not pass for all of it ----
cat >cut.py <<'END'
import http.server


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'{"items":[],"next":"no cursor"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Page)
server.timeout = 60
print(server.server_port, flush=True)
for _ in range(2):
    server.handle_request()
END
mkfifo port
python3 cut.py >port &
read -r cut <port
runs 1 admin --server "http://127.0.0.1:$cut" --key-file company.key audit
says 'where it goes on'
runs 1 admin --server "http://127.0.0.1:$cut" --key-file company.key organisation list
says 'where it goes on'
wait

# ---- no socket, and no keys ----
printf '[server]\noperator_socket = none\n' >none.ini
server_start open --config none.ini
check "none is none" [ ! -e open/operator.sock ]
http POST /v1/keys -H "$json" -d '{"name":"a","role":"admin"}'
answers 403 'probity admin organisation add'
http GET /v1/organisations
answers 200 '^\{"items":\[\],"next":null\}$'
http GET /v1/audit
answers 200 '"next":null'
server_stop
server_start open --config server.ini
runs 0 admin --state open organisation list
check "nobody stored anything while it was open" lacks adopt-open said
server_stop

# ---- from open to required ----
printf '[state]\nmap_mib = 1024\n' >map.ini
server_start open
http POST /v1/declarations -H "$json" --data-binary @declaration.json
answers 201
nobodys=$(sed -n 's/^[Ll]ocation: .*declarations\/\([0-9a-f-]*\).*/\1/p' head)
runs 1 admin --state open organisation add Heir --adopt-open
says 'this server is open'
server_stop
server_start open --config server.ini
check "it says how what was stored gets an owner" grep -q 'by nobody: `probity admin organisation add NAME --adopt-open`' said
http GET "/v1/declarations/$nobodys"
answers 401
runs 2 admin --state open organisation list --adopt-open
says 'adopt-open is not for organisation list'
runs 0 admin --state open organisation add Stranger
runs 0 admin --state open key add --organisation Stranger --role company --name a --key-out stranger.key
runs 0 admin --state open key add --organisation Stranger --role admin --name a --key-out strangeradmin.key
# Of many at once one has it.
adding=
for n in 1 2 3 4 5 6 7 8; do
	admin --state open organisation add Heir --adopt-open >"add.$n" 2>&1 &
	adding="$adding $!"
done
for one in $adding; do
	wait "$one"
done
check "one has it" [ "$(cat add.? | grep -c '^id ')" -eq 1 ]
check "the others are told" [ "$(cat add.? | grep -c "is the organisation's .*, for good")" -eq 7 ]
heir=$(cat add.? | sed -n 's/^id  *//p')
runs 1 admin --state open organisation add Another --adopt-open
says "is the organisation's $heir, for good"
runs 0 admin --state open key add --organisation Heir --role company --name a --key-out heir.key
runs 0 admin --state open key add --organisation Heir --role auditor --name b --key-out heirauditor.key
for key in stranger strangeradmin heir heirauditor; do
	header "$key.key"
done
as heir.key GET "/v1/declarations/$nobodys"
answers 200
as heirauditor.key GET /v1/declarations
answers 200 "$nobodys"
as heirauditor.key GET /v1/audit
answers 200 "\"by\":\{\"kind\":\"open\"\},\"kind\":\"declaration\",\"object\":\"$nobodys\""
as stranger.key GET "/v1/declarations/$nobodys"
answers 404
as stranger.key GET /v1/declarations
answers 200 '"items":\[\]'
# That it was asked for is in the trail of who asked, without the id; what the operator reads is in the organisation's.
runs 0 admin --state open key list --organisation Heir
tries=0
while :; do
	as strangeradmin.key GET /v1/audit
	cp body theirs
	as heirauditor.key GET /v1/audit
	! grep -q not_found theirs || ! grep -q '"action":"read","by":{"kind":"operator"},"kind":"keys"' body || break
	tries=$((tries + 1))
	[ "$tries" -lt 1000 ] || break
done
check "asked for in vain" grep -q '"action":"not_found","by":{"key":"[^"]*","kind":"key","name":"a"},"detail":"GET /v1/declarations/{id}","kind":"request","object":null' theirs
check "without the id" lacks "$nobodys" theirs
check "whose it is does not learn of it" lacks not_found body
check "the operator's reads are there" grep -q '"action":"read","by":{"kind":"operator"},"kind":"keys"' body
runs 0 admin --state open audit
server_stop
check "that the server's own trail was read is in the log" grep -q "the operator read the server's own trail" said
refused_start 1 'an organisation has taken over what was stored in that mode.*mode = required' --state open --config map.ini
runs 0 "$PROBITY" state verify --state open
runs 0 "$PROBITY" state rebuild --state open --out rebuilt
rm -r rebuilt
server_start open --config server.ini
check "it has an owner" lacks adopt-open said
runs 0 admin --state open organisation erase Heir --confirm Heir
as heir.key GET "/v1/declarations/$nobodys"
answers 401
runs 1 admin --state open organisation add Another --adopt-open
says "was the organisation's $heir, which was erased"
server_stop
refused_start 1 'an organisation has taken over what was stored in that mode.*mode = required' --state open --config map.ini
runs 0 "$PROBITY" state verify --state open
finish
