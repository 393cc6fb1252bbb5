# SPDX-License-Identifier: Apache-2.0
# Sealed messages: from somebody without a key to a remedy body, which alone opens them; and that nothing is left of who sent one.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
. "${0%/*}/reload_lib.sh"
# Keys are made now and are good for a year.
unset PROBITY_TEST_CLOCK
JSON='Content-Type: application/json'
MARK=f00dfacef00dfacef00dfacef00dface

admin() {
	"$PROBITY" admin --state state "$@"
}
field() {
	sed -n "s/^$1  *//p" out | head -1
}
# as KEYFILE METHOD PATH [CURL OPTION]...
as() {
	as_key=$1
	shift
	printf 'Authorization: Bearer %s\n' "$(cat "$as_key")" >key.header
	http "$@" -H @key.header
}
# sealed TEXT: the request that brings it to the office.
sealed() {
	printf '%s' "$1" | "$PROBITY" messages seal --to "$public" - >sealed.txt
	printf '{"sealed":"%s","to":"office"}' "$(cat sealed.txt)" >message.json
}
is_nowhere() {
	! grep -rqiaE -- "$1" state said
}
post() {
	http POST /v1/messages -H "$JSON" --data-binary @message.json "$@"
}

printf '[auth]\nmode = required\n[logging]\nrequests = all\n[messages]\nbodies = bodies.json\n' >server.ini
echo '{"bodies":[]}' >bodies.json
server_start state --config server.ini
http GET /v1/remedy-bodies
answers 200 '^\{"items":\[\],"next":null,"padded_bytes":6144\}$'
has_field 'Cache-Control: no-store'

# The remedy body makes its key; the secret part is its own.
runs 0 "$PROBITY" messages keygen --out secret
public=$(field 'public key')
fingerprint=$(field fingerprint)
check "the secret is its owner's alone" [ "$(stat -c %a secret)" = 600 ]
check "a fingerprint of eight groups" [ "$(printf '%s' "$fingerprint" | wc -w)" -eq 8 ]
runs 0 "$PROBITY" messages public --secret secret
check "the same again" [ "$(field 'public key')" = "$public" ]
runs 1 "$PROBITY" messages keygen --out secret
says 'secret: File exists'
runs 0 "$PROBITY" messages keygen --out other.secret
runs 0 admin organisation add Office
office=$(field id)
runs 0 admin organisation add Stranger
runs 0 admin key add --organisation Office --role remedy_body --name collector --key-out office.key
runs 0 admin key add --organisation Stranger --role remedy_body --name collector --key-out stranger.key
runs 0 admin key add --organisation Office --role company --name screener --key-out company.key

# What cannot stand is refused, and those before stay in use.
echo '{"bodies":[{"id":"office"}]}' >bodies.json
reload "$KEPT"
check "it is said why" grep -q 'bodies.json: remedy body 1: countries is missing' said
cat >bodies.json <<END
{"bodies":[{"countries":["BGD","MYS"],"id":"office","languages":["bn","en"],"name":"Example Office","note":"from 9 to 17",
"organisation":"$office","phone":"+880 2 5500","public_key":"$public","website":"https://office.example/"}]}
END
reload "$TAKEN"
http GET /v1/remedy-bodies
answers 200 "\"public_key\":\"$public\""
check "whose keys collect is not said" lacks "$office" body
http GET '/v1/remedy-bodies?country=MYS'
answers 200 '"id":"office"'
http GET '/v1/remedy-bodies?country=THA'
answers 200 '"items":\[\]'
http GET '/v1/remedy-bodies?country=my'
answers 400 country

# What a message is not.
http POST /v1/messages -H "$JSON" -d '{"sealed":"AAAA","to":"office"}'
answers 422 '/sealed'
sealed 'x'
sed 's/"office"/"nobody"/' message.json >other.json
http POST /v1/messages -H "$JSON" --data-binary @other.json
answers 422 '/to'
sed 's/"sealed":"../"sealed":"*/' message.json >other.json
http POST /v1/messages -H "$JSON" --data-binary @other.json
answers 422 '/sealed'
http POST /v1/messages -H 'Content-Type: text/plain' --data-binary @message.json
answers 415
head -c 6144 /dev/zero | tr '\0' x >long
runs 1 "$PROBITY" messages seal --to "$public" long
runs 2 "$PROBITY" messages seal --to AAAA message.json

# Somebody writes. Whatever the request calls itself and whoever it comes through, nothing of it is kept.
find state -type f ! -path '*/messages/*' ! -name lock.mdb -exec sha256sum {} + | LC_ALL=C sort >before.sums
stat -c '%n %s %X %Y %Z' state/messages >before.list
stat -c '%n %s %X %Y' state/messages/office >>before.list
curl -sS "$URL/metrics" --unix-socket state/operator.sock >before.metrics
check "a read of the metrics is logged, and so is all that came before" logged metrics
lines_before=$(wc -l <said)
sealed 'They keep our passports. مرحبا'
post -H "X-Request-Id: $MARK" -H "traceparent: 00-$MARK-0123456789abcdef-01" -H "User-Agent: $MARK" -H "X-Forwarded-For: 203.0.113.77" -H "Referer: https://$MARK.example/"
answers 201 '^\{\}$'
check "no address to come back to" lacks '^[Ll]ocation:' head
has_field 'Cache-Control: no-store'
check "no other site may have its visitors write" lacks '^[Aa]ccess-[Cc]ontrol' head
post
answers 201
curl -sS "$URL/metrics" --unix-socket state/operator.sock >after.metrics
check "the next one as well" logged metrics 2
check "and nothing between the two" [ "$(wc -l <said)" -eq $((lines_before + 1)) ]
check "no count" lacks 'v1/messages|remedy' after.metrics
find state -type f ! -path '*/messages/*' ! -name lock.mdb -exec sha256sum {} + | LC_ALL=C sort >after.sums
check "nothing else of the state has changed" cmp before.sums after.sums
stat -c '%n %s %X %Y %Z' state/messages >after.list
stat -c '%n %s %X %Y' state/messages/office >>after.list
check "size and time of the file are as they were" cmp before.list after.list
check "that of a midnight" [ $(($(stat -c %Y state/messages/office) % 86400)) -eq 0 ]
check "the file is its owner's alone" [ "$(stat -c '%a %A' state/messages/office)" = '600 -rw-------' ]
check "the name of the request is nowhere" is_nowhere "$MARK|203\\.0\\.113"
check "the text is nowhere" is_nowhere passports

# Who collects.
http GET /v1/messages
answers 401
as company.key GET /v1/messages
answers 403 collect
as stranger.key GET /v1/messages
answers 404 'no remedy body'
as office.key GET /v1/messages
answers 200 '"next":null,"to":"office"'
id=$(sed 's/.*"id":"\([0-9a-f]*\)".*/\1/' body)
check "sent twice it is one" [ "$(grep -o '"id"' body | wc -l)" -eq 1 ]
as stranger.key GET "/v1/messages/$id"
answers 404
as stranger.key POST "/v1/messages/$id/remove" -H "$JSON" -d '{}'
answers 404
as office.key GET /v1/messages/../../../etc/passwd
answers 404
as office.key GET "/v1/messages/$(printf '%032d' 0)"
answers 404
as office.key GET "/v1/messages/$id"
answers 200 "\"sealed\":\"$(cat sealed.txt)\""
sed 's/.*"sealed":"\([^"]*\)".*/\1/' body >got.txt
runs 0 "$PROBITY" messages open --secret secret got.txt
check "it is what was written" grep -qx 'They keep our passports. مرحبا' out
runs 1 "$PROBITY" messages open --secret other.secret got.txt
says 'sealed to another key'
chmod 644 other.secret
runs 1 "$PROBITY" messages open --secret other.secret got.txt
says 'chmod 600'
chmod 600 other.secret

as office.key POST "/v1/messages/$id/remove" -H "$JSON" -d '{}'
answers 200 '^\{\}$'
as office.key POST "/v1/messages/$id/remove" -H "$JSON" -d '{}'
answers 404
as office.key GET '/v1/messages?cursor=4095'
answers 200 '"items":\[\],"next":null'
as office.key GET '/v1/messages?cursor=4096'
answers 400 cursor
post
answers 201

sealed 'The second one'
post
answers 201
runs 1 "$PROBITY" messages collect --key-file office.key --secret other.secret --out inbox
says 'stays on the server'
runs 0 "$PROBITY" messages collect --keep --key-file office.key --secret secret --out inbox
check "two are there" grep -q '^messages  *2$' out
check "texts are their owner's alone" [ "$(stat -c %a inbox/*.txt | sort -u)" = 600 ]
cat inbox/*.txt >texts
check "the first one" grep -qx 'They keep our passports. مرحبا' texts
check "the second one" grep -qx 'The second one' texts
runs 0 "$PROBITY" messages collect --key-file office.key --secret secret --out inbox
check "two again, and removed" grep -q '^messages  *2$' out
as office.key GET /v1/messages
answers 200 '"items":\[\]'
check "nothing is left in the file" [ "$(tr -d '\0' <state/messages/office | wc -c)" -eq 0 ]
runs 0 "$PROBITY" messages collect --key-file office.key --secret secret --out inbox
check "none is left" grep -q '^messages  *0$' out
runs 1 "$PROBITY" messages collect --key-file company.key --secret secret --out inbox
says collect
runs 2 "$PROBITY" messages collect --key-file office.key
runs 2 "$PROBITY" messages read

# They stay through a restart, are in no backup, and are no matter of the journal.
sealed 'The third one'
post
answers 201
server_stop
server_start state --config server.ini
runs 0 "$PROBITY" state backup --state state --out backup
check "no messages in a backup" [ ! -e backup/messages ]
runs 0 "$PROBITY" state verify --state state
runs 0 "$PROBITY" messages collect --key-file office.key --secret secret --out inbox
check "it was there still" grep -q '^messages  *1$' out
# A body whose organisation is gone for a while takes nothing: nobody would read it.
sealed 'Is anybody there?'
runs 0 admin organisation suspend "$office"
http GET /v1/remedy-bodies
answers 200 '"items":\[\]'
post
answers 422 'no remedy body with this id'
check "nothing was said of it before" lacks 'remedy body office' said
reload "$TAKEN"
check "a reload says it" grep -q 'WARNING: bodies.json: the organisation of remedy body office is not here or not active' said
runs 0 admin organisation resume "$office"
http GET /v1/remedy-bodies
answers 200 '"id":"office"'
# The trail of the remedy body says that its key was there, and of no message.
runs 0 admin audit --organisation Office
check "the trail says who collected" grep -q messages out
check "and no id of a message" lacks "$id" out

# No room: where the file has none, the answer names the phone, and the operator's log that there is none.
i=0
while [ "$i" -lt 4096 ]; do
	printf '\001' | dd of=state/messages/office bs=1 seek=$((i * 6208)) conv=notrunc 2>/dev/null
	i=$((i + 1))
done
post
answers 507 'its phone: \+880 2 5500'
check "the log says that nothing more fits" logged 'messages to office: it has to collect'
server_stop
printf '[messages]\nbodies = nowhere.json\n' >bad.ini
refused_start 1 'nowhere.json: No such file' --config bad.ini --state other
printf '[messages]\nbodies = bodies.json\n' >open.ini
server_start open --config open.ini
check "an open server says that nobody collects" grep -q 'nobody can collect' said
server_stop
finish
