# SPDX-License-Identifier: Apache-2.0
# `probity verify` and `probity keys`, on the attestations that ATTESTATION.md publishes.
. "${0%/*}/lib.sh"

vectors=$SOURCE/tests/unit/vectors/attestation
at="--at 2026-08-01T00:00:00Z"

# shellcheck disable=SC2086 # $at is two words
verify() {
	"$PROBITY" verify $at "$@"
}

# last LINE: the last line of out is that one.
last() {
	checks=$((checks + 1))
	if [ "$(tail -n 1 out)" != "$1" ]; then
		failures=$((failures + 1))
		echo "FAILED: the last line is '$(tail -n 1 out)', not '$1'" >&2
	fi
}

runs 0 verify "$vectors/did_key.json"
last verified
for check in form schema proof issuer validity; do
	check "$check passes" grep -q "^passed   $check " out
done
for check in status log; do
	check "$check is skipped" grep -q "^skipped  $check " out
done
runs 0 verify --did "$vectors/did_web_document.json" - <"$vectors/did_web.json"
last verified
runs 1 verify "$vectors/did_web.json"
check "it says where the document is" grep -q 'https://screening.example/.well-known/did.json' out

# One letter.
sed 's/"code":"critical"/"code":"low"/' "$vectors/did_key.json" >changed.json
runs 1 verify changed.json
check "it names the check" grep -q '^not verified: proof: the signature is not over this text' out
runs 1 "$PROBITY" verify --at 2027-08-01T00:00:00Z "$vectors/did_key.json"
check "it has expired" grep -q '^not verified: validity: expired' out
runs 1 "$PROBITY" verify --at 2026-01-01T00:00:00Z "$vectors/did_key.json"
check "it is not valid yet" grep -q '^failed   validity  not valid yet' out

# The server's whole answer.
{ printf '{"attestation":' && cat "$vectors/did_key.json" && printf ',"id":"x"}'; } >answer.json
runs 0 verify --json answer.json
says 'note: the member "attestation" is checked'
check "the form says so" grep -q 'the member \\"attestation\\" of the text' out
check "as JSON" grep -q '"verified":true}$' out
runs 1 verify --json changed.json
check "as JSON" grep -q '"verified":false}$' out

# Ids that are none are shown whole; nobody is asked.
for id in urn:uuid:1234 https://probity.example/v1/attestations/1234; do
	runs 1 "$PROBITY" attest --server http://127.0.0.1:9 "$id"
	says "not \"$id\""
done
# By its address: an id, so the server is asked, where none is.
runs 1 "$PROBITY" attest --server http://127.0.0.1:9 \
	https://probity.example/v1/attestations/01980000-0000-7000-8000-000000000001
says 'could not be reached'

runs 1 verify nowhere.json
runs 1 verify /dev/null
runs 2 verify
runs 1 verify --checkpoint nowhere "$vectors/did_key.json"
says 'nowhere: No such file'
runs 2 "$PROBITY" verify --at tomorrow "$vectors/did_key.json"
runs 2 verify --did - - </dev/null

# Keys.
runs 0 "$PROBITY" keys new --out issuer.key
cp out public
check "its public side" grep -q '^did:key   did:key:z6Mk' public
check "its mode" test "$(stat -c %a issuer.key)" = 600
check "the secret is in the file alone" test -z "$(grep z3u2 public err)"
runs 0 "$PROBITY" keys public issuer.key
check "the same" cmp -s out public
cp issuer.key before
runs 1 "$PROBITY" keys new --out issuer.key
says 'never overwritten'
check "nothing is overwritten" cmp -s issuer.key before
chmod 640 issuer.key
runs 1 "$PROBITY" keys public issuer.key
says 'chmod 600 issuer.key'
ln -s before link
runs 1 "$PROBITY" keys public link
says 'symbolic link'
runs 2 "$PROBITY" keys rotate issuer.key
runs 2 "$PROBITY" keys new
runs 2 "$PROBITY" keys public --compromised before
runs 2 "$PROBITY" keys
finish
