# SPDX-License-Identifier: Apache-2.0
# The pages for people, from a folder that is made here: languages, fields for browsers, coding and conditions, what is read again at
# SIGHUP, and folders that are refused.
. "$SOURCE/tests/e2e/lib.sh"
. "$SOURCE/tests/e2e/server_lib.sh"
. "$SOURCE/tests/e2e/reload_lib.sh"

# field NAME: of the last answer.
field() {
	sed -n "s/^$1: //Ip" head | tr -d '\r'
}
lacks_field() {
	check "no field of $http_method $http_path matches $1" lacks "^($1)" head
}

# make_pages DIR WORD: all pages, with a word in them.
make_pages() {
	mkdir -p "$1/pages" "$1/assets"
	for page in index shop company invitation officer worker data; do
		mark=
		[ "$page" != shop ] || mark='<!--shop-->'
		for tag in ar zh en fr ru es; do
			printf '<!DOCTYPE html>\n<html lang="%s"><title>%s %s %s</title><main>%s</main>\n' \
				"$tag" "$page" "$tag" "$2" "$mark" >"$1/pages/$page.$tag.html"
		done
	done
	seq -f 'let a%g = 0;' 500 >"$1/assets/frame-B8naTicD.js"
	echo 'p { margin: 0 }' >"$1/assets/frame-1.css"
	printf '\000asm' >"$1/assets/sodium-1.wasm"
}
make_pages web first

# ---- pages
server_start state --pages web
# What is not there: a page for who reads in a browser, a problem for programs.
BROWSER='Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
for language in 'ar nothing=لا يوجد شيء' 'zh nothing=此地址没有内容' 'en nothing=There is nothing at this address'; do
	http GET '/compny?a=%3Cb%3E' -H "$BROWSER" -H "Accept-Language: ${language%% *}"
	answers 404 "<h1>${language#*=}"
	has_field 'Content-Type: text/html; charset=utf-8'
	has_field "Content-Language: ${language%% *}"
	has_field 'Vary: .*Accept'
	has_field 'Cache-Control: no-store'
	has_field "Content-Security-Policy: default-src 'none'"
	check "nothing of the address is in it" lacks 'compny|<b>' body
done
check "it leads somewhere" grep -q '<a href="/?lang=en">' body
http HEAD /compny --head -H "$BROWSER"
answers 404
has_field 'Content-Type: text/html; charset=utf-8'
for other in 'Accept: */*' 'Accept: application/json, text/html' 'Accept: text/html;q=0.5, application/problem+json'; do
	http GET /compny -H "$other"
	answers 404 '"type":"/problems/not-found"'
	has_field 'Content-Type: application/problem\+json'
done
for address in /v1/nothing /assets/nothing.js /log/nothing /.well-known/nothing; do
	http GET "$address" -H "$BROWSER"
	answers 404 '"type":"/problems/not-found"'
done
http POST /compny -H "$BROWSER"
answers 404 '"type":"/problems/not-found"'
for page in '' shop company invitation officer worker data; do
	name=${page:-index}
	http GET "/$page" -H 'Accept-Language: ru, en;q=0.5'
	answers 200
	has_field 'Content-Type: text/html; charset=utf-8'
	has_field 'Content-Language: ru'
	has_field 'Vary: Accept-Encoding, Accept-Language'
	# The worker's page leaves no trace, nor does what it loads under a name that stays.
	if [ "$name" = worker ]; then kept=no-store; else kept=no-cache; fi
	has_field "Cache-Control: $kept"
	has_field "Content-Security-Policy: default-src 'none'; script-src 'self'.*; form-action 'self'; frame-ancestors 'none'"
	has_field 'X-Content-Type-Options: nosniff'
	has_field 'Referrer-Policy: no-referrer'
	has_field 'Cross-Origin-Opener-Policy: same-origin'
	has_field 'Cross-Origin-Resource-Policy: same-origin'
	lacks_field 'Access-Control|Set-Cookie'
	check "the page of $name" grep -q "<title>$name ru first</title>" body
	# The language that somebody chose is in the link, with whatever else others put into it.
	http GET "/$page?utm_source=a&lang=ar&x=%D8%A7" -H 'Accept-Language: ru'
	answers 200
	has_field 'Content-Language: ar'
	check "the page of $name in the language of the link" grep -q "<title>$name ar first</title>" body
	http GET "/$page?lang=xx" -H 'Accept-Language: ru'
	has_field 'Content-Language: ru'
	http HEAD "/$page" --head
	answers 200
	has_field 'Content-Language: en'
done
check "no mark is left" lacks 'shop-->' body
http GET /shop
check "no mark is left where the answer goes" lacks '<!--shop' body
# The second on a connection is answered from memory: with nobody else's id.
one=11111111111111111111111111111111
two=22222222222222222222222222222222
curl -sS -D first -o body -H "X-Request-Id: $one" "$URL/shop?q=cotton" --next -sS -D second -o body -H "X-Request-Id: $two" "$URL/shop?q=cotton"
check "both are answered" [ "$(cat first second | grep -c '^HTTP/1.1 200')" -eq 2 ]
check "the first has its own id" grep -qi "^X-Request-Id: $one" first
check "the second has no id of the first" lacks "$one" second
for page in shop officer; do
	http GET "/$page"
	has_field 'Permissions-Policy: camera=\(self\), geolocation=\(\), microphone=\(\)'
done
http GET /company
has_field 'Permissions-Policy: camera=\(\),'
lacks_field 'Content-Security-Policy: .*unsafe'
http GET /worker
has_field "Content-Security-Policy: .*script-src 'self' 'wasm-unsafe-eval';"
http POST /company -d x
answers 405

# ---- conditions
http GET /officer
seen=$(field ETag)
http GET /officer -H "If-None-Match: $seen"
answers 304
http GET '/officer?lang=fr' -H "If-None-Match: $seen"
answers 200

# ---- what they load
http GET /assets/frame-B8naTicD.js
answers 200
has_field 'Content-Type: text/javascript; charset=utf-8'
has_field 'Cache-Control: public, max-age=31536000, immutable'
has_field "Content-Security-Policy: default-src 'none'; script-src 'self'; "
cmp -s body web/assets/frame-B8naTicD.js || check "the script as it is" false
http GET /assets/frame-B8naTicD.js -H 'Accept-Encoding: gzip'
has_field 'Content-Encoding: gzip'
has_field 'ETag: ".*-gzip"'
packed=$(field ETag)
gzip -dc body >unpacked
check "the script out of its coding" cmp -s unpacked web/assets/frame-B8naTicD.js
http GET /assets/frame-B8naTicD.js -H 'Accept-Encoding: gzip' -H "If-None-Match: $packed"
answers 304
http GET /assets/frame-1.css
has_field 'Cache-Control: no-store'
has_field 'Content-Type: text/css; charset=utf-8'
http GET /assets/sodium-1.wasm
has_field 'Content-Type: application/wasm'
for name in none.js ../pages/shop.en.html ..%2fpages%2fshop.en.html %2e%2e/pages/shop.en.html frame-B8naTicD.js/ '' .; do
	http GET "/assets/$name" --path-as-is
	check "nothing at /assets/$name" grep -qE '^HTTP/1.1 40[04]' head
done
http GET /metrics
check "pages are counted" grep -qE 'route="/company"' body
check "the worker's page and assets are not, as they would say when it was opened" lacks 'route="/(worker|assets)' body

# ---- read again
make_pages web second
rm web/assets/frame-B8naTicD.js
echo 'let b = 0;' >web/assets/frame-Dk_2-pQ0.js
http GET /company
check "nothing is read before it is told" grep -q 'company en first' body
reload "$TAKEN"
check "the new pages are said" grep -q 'pages: 45 files, in place of 45' said
http GET /company -H "If-None-Match: $seen"
check "the new page" grep -q 'company en second' body
http GET /assets/frame-B8naTicD.js
answers 404
http GET /assets/frame-Dk_2-pQ0.js
answers 200
echo '<p>' >web/pages/shop.ar.html
reload "$KEPT"
check "what is wrong is said" grep -q 'shop.ar.html: it lacks the mark' said
http GET '/shop?lang=ar'
check "the pages stay" grep -q 'shop ar second' body
server_stop

# ---- without pages
server_start state
for page in shop company officer worker data; do
	http GET "/$page"
	answers 404 not-found
	check "how to build them" grep -q 'clients/web/build --out DIR' body
done
http GET /
answers 200
has_field 'Content-Language: en'
check "the plain page" grep -q 'Who uses it, and where to begin' body
http GET '/invitation?lang=fr'
answers 200
has_field 'Content-Language: fr'
check "the plain page in its language" grep -q '<html lang="fr"' body
http GET /assets/frame-B8naTicD.js
answers 404
server_stop

# ---- folders that are refused
refused_start 1 'shop.ar.html: it lacks the mark' --pages web
refused_start 1 'nowhere/pages: No such file' --pages nowhere
rm web/pages/shop.ar.html
refused_start 1 'pages/shop: it is not there in every language' --pages web
printf '[server]\npages = web\n' >web.ini
runs 2 "$PROBITYD" --config web.ini --check-config
check "a look beforehand says it as well" grep -q 'not there in every language' err
finish
