# SPDX-License-Identifier: Apache-2.0
# Sourced behind server_lib.sh by the scenarios of attestations. A company declares and owns; an officer asks for reports and attestations;
# a stranger has an id at most.

JSON='Content-Type: application/json'

# declare NAME COUNTRY: sets DECLARATION, REPORT, ATTESTATION of a new declaration with one finding.
declare_one() {
	printf '{"supplier":{"name":"%s","country":"%s"},"products":[{"hs":"6109","origin":"%s"}],"findings":[{"indicator":"withholding_of_wages","state":"present","source":"ngo","reference":"words that may name people"}]}' \
		"$1" "$2" "$2" >declared.json
	http POST /v1/declarations -H "$JSON" --data-binary @declared.json
	answers 201
	cp body accepted
	DECLARATION=$(sed -n 's/.*,"id":"\([0-9a-f-]*\)","log":.*/\1/p' body)
	REPORT=$(sed -n 's/.*"exposure":.*,"id":"\([0-9a-f-]*\)","indicators":.*/\1/p' body)
	ATTESTATION=$(attestation_of body)
}

# The UUID of an attestation's own id.
attestation_of() {
	sed -n 's/.*"id":"[^"]*\([0-9a-f]\{8\}-[0-9a-f]\{4\}-7[0-9a-f]\{3\}-[0-9a-f]\{4\}-[0-9a-f]\{12\}\)","issuer":.*/\1/p' "$1"
}

# attest BODY: POST /v1/attestations.
attest() {
	attest_body=$1
	shift
	http POST /v1/attestations -H "$JSON" --data-binary "$attest_body" "$@"
}

# The place of an attestation in its list.
index_of() {
	sed -n 's/.*"statusListIndex":\([0-9]*\),.*/\1/p' "$1" | grep .
}

# bit FILE INDEX: the bit of a status list credential, 0 or 1; index 0 is the left-most.
bit() {
	bit_text=$(sed -n 's/.*"encodedList":"u\([^"]*\)".*/\1/p' "$1" | tr '_-' '/+')
	while [ $((${#bit_text} % 4)) -ne 0 ]; do
		bit_text=$bit_text=
	done
	printf '%s' "$bit_text" | base64 -d | gunzip >bits
	bit_byte=$(od -An -tu1 -j $(($2 / 8)) -N 1 bits | tr -d ' ')
	echo $(((bit_byte >> (7 - $2 % 8)) & 1))
}

# How many bits of the list last looked at are set.
bits_set() {
	od -An -v -tx1 bits | tr -d ' \n' | fold -w 1 |
		awk '{ n += substr("0112122312232334", index("0123456789abcdef", $1), 1) } END { print n + 0 }'
}
