# SPDX-License-Identifier: Apache-2.0
# `probity verify` with all that an attestation can be checked against, on the vectors that ATTESTATION.md publishes: status list,
# receipt of the log, checkpoint, openings, the enveloping form. Each change of one letter fails the check that it belongs to.
. "${0%/*}/lib.sh"

vectors=$SOURCE/tests/unit/vectors/attestation
at="--at 2026-07-01T12:00:00Z"

# shellcheck disable=SC2086 # $at is two words
verify() {
	"$PROBITY" verify $at --did "$vectors/did_web_document.json" "$@"
}

# verdict LINE: the last line of out begins so.
verdict() {
	checks=$((checks + 1))
	case $(tail -n 1 out) in
	"$1"*) ;;
	*)
		failures=$((failures + 1))
		echo "FAILED: the last line is '$(tail -n 1 out)', not '$1'" >&2
		;;
	esac
}

# passes CHECK...: each of them has passed.
passes() {
	for passes_check in "$@"; do
		check "$passes_check passes" grep -q "^passed   $passes_check " out
	done
}

# Everything at hand, and the number of lines: four of what it says, eight checks, the verdict.
runs 0 verify --status "$vectors/did_web_status.json" --receipt "$vectors/did_web.tlog-proof" "$vectors/did_web.json"
passes form schema proof issuer validity status log
check "nothing is withheld" grep -q '^skipped  openings  it withholds nothing' out
check "a line for each" test "$(lines)" -eq 13
verdict verified

# What was not looked at is said before the verdict.
runs 0 verify "$vectors/did_web.json"
check "the note" grep -q '^note: status and log not looked at' out
verdict verified
runs 0 verify --status "$vectors/did_web_status.json" "$vectors/did_web.json"
check "the note" grep -q '^note: log not looked at' out

# The enveloping form.
runs 0 verify --status "$vectors/did_web_status.json" "$vectors/did_web.jwt"
passes form schema proof issuer validity status
runs 0 verify - <"$vectors/did_web.jwt"
printf '{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"data:application/vc+jwt,%s","type":"EnvelopedVerifiableCredential"}' \
	"$(cat "$vectors/did_web.jwt")" >enveloped.json
runs 0 verify enveloped.json
passes proof
tr 'A-D' 'B-DA' <"$vectors/did_web.jwt" >changed.jwt
runs 1 verify changed.jwt
verdict 'not verified: '
runs 1 verify --receipt "$vectors/did_web.tlog-proof" "$vectors/did_web.jwt"
verdict 'not verified: log: the log holds the digest of the form with an embedded proof'

# The status list.
sed 's/"statusPurpose":"revocation"/"statusPurpose":"suspension"/' "$vectors/did_web_status.json" >changed.json
runs 1 verify --status changed.json "$vectors/did_web.json"
verdict "not verified: status: STATUS_VERIFICATION_ERROR: the status list's proof"
runs 1 verify --status "$vectors/did_web.json" "$vectors/did_web.json"
verdict 'not verified: status: STATUS_VERIFICATION_ERROR'
runs 1 "$PROBITY" verify --at 2026-12-01T00:00:00Z --did "$vectors/did_web_document.json" --status "$vectors/did_web_status.json" \
	"$vectors/did_web.json"
verdict "not verified: status: STATUS_VERIFICATION_ERROR: the status list's validity: expired"

# The log: its key comes with the DID document, or by itself; the checkpoint is the receipt's own end.
sed '1,/^$/d' "$vectors/did_web.tlog-proof" >checkpoint
runs 0 verify --receipt "$vectors/did_web.tlog-proof" --checkpoint checkpoint "$vectors/did_web.json"
check "the same tree" grep -q '^passed   log .*the tree of the checkpoint that was given' out
runs 0 verify --checkpoint "$vectors/did_web.tlog-proof" "$vectors/did_web.json"
passes log
runs 1 verify --checkpoint checkpoint "$vectors/did_web.json"
verdict 'not verified: log: no receipt of the log was given'
sed 's/^index 2$/index 1/' "$vectors/did_web.tlog-proof" >changed
runs 1 verify --receipt changed "$vectors/did_web.json"
verdict 'not verified: log: the receipt: the entry does not stand'
sed 's/^3$/4/' "$vectors/did_web.tlog-proof" >changed
runs 1 verify --receipt changed "$vectors/did_web.json"
verdict "not verified: log: the receipt: the checkpoint's signature"
runs 1 verify --receipt "$vectors/did_web.tlog-proof" "$vectors/did_web_withheld.json"
verdict 'not verified: log: the receipt: the entry does not stand'
runs 1 "$PROBITY" verify --at 2026-07-01T12:00:00Z --receipt "$vectors/did_web.tlog-proof" "$vectors/did_key.json"
verdict 'not verified: log: the key of the log is needed'
runs 1 verify --log-key nowhere --receipt "$vectors/did_web.tlog-proof" "$vectors/did_web.json"
says 'nowhere: '

# What is withheld, and what opens it.
runs 0 verify "$vectors/did_web_withheld.json"
check "it says what is withheld" grep -q '^skipped  openings  nothing was opened of what it withholds: supplier, exposure, ' out
check "no name" grep -q '^supplier     Name withheld$' out
runs 0 verify --open "$vectors/did_web_withheld_openings.json" "$vectors/did_web_withheld.json"
passes openings
sed 's/Example/Sample/' "$vectors/did_web_withheld_openings.json" >changed.json
runs 1 verify --open changed.json "$vectors/did_web_withheld.json"
verdict 'not verified: openings: supplier: this is not the supplier'
runs 1 verify --open "$vectors/did_web_withheld_openings.json" "$vectors/did_web.json"
verdict 'not verified: openings: supplier: the attestation withholds no supplier'

# As JSON, every check once.
runs 0 verify --json --status "$vectors/did_web_status.json" "$vectors/did_web.json"
check "eight checks" test "$(grep -o '"check":' out | wc -l)" -eq 8

# Without a network nothing is taken for granted: port 9 of this machine answers nobody.
sed 's|screening\.example|localhost%3A9|g' "$vectors/did_web.json" >nobody.json
runs 1 "$PROBITY" verify --at 2026-07-01T12:00:00Z --online nobody.json
check "whom it asked" grep -q 'https://localhost:9/.well-known/did.json could not be fetched' out
check "the list as well" grep -q '^failed   status    STATUS_RETRIEVAL_ERROR: ' out
check "the receipt as well" grep -q '^failed   log ' out
verdict 'not verified: '
finish
