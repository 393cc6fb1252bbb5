# SPDX-License-Identifier: Apache-2.0
# Sourced behind server_lib.sh by the scenarios of what persons decide.

# declares: stores the file declaration.json; its report goes to the file report, its record to the file record, its ids to `id` and
# `attestation_id`.
declares() {
	http POST /v1/declarations -H 'Content-Type: application/json' --data-binary @declaration.json
	answers 201
	id=$(located)
	http GET "/v1/reports/$id"
	answers 200
	cp body report
	http GET "/v1/declarations/$id"
	answers 200
	cp body record
	attestation_id=$(member attestation_id body)
}
