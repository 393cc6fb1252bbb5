# SPDX-License-Identifier: Apache-2.0
# README.md's walk from the first key to an officer's read of an invited supplier's declaration, line by line as it stands there.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"
# Keys are made now and are good for a year.
unset PROBITY_TEST_CLOCK
mkdir bin
ln -s "$PROBITY" bin/probity
PATH=$PWD/bin:$PATH
awk '/^### Organisations, keys and invitations/ {here = 1} here && /^```/ {n++; next} here && n == 1 {print} n == 2 {exit}' "$SOURCE/README.md" >walk
check "README has the walk" [ "$(wc -l <walk)" -gt 15 ]
ID=
line=0
while IFS= read -r command; do
	line=$((line + 1))
	case $command in
	'' | '#'*) continue ;;
	'probityd --config probityd.ini &')
		server_start probity-state --config probityd.ini
		continue
		;;
	S=*) command="S=$URL" ;;
	# One address after another belongs to another organisation, or to nobody any more.
	*other.key' ID') wanted=1 said='no report with this id, or it is not yours' ;;
	*officer.key' ID')
		wanted=0 said=
		[ "$line" -lt 20 ] || wanted=1 said='this key is not known here'
		;;
	*) wanted=0 said= ;;
	esac
	# The reader puts the declaration's id there.
	case $command in *' ID') command="${command% ID} $ID" ;; esac
	eval "$command" >out 2>err
	status=$?
	check "ends with $wanted, not $status: $command" [ "$status" -eq "${wanted:-0}" ]
	[ -z "$said" ] || says "$said"
	case $command in
	*'submit --invitation'*) ID=$(sed -n 's/^declaration *//p' out | head -1) ;;
	esac
done <walk
check "an id was printed" [ -n "$ID" ]
server_stop
runs 0 "$PROBITY" state verify --state probity-state
finish
