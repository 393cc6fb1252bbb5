# SPDX-License-Identifier: Apache-2.0
# The signing keys of a server: plain and sealed, handed over in three ways, rotated, compromised, lost; and that no secret is ever
# told. Beside what server_lib.sh wants: SANITIZE (the sanitizers of the build, or nothing).
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
: "${SANITIZE=}"
AT=2026-07-01T00:00:00Z
WORDS='six words that nobody would guess'
declaration='{"supplier":{"name":"Example Garments Ltd","country":"BGD"},"products":[{"hs":"6109"}]}'
printf '%s' "$declaration" >declaration.json
printf '%s\n' "$WORDS" >words
printf 'six words that nobody would gueSs\n' >slip
chmod 600 words slip

# attested: a declaration is sent, and its attestation is the body.
attested() {
	http POST /v1/declarations -H 'Content-Type: application/json' --data-binary @declaration.json
	answers 201
	http GET "$(sed -n 's/^[Ll]ocation: \(.*declarations\/[0-9a-f-]*\).*/\1/p' head)"
	http GET "/v1/attestations/$(member attestation_id body)"
	answers 200
}

# verifies STATUS FILE [DID]: and with 1 the reason that `says` looks at is in err.
verifies() {
	runs "$1" "$PROBITY" verify --at "$AT" ${3:+--did "$3"} "$2"
	cat out >>err
}

# A first start needs no ceremony; it says that the keys lie open.
server_start state
check "a line for each key" [ "$(grep -c 'is not sealed: probity keys seal' said)" -eq 2 ]
for key in issuer log; do
	check "$key.key is its owner's alone" [ "$(stat -c %a state/$key.key)" = 600 ]
	check "$key.key is made" grep -q "a new $key key was made: state/$key.key" said
done
check "two keys" lacks "$(cat state/log.key)" state/issuer.key
runs 1 "$PROBITY" keys rotate --state state
says 'another server has this state open'
server_stop
runs 0 "$PROBITY" state verify --state state
check "release, method and two keys are recorded" grep -qE '^log size +4$' out
server_start state
server_stop
runs 0 "$PROBITY" state verify --state state
check "nothing changed, nothing recorded" grep -qE '^log size +4$' out

# Sealed by the operator: without the passphrase, or with a slip in it, there is no start.
secret=$(cat state/issuer.key)
for key in issuer log; do
	runs 0 "$PROBITY" keys public "state/$key.key"
	cp out "$key.public"
	runs 1 "$PROBITY" keys seal "state/$key.key" </dev/null
	says 'no terminal to ask on'
	runs 0 "$PROBITY" keys seal "state/$key.key" --passphrase-file words
	check "nothing secret is printed" lacks "z3u2|$WORDS" out err
	check "the secret is gone from the file" lacks z3u2 "state/$key.key"
	runs 0 "$PROBITY" keys public "state/$key.key"
	check "the public half is as it was" cmp -s out "$key.public"
done
runs 1 "$PROBITY" keys seal state/issuer.key --passphrase-file words
says 'sealed already'
runs 1 "$PROBITY" keys unseal state/issuer.key --passphrase-file slip
says 'not the passphrase'
cp state/issuer.key sealed
runs 0 "$PROBITY" keys unseal sealed --passphrase-file words
check "unsealed it is what it was" [ "$(cat sealed)" = "$secret" ]
refused_start 1 'it is sealed, and no passphrase was given' --state state
refused_start 1 'not the passphrase' --state state --passphrase-file slip
chmod 640 words
refused_start 1 'chmod 600 words' --state state --passphrase-file words
chmod 600 words
server_start state --passphrase-file words
check "no complaint about sealed keys" lacks 'is not sealed' said
server_stop
printf '[issuer]\npassphrase_file = words\n' >words.ini
server_start state --config words.ini
# The passphrase is known to nobody who looks at the process, and gone from its memory.
tr '\0' '\n' <"/proc/$SERVER/environ" >environ 2>/dev/null
tr '\0' '\n' <"/proc/$SERVER/cmdline" >cmdline
check "neither in the environment nor on the command line" lacks "$WORDS|z3u2" environ cmdline
# (A sanitizer maps terabytes.)
if [ -z "$SANITIZE" ]; then
	grep -E '^[0-9a-f]+-[0-9a-f]+ rw' "/proc/$SERVER/maps" 2>/dev/null | while IFS='- ' read -r from to rest; do
		dd if="/proc/$SERVER/mem" bs=4096 skip=$((0x$from / 4096)) count=$(((0x$to - 0x$from) / 4096)) 2>/dev/null
	done >memory
	# Where the system lets nobody look, not even us, there is nothing to look at.
	if [ -s memory ]; then
		check "the scan sees the process" grep -qaF words.ini memory
		check "no passphrase in memory" lacks "$WORDS" memory
		check "no key as text in memory" lacks "${secret#z3u2}" memory
	fi
	rm -f memory
	resident=$(sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$SERVER/status")
	check "48 MB are enough once it runs ($resident kB)" [ "$resident" -lt 49152 ]
fi
server_kill
if [ -z "$SANITIZE" ]; then
	# shellcheck disable=SC3045 # dash and bash have it
	ulimit -c unlimited 2>/dev/null
	server_start state --config words.ini
	kill -ABRT "$SERVER"
	wait "$SERVER" 2>/dev/null
	SERVER=
	check "no core is left" [ -z "$(find . -name 'core*')" ]
fi

# On a terminal the passphrase is asked for, and not shown.
# typed ANSWER...: each is given to the next prompt of `probity keys VERB terminal.key`, whose words are then in screen.
mkfifo keyboard
typed() {
	: >screen
	typed_status=0
	script -qefc "'$PROBITY' keys $1 terminal.key" screen <keyboard >/dev/null 2>&1 &
	typed_by=$!
	exec 3>keyboard
	shift
	typed_prompts=0
	for answer; do
		typed_prompts=$((typed_prompts + 1))
		typed_tries=0
		while [ "$(grep -oE 'passphrase: |again: ' screen | wc -l)" -lt "$typed_prompts" ] && [ "$typed_tries" -lt 600 ]; do
			typed_tries=$((typed_tries + 1))
			sleep 0.05
		done
		printf '%s\n' "$answer" >&3
	done
	wait "$typed_by" || typed_status=$?
	exec 3>&-
}
runs 0 "$PROBITY" keys new --out terminal.key
typed seal "$WORDS" "$WORDS."
check "two that differ" [ "$typed_status" -eq 1 ]
check "and it is said" grep -q 'not the same: nothing was done' screen
check "nothing was done" grep -q '^z3u2' terminal.key
typed seal "$WORDS" "$WORDS"
check "sealed on a terminal" [ "$typed_status" -eq 0 ]
check "nothing typed is shown" lacks 'nobody would' screen
typed unseal 'something else'
check "a slip" [ "$typed_status" -eq 1 ]
typed unseal "$WORDS"
check "unsealed on a terminal" [ "$typed_status" -eq 0 ]
check "plain again" grep -q '^z3u2' terminal.key

# From the service manager: the passphrase, and it comes before the file.
mkdir credentials
cp words credentials/probity-passphrase
chmod 440 credentials/probity-passphrase
CREDENTIALS_DIRECTORY=$WORK/credentials
export CREDENTIALS_DIRECTORY
server_start state --passphrase-file slip
server_stop
# Or the key itself, in either form, before the file.
mv state/log.key credentials/probity-log-key
cp sealed credentials/probity-issuer-key
mv state/issuer.key kept
server_start state
check "the plain credential is named" grep -q 'credentials/probity-issuer-key is not sealed' said
check "no key is made beside them" [ ! -e state/issuer.key ] && [ ! -e state/log.key ]
server_stop
mv kept state/issuer.key
mv credentials/probity-log-key state/log.key
rm credentials/probity-issuer-key
# With a passphrase, new keys are made sealed.
server_start other
check "made sealed" [ "$(head -qn 1 other/issuer.key other/log.key | grep -c '^probity-sealed-key 1$')" -eq 2 ]
server_stop
runs 0 "$PROBITY" keys new --out new.key
check "keys new too" grep -q '^kdf argon2id 3 65536 ' new.key
unset CREDENTIALS_DIRECTORY

# What is lost or foreign is not used.
mv state/log.key kept
refused_start 1 'log.key is gone, and checkpoints were signed with it' --state state --passphrase-file words
runs 0 "$PROBITY" keys new --out state/log.key
refused_start 1 'not known to the journal' --state state --passphrase-file words
rm state/log.key
mv kept state/log.key

# An issuer with an address rotates twice: whatever was signed verifies against the document of the day.
printf '[auth]\nmode = open\n[issuer]\npublic_url = https://probity.example\n' >web.ini
fetch_document() {
	http GET /.well-known/did.json
	answers 200 '"id":"did:web:probity.example"'
	cp body "$1"
}
server_start web --config web.ini
attested
cp body first.json
fetch_document did1.json
server_stop
check "the first key signs" grep -q 'did:web:probity.example#key-1"' first.json
verifies 0 first.json did1.json
runs 0 "$PROBITY" keys rotate --state web
check "what is printed" grep -q '^old key   z6Mk.*, retired, listed until 2028-06-29T12:00:00Z$' out
check "a did:key too" grep -q '^did:key   did:key:z6Mk' out
check "no secret" lacks z3u2 out err
server_start web --config web.ini
attested
cp body second.json
fetch_document did2.json
server_stop
check "the second key signs" grep -q 'did:web:probity.example#key-2"' second.json
runs 0 "$PROBITY" keys rotate --state web
server_start web --config web.ini
attested
cp body third.json
fetch_document did3.json
server_stop
for attestation in first second third; do
	verifies 0 "$attestation.json" did3.json
done
verifies 1 second.json did1.json
check "retired keys have an end" [ "$(grep -o '"expires":"2028-06-29T12:00:00Z"' did3.json | wc -l)" -eq 4 ]
check "three keys and that of the log" [ "$(grep -o '"type":"Multikey"' did3.json | wc -l)" -eq 4 ]
check "each in two forms" [ "$(grep -o '"type":"JsonWebKey"' did3.json | wc -l)" -eq 3 ]
runs 1 "$PROBITY" verify --at 2029-01-01T00:00:00Z --did did3.json first.json

# A key that was stolen: all that it signed fails, and says why.
runs 0 "$PROBITY" keys rotate --state web --compromised
check "revoked" grep -q '^old key   z6Mk.*, revoked$' out
id_of() {
	sed -n 's/.*"id":"[^"]*\/v1\/attestations\/\([0-9a-f-]*\)".*/\1/p' "$1"
}
third=$(id_of third.json)
check "the one that it signed is named" [ "$(grep '^revoked ' out)" = "revoked   $third" ]
says '1 attestations that the key signed are revoked'
server_start web --config web.ini
http GET "/v1/attestations/$third/revocation"
answers 200 '"reason":"key_compromised"'
http GET "/v1/attestations/$(id_of second.json)/revocation"
answers 404
attested
cp body fourth.json
fetch_document did4.json
server_stop
verifies 1 third.json did4.json
says 'revoked the key'
for attestation in first second fourth; do
	verifies 0 "$attestation.json" did4.json
done

# A key that was retired before it was found to be stolen.
runs 1 "$PROBITY" keys revoke --state web --key 4
says 'keys rotate --compromised'
runs 1 "$PROBITY" keys revoke --state web --key 9
says 'no issuer key number 9'
runs 2 "$PROBITY" keys revoke --state web --key 0
runs 2 "$PROBITY" keys rotate --state web --key 1
runs 2 "$PROBITY" keys revoke --state web --key 1 --compromised
runs 0 "$PROBITY" keys revoke --state web --key 1
check "its attestation is named" grep -q "^revoked   $(id_of first.json)\$" out
check "and the key" grep -q '^old key   z6Mk.*, number 1, revoked$' out
server_start web --config web.ini
fetch_document did5.json
http GET "/v1/attestations/$(id_of first.json)/revocation"
answers 200 '"reason":"key_compromised"'
server_stop
verifies 1 first.json did5.json
says 'revoked the key'
verifies 0 second.json did5.json

# A rotation that was cut behind the journal is finished; one that was cut before it is named.
cp web/issuer.key old.key
runs 0 "$PROBITY" keys rotate --state web
mv web/issuer.key web/issuer.key.next
cp old.key web/issuer.key
chmod 600 web/issuer.key
server_start web --config web.ini
check "it is said" grep -q 'a rotation that was cut is finished' said
attested
check "the fifth key signs" grep -q 'did:web:probity.example#key-5"' body
server_stop
check "nothing is left of it" [ ! -e web/issuer.key.next ]
runs 0 "$PROBITY" keys new --out web/issuer.key.next
server_start web --config web.ini
check "it is named" grep -q 'is left from a rotation that was cut' said
server_stop
rm web/issuer.key.next
# The old key comes back: it was retired.
mv web/issuer.key fifth.key
mv old.key web/issuer.key
refused_start 1 'was retired' --state web --config web.ini
# The key in use is lost: another one is taken, and the document shows both.
rm web/issuer.key
refused_start 1 'probity keys rotate' --state web --config web.ini
runs 0 "$PROBITY" keys rotate --state web
server_start web --config web.ini
fetch_document did6.json
check "the sixth key" grep -q '#key-6"' did6.json
server_stop

# The key of the log has a slot of its own.
runs 0 "$PROBITY" keys rotate --log --state web
check "it is no issuer" lacks 'did:key' out
check "and revokes nothing" lacks '^revoked ' out
check "its verifier key is printed" grep -qE '^verifier  probity\.example/log\+' out
sed -n 's/^verifier  //p' out >printed
says 'give them the new one'
server_start web --config web.ini
fetch_document did7.json
check "both stand there" grep -q '#log-1".*#log-2"' did7.json
http GET /log/key
check "the log signs with it" cmp -s body printed
server_stop
runs 0 "$PROBITY" keys public --log probity.example/log web/log.key
check "its verifier key" cmp -s out printed
runs 0 "$PROBITY" state verify --state web
check "the journal holds" grep -q '^verified' out
runs 0 "$PROBITY" state rebuild --state web --out web.rebuilt
check "and can be made anew" grep -q 'the same state hash' out
finish
