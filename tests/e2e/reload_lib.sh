# SPDX-License-Identifier: Apache-2.0
# Sourced behind server_lib.sh by the scenarios that let the server read its configuration again.

# reload PATTERN: SIGHUP, and waits until the server has said one more line that matches.
reload() {
	reload_before=$(grep -cE -- "$1" said)
	reload_tries=0
	kill -HUP "$SERVER"
	while [ "$(grep -cE -- "$1" said)" -le "$reload_before" ]; do
		reload_tries=$((reload_tries + 1))
		if [ "$reload_tries" -gt 1200 ] || ! kill -0 "$SERVER" 2>/dev/null; then
			echo "the server did not say '$1':" >&2
			tail -5 said >&2
			exit 1
		fi
		sleep 0.02
	done
}
TAKEN='the configuration was read again, and is in use'
KEPT='the configuration was refused, and everything stays as it was'
