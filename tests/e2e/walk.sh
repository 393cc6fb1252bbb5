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
# its NAME: what the last command printed behind that name.
its() {
	sed -n "s/^$1  *\([0-9a-f-]\{36\}\)$/\1/p" out | head -1
}
DECLARATION= REPORT= ATTESTATION= INVITATION= erased= tried=0
while IFS= read -r command; do
	wanted=0 said=
	case $command in
	'' | '#'*) continue ;;
	'probityd --config probityd.ini &')
		server_start probity-state --config probityd.ini
		continue
		;;
	S=*) command="S=$URL" ;;
	# One address after another belongs to another organisation, or to nobody any more.
	*other.key\ REPORT) wanted=1 said='no report with this id, or it is not yours' ;;
	*officer.key\ REPORT) if [ -n "$erased" ]; then wanted=1 said='this key is not known here'; fi ;;
	esac
	# The reader puts the ids there.
	command=$(printf '%s\n' "$command" | sed "s/DECLARATION/$DECLARATION/g; s/REPORT/$REPORT/g; s/ATTESTATION/$ATTESTATION/g; s/INVITATION/$INVITATION/g")
	eval "$command" >out 2>err
	status=$?
	check "ends with $wanted, not $status: $command" [ "$status" -eq "$wanted" ]
	[ -z "$said" ] || says "$said"
	case $command in
	*'invite add'*) INVITATION=$(its id) ;;
	*'submit --invitation'*) DECLARATION=$(its declaration) REPORT=$(its report) ATTESTATION=$(its attestation) ;;
	*'organisation erase'*) erased=1 ;;
	curl*)
		tried=$((tried + 1))
		check "answered as README says: $(cat out), $command" [ "$(cat out)" = "${command##*# } " ]
		;;
	esac
done <walk
check "ids were printed" [ -n "$DECLARATION" -a -n "$REPORT" -a -n "$ATTESTATION" -a -n "$INVITATION" ]
check "the organisation was erased" [ -n "$erased" ]
check "others were looked for: $tried" [ "$tried" -eq 3 ]
server_stop
runs 0 "$PROBITY" state verify --state probity-state
finish
