# SPDX-License-Identifier: Apache-2.0
# Reports as pages: of one declaration, of a list, of reports that were kept, with who stands for them.
. "${0%/*}/lib.sh"

# page FILE: it is whole; what is in it goes to `facts`.
page() {
	check "$1 is a whole page" python3 "$SOURCE/tests/e2e/page.py" "$1" >facts
}

# says_fact WORDS: a line of `facts` is just so.
says_fact() {
	check "the page has: $1" grep -qxF -- "$1" facts
}

# One declaration is a page of its own, in each language.
cat >declaration.json <<'EOF'
{"supplier":{"name":"Kilang <b>Contoh</b> & Co","country":"MYS"},"products":[{"hs":"4015","origin":"MYS"}],
"findings":[{"indicator":"debt_bondage","state":"present","source":"ngo","date":"2026-01-01"}]}
EOF
screen --out json declaration.json >report.json
for language in ar:rtl:التقرير en:ltr:Report es:ltr:Informe fr:ltr:Rapport ru:ltr:Отчет zh:ltr:报告; do
	tag=${language%%:*}
	rest=${language#*:}
	runs 0 screen --out html --lang "$tag" declaration.json
	mv out "$tag.html"
	page "$tag.html"
	says_fact "language $tag ${rest%%:*}"
	says_fact "article 1"
	says_fact "h1 Kilang <b>Contoh</b> & Co"
	check "$tag: words of the language" grep -q "${rest#*:}" "$tag.html"
	if [ "$tag" != en ]; then
		check "$tag: what is not official is explained" grep -q '<p class="note">\*' "$tag.html"
	fi
	runs 0 "$PROBITY" explain --out html --lang "$tag" report.json
	check "$tag: explain makes the same page" cmp -s out "$tag.html"
done
check "what is unknown is hatched" [ "$(grep -c '<tr class="unknown">' en.html)" -eq 10 ]
check "a page loads nothing" [ "$(grep -c 'src=\|url(\|@import' en.html)" -eq 0 ]

# A list is one page with a summary first, the same however many threads there are.
runs 0 screen --out html "$SAMPLES/cos_2024_sample.csv"
mv out list.html
page list.html
says_fact "article 81"
says_fact "h1 80 reports"
check "a row for each in the summary" [ "$(grep -c '<a href="#r[0-9]*-top">' list.html)" -eq 80 ]
check "each leads back" [ "$(grep -c '<a href="#top">' list.html)" -eq 80 ]
runs 0 screen --out html --jobs 3 "$SAMPLES/cos_2024_sample.csv"
check "three threads, the same bytes" cmp -s out list.html
screen --out ndjson "$SAMPLES/cos_2024_sample.csv" >reports.ndjson
runs 0 "$PROBITY" explain --out html reports.ndjson
check "kept reports make the same page" cmp -s out list.html

# A refused row is said, the others are there.
printf 'name,country\nA,NOR\nB,ZZZ\nC,NOR\n' >mixed.csv
runs 3 screen --out html mixed.csv
says 'mixed.csv:3'
mv out mixed.html
page mixed.html
says_fact "h1 2 reports"
printf 'name,country\nB,ZZZ\n' >none.csv
runs 3 screen --out html none.csv
check "no report, no page" [ ! -s out ]

# The bound is said, and half a list is none.
awk 'BEGIN { print "name,country"; for (i = 0; i < 1001; i++) print "Example " i ",NOR" }' >long.csv
runs 1 screen --out html long.csv
says '1000 reports at most'
check "half a list is none" [ ! -s out ]
sed '$d' long.csv >bound.csv
runs 0 screen --out html bound.csv
check "a thousand fit" [ "$(grep -c '<article' out)" -eq 1001 ]

# Who stands for it: an attestation of this report, and where to check it.
attestation="$SOURCE/tests/unit/vectors/attestation/did_web.json"
runs 1 "$PROBITY" explain --out html --attestation "$attestation" report.json
says 'attestation is of another report'
check "no page" [ ! -s out ]
id=$(sed 's/.*"id":"\([0-9a-f-]*\)","indicators".*/\1/' report.json)
sed "s/$id/2e655f0d-86ef-83ec-869b-ea95cd4770c8/" report.json >attested.json
runs 0 "$PROBITY" explain --out html --attestation "$attestation" --verify-url https://screening.example/officer attested.json
mv out attested.html
page attested.html
check "the issuer is named" grep -q 'did:web:screening.example' attested.html
check "there is a code to scan" grep -q 'class="qr"' attested.html
check "and its address in words" grep -q '<bdi>https://screening.example/officer</bdi>' attested.html
runs 1 "$PROBITY" explain --out html --verify-url javascript:x attested.json
says 'https://'
runs 1 "$PROBITY" explain --out html --attestation "$attestation" reports.ndjson
runs 1 "$PROBITY" explain --attestation nosuch attested.json
runs 2 "$PROBITY" explain --out odt report.json
says 'html or pdf'
runs 2 "$PROBITY" screen --out odt declaration.json
says 'html or pdf'
finish
