# SPDX-License-Identifier: Apache-2.0
# Counts over all declarations: as of midnight, nothing of few, nothing of one organisation alone, and what was erased is gone.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
JSON='Content-Type: application/json'

# day DATE: the server's clock stands at noon of that day from its next start on.
day() {
	PROBITY_TEST_CLOCK=$1T12:00:00Z
}
# declares KEY NAME COUNTRY TOTAL [MEMBERS]: of a supplier with so many workers.
declares() {
	printf 'Authorization: Bearer %s\n' "$1" >key.header
	http POST /v1/declarations -H @key.header -H "$JSON" \
		-d "{\"supplier\":{\"country\":\"$3\",\"name\":\"$2\"},\"products\":[{\"hs\":\"610910\",\"origin\":\"$3\"}],\"workforce\":{\"migrant\":0,\"total\":$4}${5-}}"
	answers 201
}
# counted QUERY: the answer goes to the file body, once there is one.
counted() {
	counted_tries=0
	http GET "/v1/statistics$1"
	while [ "$STATUS" = 503 ] && [ "$counted_tries" -lt 200 ]; do
		has_field 'Retry-After: [0-9]*'
		counted_tries=$((counted_tries + 1))
		"$PROBITY" --version >/dev/null
		http GET "/v1/statistics$1"
	done
	answers 200
}
has() {
	check "$1 in $(cat body)" grep -qF -- "$1" body
}
has_not() {
	check "no $1 in $(cat body)" lacks "$1" body
}

printf '[auth]\nmode = required\n' >required.ini
day 2026-06-29
server_start state --config required.ini
for organisation in 1 2 3 4; do
	runs 0 "$PROBITY" admin --state state organisation add "Organisation $organisation"
	runs 0 "$PROBITY" admin --state state key add --organisation "Organisation $organisation" --role company --name all --key-out "key$organisation"
	eval "key$organisation=\$(cat key$organisation)"
done
counted ''
check "nothing is counted where nothing is" grep -qF '{"as_of":"2026-06-29T00:00:00Z","by":[],"items":[],"minimum_cell":5,"minimum_organisations":3,"minimum_suppliers":5,"suppressed":0,"total":null}' body

# Bangladesh: of four organisations; India: six of one organisation alone; Portugal: of two; Viet Nam: seven that are one supplier's.
for n in 1 2 3 4 5 6 7; do
	declares "$key1" "Example Knitwear $n Ltd" BGD 100
	declares "$key2" "Sample Mills $n Ltd" BGD 200
	declares "$key3" "Sample Garments $n Ltd" BGD 150
	declares "$key4" "Sample Sewing $n Ltd" BGD 120
	declares "$key1" "Another Weaver Ltd" VNM 50
	[ "$n" -gt 6 ] || declares "$key1" "Example Bricks $n" IND 30
	[ "$n" -gt 3 ] || declares "$key2" "Amostra $n" PRT 1000
	[ "$n" -gt 3 ] || declares "$key3" "Exemplo $n" PRT 1000
done
declares "$key3" "Example Knitwear 8 Ltd" BGD 90000
# One that weighs more than all others together is in the sums of no table.
counted ''
has '"total":null'
server_stop

# The day after they are counted: what is unsafe is put together.
day 2026-06-30
server_start state --config required.ini
counted '?by=country'
has '"as_of":"2026-06-30T00:00:00Z","by":["country"]'
has '{"country":"BGD","declarations":29}'
has '{"country":"other","declarations":19}'
has '"suppressed":0,"total":48}'
has_not 'IND|PRT|VNM'
counted '?by=country,workers'
has '{"country":"BGD","declarations":29,"workers":{"migrant":0,"total":null,"under_18":null,"women":null}}'
counted '?by=workers'
has '"total":48,"workers":{"migrant":0,"total":null,"under_18":null,"women":null}}'
counted '?by=month'
has '{"declarations":48,"month":"2026-06"}'
counted '?by=chapter'
has '{"chapter":"61","declarations":48}'
counted '?by=rating,country'
has '"by":["country","rating"]'
cp body turned
counted '?by=country,rating'
check "the order of the words does not matter" cmp -s body turned
counted '?by=indicator'
has '{"declarations":48,"indicator":"none"}'
for query in by= by=country,country by=country,month,rating by=country, by=,country by=supplier by=country,rating,workers by=workers,workers other=1 'by=country&by=rating'; do
	http GET "/v1/statistics?$query"
	[ "$query" = by= ] || answers 400
done
http GET /v1/statistics -H "Authorization: Bearer $key1"
answers 200
http GET /metrics
answers 200 'route="/v1/statistics",code="2xx"'

# What is stored today is not seen before midnight, and then only with others: the difference of two days is not of few either.
declares "$key3" "Exemplo 4" PRT 1000
declares "$key1" "Exemplo 5" PRT 1000
declares "$key2" "Exemplo 6" PRT 1000
declares "$key2" "Sample Weaver 1" VNM 1000
counted '?by=country'
has '"total":48}'
server_stop
day 2026-07-01
server_start state --config required.ini
counted '?by=country'
has '"as_of":"2026-06-30T00:00:00Z"'
has '"total":48}'
declares "$key1" "Exemplo 7" PRT 1000
declares "$key1" "Exemplo 8" PRT 1000
declares "$key2" "Exemplo 9" PRT 1000
declares "$key3" "Exemplo 10" PRT 1000
declares "$key3" "Exemplo 11" PRT 1000
for n in 1 2 3; do
	declares "$key2" "Sample Bricks $n" IND 30
	declares "$key3" "Exemplo Bricks $n" IND 30
	declares "$key4" "Another Bricks $n" IND 30
done
server_stop
day 2026-07-02
server_start state --config required.ini
counted '?by=country'
has '"as_of":"2026-07-02T00:00:00Z"'
has '{"country":"IND","declarations":15}'
has '{"country":"other","declarations":22}'
has '"total":66}'
server_stop

# What was erased leaves with the next counting.
server_start state --config required.ini
runs 0 "$PROBITY" admin --state state organisation list --json
organisation=$(grep -o '"id":"[0-9a-f-]*","name":"Organisation 3"' out | sed 's/"id":"\([^"]*\)".*/\1/')
runs 0 "$PROBITY" admin --state state organisation erase "$organisation" --confirm 'Organisation 3'
printf 'Authorization: Bearer %s\n' "$key3" >key.header
http GET /v1/declarations -H @key.header
answers 401
server_stop
day 2026-07-03
server_start state --config required.ini
counted '?by=country'
has '{"country":"BGD","declarations":21}'
has '{"country":"other","declarations":28}'
has '"total":49}'
has_not 'IND|PRT'
server_stop
runs 0 "$PROBITY" state verify --state state

# An open server is one organisation's: there its own five are enough.
day 2026-06-29
server_start open
for n in 1 2 3 4 5; do
	http POST /v1/declarations -H "$JSON" -d "{\"supplier\":{\"country\":\"IND\",\"name\":\"Example Bricks $n\"},\"workforce\":{\"total\":$((n * 11))}}"
	answers 201
done
server_stop
day 2026-06-30
server_start open
counted '?by=country,workers'
has '{"country":"IND","declarations":5,"workers":{"migrant":null,"total":165,"under_18":null,"women":null}}'
has '"minimum_organisations":1'
server_stop
finish
