# SPDX-License-Identifier: Apache-2.0
# Sourced behind lib.sh by the scenarios with a server. Beside what lib.sh wants: PROBITYD (the server), LOAD and REFUSED (tests/load).
# The servers listen on loopback, on a free port; each is ended by its own number.
: "${PROBITYD:?}" "${LOAD:?}" "${REFUSED:?}"
SERVER=
trap 'server_kill' EXIT
trap 'exit 1' HUP INT TERM
# Time stands still at AS_OF, so that dates of the day can be compared.
PROBITY_TEST_CLOCK=${AS_OF}T12:00:00Z
export PROBITY_TEST_CLOCK

# lacks PATTERN FILE...: no line matches.
lacks() {
	! grep -qE -- "$@"
}

# Whether the programs have a sanitizer in them, which takes more address space than a limit leaves.
sanitized() {
	grep -q -e __asan_init -e __tsan_init "$PROBITYD"
}

# limited KIB COMMAND...: with so much address space; with all there is where a sanitizer needs it.
limited() (
	sanitized || ulimit -v "$1"
	shift
	"$@"
)

# server_start STATE [OPTION]...: PORT and URL are set once it is ready; its words are in the file said. The state may become 1 GiB
# large where the file behind --config says nothing else: a sanitizer leaves less room for addresses.
server_start() {
	server_state=$1
	shift
	: >said
	: >server_lib.ini
	server_config=
	for server_option; do
		[ "$server_config" != --config ] || cat "$server_option" >server_lib.ini
		server_config=$server_option
	done
	grep -q map_mib server_lib.ini || printf '\n[state]\nmap_mib = 1024\n' >>server_lib.ini
	"$PROBITYD" --listen 127.0.0.1:0 --state "$server_state" --pages none "$@" --config server_lib.ini 2>>said &
	SERVER=$!
	server_tries=0
	PORT=
	while [ -z "$PORT" ]; do
		PORT=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9][0-9]*\).*/\1/p' said)
		[ -z "$PORT" ] || break
		server_tries=$((server_tries + 1))
		if [ "$server_tries" -gt 600 ] || ! kill -0 "$SERVER" 2>/dev/null; then
			echo "the server did not start:" >&2
			cat said >&2
			exit 1
		fi
		sleep 0.05
	done
	URL=http://127.0.0.1:$PORT
	PROBITY_SERVER=$URL
	export PROBITY_SERVER
}

# logged PATTERN [TIMES]: whether the log has lines that match. It is written by and by, so it is waited for.
logged() {
	logged_tries=0
	while [ "$(grep -cE -- "$1" said)" -lt "${2:-1}" ] && [ "$logged_tries" -lt 500 ]; do
		logged_tries=$((logged_tries + 1))
		sleep 0.02
	done
	[ "$(grep -cE -- "$1" said)" -eq "${2:-1}" ]
}

# Ends it as an operator does; it must end with 0 and have said nothing odd.
server_stop() {
	[ -n "$SERVER" ] || return 0
	kill -TERM "$SERVER"
	wait "$SERVER"
	server_status=$?
	SERVER=
	check "the server ends with 0" [ "$server_status" -eq 0 ]
	check "no sanitizer spoke" lacks 'Sanitizer|runtime error' said
	check "no key in the log" lacks 'prb_[A-Za-z0-9_-]{20}' said
}

server_kill() {
	[ -z "$SERVER" ] || kill -9 "$SERVER" 2>/dev/null
	[ -z "$SERVER" ] || wait "$SERVER" 2>/dev/null
	SERVER=
}

# refused_start STATUS PATTERN OPTION...: the server does not start, ends with STATUS and says why.
refused_start() {
	refused_wanted=$1
	refused_pattern=$2
	shift 2
	"$PROBITYD" --listen 127.0.0.1:0 "$@" >out 2>err
	refused_status=$?
	check "start refused with $refused_wanted: $*" [ "$refused_status" -eq "$refused_wanted" ]
	says "$refused_pattern"
}

# http METHOD PATH [CURL OPTION]...: the answer's head in the file head, its body in body; STATUS is its status.
http() {
	http_method=$1
	http_path=$2
	shift 2
	: >body
	STATUS=$(curl -sS -g -X "$http_method" -D head -o body -w '%{http_code}' "$@" "$URL$http_path" 2>curl_said)
	[ -z "${PROBITY_ANSWERS:-}" ] || record_answer
}

# Where PROBITY_ANSWERS names a folder every answer is kept there, for tests/interop/answers_test.mjs to hold against the description.
record_answer() {
	answers_count=$((${answers_count:-0} + 1))
	record_name=$PROBITY_ANSWERS/$(basename "$WORK")-$answers_count
	printf '%s %s\n' "$http_method" "$http_path" >"$record_name.request"
	cp head "$record_name.head"
	cp body "$record_name.body"
}

# answers STATUS [PATTERN]: what the last http got.
answers() {
	check "answered $1, not $STATUS: $http_method $http_path" [ "$STATUS" = "$1" ]
	[ $# -lt 2 ] || check "the body of $http_method $http_path matches $2" grep -qE -- "$2" body
}

# has_field PATTERN: the last answer's head has a line like it.
has_field() {
	check "a field of $http_method $http_path matches $1" grep -qiE -- "^$1" head
}

# member NAME FILE: the first text or number of that name.
member() {
	sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" "$2" | head -1
}

# located [FILE]: the id at the end of where the last answer, or the one whose head is in FILE, says that the new thing is.
located() {
	sed -n 's/^[Ll]ocation: .*\/\([0-9a-f-]\{36\}\).*/\1/p' "${1:-head}"
}
