# SPDX-License-Identifier: Apache-2.0
# Sourced behind server_lib.sh by the scenarios with TLS: an authority of their own, and certificates made on the spot.
# Certificates begin now, whatever day the other scenarios have.
unset PROBITY_TEST_CLOCK

# authority NAME: NAME.pem and NAME.key sign others.
authority() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$1" -addext keyUsage=critical,keyCertSign \
		-keyout "$1.key" -out "$1.pem" 2>openssl_said || { cat openssl_said >&2; exit 1; }
}

# certify NAME AUTHORITY USE: NAME.pem and NAME.key, for serverAuth on this machine, or for clientAuth.
certify() {
	printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=%s\n' "$3" >extensions
	{
		openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$1.key" -out request.pem &&
			openssl x509 -req -in request.pem -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 30 -extfile extensions -out "$1.pem"
	} 2>openssl_said || { cat openssl_said >&2; exit 1; }
	chmod 600 "$1.key"
}

# tls_start STATE [OPTION]...: as server_start; the URL begins with https.
tls_start() {
	server_start "$@"
	URL=https://127.0.0.1:$PORT
	PROBITY_SERVER=$URL
}

# serial: that of the certificate that a new connection meets.
serial() {
	openssl s_client -connect "127.0.0.1:$PORT" </dev/null 2>/dev/null | openssl x509 -noout -serial
}
