# SPDX-License-Identifier: Apache-2.0
# TLS: what is refused at the start, what is spoken, who is let in, and that everything goes as without it.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
. "${0%/*}/tls_lib.sh"
. "${0%/*}/reload_lib.sh"

authority ca
authority strangers
certify server ca serverAuth
certify renewed ca serverAuth
certify client ca clientAuth
certify stranger strangers clientAuth
certify other ca serverAuth
CURL_CA_BUNDLE=$WORK/ca.pem
export CURL_CA_BUNDLE
echo '{"supplier":{"name":"Example Garments Ltd","country":"BGD"},"products":[{"hs":"6109"}]}' >declaration.json

# ini CERTIFICATE KEY [LINE]...: a configuration with them.
ini() {
	printf '[tls]\ncertificate = %s\nkey = %s\n' "$1" "$2"
	shift 2
	printf '%s\n' "$@"
}

# What cannot be served is refused before a state is made.
ini server.pem other.key >bad.ini
refused_start 1 'it is not the key of the certificate' --state none --config bad.ini
runs 2 "$PROBITYD" --check-config --config bad.ini
says 'it is not the key of the certificate'
cp server.key open.key
chmod 640 open.key
ini server.pem open.key >bad.ini
refused_start 1 'open.key: others may read or change it; chmod 600' --state none --config bad.ini
openssl pkey -in server.key -aes256 -passout pass:secret -out sealed.key 2>/dev/null
chmod 600 sealed.key
ini server.pem sealed.key >bad.ini
refused_start 1 'sealed.key: the key is encrypted' --state none --config bad.ini
ini nosuch.pem server.key >bad.ini
refused_start 1 'certificate: nosuch.pem: ' --state none --config bad.ini
ini server.key server.key >bad.ini
refused_start 1 'certificate: server.key: ' --state none --config bad.ini
ini server.pem server.pem >bad.ini
chmod 600 server.pem
refused_start 1 'key: server.pem: ' --state none --config bad.ini
ini server.pem nosuch.key >bad.ini
refused_start 1 'key: nosuch.key: ' --state none --config bad.ini
ini server.pem server.key 'client_ca = nosuch.pem' >bad.ini
refused_start 1 'client_ca: nosuch.pem: ' --state none --config bad.ini
printf '[tls]\ncertificate = server.pem\n' >bad.ini
refused_start 2 'certificate and key are given together' --state none --config bad.ini
printf '[tls]\nclient_ca = ca.pem\n' >bad.ini
refused_start 2 'client_ca needs certificate and key' --state none --config bad.ini
ini server.pem server.key 'client_required = 1' >bad.ini
refused_start 2 'client_required needs client_ca' --state none --config bad.ini
check "no state was made" [ ! -e none ]
ini server.pem server.key >good.ini
runs 0 "$PROBITYD" --check-config --config good.ini
PROBITY_TEST_CLOCK=2099-01-01T00:00:00Z runs 0 "$PROBITYD" --check-config --config good.ini
says 'WARNING: server.pem: the certificate was valid until 2'
PROBITY_TEST_CLOCK=2020-01-01T00:00:00Z runs 0 "$PROBITYD" --check-config --config good.ini
says 'WARNING: server.pem: the certificate is not valid before 2'

# A link is followed, as those who renew certificates make them.
ln -s server.key link.key
ini server.pem link.key >config
tls_start state --config config
check "no warning" lacks WARNING said
http GET /healthz
answers 200
check "no promise without a name" lacks '[Ss]trict-[Tt]ransport' head
http POST /v1/declarations -H 'Content-Type: application/json' --data-binary @declaration.json
answers 201
http GET '/v1/products?hs=6109&origin=BGD'
answers 200
cp body before
http GET '/v1/products?hs=6109&origin=BGD'
check "kept answers too" cmp -s body before

# Who is one too many is closed: a TLS client has no use for an answer in plain HTTP.
sed 's/^\[tls\]/[limits]\nloopback = 1\naddress_connections_max = 1\n&/' server_lib.ini >new.ini
cp server_lib.ini old.ini
cp new.ini server_lib.ini
reload "$TAKEN"
runs 0 python3 -c 'import socket, sys
first = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=60)
second = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=60)
sys.exit(second.recv(1) != b"")' "$PORT"
# A handshake is a request of its address: after four the next is closed before it begins. What came a moment ago under the other
# limit may stand for one of them.
sed 's/^address_connections_max.*/address_requests_per_minute = 4/' new.ini >server_lib.ini
reload "$TAKEN"
runs 0 python3 -c 'import socket, ssl, sys
def shakes():
    with socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=60) as plain:
        with ssl.create_default_context(cafile="ca.pem").wrap_socket(plain, server_hostname="127.0.0.1"):
            return True
done = 0
try:
    while done < 5 and shakes():
        done += 1
except (ssl.SSLError, OSError):
    pass
sys.exit(0 if done in (3, 4) else "%d handshakes" % done)' "$PORT"
cp old.ini server_lib.ini
reload "$TAKEN"

# What is spoken.
# speaks WORDS OPTION...: a handshake succeeds, and what openssl says of it is in the file shaken.
speaks() {
	speaks_words=$1
	shift
	check "$speaks_words" openssl s_client -connect "127.0.0.1:$PORT" -CAfile ca.pem -verify_return_error "$@" </dev/null >shaken 2>shaken_err
}
speaks_not() {
	speaks_words=$1
	shift
	check "$speaks_words" [ "$(openssl s_client -connect "127.0.0.1:$PORT" "$@" </dev/null >shaken 2>&1; echo $?)" -ne 0 ]
}
speaks "1.3" -tls1_3
check "1.3 it is" grep -q 'TLSv1.3' shaken
check "no ticket in 1.3" lacks 'Session Ticket arrived|TLS session ticket' shaken
speaks "1.2" -tls1_2
check "1.2 it is" grep -q 'TLSv1.2' shaken
check "no ticket in 1.2" lacks 'TLS session ticket' shaken
check "no session to resume" grep -qE 'Session-ID: *$' shaken
check "no compression" grep -q 'Compression: NONE' shaken
check "no renegotiation is offered in the open" lacks 'Secure Renegotiation IS NOT supported' shaken
speaks_not "not 1.1" -tls1_1 -cipher 'ALL:@SECLEVEL=0'
check "an alert says so" grep -qE 'alert protocol version|unsupported protocol' shaken
speaks_not "no ciphers without forward secrecy" -tls1_2 -cipher 'AES128-GCM-SHA256:AES256-SHA'
speaks_not "nor without authenticated encryption" -tls1_2 -cipher 'ECDHE-ECDSA-AES256-SHA'
speaks "its protocol" -alpn h2,http/1.1
check "http/1.1 is chosen" grep -q 'ALPN protocol: http/1.1' shaken
speaks_not "no other protocol" -alpn h2
check "an alert says that too" grep -q 'alert no application protocol' shaken
# A client that wants to begin anew within a connection is not followed; TLS 1.2 had that.
printf 'R\n' | openssl s_client -connect "127.0.0.1:$PORT" -tls1_2 >shaken 2>&1
check "no renegotiation" grep -qE 'no renegotiation|NO_RENEGOTIATION|no_renegotiation' shaken

# Who speaks no TLS is closed, not reset; and is counted.
curl -sS "http://127.0.0.1:$PORT/healthz" >body 2>curl_said
check "an end without an answer (52)" [ $? -eq 52 ]
"$LOAD" send "$PORT" declaration.json >out 2>&1
check "neither is garbage" lacks 'HTTP/' out
http GET /metrics
answers 200 '^probity_http_connections 1$'
check "counted" [ "$(sed -n 's/^probity_tls_handshake_failures_total //p' body)" -ge 6 ]

# Large both ways, and to a client that reads slowly: in order and whole.
for i in $(seq 1 4000); do
	echo "{\"supplier\":{\"name\":\"Supplier $i\",\"country\":\"BGD\"},\"products\":[{\"hs\":\"6109\"}]}"
done >list.ndjson
# The certificates hold by the day's clock, which may pass midnight: of which day the reports are, and so their ids, does not count.
undated() {
	sed -e 's/"as_of":"[0-9-]*"//' -e 's/"id":"[0-9a-f-]\{36\}"//g' "$@"
}
screen --out ndjson list.ndjson 2>/dev/null | undated >offline
http POST /v1/screenings -H 'Content-Type: application/x-ndjson' --data-binary @list.ndjson
answers 200
undated body >undated
check "4000 reports, as offline" cmp -s undated offline
http POST /v1/screenings -H 'Content-Type: application/x-ndjson' -T list.ndjson --limit-rate 8M
answers 200
undated body >undated
check "to a slow reader as well" cmp -s undated offline
# The client closes its half first.
{
	printf 'POST /v1/screenings HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: %d\r\n\r\n' "$(wc -c <list.ndjson)"
	cat list.ndjson
} >request
python3 "${0%/*}/half_close.py" "$PORT" <request >out
check "who closes his half first is answered to the end" [ "$(grep -c '^{"as_of"' out)" -eq 4000 ]
# A request that is refused: the answer, then the end of the stream, not a cut.
printf 'GET / HTTP/1.1\r\nHost : a\r\n\r\n' | openssl s_client -connect "127.0.0.1:$PORT" -ign_eof >out 2>&1
check "refused with an answer" grep -q 'HTTP/1.1 400' out
check "and closed in order" grep -q '}closed$' out
# Two requests at once, and a head that comes in pieces.
printf 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n' |
	openssl s_client -connect "127.0.0.1:$PORT" -quiet -ign_eof >out 2>/dev/null
check "pipelined" [ "$(grep -c '"status":"ok"' out)" -eq 2 ]

# A renewed certificate, without an end of anything.
first=$(serial)
cp renewed.pem server.pem
reload "$KEPT"
check "it says what is wrong" grep -q 'key: link.key: it is not the key of the certificate' said
check "nothing half taken" [ "$(serial)" = "$first" ]
cp renewed.key server.key
reload "$TAKEN"
check "new connections meet the new one" [ "$(serial)" != "$first" ]
http GET /healthz
answers 200
printf '[tls]\n' >server_lib.ini
reload "$KEPT"
check "TLS stays TLS" grep -q 'TLS is switched on and off by a restart alone' said
http GET /healthz
answers 200
server_stop

# Who has a name promises TLS for a year.
ini server.pem server.key '[auth]' 'mode = open' '[issuer]' 'public_url = https://probity.example' >config
tls_start named --config config
for path in /healthz '/v1/products?hs=6109&origin=BGD' '/v1/products?hs=6109&origin=BGD' /nothing; do
	http GET "$path"
	has_field 'Strict-Transport-Security: max-age=31536000'
done
http POST /v1/screenings -H 'Content-Type: application/x-ndjson' --data-binary @list.ndjson
has_field 'Strict-Transport-Security: max-age=31536000'
server_stop
printf '[issuer]\npublic_url = https://probity.example\n' >config
server_start plain --config config
http GET /healthz
answers 200
check "no promise over plain HTTP" lacks '[Ss]trict-[Tt]ransport' head
server_stop

# Client certificates: asked for, and wanted.
ini server.pem server.key 'client_ca = ca.pem' '[server]' 'idle_seconds_max = 3600' >config
tls_start clients --config config
http GET /healthz
answers 200
http GET /healthz --cert client.pem --key client.key
answers 200
http GET /healthz --cert stranger.pem --key stranger.key
answers 000
http GET /healthz --cert other.pem --key other.key
answers 000
# One is registered where this connection shows it: a certificate is no secret, and a rival could have seen it.
certify second ca clientAuth
for who in retail rival; do
	runs 0 "$PROBITY" admin --state clients organisation add "$who"
	runs 0 "$PROBITY" admin --state clients key add --organisation "$who" --role admin --name admin --key-out "$who.key"
	printf 'Authorization: Bearer %s\n' "$(cat "$who.key")" >"$who.header"
done
# registers WHO ROUTE BODY CERTIFICATE [CURL OPTION]...
registers() {
	registers_header=$1.header
	registers_route=$2
	printf '{"certificate":"%s"%s}' "$(awk '{printf "%s\\n", $0}' "$4.pem")" "$3" >body.json
	shift 4
	http POST "$registers_route" -H "@$registers_header" -H 'Content-Type: application/json' --data-binary @body.json "$@"
}
fresh=',"name":"machine","role":"company"'
registers rival /v1/keys "$fresh" client
answers 422 '"detail":"this connection has not shown the certificate.*"pointer":"/certificate"'
registers rival /v1/keys "$fresh" client --cert second.pem --key second.key
answers 422 'has not shown'
registers retail /v1/keys "$fresh" client --cert client.pem --key client.key
answers 201 '"kind":"certificate"'
machine=$(member id body)
registers rival /v1/keys "$fresh" client --cert client.pem --key client.key
answers 409 already-registered
check "nothing of whose it is" lacks 'retail|another organisation' body
http GET /v1/declarations --cert client.pem --key client.key
answers 200 '"items":\[\]'
registers retail "/v1/keys/$machine/rotate" '' second --cert client.pem --key client.key
answers 422 'has not shown'
registers retail "/v1/keys/$machine/rotate" '' client --cert client.pem --key client.key
answers 409 already-registered
registers retail "/v1/keys/$machine/rotate" '' second --cert second.pem --key second.key
answers 201 '"kind":"certificate"'
# With new settings whom the authorities of before let in has to come anew, and nobody else.
runs 0 python3 -c 'import os, signal, socket, ssl, sys
def connect(*names):
    context = ssl.create_default_context(cafile="ca.pem")
    if names:
        context.load_cert_chain(*names)
    plain = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=60)
    return context.wrap_socket(plain, server_hostname="127.0.0.1")
def ask(one):
    one.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    assert one.recv(65536).startswith(b"HTTP/1.1 200 ")
known, nobody = connect("client.pem", "client.key"), connect()
ask(known)
ask(nobody)
os.kill(int(sys.argv[2]), signal.SIGHUP)
assert known.recv(1) == b""
ask(nobody)' "$PORT" "$SERVER"
# The same, wanted from now on.
printf 'client_required = 1\n' >more
sed '/^client_ca/r more' server_lib.ini >new.ini
cp new.ini server_lib.ini
reload "$TAKEN"
http GET /healthz
answers 000
http GET /healthz --cert client.pem --key client.key
answers 200
server_stop

# A handshake has the time of a request, and no more.
ini server.pem server.key '[server]' 'request_seconds_max = 1' 'idle_seconds_max = 3600' >config
tls_start slow --config config
runs 0 python3 -c 'import socket, sys
quiet = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=60)
sys.exit(quiet.recv(1) != b"")' "$PORT"
printf '\026\003\001\001\000\001' >half
"$LOAD" send "$PORT" half >out 2>&1
check "half a hello is no connection" [ ! -s out ] || cat out
http GET /metrics
check "they are gone" grep -q '^probity_http_connections 1$' body
# Open connections at the end: each is told.
mkfifo still
exec 9<>still
openssl s_client -connect "127.0.0.1:$PORT" -ign_eof <still >out 2>&1 &
client=$!
tries=0
until grep -q 'Verify return code' out || [ "$tries" -gt 600 ]; do
	tries=$((tries + 1))
	sleep 0.02
done
server_stop
wait "$client"
check "closed in order at the end" grep -q '^closed$' out
exec 9>&-
finish
