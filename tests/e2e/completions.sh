# SPDX-License-Identifier: Apache-2.0
# Completion: what bash, zsh and fish themselves offer, and that all of them know every option that the program takes, and no other.
. "${0%/*}/lib.sh"
MADE="$BUILD/clients/completions"

# bash_offers LINE.., fish_offers LINE, zsh_offers LINE: what is offered at the end of the line; one a line, sorted.
bash_offers() {
	# shellcheck disable=SC2016 # it is bash that reads them
	bash --norc -c '. "$0" && complete -p probity >/dev/null && read -ra COMP_WORDS <<<"$1" &&
		if [[ $1 == *" " ]]; then COMP_WORDS+=(""); fi
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) && _probity 2>/dev/null; printf "%s\n" "${COMPREPLY[@]}"' "$MADE/bash/probity" "$1" | sort
}

fish_offers() {
	# shellcheck disable=SC2016 # it is fish that reads them
	HOME=$WORK XDG_CONFIG_HOME=$WORK fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$MADE/fish/probity.fish" "$1" |
		cut -f1 | sort
}

zsh_offers() {
	zsh -f "$SOURCE/tests/e2e/zsh_capture.zsh" "$MADE/zsh" "$1"
}

# offers LINE WORDS: each of the shells offers just these.
offers() {
	printf '%s\n' "$2" | tr ' ' '\n' | sort >wanted
	for shell in bash fish zsh; do
		"${shell}_offers" "$1" >offered
		check "$shell offers '$2' for '$1'" cmp -s wanted offered
	done
}

offers 'probity sc' 'screen'
offers 'probity screen --in ' 'json ndjson csv'
offers 'probity explain --lang ' 'ar en es fr ru zh'
offers 'probity screen --declarant ' 'supplier company officer auditor'
offers 'probity keys ' 'new public seal unseal rotate revoke'
offers 'probity keys rotate --' '--state --log --compromised --passphrase-file --help'
offers 'probity keys public --' '--log --help'
offers 'probity admin ' 'organisation key invite audit'
offers 'probity admin key ' 'add list rotate revoke'
offers 'probity admin organisation erase --c' '--ca-file --confirm'
offers 'probity attest --revoke ' 'issued_in_error key_compromised withdrawn superseded'
offers 'probity log verify-checkpoint --' '--key --witness-key --help'
offers 'probity data validate --out ' 'table json'
# Files and folders of here.
mkdir here && : >here.csv
check "bash: a list" [ "$(bash_offers 'probity screen he' | tr '\n' ' ')" = 'here here.csv ' ]
check "bash: folders alone" [ "$(bash_offers 'probity state verify --state he')" = here ]
check "fish: a list" [ "$(fish_offers 'probity screen he' | tr '\n' ' ')" = 'here.csv here/ ' ]
check "bash: behind an equals sign" [ "$(bash_offers 'probity screen --out = nd')" = ndjson ]
check "probityd in bash" grep -q -- "options='[^']*--passphrase-file" "$MADE/bash/probityd"
check "probityd in zsh" zsh -n "$MADE/zsh/_probityd"
check "probityd in fish" fish --no-execute "$MADE/fish/probityd.fish"

# Of every option the program says whether it takes a value, and the help says the same.
awk -F '\t' '$1 == "option" && $2 != "" && $3 != "--help" { print $2 "\t" $3 "\t" ($4 == "none") }' "$MADE/probity.tsv" >options
check "many options" [ "$(wc -l <options)" -ge 150 ]
tab=$(printf '\t')
while IFS="$tab" read -r place option is_flag; do
	# shellcheck disable=SC2086 # the place is words
	if [ "$is_flag" -eq 1 ]; then
		runs 2 "$PROBITY" $place "$option=x"
		says "$option takes no value"
	else
		runs 2 "$PROBITY" $place "$option"
		says "$option lacks its value"
	fi
done <options

# What the program takes is in its help: the tables of options in the code against the table of the help.
cat "$SOURCE"/clients/cli/*.c "$SOURCE"/clients/cli/*.h | grep -oE '\{"[a-z][a-z-]*", *(no|required|optional)_argument' |
	sed 's/{"\([^"]*\)".*/--\1/' | sort -u >taken
check "many are taken" [ "$(wc -l <taken)" -ge 60 ]
cut -f3 <"$MADE/probity.tsv" | grep '^--' | sort -u >completed
check "none that is taken is not completed: $(comm -23 taken completed | tr '\n' ' ')" [ -z "$(comm -23 taken completed)" ]

# Every help: what it is, an example, and the exit status.
cut -f2 <"$MADE/probity.tsv" | grep . | sort -u >places
while read -r place; do
	# shellcheck disable=SC2086 # the place is words
	runs 0 "$PROBITY" $place --help
	command=${place%% *}
	check "$place: a usage line" grep -q "^usage: probity $command" out
	check "$place: exit status" grep -q '^Exit status: 0' out
	check "$place: an example" grep -q "^  probity .*$command" out
	cp out of_option
	# shellcheck disable=SC2046,SC2086
	runs 0 "$PROBITY" help $(echo $place | cut -d ' ' -f 1,2)
	[ "$(echo "$place" | wc -w)" -gt 2 ] || check "help $place" cmp -s out of_option
done <places
finish
