# SPDX-License-Identifier: Apache-2.0
# `probity reproduce`: the same, and where and why not. The attestation is a real server's.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"

declaration='{"supplier":{"name":"Example Garments Ltd","country":"BGD"},"products":[{"hs":"6109"}],"workforce":{"total":1200,"migrant":40},"findings":[{"indicator":"withholding_of_wages","state":"present","source":"audit_announced","date":"2025-11-02","reference":"audit report 17"}]}'
printf '%s' "$declaration" >sent.json
printf '%s' "$declaration" | sed 's/"migrant":40/"migrant":140/' >changed.json
printf '%s' "$declaration" | sed "s/,\"reference\":\"audit report 17\"//" >bare.json

reproduce() {
	"$PROBITY" reproduce --at "${AS_OF}T23:00:00Z" "$@"
}

# shows PATTERN: stdout of the last `runs` has a line that matches.
shows() {
	check "it shows '$1'" grep -q -- "$1" out
}

# last PATTERN: the last line of stdout matches.
last() {
	tail -n 1 out >last
	check "it ends with '$1', not '$(cat last)'" grep -q -- "$1" last
}

# A report kept as a file, without anybody's signature.
screen --out json bare.json >report.json
runs 0 reproduce --report report.json --declaration bare.json
last '^same$'
says 'no attestation is given'
check "four lines say what is the same" [ "$(grep -c '^same  ' out)" -eq 4 ]
runs 0 reproduce --report - --declaration bare.json <report.json
# The words of free text are not covered offline: only that there are some.
screen --out json sent.json >report_sent.json
sed 's/audit report 17/audit report 71/' sent.json >words.json
runs 0 reproduce --report report_sent.json --declaration words.json
runs 1 reproduce --report report_sent.json --declaration bare.json

# A figure of the declaration.
runs 1 reproduce --report report.json --declaration changed.json
shows '^different  declaration '
shows '^same       release '
shows '^  /declaration/sha256$'
last 'the one given is not the one that was scored'
# Another day: dates are part of a report.
runs 1 reproduce --report report.json --declaration bare.json --as-of 2026-07-01
shows '^  /as_of$'
shows '^      recomputed  "2026-07-01"$'
shows '^      kept        "2026-06-30"$'
last '^different: it was computed for another day than the report.s, as --as-of asks$'

# A byte of the report: what it says, or only how it is written.
sed 's/"coverage":[0-9]*/"coverage":99/' report.json >flipped.json
runs 1 reproduce --report flipped.json --declaration bare.json
shows '^  /coverage$'
shows '^      kept        99$'
last '^different: the report was changed, or was made by another version of the program (this is [0-9.]*): '
check "one place, and no more" [ "$(grep -c '^  /' out)" -eq 1 ]
sed 's/^{/{ /' report.json >spaced.json
runs 1 reproduce --report spaced.json --declaration bare.json
shows 'its values are the same, and its bytes are not'
last '^different: the report is written in another form (indented or reordered), not canonical; '
printf '{"as_of":"2026-06-30","data":{"sha256":"%064d"},"declaration":{"declarant":"company","id":"%s","sha256":"%064d"},"method":{"sha256":"%064d"}}' \
	0 00000000-0000-8000-8000-000000000000 0 0 >little.json
runs 1 reproduce --report little.json --declaration bare.json
shows '^  and [0-9]* more$'
check "twenty places are shown" [ "$(grep -c '^      kept ' out)" -eq 20 ]

# Another release: one weight.
mkdir sources && cp "$SOURCE"/datasets/sources/* sources
sed -i 's/^rule_of_law,160000,/rule_of_law,170000,/' sources/method_weights.csv
check "the weight was edited" [ "$(diff "$SOURCE/datasets/sources/method_weights.csv" sources/method_weights.csv | grep -c '^>')" -eq 1 ]
runs 0 "$PROBITY" data build --sources sources --out other.lmdb
runs 1 reproduce --report report.json --declaration bare.json --data other.lmdb
shows '^different  release '
shows '^different  method '
shows '^same       declaration '
shows '^  /data/sha256$'
last 'another dataset release: [0-9a-f]\{16\} is wanted, [0-9a-f]\{16\} is given'
screen --data other.lmdb --out json bare.json >other.json
runs 0 reproduce --report other.json --declaration bare.json --data other.lmdb
runs 1 reproduce --report other.json --declaration bare.json

# Stored and attested: the digest of a declaration with free text is salted.
server_start state
http POST /v1/declarations -H 'Content-Type: application/json' --data-binary @sent.json
answers 201
cp body accepted.json
id=$(located)
http GET "/v1/declarations/$id"
answers 200
cp body stored.json
http GET "/v1/reports/$id"
cp body stored_report.json
http GET "/v1/attestations/$(member attestation_id stored.json)"
cp body attestation.json
http POST /v1/declarations -H 'Content-Type: application/json' --data-binary @bare.json
answers 201
cp body accepted_bare.json
printf '%s' "$declaration" | sed 's/{/{"declarant":"supplier",/' >own.json
http POST /v1/declarations -H 'Content-Type: application/json' --data-binary @own.json
answers 201
cp body accepted_own.json
http GET "/v1/declarations/$(located)"
cp body stored_own.json
# One that refers to it, with the answers that a server gives for both.
printf '{"supplier":{"name":"Example Retail","country":"DEU"},"upstream":[{"declaration":"%s"},{"declaration":"#1"}]}' "$id" >retail.json
http POST /v1/declarations -H 'Content-Type: application/json' --data-binary @retail.json
answers 201
cp body accepted_retail.json
http GET "/v1/declarations/$(located)"
cp body stored_retail.json
server_stop
runs 0 reproduce --attestation accepted_retail.json --report accepted_retail.json --declaration stored_retail.json --upstream stored.json
last '^same$'
runs 1 reproduce --attestation accepted_retail.json --declaration stored_retail.json
last '^different: .*name it with --upstream$'
runs 1 reproduce --attestation accepted_retail.json --declaration stored_retail.json --upstream sent.json
last '^different: the file of --upstream lacks declarations'
sed 's/"salt":"[^"]*"/"salt":"AAAA"/' stored.json >odd.json
runs 1 reproduce --attestation accepted_retail.json --declaration stored_retail.json --upstream odd.json
says '^odd.json:1: .*/salt'
runs 0 reproduce --attestation attestation.json --declaration stored.json
last '^same$'
check "nobody is told that no signature was checked" lacks 'no attestation' err
# This clock may be behind the signer's by a minute, as elsewhere.
runs 0 "$PROBITY" reproduce --at "${AS_OF}T11:59:30Z" --attestation attestation.json --declaration stored.json
runs 1 "$PROBITY" reproduce --at "${AS_OF}T11:58:30Z" --attestation attestation.json --declaration stored.json
runs 0 reproduce --attestation attestation.json --report stored_report.json --declaration stored.json
check "five lines" [ "$(grep -c '^same  ' out)" -eq 5 ]
runs 0 reproduce --attestation accepted.json --report accepted.json --declaration stored.json
runs 0 reproduce --report stored_report.json --declaration stored.json
runs 0 reproduce --attestation accepted_own.json --declaration stored_own.json
runs 0 reproduce --attestation accepted_bare.json --declaration bare.json
runs 1 reproduce --attestation attestation.json --declaration sent.json
shows '^different  declaration  attested '
last "its owner gets that with GET /v1/declarations/$id"
runs 1 reproduce --attestation attestation.json --declaration stored_own.json
shows '^different  declaration '
sed 's/"migrant":40/"migrant":41/' stored.json >stored_changed.json
runs 1 reproduce --attestation attestation.json --declaration stored_changed.json
last 'the one given is not the one that was scored'
sed 's/audit report 17/audit report 71/' stored.json >stored_words.json
runs 1 reproduce --attestation attestation.json --declaration stored_words.json
shows '^different  declaration '
sed "s/\"id\":\"$id\"/\"id\":\"01980000-0000-7000-8000-000000000001\"/" stored.json >stored_id.json
runs 1 reproduce --attestation attestation.json --declaration stored_id.json
last "another stored declaration: $id is wanted, 01980000"
runs 1 reproduce --attestation attestation.json --declaration stored.json --data other.lmdb
last 'another dataset release'
runs 1 reproduce --attestation attestation.json --declaration stored.json --as-of 2026-07-01
last '^different: the report was made by another version of the program .*for another day'
last 'with --report and the report as it was kept, the places are shown'
runs 1 reproduce --attestation attestation.json --report report.json --declaration stored.json
shows '^different  kept report  attested '
last '^different: the report kept was changed, or is another one; the report recomputed is the one attested$'
sed 's/^{/{ /' stored_report.json >stored_spaced.json
runs 1 reproduce --attestation attestation.json --report stored_spaced.json --declaration stored.json
last '^different: the report kept is written in another form (indented or reordered), not canonical; '
# What is not verified is not compared.
sed 's/"uEi\(.\)/"uEi\1x/' attestation.json >forged.json
runs 1 reproduce --attestation forged.json --declaration stored.json
last '^not verified: '
check "nothing is compared then" lacks '^same|^different' out
runs 1 "$PROBITY" reproduce --at 2030-01-01T00:00:00Z --attestation attestation.json --declaration stored.json
last '^not verified: validity: expired'

# Many at once.
printf '%s\n\n%s\n%s\n' "$(cat bare.json)" "$(cat changed.json)" "$(cat sent.json)" >list.ndjson
screen --out ndjson list.ndjson >reports.ndjson
runs 0 reproduce --reports reports.ndjson --declarations list.ndjson
last '^3 same, 0 different$'
sed '2s/"coverage":[0-9]*/"coverage":99/' reports.ndjson >reports_changed.ndjson
runs 1 reproduce --reports reports_changed.ndjson --declarations list.ndjson
shows '^reports_changed.ndjson:2: different$'
shows '^  /coverage$'
last '^2 same, 1 different$'
sed '3s/^{/{ /' reports.ndjson >reports_spaced.ndjson
runs 1 reproduce --reports reports_spaced.ndjson --declarations list.ndjson
shows '^  its values are the same: it is written in another form'
last '^2 same, 1 different$'
sed '1s/BGD/XXX/' list.ndjson >list_refused.ndjson
runs 1 reproduce --reports reports.ndjson --declarations list_refused.ndjson
shows 'its declaration is refused'
shows '/supplier/country'
printf 'no json\n{}\n[]\n' >hostile.ndjson
runs 1 reproduce --reports hostile.ndjson --declarations list.ndjson
last '^0 same, 3 different$'
runs 1 reproduce --reports reports.ndjson --declarations sent.json
says '3 reports and 1 declarations'
runs 1 reproduce --reports /dev/null --declarations /dev/null

# A report that rests on declarations referred to: the same with their file, and told where it is missing.
cat >book.ndjson <<'END'
{"supplier":{"name":"Example Spinning Ltd","country":"TUR"},"products":[{"hs":"520523","origin":"TUR"}],"upstream":[{"declaration":"#2","product":"5201","share":0.5}]}
{"supplier":{"name":"Example Ginning Ltd","country":"TKM"},"products":[{"hs":"5201","origin":"TKM"}]}
END
printf '%s\n' '{"supplier":{"name":"Example Garments Ltd","country":"BGD"},"upstream":[{"declaration":"#1","product":"520523"}]}' >chain.json
screen --out json --upstream book.ndjson chain.json >chain_report.json
runs 0 reproduce --report chain_report.json --declaration chain.json --upstream book.ndjson
last '^same$'
runs 1 reproduce --report chain_report.json --declaration chain.json
shows '^same       declaration '
shows '^  /determination/state_imposed$'
last '^different: .*their file is not given: name it with --upstream$'
sed 's/"share":0.5/"share":0.6/' book.ndjson >book_changed.ndjson
runs 1 reproduce --report chain_report.json --declaration chain.json --upstream book_changed.ndjson
shows '^  /upstream/1/path/1/share_ppm$'
shows '^      recomputed  600000$'
last '^different: the report was changed, .*, from another upstream declaration: '
# By its id a changed one is not found at all.
one=$(sed -n 's/.*"path":\[{"declaration":"\([^"]*\)".*/\1/p' chain_report.json)
sed "s/#1/$one/" chain.json >chain_id.json
screen --out json --upstream book.ndjson chain_id.json >chain_id_report.json
runs 0 reproduce --report chain_id_report.json --declaration chain_id.json --upstream book.ndjson
runs 1 reproduce --report chain_id_report.json --declaration chain_id.json --upstream book_changed.ndjson
last '^different: the file of --upstream lacks declarations'
# A reference that led nowhere stays so, and no file is asked for.
screen --out json chain.json >chain_open.json
runs 0 reproduce --report chain_open.json --declaration chain.json
runs 1 reproduce --report chain_open.json --declaration chain.json --as-of 2026-07-01
last '^different: it was computed for another day'
# Who declares upstream: as the declaration's own report shows it, or as it is said.
screen --out json --upstream book.ndjson --declarant supplier chain.json >chain_supplier.json
runs 0 reproduce --report chain_supplier.json --declaration chain.json --upstream book.ndjson
sed 's/{/{"declarant":"supplier",/' chain.json >chain_own.json
screen --out json --upstream book.ndjson --declarant auditor chain_own.json >chain_auditor.json
runs 1 reproduce --report chain_auditor.json --declaration chain_own.json --upstream book.ndjson
runs 0 reproduce --report chain_auditor.json --declaration chain_own.json --upstream book.ndjson --declarant auditor
# Many, of two days; a file with a fault says so, and its references stay open.
cat chain.json chain.json bare.json >chains.ndjson
screen --out ndjson --upstream book.ndjson chains.ndjson >chain_reports.ndjson
screen --out ndjson --upstream book.ndjson --as-of 2026-05-31 chain.json >>chain_reports.ndjson
printf '\n' >>chains.ndjson && cat chain.json >>chains.ndjson
runs 0 reproduce --reports chain_reports.ndjson --declarations chains.ndjson --upstream book.ndjson
last '^4 same, 0 different$'
runs 1 reproduce --reports chain_reports.ndjson --declarations chains.ndjson
shows '^  the declaration refers to upstream declarations, and their file is not given'
last '^1 same, 3 different$'
{ sed -n 1p book.ndjson; echo '{"supplier":{"name":"x"}}'; } >broken.ndjson
runs 1 reproduce --report chain_report.json --declaration chain.json --upstream broken.ndjson
says '^broken.ndjson:2: .*country'
runs 1 reproduce --report chain_report.json --declaration chain.json --upstream nowhere.ndjson
says 'nowhere.ndjson'
runs 1 reproduce --reports chain_reports.ndjson --declarations chains.ndjson --upstream nowhere.ndjson
check "without its file nothing is compared" [ ! -s out ]
runs 2 reproduce --report chain_report.json --declaration chain.json --upstream "$SAMPLES/nike_2021_sample.csv"

# What is none of it.
runs 1 reproduce --report sent.json --declaration sent.json
says 'this is no report'
runs 1 reproduce --report report.json --declaration report.json
says '/salt'
printf '{"supplier":{"name":"x"}}' >odd.json
runs 1 reproduce --report report.json --declaration odd.json
shows 'the declaration is refused'
shows '^  /supplier/country: '
runs 1 reproduce --report report.json --declaration /dev/null
runs 1 reproduce --report /dev/null --declaration bare.json
runs 1 reproduce --report nowhere.json --declaration bare.json
says 'nowhere.json'
runs 1 reproduce --attestation bare.json --declaration bare.json
last '^not verified: form'
printf '{"declaration":{},"id":"x"}' >odd.json
runs 1 reproduce --report report.json --declaration odd.json
says '/id'
printf '{"declaration":{},"id":"%s","salt":"AAAA"}' "$id" >odd.json
runs 1 reproduce --report report.json --declaration odd.json
says '/salt'
# Names that would write over the terminal do not reach it.
printf '{"a\033[2J\342\200\256b":1,%s' "$(tail -c +2 report.json)" | tr -d '\n' >odd.json
runs 1 reproduce --report odd.json --declaration bare.json
says 'byte'
sed 's/"as_of":/"a\\u001b[2J\\u202e\\u009bb":1,"as_of":/' report.json >odd.json
runs 1 reproduce --report odd.json --declaration bare.json
shows '^  /a'
check "no control characters" [ "$(tr -d '\n' <out | LC_ALL=C grep -c "$(printf '\033')")" -eq 0 ]
check "no turning marks" lacks "$(printf '\342\200\256')" out

runs 2 reproduce
runs 2 reproduce --report report.json
says -- '--declaration is wanted'
runs 2 reproduce --declaration sent.json
runs 2 reproduce --report - --declaration -
runs 2 reproduce --report report.json --declaration sent.json more
runs 2 reproduce --report report.json --declaration sent.json --did x
runs 2 reproduce --report report.json --declaration sent.json --as-of yesterday
runs 2 reproduce --report report.json --declaration sent.json --at yesterday
runs 2 reproduce --report report.json --declaration sent.json --declarant auditor
runs 2 reproduce --report report.json --declaration sent.json --upstream sent.json --declarant nobody
runs 2 reproduce --reports reports.ndjson
runs 2 reproduce --reports reports.ndjson --declarations list.ndjson --report report.json
runs 0 "$PROBITY" reproduce --help
finish
