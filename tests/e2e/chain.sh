# SPDX-License-Identifier: Apache-2.0
# Supply chains: references followed in a file and on a server, cycles, and references that lead nowhere.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"

# "#1" spins what "#2" grows; "#2" names "#1" again, a cycle, and "#3", which stands on a list.
cat >book.ndjson <<'END'
{"supplier":{"name":"Example Spinning Ltd","country":"TUR"},"products":[{"hs":"520523","origin":"TUR"}],"upstream":[{"declaration":"#2","product":"5201","share":0.5}]}
{"supplier":{"name":"Example Ginning Ltd","country":"TKM"},"products":[{"hs":"5201","origin":"TKM"}],"upstream":[{"declaration":"#1"},{"declaration":"#3"}]}
{"supplier":{"name":"Taepyung Salt Farm","country":"KOR"},"products":[{"hs":"2501","origin":"KOR"}]}
END
cat >shirts.json <<'END'
{"supplier":{"name":"Example Garments Ltd","country":"BGD"},"products":[{"hs":"610910"}],"upstream":[{"declaration":"#1","product":"520523","share":0.25}]}
END

# Without the book the reference stays open: said, asked for, and no error.
runs 0 screen --out ndjson shirts.json
check "open: stated" grep -q '"upstream":\[{"found":false,"path":\[{"from":"Example Garments Ltd","product":"520523","share_ppm":250000,"steps":1,"to":"#1"}\],"steps":1}\]' out
check "open: asked for" grep -q '{"asks":"/upstream/0/declaration","key":"ask_upstream_declaration","narrows":0}' out
check "open: not rated by it" lacks '"rule":"(listing_in_force|state_imposed_presumed)","severity"' out
open_id=$(member id out)
cp out open
for lang in ar en es fr ru zh; do
	runs 0 "$PROBITY" explain --lang "$lang" open
	check "$lang: the reference is shown" grep -q '^  - .*Example Garments Ltd.*#1.*520523.*25' out
done
runs 0 "$PROBITY" explain open
check "that it leads nowhere is said" grep -q 'this reference leads nowhere' out

# With it: row 1 by the listed party three steps up, the path to it edge by edge, and the report has another name.
runs 0 screen --out ndjson --upstream book.ndjson shirts.json
cp out with_book
check "row 1 fires" grep -q '"rule":"listing_in_force","severity"' out
check "by its distance" grep -q '"subject":"/upstream/0/declaration","tier":3}' out
check "row 2 holds too, from two steps up" grep -q '"met_by":"/upstream/0/declaration","region_unknown":false,"source":"[^"]*","tier":2,"value":"presumed"' out
check "the path is named" grep -q '"from":"Example Spinning Ltd","product":"5201","share_ppm":500000,"steps":1,"to":"Example Ginning Ltd"},{"declaration":"[0-9a-f-]*","from":"Example Ginning Ltd","steps":1,"to":"Taepyung Salt Farm"}\]' out
check "the report is another" [ "$(member id out)" != "$open_id" ]
runs 0 screen --out table --upstream book.ndjson shirts.json
check "in words, with the tier" grep -q 'a listed party, in force, at some tier of the chain (tier 3)$' out
runs 0 screen --out csv --upstream book.ndjson shirts.json
check "in a CSV too" grep -q 'listing_in_force,"a listed party, in force, at some tier of the chain (tier 3)",' out
sed -n 2p book.ndjson | sed 's/,{"declaration":"#3"}//' >ginning.ndjson
runs 0 screen --out table --upstream ginning.ndjson shirts.json
check "a presumed scope has its tier" grep -q 'for this place, good or workforce (tier 1)$' out
runs 0 screen --out table book.ndjson
check "the supplier itself has none" grep -q 'a listed party, in force, at some tier of the chain$' out

# The paths in words, in each language: every party by name, what reaches, what the end is; no key stands bare.
for lang in ar en es fr ru zh; do
	runs 0 "$PROBITY" explain --lang "$lang" with_book
	for party in 'Example Spinning Ltd' 'Example Ginning Ltd' 'Taepyung Salt Farm'; do
		check "$lang: $party is named in a path" grep -q "^  - .*Example Garments Ltd.*$party" out
	done
	check "$lang: no argument is left open" lacks '\{[0-9a-z_:]*\}' out
	grep -A 1 '^  - .*Example Garments Ltd.*Example Spinning Ltd' out >paths
	check "$lang: three paths" [ "$(grep -c '^  - ' paths)" -eq 3 ]
	check "$lang: no bare key" lacks '[a-z]_[a-z]' paths
done
runs 0 "$PROBITY" explain with_book
check "the heading" grep -q '^Supply chain (' out
check "product and share" grep -q '^  - Example Garments Ltd ← Example Spinning Ltd (product: 520523, share: 25 %) ← Example Ginning Ltd (product: 5201, share: 50 %) ← Taepyung Salt Farm$' out
check "the listed end" grep -q '^      3 steps up the chain .* Taepyung Salt Farm is on the list .*, status: in force$' out
check "the presumed end" grep -q '^      2 steps up the chain .* state-imposed forced labour there: presumed under a law$' out

# Each of a cycle, screened with the others as its book, is reached by the others and not by itself.
runs 0 screen --out ndjson --upstream book.ndjson book.ndjson
check "three reports" [ "$(lines)" -eq 3 ]
sed -n 1p out | sed 's/.*"upstream":\[//' >first
check "two paths from the first" [ "$(grep -o '"found":true' first | wc -l)" -eq 2 ]
check "none of which leads back" lacks '"to":"Example Spinning Ltd"' first
cp out alone
runs 0 screen --jobs 4 --out ndjson --upstream book.ndjson book.ndjson
check "any number of jobs gives the same" cmp -s out alone

# What stands in the book is part of the report's name; the order of the book is not, where ids are used.
one=$(sed -n 1p alone | sed 's/.*"declaration":{"declarant":"company","id":"\([^"]*\)".*/\1/')
sed "s/#1/$one/" shirts.json >by_id.json
runs 0 screen --out ndjson --upstream book.ndjson by_id.json
check "found by id" grep -q '"rule":"listing_in_force","severity"' out
by_id=$(member id out)
sed 's/"share":0.5/"share":0.75/' book.ndjson >changed.ndjson
runs 0 screen --out ndjson --upstream changed.ndjson shirts.json
check "a change further up changes the name" [ "$(member id out)" != "$(member id with_book)" ]
runs 0 screen --out ndjson --upstream changed.ndjson by_id.json
check "what changed is no longer found by its old id" grep -q '"found":false' out
check "nor has it the name it had" [ "$(member id out)" != "$by_id" ]

# A ten-thousand-fold ring ends.
awk 'BEGIN { for (i = 1; i <= 10000; i++)
	printf "{\"supplier\":{\"name\":\"Example Works %d Ltd\",\"country\":\"VNM\"},\"upstream\":[{\"declaration\":\"#%d\"}]}\n", i, i % 10000 + 1 }' >ring.ndjson
runs 0 screen --out ndjson --upstream ring.ndjson shirts.json
check "the ring is followed" [ "$(grep -o '"found":true' out | wc -l)" -eq 10 ]

# Faults: a refused declaration keeps its number, the rows are screened, the end says so.
{ sed -n 1p book.ndjson; echo '{"supplier":{"name":"x"}}'; sed -n 3p book.ndjson; } >broken.ndjson
runs 3 screen --out ndjson --upstream broken.ndjson shirts.json
says '^broken.ndjson:2: .*country'
check "the rows are screened" grep -q '"to":"Example Spinning Ltd"' out
runs 1 screen --upstream none.ndjson shirts.json
says 'none.ndjson'
runs 2 screen --upstream "$SAMPLES/nike_2021_sample.csv" shirts.json
says 'JSON or NDJSON'

# On the server: ids of stored declarations, at any distance.
server_start state
store() {
	http POST /v1/declarations -H 'Content-Type: application/json' --data-binary "$1"
	answers 201
	stored=$(located)
}
store '{"supplier":{"name":"Taepyung Salt Farm","country":"KOR"},"products":[{"hs":"2501","origin":"KOR"}]}'
salt=$stored
store "{\"supplier\":{\"name\":\"Example Dyeing Ltd\",\"country\":\"TUR\"},\"products\":[{\"hs\":\"5205\",\"origin\":\"TUR\"}],\"upstream\":[{\"declaration\":\"$salt\",\"product\":\"2501\",\"share\":0.1}]}"
dyeing=$stored
printf '{"supplier":{"name":"Example Garments Ltd","country":"BGD"},"products":[{"hs":"610910"}],"upstream":[{"declaration":"%s"},{"declaration":"00000000-0000-7000-8000-000000000000"},{"declaration":"#1"}]}' "$dyeing" >top.json
http POST /v1/screenings -H 'Content-Type: application/json' --data-binary @top.json
answers 200 '"rule":"listing_in_force","severity"'
check "the stored chain is followed" grep -q "\"path\":\[{\"declaration\":\"$dyeing\",\"from\":\"Example Garments Ltd\",\"steps\":1,\"to\":\"Example Dyeing Ltd\"},{\"declaration\":\"$salt\",\"from\":\"Example Dyeing Ltd\",\"product\":\"2501\",\"share_ppm\":100000,\"steps\":1,\"to\":\"Taepyung Salt Farm\"}\]" body
check "what is not stored stays open" [ "$(grep -o '"found":false' body | wc -l)" -eq 2 ]
{ cat top.json; echo; cat top.json; } >two.ndjson
http POST /v1/screenings -H 'Content-Type: application/x-ndjson' --data-binary @two.ndjson
answers 200
check "lists follow too" [ "$(grep -c '"rule":"listing_in_force","severity"' body)" -eq 2 ]
store "$(cat top.json)"
http GET "/v1/reports/$stored"
answers 200 '"rule":"listing_in_force","severity"'

# The limit is said.
awk 'BEGIN { printf "{\"supplier\":{\"name\":\"Example Garments Ltd\",\"country\":\"BGD\"},\"upstream\":[{\"supplier\":{\"name\":\"a\",\"country\":\"VNM\"},\"upstream\":["
	for (i = 0; i < 500; i++) printf "%s{\"declaration\":\"00000000-0000-7000-8000-%012x\"}", (i ? "," : ""), i
	printf "]},{\"supplier\":{\"name\":\"b\",\"country\":\"VNM\"},\"upstream\":["
	for (i = 500; i < 1000; i++) printf "%s{\"declaration\":\"00000000-0000-7000-8000-%012x\"}", (i > 500 ? "," : ""), i
	printf "]},{\"declaration\":\"00000000-0000-7000-8000-00000000ffff\"}]}" }' >many.json
http POST /v1/screenings -H 'Content-Type: application/json' --data-binary @many.json
answers 422 'more than 1000 declarations are referred to'
http POST /v1/declarations -H 'Content-Type: application/json' --data-binary @many.json
answers 422 '"/upstream"'
server_stop

finish
