# SPDX-License-Identifier: Apache-2.0
# Reports by Accept: JSON, a page in six languages, PDF. The PDF's program is one of this scenario's own, so that what is shown is how it is
# run: what it is given, what it may take, and that the server goes on whatever it does.
. "$SOURCE/tests/e2e/lib.sh"
. "$SOURCE/tests/e2e/server_lib.sh"

lacks_field() {
	check "no field of $http_method $http_path matches $1" lacks "^($1)" head
}

# A program that says how it was run. What it is to do stands in the file `mood`.
cat >printer <<END
#!/bin/sh
cd "$WORK"
printf '%s\n' "\$@" >was_arguments
env | sort >was_environment
ls /proc/self/fd >was_descriptors
{ ulimit -v; ulimit -t; ulimit -c; ulimit -n; } >was_limits
cat >was_report
for argument; do
	[ "\$argument" != /dev/fd/3 ] || cat /dev/fd/3 >was_attestation
done
case \$(cat mood) in
well) printf '%%PDF-1.5\nfrom a program\n' ;;
silent) exit 0 ;;
failing) echo 'no font for these letters, such as Knitwear' >&2; printf '%%PDF-1.5 half'; exit 1 ;;
killed) kill -9 \$\$ ;;
large) printf '%%PDF-1.5\n'; exec head -c 9000000 /dev/zero ;;
waiting) printf '%%PDF-1.5\n'; : >waiting; exec sleep 1000 ;;
esac
END
chmod +x printer
cat >print.ini <<END
[server]
pdf_program = $WORK/printer
[issuer]
public_url = https://probity.example
[auth]
mode = open
END
echo well >mood
server_start state --config print.ini
cat >declaration.json <<'END'
{"supplier": {"name": "Example <Knitwear> & \"Söhne\"", "country": "BGD"}, "products": [{"hs": "6109"}]}
END
http POST /v1/declarations -H 'Content-Type: application/json' --data-binary @declaration.json
answers 201
id=$(located)
attestation=$(grep -oE 'attestations/[0-9a-f-]{36}' body | head -1 | cut -d/ -f2)

# ---- JSON, as ever
for accept in '*/*' application/json 'text/html;q=0.5, application/json'; do
	http GET "/v1/reports/$id" -H "Accept: $accept"
	answers 200
	has_field 'Content-Type: application/json'
	has_field 'Vary: Accept, Accept-Encoding'
	lacks_field 'Content-Language'
done
cp body report.json

# ---- a page
browser='Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
http GET "/v1/reports/$id" -H "$browser" -H 'Accept-Language: fr'
answers 200
has_field 'Content-Type: text/html; charset=utf-8'
has_field 'Content-Language: fr'
has_field 'Vary: Accept, Accept-Encoding, Accept-Language'
has_field 'Cache-Control: no-store'
has_field "Content-Security-Policy: default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='.*; frame-ancestors 'none'"
check "in French" grep -q '<html lang="fr" dir="ltr"' body
check "the name is text" grep -qF 'Example &lt;Knitwear&gt; &amp;' body
check "no name is markup" lacks '<Knitwear>' body
check "no script" lacks '<script' body
check "where it is verified" grep -qF "https://probity.example/officer?attestation=$attestation" body
for tag in ar zh en fr ru es; do
	http GET "/v1/reports/$id?lang=$tag" -H 'Accept: text/html' -H 'Accept-Language: fr'
	answers 200
	has_field "Content-Language: $tag"
	check "in $tag" grep -q "<html lang=\"$tag\"" body
done
http GET "/v1/reports/$id?lang=ar" -H 'Accept: text/html'
check "from right to left" grep -q 'dir="rtl"' body
http GET "/v1/reports/$id" -H 'Accept: image/png'
answers 406 'application/json, text/html or application/pdf'
http GET /v1/reports/01980000-0000-7000-8000-000000000001 -H 'Accept: text/html'
answers 404

# ---- PDF
http GET "/v1/reports/$id" -H 'Accept: application/pdf' -H 'Accept-Language: ru'
answers 200
has_field 'Content-Type: application/pdf'
has_field 'Content-Language: ru'
lacks_field 'Content-Encoding'
check "what the program wrote" grep -q 'from a program' body
cat >wanted <<END
explain
--out
pdf
--lang
ru
--attestation
/dev/fd/3
--verify-url
https://probity.example/officer?attestation=$attestation
-
END
check "what it was asked" cmp -s wanted was_arguments
check "the report is the stored one" cmp -s report.json was_report
http GET "/v1/attestations/$attestation"
check "and the attestation" cmp -s body was_attestation
check "nothing of the server's environment" lacks '^(PROBITY|PATH=.*probity|WORK|SOURCE)' was_environment
check "its language is no one's" grep -q '^LANG=C.UTF-8$' was_environment
# 0 to 2, the one that ls lists with, and the attestation.
check "no descriptor of the server's" [ "$(sort -n was_descriptors | tail -1)" -le 4 ]
if ! sanitized; then
	check "little memory" [ "$(sed -n 1p was_limits)" = 786432 ]
fi
check "little time, no core, few files" [ "$(sed -n '2,4p' was_limits | tr '\n' ' ')" = '15 0 64 ' ]

# A revoked attestation is none.
http POST "/v1/attestations/$attestation/revoke" -H 'Content-Type: application/json' -d '{"reason":"issued_in_error"}'
answers 200
http GET "/v1/reports/$id" -H 'Accept: application/pdf'
answers 200
check "no attestation any more" lacks 'attestation' was_arguments
check "and three descriptors" [ "$(sort -n was_descriptors | tail -1)" -le 3 ]

# ---- a program that does not do its work
for mood in silent failing killed large; do
	echo "$mood" >mood
	http GET "/v1/reports/$id" -H 'Accept: application/pdf'
	answers 503 'the PDF could not be made'
	has_field 'Retry-After: '
	http GET "/v1/reports/$id"
	answers 200
done
check "each is said" logged 'printer made no PDF' 4
check "what it said is not repeated" lacks 'no font for these letters' said
check "why" grep -q 'printer made no PDF: it has failed' said
check "what is too much" grep -q 'more than a PDF may have' said

# ---- one declaration, not stored
echo well >mood
screened() {
	http POST "/v1/screenings$1" -H 'Content-Type: application/json' -H "Accept: $2" --data-binary @declaration.json
}
screened '?lang=es' text/html
answers 200
has_field 'Content-Type: text/html'
has_field 'Content-Language: es'
check "in Spanish" grep -q '<html lang="es"' body
check "nowhere to verify it" lacks 'officer\?attestation' body
screened '' application/pdf
answers 200
has_field 'Content-Type: application/pdf'
check "nothing is attested" lacks 'attestation|verify' was_arguments
screened '' 'application/json'
answers 200
screened '' image/png
answers 406
printf '{"supplier":{}}' >declaration.json
screened '' text/html
answers 422 missing-member
has_field 'Content-Type: application/problem\+json'
# Two on one connection: the second is read behind the first.
printf '{"supplier":{"name":"A","country":"BGD"}}' >declaration.json
curl -sS -H 'Accept: text/html' -H 'Content-Type: application/json' --data-binary @declaration.json "$URL/v1/screenings" "$URL/v1/screenings" >both
check "two pages" [ "$(grep -c '<html lang' both)" -eq 2 ]

# ---- as many as may be made at once
echo waiting >mood
# In one burst, so that the threads have not taken the first when the last comes.
curl -sS -i --parallel --parallel-immediate -o 'waited.#1' -H 'Accept: application/pdf' "$URL/v1/reports/$id#[1-5]" >fetched 2>&1 &
fetches=$!
tries=0
while ! grep -qs 'as many PDFs are being made' waited.* && [ "$tries" -lt 400 ]; do
	tries=$((tries + 1))
	sleep 0.05
done
check "one more is told to ask again" grep -q '^HTTP/1.1 503' waited.*
check "when" grep -q '^Retry-After: 3' waited.*
http GET "/v1/reports/$id"
check "while others are answered" [ "$STATUS" = 200 ]
# The server ends without waiting for them.
printf '[server]\ndrain_seconds_max = 1\n' >>print.ini
began=$(date +%s)
server_stop
check "and ends in time" [ $(($(date +%s) - began)) -lt 25 ]
wait "$fetches" || true
check "one more alone: two are made, two wait" [ "$(grep -l 'as many PDFs are being made' waited.* | wc -l)" -eq 1 ]
check "half a PDF is none" lacks '^%PDF' waited.*

# ---- without a program
server_start state --config /dev/null
printf '[server]\npdf_program = none\n' >none.ini
server_stop
server_start state --config none.ini
http GET "/v1/reports/$id" -H 'Accept: application/pdf'
answers 406 'the program that makes PDFs is not there'
http GET "/v1/reports/$id" -H "$browser"
answers 200
has_field 'Content-Type: text/html'
server_stop
printf '[server]\npdf_program = %s/nowhere\n' "$WORK" >nowhere.ini
server_start state --config nowhere.ini
check "it is said at the start" grep -q 'nowhere cannot be run' said
server_stop
finish
