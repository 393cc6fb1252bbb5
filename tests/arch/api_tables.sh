#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# api_tables.sh ROOT [write]: the tables of roles, scopes and routes in service/API.md, and that of metrics in service/OPERATIONS.md, are
# those of roles.def, scopes.def, routes.def and metrics.def. With `write` they are put there.
set -eu
root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The texts between quotes of a row, by their place.
scopes() {
	awk -F'"' '/^PRB_SCOPE\(/ { printf "| `%s` | %s |\n", $2, $4 }' "$root/service/access/scopes.def"
}

roles() {
	awk -F'"' '
		FNR == NR { if (/^PRB_SCOPE\(/) { name = $1; gsub(/PRB_SCOPE\(|,|[ \t]/, "", name); word[name] = $2 } next }
		/^PRB_ROLE\(/ {
			rest = $3
			list = ""
			while (match(rest, /S\([A-Z]+\)/)) {
				list = list (list == "" ? "" : ", ") word[substr(rest, RSTART + 2, RLENGTH - 3)]
				rest = substr(rest, RSTART + RLENGTH)
			}
			gsub(/^[ ,]+|[ ,]+$/, "", rest)
			split(rest, reach, /, */)
			printf "| `%s` | %s | %s | %s | %s |\n", $2, $4, list, tolower(reach[1]), tolower(reach[2])
		}' "$root/service/access/scopes.def" "$root/service/access/roles.def"
}

routes() {
	awk -F'"' '
		FNR == NR { if (/^PRB_SCOPE\(/) { name = $1; gsub(/PRB_SCOPE\(|,|[ \t]/, "", name); word[name] = $2 } next }
		/^PRB_ROUTE\(/ {
			method = $1; gsub(/PRB_ROUTE\(|,|[ \t]/, "", method)
			split($3, column, /, */)
			scope = column[4]
			printf "| %s `%s` | %s | %s |\n", method, $2, scope in word ? "`" word[scope] "`" : "anyone", $6
		}' "$root/service/access/scopes.def" "$root/service/handlers/routes.def"
}

metrics() {
	awk -F'"' '/^PRB_METRIC\(/ { printf "| `%s` | %s | %s |\n", $2, $4, $6 }' "$root/service/metrics/metrics.def"
}

{
	printf '| role | what | scopes | declarations | reports |\n| --- | --- | --- | --- | --- |\n'
	roles
} >"$work/roles"
{
	printf '| scope | lets a key |\n| --- | --- |\n'
	scopes
} >"$work/scopes"
{
	printf '| route | scope | does |\n| --- | --- | --- |\n'
	routes
} >"$work/routes"
{
	printf '| metric | type | counts |\n| --- | --- | --- |\n'
	metrics
} >"$work/metrics"
for table in roles scopes routes metrics; do
	[ "$(wc -l <"$work/$table")" -ge 5 ] || { echo "no rows of $table found: the check itself is broken"; exit 1; }
done

faults=0
for page in service/API.md service/OPERATIONS.md; do
	awk -v work="$work" '
		/^<!-- end -->$/ { skip = 0 }
		!skip { print }
		/^<!-- [a-z]+ -->$/ && $2 != "end" { while ((getline line < (work "/" $2)) > 0) print line; skip = 1 }
	' "$root/$page" >"$work/page"
	if [ "${2:-}" = write ]; then
		cp "$work/page" "$root/$page"
	elif ! cmp -s "$root/$page" "$work/page"; then
		diff "$root/$page" "$work/page" | head -20
		echo "$page: its tables are not those of the code; tests/arch/api_tables.sh $root write puts them there"
		faults=1
	fi
done
exit "$faults"
